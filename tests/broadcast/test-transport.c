/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Engines over the files, as two processes would have them. */

#include <glib/gstdio.h>
#include <string.h>

#include "broadcast/broadcast.h"
#include "broadcast/state-path.h"
#include "protocol/error.h"
#include "statesync/engine.h"
#include "support/session.h"
#include "transports/transaction-private.h"

typedef struct
{
  StateSyncBroadcast *broadcast;
  StateSyncEngine *engine;
  char *shown; /* as in "3 {}" */
  guint n_failures;
} Peer;

typedef struct
{
  TestSession *session;
  char *root;
  Peer peers[2];
} Fixture;

/* --- peers --- */

static gboolean
on_apply (StateSyncEngine *engine, StateSyncSnapshot *snapshot, gpointer user_data, GError **error)
{
  Peer *peer = user_data;
  GBytes *data = state_sync_snapshot_get_data (snapshot);

  g_free (peer->shown);
  peer->shown =
      g_strdup_printf ("%" G_GUINT64_FORMAT " %.*s", state_sync_snapshot_get_revision (snapshot),
                       (int)g_bytes_get_size (data), (const char *)g_bytes_get_data (data, NULL));
  return TRUE;
}

static void
on_failure (StateSyncEngine *engine, StateSyncFailure *failure, Peer *peer)
{
  peer->n_failures++;
}

static void
peer_init (Peer *self, const char *root)
{
  self->broadcast = state_sync_broadcast_new_for_folder (root);
  self->engine = state_sync_engine_new (STATE_SYNC_INVALIDATION_SOURCE (self->broadcast),
                                        STATE_SYNC_SNAPSHOT_PROVIDER (self->broadcast), "t", NULL,
                                        on_apply, self, NULL);
  g_signal_connect (self->engine, "sync-error", G_CALLBACK (on_failure), self);
}

static void
peer_clear (Peer *self)
{
  state_sync_engine_stop (self->engine);
  g_clear_object (&self->engine);
  g_clear_object (&self->broadcast);
  g_clear_pointer (&self->shown, g_free);
}

static void
on_started (GObject *engine, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  state_sync_engine_start_finish (STATE_SYNC_ENGINE (engine), result, &error);
  g_assert_no_error (error);
  *(gboolean *)user_data = TRUE;
}

static void
peer_start (Peer *self)
{
  gboolean is_started = FALSE;

  state_sync_engine_start_async (self->engine, NULL, on_started, &is_started);
  while (!is_started)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_for (Peer *self, const char *shown)
{
  while (g_strcmp0 (self->shown, shown) != 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  self->root = g_build_filename (test_session_get_folder (self->session), "broadcast", NULL);
  peer_init (&self->peers[0], self->root);
  peer_init (&self->peers[1], self->root);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  peer_clear (&self->peers[0]);
  peer_clear (&self->peers[1]);
  g_free (self->root);
  test_session_free (self->session);
}

/* --- writing --- */

typedef struct
{
  gboolean is_done;
  guint64 revision;
  char *instance;
  GError *error;
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_clear_pointer (&outcome->instance, g_free);
  g_clear_error (&outcome->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static void
on_committed (GObject *writer, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;
  gsize n_revisions;
  g_autofree guint64 *revisions = state_sync_writer_commit_finish (
      STATE_SYNC_WRITER (writer), result, &n_revisions, &outcome->instance, &outcome->error);

  if (revisions != NULL)
    outcome->revision = revisions[0];
  outcome->is_done = TRUE;
}

static void
begin_merge (
    Peer *self, const char *topic, const char *patch, const char *instance, Outcome *outcome)
{
  g_autoptr (GPtrArray) writes =
      g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);
  g_autoptr (GBytes) data = g_bytes_new (patch, strlen (patch));
  g_autoptr (StateSyncTransaction) transaction = NULL;
  StateSyncWrite *write = state_sync_write_new (topic, data);

  write->mode = STATE_SYNC_WRITE_MERGE;
  g_ptr_array_add (writes, write);
  transaction = state_sync_transaction_new_for_writes (writes);
  state_sync_writer_commit_async (STATE_SYNC_WRITER (self->broadcast), transaction, instance, NULL,
                                  on_committed, outcome);
}

static void
wait_for_outcome (Outcome *outcome)
{
  while (!outcome->is_done)
    g_main_context_iteration (NULL, TRUE);
}

static void
merge (Peer *self, const char *topic, const char *patch)
{
  g_auto (Outcome) outcome = { 0 };

  begin_merge (self, topic, patch, NULL, &outcome);
  wait_for_outcome (&outcome);
  g_assert_no_error (outcome.error);
}

/* --- following --- */

static void
test_follow (Fixture *self, gconstpointer data)
{
  peer_start (&self->peers[0]);
  g_assert_cmpstr (self->peers[0].shown, ==, "0 null");
  merge (&self->peers[1], "t", "{\"a\":1}");
  wait_for (&self->peers[0], "1 {\"a\":1}");
  merge (&self->peers[0], "t", "{\"b\":2}");
  wait_for (&self->peers[0], "2 {\"a\":1,\"b\":2}");

  peer_start (&self->peers[1]);
  g_assert_cmpstr (self->peers[1].shown, ==, "2 {\"a\":1,\"b\":2}");
}

static void
test_other_topics_don_t_wake (Fixture *self, gconstpointer data)
{
  StateSyncCounters counters;

  peer_start (&self->peers[0]);
  merge (&self->peers[1], "u", "{\"a\":1}");
  merge (&self->peers[1], "t", "{\"a\":1}");
  wait_for (&self->peers[0], "1 {\"a\":1}");
  state_sync_engine_get_counters (self->peers[0].engine, &counters);
  g_assert_cmpuint (counters.invalidations, ==, 1);
}

static void
test_two_followers_of_one_topic (Fixture *self, gconstpointer data)
{
  Peer third = { 0 };

  third.broadcast = g_object_ref (self->peers[0].broadcast);
  third.engine = state_sync_engine_new (STATE_SYNC_INVALIDATION_SOURCE (third.broadcast),
                                        STATE_SYNC_SNAPSHOT_PROVIDER (third.broadcast), "t", NULL,
                                        on_apply, &third, NULL);
  peer_start (&self->peers[0]);
  peer_start (&third);
  merge (&self->peers[1], "t", "{\"a\":1}");
  wait_for (&self->peers[0], "1 {\"a\":1}");
  wait_for (&third, "1 {\"a\":1}");

  state_sync_engine_stop (self->peers[0].engine);
  merge (&self->peers[1], "t", "{\"a\":2}");
  wait_for (&third, "2 {\"a\":2}");
  g_assert_cmpstr (self->peers[0].shown, ==, "1 {\"a\":1}");
  peer_clear (&third);
}

static void
test_poke (Fixture *self, gconstpointer data)
{
  StateSyncCounters counters;

  peer_start (&self->peers[0]);
  state_sync_broadcast_poke (self->peers[0].broadcast, "u", 1);
  state_sync_broadcast_poke (self->peers[0].broadcast, "t", 0);
  state_sync_engine_get_counters (self->peers[0].engine, &counters);
  g_assert_cmpuint (counters.invalidations, ==, 1);
  g_assert_cmpuint (counters.pulls, ==, 1);
  state_sync_broadcast_poke (self->peers[0].broadcast, "t", 1);
  state_sync_engine_get_counters (self->peers[0].engine, &counters);
  g_assert_cmpuint (counters.pulls, ==, 2);
}

static void
on_signal (StateSyncBroadcast *broadcast, const char *topic, guint64 revision, GString *line)
{
  g_string_append_printf (line, "%s %" G_GUINT64_FORMAT ";", topic, revision);
}

static void
test_committed_is_told_by_the_writer_alone (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) first = g_string_new (NULL);
  g_autoptr (GString) second = g_string_new (NULL);

  g_signal_connect (self->peers[0].broadcast, "committed", G_CALLBACK (on_signal), first);
  g_signal_connect (self->peers[1].broadcast, "committed", G_CALLBACK (on_signal), second);
  peer_start (&self->peers[1]);
  merge (&self->peers[0], "t", "{\"a\":1}");
  wait_for (&self->peers[1], "1 {\"a\":1}");
  g_assert_cmpstr (first->str, ==, "t 1;");
  g_assert_cmpstr (second->str, ==, "");
}

/* --- writing --- */

static void
test_writes_keep_their_order (Fixture *self, gconstpointer data)
{
  Outcome outcomes[100] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    {
      g_autofree char *patch = g_strdup_printf ("{\"a\":%u}", i);

      begin_merge (&self->peers[0], "t", patch, NULL, &outcomes[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    {
      wait_for_outcome (&outcomes[i]);
      g_assert_cmpuint (outcomes[i].revision, ==, i + 1);
      outcome_clear (&outcomes[i]);
    }
}

static void
test_meant_for_another_instance (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) refused = { 0 };
  g_auto (Outcome) made = { 0 };
  g_autofree char *instance = NULL;

  begin_merge (&self->peers[0], "t", "{\"a\":1}", "another", &refused);
  wait_for_outcome (&refused);
  g_assert_error (refused.error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_UNAVAILABLE);

  instance = state_sync_invalidation_source_dup_instance (
      STATE_SYNC_INVALIDATION_SOURCE (self->peers[0].broadcast));
  begin_merge (&self->peers[0], "t", "{\"a\":1}", instance, &made);
  wait_for_outcome (&made);
  g_assert_no_error (made.error);
  g_assert_cmpstr (made.instance, ==, instance);
}

/* --- the folder --- */

static void
remove_all (const char *path)
{
  const char *argv[] = { "rm", "-r", path, NULL };
  int status;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                NULL);
  g_assert_cmpint (status, ==, 0);
}

static void
test_folder_removed (Fixture *self, gconstpointer data)
{
  peer_start (&self->peers[0]);
  merge (&self->peers[1], "t", "{\"a\":1}");
  merge (&self->peers[1], "t", "{\"a\":2}");
  wait_for (&self->peers[0], "2 {\"a\":2}");

  remove_all (self->root);
  wait_for (&self->peers[0], "0 null");
  merge (&self->peers[1], "t", "{\"b\":1}");
  wait_for (&self->peers[0], "1 {\"b\":1}");
}

static void
test_topic_s_folder_moved (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = state_sync_state_path_for_topic (self->root, "t");
  g_autofree char *aside = g_strconcat (folder, ".aside", NULL);
  g_autofree char *copy = g_build_filename (aside, "state", NULL);
  g_autofree char *state = g_build_filename (folder, "state", NULL);

  peer_start (&self->peers[0]);
  merge (&self->peers[1], "t", "{\"a\":1}");
  wait_for (&self->peers[0], "1 {\"a\":1}");

  g_assert_no_errno (g_rename (folder, aside));
  while (self->peers[0].n_failures == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_errno (g_rename (copy, state));
  merge (&self->peers[1], "t", "{\"a\":2}");
  wait_for (&self->peers[0], "2 {\"a\":2}");
}

static void
test_cannot_be_made (Fixture *self, gconstpointer data)
{
  gboolean is_done = FALSE;

  g_file_set_contents (self->root, "a file is in the way", -1, NULL);
  state_sync_engine_start_async (self->peers[0].engine, NULL, NULL, NULL);
  while (self->peers[0].n_failures == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (self->peers[0].shown);

  g_assert_no_errno (g_unlink (self->root));
  state_sync_engine_start_async (self->peers[0].engine, NULL, on_started, &is_done);
  while (!is_done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (self->peers[0].shown, ==, "0 null");
}

/* --- coming and going --- */

static void
test_dropped_with_jobs_under_way (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 200; i++)
    {
      Peer peer = { 0 };
      g_auto (Outcome) outcome = { 0 };

      peer_init (&peer, self->root);
      state_sync_engine_start_async (peer.engine, NULL, NULL, NULL);
      begin_merge (&peer, "t", "{\"a\":1}", NULL, &outcome);
      peer_clear (&peer);
      wait_for_outcome (&outcome);
    }
}

static void
test_follow_and_leave (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 200; i++)
    {
      Peer peer = { 0 };

      peer.broadcast = g_object_ref (self->peers[0].broadcast);
      peer.engine = state_sync_engine_new (STATE_SYNC_INVALIDATION_SOURCE (peer.broadcast),
                                           STATE_SYNC_SNAPSHOT_PROVIDER (peer.broadcast), "t", NULL,
                                           on_apply, &peer, NULL);
      if (i % 2 == 0)
        state_sync_engine_start_async (peer.engine, NULL, NULL, NULL);
      else
        peer_start (&peer);
      peer_clear (&peer);
    }
  peer_start (&self->peers[0]);
  merge (&self->peers[1], "t", "{\"a\":1}");
  wait_for (&self->peers[0], "1 {\"a\":1}");
}

#define test_add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/broadcast/transport/follow", test_follow);
  test_add ("/broadcast/transport/other-topics-don-t-wake", test_other_topics_don_t_wake);
  test_add ("/broadcast/transport/two-followers-of-one-topic", test_two_followers_of_one_topic);
  test_add ("/broadcast/transport/poke", test_poke);
  test_add ("/broadcast/transport/committed-is-told-by-the-writer-alone",
            test_committed_is_told_by_the_writer_alone);
  test_add ("/broadcast/transport/writes-keep-their-order", test_writes_keep_their_order);
  test_add ("/broadcast/transport/meant-for-another-instance", test_meant_for_another_instance);
  test_add ("/broadcast/transport/folder-removed", test_folder_removed);
  test_add ("/broadcast/transport/topic-s-folder-moved", test_topic_s_folder_moved);
  test_add ("/broadcast/transport/cannot-be-made", test_cannot_be_made);
  test_add ("/broadcast/transport/dropped-with-jobs-under-way", test_dropped_with_jobs_under_way);
  test_add ("/broadcast/transport/follow-and-leave", test_follow_and_leave);

  return g_test_run ();
}
