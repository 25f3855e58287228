/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The service is killed at any instant, again and again, while clients write; the bus starts it
 * anew for the next call.
 */

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "service/service-fixture.h"
#include "support/role.h"

#define N_ROUNDS 50
#define N_WRITERS 3

/* --- a writer that knows what it was promised --- */

/* The topic that only this writer writes. */
typedef struct
{
  TestClient *client;
  const char *topic;
  guint64 revision; /* that was acknowledged last */
  guint64 number;   /* the data of that */
  guint n_shared;   /* what it has written to the topic of all */
} Writer;

/* What the bus says when it was killed meanwhile, or while it was starting. */
static void
assert_was_killed (const GError *error)
{
  if (error->domain != G_DBUS_ERROR)
    g_error ("unexpected: %s", error->message);
}

/* After a kill the topic is as acknowledged, or as the write that was under way made it. */
static void
find_out (Writer *self)
{
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) answer = test_client_call (self->client, "GetSnapshot",
                                                      g_variant_new ("(s)", self->topic), &error);
      guint64 revision, number;
      const char *data;

      if (answer == NULL)
        {
          assert_was_killed (error);
          continue;
        }
      g_variant_get (answer, "(t&s)", &revision, &data);
      number = revision == 0 ? 0 : g_ascii_strtoull (data, NULL, 10);
      if (revision != self->revision)
        g_assert_cmpuint (revision, ==, self->revision + 1);
      g_assert_cmpuint (number - self->number, ==, revision - self->revision);
      self->revision = revision;
      self->number = number;
      return;
    }
}

static void
write_next (Writer *self)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, self->number + 1);
  g_autoptr (GError) error = NULL;
  guint64 revision;

  if (!test_client_try_write (self->client, self->topic, text, NULL, &revision, &error))
    {
      assert_was_killed (error);
      find_out (self);
      return;
    }
  g_assert_cmpuint (revision, ==, self->revision + 1);
  self->revision = revision;
  self->number++;
  printf ("%s %" G_GUINT64_FORMAT "\n", self->topic, revision);
}

static void
write_shared (Writer *self)
{
  g_autofree char *text = g_strdup_printf ("\"%s-%u\"", self->topic, self->n_shared++);
  g_autoptr (GError) error = NULL;
  guint64 revision;

  if (test_client_try_write (self->client, "shared", text, NULL, &revision, &error))
    printf ("shared %" G_GUINT64_FORMAT "\n", revision);
  else
    assert_was_killed (error);
}

/* Prints "TOPIC REVISION" for each write that was acknowledged, until there is input. */
static int
play_writer (TestClient *client, const char *const *args)
{
  Writer self = { .client = client, .topic = args[0] };

  while (!test_role_is_told ())
    {
      write_next (&self);
      write_shared (&self);
    }
  find_out (&self);
  return 0;
}

/* --- the test --- */

typedef struct
{
  GSubprocess *writers[N_WRITERS];
  GHashTable *acknowledged; /* "TOPIC REVISION" */
  GHashTable *last;         /* topic → its last line of these */
} Load;

static guint64
revision_of (const char *line)
{
  return line != NULL ? g_ascii_strtoull (strchr (line, ' ') + 1, NULL, 10) : 0;
}

/* An answer to one of the writers; FALSE if that has ended. */
static gboolean
note_answer (Load *load, guint i)
{
  char *line = test_role_read_line (load->writers[i]);
  g_autofree char *topic = NULL;

  if (line == NULL)
    return FALSE;
  if (!g_hash_table_add (load->acknowledged, line))
    g_error ("given twice: %s", line);

  topic = g_strndup (line, strcspn (line, " "));
  if (revision_of (line) > revision_of (g_hash_table_lookup (load->last, topic)))
    g_hash_table_insert (load->last, g_steal_pointer (&topic), line);
  return TRUE;
}

static void
assert_nothing_set_aside (TestSession *session)
{
  g_autofree char *folder = g_path_get_dirname (test_session_get_database (session));
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_null (strstr (name, "corrupt"));
}

static void
assert_last_is_there (Load *load, TestClient *client, const char *topic)
{
  guint64 revision;
  g_autofree char *data G_GNUC_UNUSED = test_client_dup_snapshot (client, topic, &revision);

  g_assert_cmpuint (revision, >=, revision_of (g_hash_table_lookup (load->last, topic)));
}

static void
test_killed_at_any_instant (void)
{
  static const char *const topics[N_WRITERS] = { "a", "b", "c" };
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  Load load = {
    .acknowledged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };
  g_autofree char *owner = NULL;

  test_session_make_activatable (session, NULL);
  for (guint i = 0; i < N_WRITERS; i++)
    load.writers[i] =
        test_session_spawn_role (session, "writer", (const char *[]){ topics[i], NULL });

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      g_autofree char *previous = g_steal_pointer (&owner);

      owner = test_session_wait_for_owner (session, previous);
      for (gint n = g_test_rand_int_range (0, 20); n > 0; n--)
        g_assert_true (note_answer (&load, (guint)n % N_WRITERS));
      kill (test_session_get_owner_pid (session), SIGKILL);
    }

  for (guint i = 0; i < N_WRITERS; i++)
    {
      test_role_tell (load.writers[i], "stop");
      while (note_answer (&load, i))
        ;
      g_assert_cmpint (test_process_finish (load.writers[i], NULL, NULL), ==, 0);
      g_object_unref (load.writers[i]);
      assert_last_is_there (&load, client, topics[i]);
    }
  assert_last_is_there (&load, client, "shared");
  assert_nothing_set_aside (session);
  g_test_message ("%u writes were acknowledged", g_hash_table_size (load.acknowledged));
  g_hash_table_unref (load.last);
  g_hash_table_unref (load.acknowledged);
}

int
main (int argc, char **argv)
{
  static const TestRole roles[] = { { "writer", play_writer }, { 0 } };

  test_init (&argc, &argv, roles);

  g_test_add_func ("/service/crash/killed-at-any-instant", test_killed_at_any_instant);

  return g_test_run ();
}
