/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "binding/feed.h"

#include <string.h>

#include "protocol/json-merge.h"

struct _TestFeed
{
  GObject parent_instance;

  guint64 revision;
  GBytes *text;
  GPtrArray *subscriptions; /* of StateSyncSubscription, owned */
  GPtrArray *held;          /* of StateSyncCommit, owned */
  gboolean holds_commits;
  gboolean is_away;
  char *refusal; /* (nullable) */
  guint n_commits;
};

static void source_init (StateSyncInvalidationSourceInterface *iface);
static void provider_init (StateSyncSnapshotProviderInterface *iface);
static void writer_init (StateSyncWriterInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestFeed,
                               test_feed,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_INVALIDATION_SOURCE,
                                                      source_init)
                                   G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_SNAPSHOT_PROVIDER,
                                                          provider_init)
                                       G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_WRITER, writer_init))

#define INSTANCE "feed"

/* --- following --- */

static void
feed_subscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  g_ptr_array_add (TEST_FEED (source)->subscriptions, g_object_ref (subscription));
  state_sync_subscription_ready (subscription);
}

static void
feed_unsubscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  g_assert_true (g_ptr_array_remove (TEST_FEED (source)->subscriptions, subscription));
}

static char *
feed_dup_instance (StateSyncInvalidationSource *source)
{
  return TEST_FEED (source)->is_away ? NULL : g_strdup (INSTANCE);
}

static void
source_init (StateSyncInvalidationSourceInterface *iface)
{
  iface->subscribe = feed_subscribe;
  iface->unsubscribe = feed_unsubscribe;
  iface->dup_instance = feed_dup_instance;
}

void
test_feed_serve (TestFeed *self, gboolean serves)
{
  self->is_away = !serves;
  state_sync_invalidation_source_instance_changed (STATE_SYNC_INVALIDATION_SOURCE (self));
}

static void
feed_get_snapshot (StateSyncSnapshotProvider *provider, StateSyncPull *pull)
{
  TestFeed *self = TEST_FEED (provider);
  g_autoptr (StateSyncSnapshot) snapshot =
      state_sync_snapshot_new_from (self->revision, self->text, INSTANCE);

  state_sync_pull_return_snapshot (pull, snapshot);
}

static void
provider_init (StateSyncSnapshotProviderInterface *iface)
{
  iface->get_snapshot = feed_get_snapshot;
}

/* @text: (transfer full) */
static void
become (TestFeed *self, GBytes *text)
{
  g_autoptr (GPtrArray) subscriptions = g_ptr_array_new_with_free_func (g_object_unref);

  g_bytes_unref (self->text);
  self->text = text;
  self->revision++;

  /* Whoever is told may unsubscribe. */
  for (guint i = 0; i < self->subscriptions->len; i++)
    g_ptr_array_add (subscriptions, g_object_ref (g_ptr_array_index (self->subscriptions, i)));
  for (guint i = 0; i < subscriptions->len; i++)
    state_sync_subscription_invalidate (g_ptr_array_index (subscriptions, i), self->revision,
                                        INSTANCE);
}

void
test_feed_write (TestFeed *self, const char *text)
{
  become (self, g_bytes_new (text, strlen (text)));
}

void
test_feed_show (TestFeed *self, StateSyncTopic *topic, const char *text)
{
  test_feed_write (self, text);
  while (state_sync_topic_get_revision (topic) < self->revision)
    g_main_context_iteration (NULL, TRUE);
}

/* --- writing --- */

static void
settle (TestFeed *self, StateSyncCommit *commit)
{
  StateSyncTransaction *transaction = state_sync_commit_get_transaction (commit);
  g_autofree guint64 *revisions = NULL;
  guint n = state_sync_transaction_get_length (transaction);

  if (self->refusal != NULL)
    {
      state_sync_commit_return_error_literal (commit, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED,
                                              self->refusal);
      return;
    }

  revisions = g_new (guint64, n);
  for (guint i = 0; i < n; i++)
    {
      GBytes *data = state_sync_transaction_get_data (transaction, i);
      GBytes *text = state_sync_transaction_get_is_merge (transaction, i)
                         ? state_sync_json_merge (self->text, data)
                         : g_bytes_ref (data);

      if (g_bytes_equal (text, self->text))
        g_bytes_unref (text);
      else
        become (self, text);
      revisions[i] = self->revision;
    }
  state_sync_commit_return_revisions (commit, revisions, n, INSTANCE);
}

static void
feed_commit (StateSyncWriter *writer, StateSyncCommit *commit)
{
  TestFeed *self = TEST_FEED (writer);

  self->n_commits++;
  if (self->holds_commits)
    g_ptr_array_add (self->held, g_object_ref (commit));
  else
    settle (self, commit);
}

static void
writer_init (StateSyncWriterInterface *iface)
{
  iface->commit = feed_commit;
}

void
test_feed_refuse (TestFeed *self, const char *message)
{
  g_free (self->refusal);
  self->refusal = g_strdup (message);
}

void
test_feed_hold_commits (TestFeed *self)
{
  self->holds_commits = TRUE;
}

void
test_feed_let_go (TestFeed *self)
{
  self->holds_commits = FALSE;
  while (self->held->len > 0)
    {
      g_autoptr (StateSyncCommit) commit = g_ptr_array_steal_index (self->held, 0);

      settle (self, commit);
    }
}

guint
test_feed_get_n_commits (TestFeed *self)
{
  return self->n_commits;
}

char *
test_feed_dup_text (TestFeed *self)
{
  return g_strndup (g_bytes_get_data (self->text, NULL), g_bytes_get_size (self->text));
}

/* --- the topic --- */

StateSyncTopic *
test_feed_get_topic (TestFeed *self)
{
  g_autoptr (StateSyncClient) client = state_sync_client_new_for_transport (
      STATE_SYNC_INVALIDATION_SOURCE (self), STATE_SYNC_SNAPSHOT_PROVIDER (self),
      STATE_SYNC_WRITER (self), NULL);

  return state_sync_client_get_topic (client, "settings");
}

void
test_feed_start (StateSyncTopic *topic)
{
  g_autoptr (GError) error = NULL;

  state_sync_topic_start_sync (topic, NULL, &error);
  g_assert_no_error (error);
}

StateSyncTopic *
test_feed_follow (TestFeed *self)
{
  StateSyncTopic *topic = test_feed_get_topic (self);

  test_feed_start (topic);
  return topic;
}

/* --- the object --- */

static void
test_feed_finalize (GObject *object)
{
  TestFeed *self = TEST_FEED (object);

  g_bytes_unref (self->text);
  g_ptr_array_unref (self->subscriptions);
  g_ptr_array_unref (self->held);
  g_free (self->refusal);

  G_OBJECT_CLASS (test_feed_parent_class)->finalize (object);
}

static void
test_feed_class_init (TestFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_feed_finalize;
}

static void
test_feed_init (TestFeed *self)
{
  self->text = g_bytes_new_static ("null", 4);
  self->subscriptions = g_ptr_array_new_with_free_func (g_object_unref);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
}

TestFeed *
test_feed_new (void)
{
  return g_object_new (TEST_TYPE_FEED, NULL);
}
