/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Processes that share files, and some that are killed in the middle of a write. */

#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "broadcast/broadcast.h"
#include "broadcast/edit.h"
#include "broadcast/state-path.h"
#include "statesync/engine.h"
#include "support/role.h"
#include "support/session.h"
#include "transports/transaction-private.h"

#define APP_ID "org.example.Editor"
#define TOPIC APP_ID ".settings"

#define N_PROCESSES 4
#define N_UPDATES 10000

/* --- in a process --- */

typedef struct
{
  GMainLoop *loop;
  StateSyncBroadcast *broadcast;
  StateSyncEngine *engine; /* (nullable) */
  char *shown;
  guint index;
  guint n_updates;
  guint n_done;
  guint64 awaited; /* the revision at which it ends */
  const char *filler;
  GString *revisions;
} Writer;

static void write_next (Writer *self);

static void
end_if_converged (Writer *self)
{
  if (self->n_done == self->n_updates &&
      state_sync_engine_get_revision (self->engine) >= self->awaited)
    g_main_loop_quit (self->loop);
}

static gboolean
on_apply (StateSyncEngine *engine, StateSyncSnapshot *snapshot, gpointer user_data, GError **error)
{
  Writer *self = user_data;
  GBytes *data = state_sync_snapshot_get_data (snapshot);

  g_free (self->shown);
  self->shown = g_strndup (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  return TRUE;
}

static void
on_failure (StateSyncEngine *engine, StateSyncFailure *failure, gpointer user_data)
{
  g_error ("%s", state_sync_failure_get_error (failure)->message);
}

static void
on_committed (GObject *writer, GAsyncResult *result, gpointer user_data)
{
  Writer *self = user_data;
  g_autoptr (GError) error = NULL;
  gsize n_revisions;
  g_autofree guint64 *revisions = state_sync_writer_commit_finish (
      STATE_SYNC_WRITER (writer), result, &n_revisions, NULL, &error);

  g_assert_no_error (error);
  self->n_done++;
  if (self->revisions != NULL)
    g_string_append_printf (self->revisions, "%" G_GUINT64_FORMAT " ", revisions[0]);
  else
    printf ("%" G_GUINT64_FORMAT "\n", revisions[0]);
  write_next (self);
}

static void
write_next (Writer *self)
{
  g_autoptr (GPtrArray) writes =
      g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);
  g_autofree char *patch = NULL;
  g_autoptr (GBytes) data = NULL;
  g_autoptr (StateSyncTransaction) transaction = NULL;
  StateSyncWrite *write;

  if (self->n_done == self->n_updates)
    {
      end_if_converged (self);
      return;
    }

  patch =
      g_strdup_printf ("{\"p%u\":\"%u %d%s\"}", self->index, self->n_done, getpid (), self->filler);
  data = g_bytes_new (patch, strlen (patch));
  write = state_sync_write_new (TOPIC, data);
  write->mode = STATE_SYNC_WRITE_MERGE;
  write->durable = self->n_done % 100 == 0;
  g_ptr_array_add (writes, write);
  transaction = state_sync_transaction_new_for_writes (writes);
  state_sync_writer_commit_async (STATE_SYNC_WRITER (self->broadcast), transaction, NULL, NULL,
                                  on_committed, self);
}

static void
writer_init (Writer *self)
{
  self->loop = g_main_loop_new (NULL, FALSE);
  self->broadcast = state_sync_broadcast_new_for_app (APP_ID);
}

static void
writer_clear (Writer *self)
{
  state_sync_engine_stop (self->engine);
  g_clear_object (&self->engine);
  g_clear_object (&self->broadcast);
  g_main_loop_unref (self->loop);
  g_string_free (self->revisions, TRUE);
  g_free (self->shown);
}

/* Writes and follows; ends when it has seen what all have written. @args: which of them it is. */
static int
play_peer (TestClient *client, const char *const *args)
{
  Writer self = { .n_updates = N_UPDATES, .awaited = N_PROCESSES * N_UPDATES, .filler = "" };

  writer_init (&self);
  self.index = (guint)atoi (args[0]);
  self.revisions = g_string_new (NULL);
  self.engine = state_sync_engine_new (STATE_SYNC_INVALIDATION_SOURCE (self.broadcast),
                                       STATE_SYNC_SNAPSHOT_PROVIDER (self.broadcast), TOPIC, NULL,
                                       on_apply, &self, NULL);
  g_signal_connect (self.engine, "sync-error", G_CALLBACK (on_failure), NULL);
  g_signal_connect_swapped (self.engine, "notify::revision", G_CALLBACK (end_if_converged), &self);
  state_sync_engine_start_async (self.engine, NULL, NULL, NULL);
  write_next (&self);
  g_main_loop_run (self.loop);

  printf ("%s\n%s\n", self.revisions->str, self.shown);
  writer_clear (&self);
  return 0;
}

/* Writes until it is killed, and tells each revision that it was given. */
static int
play_victim (TestClient *client, const char *const *args)
{
  g_autofree char *filler = g_strnfill (256 * 1024, 'x');
  Writer self = { .n_updates = G_MAXUINT, .filler = filler };

  writer_init (&self);
  self.index = (guint)atoi (args[0]);
  write_next (&self);
  g_main_loop_run (self.loop);
  return 0;
}

/* --- the test --- */

static GSubprocess *
spawn (TestSession *session, const char *role, guint index)
{
  g_autofree char *number = g_strdup_printf ("%u", index);
  const char *args[] = { number, NULL };

  return test_session_spawn_role (session, role, args);
}

/* Each revision was given to one write. */
static void
count_revision (GHashTable *given, guint64 revision)
{
  g_assert_cmpuint (revision, >, 0);
  g_assert_true (g_hash_table_add (given, g_memdup2 (&revision, sizeof revision)));
}

static GHashTable *
revisions_new (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static void
count_line (GHashTable *given, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  for (guint i = 0; words[i] != NULL && words[i][0] != '\0'; i++)
    count_revision (given, g_ascii_strtoull (words[i], NULL, 10));
}

static void
test_no_revision_twice (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (GHashTable) given = revisions_new ();
  g_autofree char *shown = NULL;
  GSubprocess *peers[N_PROCESSES];

  for (guint i = 0; i < N_PROCESSES; i++)
    peers[i] = spawn (session, "peer", i);

  for (guint i = 0; i < N_PROCESSES; i++)
    {
      g_autofree char *revisions = test_role_read_line (peers[i]);
      g_autofree char *its_shown = test_role_read_line (peers[i]);

      count_line (given, revisions);
      if (shown == NULL)
        shown = g_steal_pointer (&its_shown);
      else
        g_assert_cmpstr (its_shown, ==, shown);
      g_assert_true (g_subprocess_wait_check (peers[i], NULL, NULL));
      g_object_unref (peers[i]);
    }
  g_assert_cmpuint (g_hash_table_size (given), ==, N_PROCESSES * N_UPDATES);
  for (guint i = 0; i < N_PROCESSES; i++)
    {
      g_autofree char *member = g_strdup_printf ("\"p%u\":\"%u ", i, N_UPDATES - 1);

      g_assert_nonnull (strstr (shown, member));
    }
}

/* The newest revision that is in the file, which has to be sound. */
static guint64
read_revision (const char *root)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_state_read (root, TOPIC, "A", &error);

  g_assert_no_error (error);
  g_assert_false (state_sync_snapshot_is_null (snapshot));
  return state_sync_snapshot_get_revision (snapshot);
}

static guint64
count_rest (GHashTable *given, GSubprocess *victim)
{
  guint64 newest = 0;
  char *line;

  while ((line = test_role_read_line (victim)) != NULL)
    {
      newest = g_ascii_strtoull (line, NULL, 10);
      count_revision (given, newest);
      g_free (line);
    }
  return newest;
}

/* Lets it write a little and kills it wherever it is. */
static void
kill_one (GHashTable *given, GSubprocess *victim, const char *root)
{
  guint64 newest;

  for (gint n = g_test_rand_int_range (1, 4); n > 0; n--)
    {
      g_autofree char *line = test_role_read_line (victim);

      g_assert_nonnull (line);
      count_line (given, line);
    }
  g_usleep ((gulong)g_test_rand_int_range (0, 2000));
  g_subprocess_send_signal (victim, SIGKILL);
  newest = count_rest (given, victim);
  g_assert_cmpuint (read_revision (root), >=, newest);
}

static gboolean
is_anything_broken (const char *root)
{
  g_autofree char *folder = state_sync_state_path_for_topic (root, TOPIC);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (strstr (name, "broken") != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
test_killed_in_the_middle (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (GHashTable) given = revisions_new ();
  g_autofree char *root =
      g_build_filename (test_session_get_folder (session), "state", "statesync", APP_ID, NULL);
  GSubprocess *victims[3];

  for (guint i = 0; i < G_N_ELEMENTS (victims); i++)
    victims[i] = spawn (session, "victim", i);

  for (guint round = 0; round < 60; round++)
    {
      guint i = round % G_N_ELEMENTS (victims);

      kill_one (given, victims[i], root);
      g_object_unref (victims[i]);
      victims[i] = spawn (session, "victim", i);
    }

  for (guint i = 0; i < G_N_ELEMENTS (victims); i++)
    {
      kill_one (given, victims[i], root);
      g_object_unref (victims[i]);
    }
  g_assert_false (is_anything_broken (root));
}

static const TestRole roles[] = {
  { "peer", play_peer },
  { "victim", play_victim },
  { NULL, NULL },
};

int
main (int argc, char **argv)
{
  /* In memory, as the folder that a sandbox's instances share. */
  if (g_access ("/dev/shm", W_OK) == 0)
    g_setenv ("TMPDIR", "/dev/shm", TRUE);
  test_init (&argc, &argv, roles);

  g_test_add_func ("/broadcast/processes/no-revision-twice", test_no_revision_twice);
  g_test_add_func ("/broadcast/processes/killed-in-the-middle", test_killed_in_the_middle);

  return g_test_run ();
}
