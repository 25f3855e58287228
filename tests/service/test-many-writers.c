/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writers and readers in processes of their own, all at once. */

#include <stdio.h>
#include <stdlib.h>

#include "service/service-fixture.h"
#include "support/role.h"

/* --- 10,000 writes of 4 processes to 10 topics --- */

#define N_WRITERS 4
#define N_WRITES_EACH 2500
#define N_TOPICS 10

typedef struct
{
  guint n_answers;
  char *sent[N_WRITES_EACH]; /* "TOPIC DATA", in the order in which they are answered */
} Burst;

static void
print_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Burst *burst = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = test_client_call_finish (result, &error);
  guint64 revision;

  g_assert_no_error (error);
  g_variant_get (answer, "(t)", &revision);
  printf ("%s %" G_GUINT64_FORMAT "\n", burst->sent[burst->n_answers], revision);
  g_free (burst->sent[burst->n_answers++]);
}

/* Sends all its writes before it reads an answer; prints "TOPIC DATA REVISION" for each. */
static int
play_burst (TestClient *client, const char *const *args)
{
  g_autofree Burst *burst = g_new0 (Burst, 1);

  for (guint i = 0; i < N_WRITES_EACH; i++)
    {
      g_autofree char *topic = g_strdup_printf ("t%u", i % N_TOPICS);
      g_autofree char *data = g_strdup_printf ("\"%s-%u\"", args[0], i);

      burst->sent[i] = g_strdup_printf ("%s %s", topic, data);
      test_client_call_async (client, "Write", test_client_write_args (topic, data, NULL),
                              print_answer, burst);
    }
  while (burst->n_answers < N_WRITES_EACH)
    g_main_context_iteration (NULL, TRUE);
  return 0;
}

/* What is known of a topic from the answers to its writers. */
typedef struct
{
  GHashTable *data; /* revision, as a string → the data that was acknowledged with it */
  guint64 last;
} Topic;

static void
topic_free (gpointer data)
{
  Topic *topic = data;

  g_hash_table_unref (topic->data);
  g_free (topic);
}

/* @line: "TOPIC DATA REVISION" */
static void
note_answer (GHashTable *topics, const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, " ", 3);
  Topic *topic = g_hash_table_lookup (topics, parts[0]);

  if (topic == NULL)
    {
      topic = g_new0 (Topic, 1);
      topic->data = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_insert (topics, g_strdup (parts[0]), topic);
    }
  topic->last = MAX (topic->last, g_ascii_strtoull (parts[2], NULL, 10));
  g_assert_true (g_hash_table_insert (topic->data, g_strdup (parts[2]), g_strdup (parts[1])));
}

static void
test_every_acknowledged_write_has_its_revision (Fixture *self, gconstpointer data)
{
  g_autoptr (GHashTable) topics =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, topic_free);
  GSubprocess *writers[N_WRITERS];
  guint64 n_revisions = 0;
  GHashTableIter iter;
  gpointer name, value;

  test_client_follow (self->other, NULL);
  for (guint i = 0; i < N_WRITERS; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);

      writers[i] = test_session_spawn_role (self->session, "burst", (const char *[]){ id, NULL });
    }

  for (guint i = 0; i < N_WRITERS; i++)
    {
      for (guint n = 0; n < N_WRITES_EACH; n++)
        {
          g_autofree char *line = test_role_read_line (writers[i]);

          g_assert_nonnull (line);
          note_answer (topics, line);
        }
      g_assert_cmpint (test_process_finish (writers[i], NULL, NULL), ==, 0);
      g_object_unref (writers[i]);
    }

  /* Unique, as note_answer has seen, and as many as the last one: so they are dense. */
  g_hash_table_iter_init (&iter, topics);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      const Topic *topic = value;
      g_autofree char *last = g_strdup_printf ("%" G_GUINT64_FORMAT, topic->last);

      g_assert_cmpuint (g_hash_table_size (topic->data), ==, topic->last);
      n_revisions += topic->last;

      test_client_wait_for_signal (self->other, name, topic->last);
      g_assert_cmpuint (test_client_get_last_signal (self->other, name), ==, topic->last);
      test_client_assert_snapshot (self->client, name, topic->last,
                                   g_hash_table_lookup (topic->data, last));
    }
  g_assert_cmpuint (g_hash_table_size (topics), ==, N_TOPICS);
  g_assert_cmpuint (n_revisions, ==, N_WRITERS * N_WRITES_EACH);
}

/* --- readers see all of a WriteMany or nothing --- */

#define N_ROUNDS 300

static GVariant *
three_writes (const char *text, const char *options_of_last)
{
  return write_many_args (test_client_write_args ("a", text, NULL),
                          test_client_write_args ("b", text, NULL),
                          test_client_write_args ("c", text, options_of_last), NULL);
}

/* Three topics get the same number, again and again; in between come writes of which the last
 * part is refused, with a number that nobody may ever see. */
static int
play_three_writer (TestClient *client, const char *const *args)
{
  for (guint i = 1; i <= N_ROUNDS; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) answer G_GNUC_UNUSED =
          test_client_call (client, "WriteMany", three_writes (text, NULL), &error);

      g_assert_no_error (error);
      test_client_assert_refused (client, "WriteMany",
                                  three_writes ("-1", "{'expected-revision': <@t 0>}"),
                                  STATE_SYNC_ERROR_CONFLICT, NULL);
    }
  return 0;
}

/* Reads the three until they have the last number; they must always have the same one. */
static int
play_three_reader (TestClient *client, const char *const *args)
{
  const char *const topics[] = { "a", "b", "c", NULL };
  g_autofree char *last = g_strdup_printf ("%u", N_ROUNDS);

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) answer =
          test_client_call (client, "GetSnapshots", g_variant_new ("(^as)", topics), &error);
      g_autoptr (GVariant) snapshots = NULL;
      const char *data[3];
      guint64 revisions[3];

      g_assert_no_error (error);
      snapshots = g_variant_get_child_value (answer, 0);
      for (guint i = 0; i < 3; i++)
        {
          g_variant_get_child (snapshots, i, "(t&s)", &revisions[i], &data[i]);
          g_assert_cmpstr (data[i], ==, data[0]);
          g_assert_cmpuint (revisions[i], ==, revisions[0]);
          g_assert_cmpstr (data[i], !=, "-1");
        }
      if (g_str_equal (data[0], last))
        return 0;
    }
}

static void
test_readers_never_see_part (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) writer = test_session_spawn_role (self->session, "three-writer", NULL);
  g_autoptr (GSubprocess) reader = test_session_spawn_role (self->session, "three-reader", NULL);
  g_autoptr (GSubprocess) another = test_session_spawn_role (self->session, "three-reader", NULL);

  g_assert_cmpint (test_process_finish (writer, NULL, NULL), ==, 0);
  g_assert_cmpint (test_process_finish (reader, NULL, NULL), ==, 0);
  g_assert_cmpint (test_process_finish (another, NULL, NULL), ==, 0);
}

/* --- one counter, many hands --- */

/* Reads the number, adds one, and writes it if nobody did meanwhile; else once more. */
static int
play_adder (TestClient *client, const char *const *args)
{
  for (guint n = 0; n < 100;)
    {
      guint64 revision;
      g_autofree char *text = test_client_dup_snapshot (client, "n", &revision);
      g_autofree char *next = g_strdup_printf ("%d", atoi (text) + 1);
      g_autofree char *options =
          g_strdup_printf ("{'expected-revision': <@t %" G_GUINT64_FORMAT ">}", revision);
      g_autoptr (GError) error = NULL;

      if (test_client_try_write (client, "n", next, options, &revision, &error))
        n++;
      else
        g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_CONFLICT);
    }
  return 0;
}

static void
test_compare_and_swap_loses_nothing (Fixture *self, gconstpointer data)
{
  GSubprocess *adders[3];

  test_client_write (self->client, "n", "0");
  for (guint i = 0; i < G_N_ELEMENTS (adders); i++)
    adders[i] = test_session_spawn_role (self->session, "adder", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (adders); i++)
    {
      g_assert_cmpint (test_process_finish (adders[i], NULL, NULL), ==, 0);
      g_object_unref (adders[i]);
    }
  test_client_assert_snapshot (self->client, "n", 301, "300");
}

int
main (int argc, char **argv)
{
  static const TestRole roles[] = {
    { "adder", play_adder },
    { "burst", play_burst },
    { "three-reader", play_three_reader },
    { "three-writer", play_three_writer },
    { 0 },
  };

  test_init (&argc, &argv, roles);

  test_add ("/service/many-writers/every-acknowledged-write-has-its-revision",
            test_every_acknowledged_write_has_its_revision);
  test_add ("/service/many-writers/readers-never-see-part", test_readers_never_see_part);
  test_add ("/service/many-writers/compare-and-swap-loses-nothing",
            test_compare_and_swap_loses_nothing);

  return g_test_run ();
}
