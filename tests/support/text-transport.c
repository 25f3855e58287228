/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "support/text-transport.h"

struct _TestTextTransport
{
  GObject parent_instance;

  StateSyncSnapshot *state;
  GPtrArray *subscriptions; /* of StateSyncSubscription */
};

static void source_init (StateSyncInvalidationSourceInterface *iface);
static void provider_init (StateSyncSnapshotProviderInterface *iface);

static void
writer_init (StateSyncWriterInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestTextTransport,
                               test_text_transport,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_INVALIDATION_SOURCE,
                                                      source_init)
                                   G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_SNAPSHOT_PROVIDER,
                                                          provider_init)
                                       G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_WRITER, writer_init))

static void
subscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  g_ptr_array_add (TEST_TEXT_TRANSPORT (source)->subscriptions, g_object_ref (subscription));
  state_sync_subscription_ready (subscription);
}

static void
unsubscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  g_ptr_array_remove (TEST_TEXT_TRANSPORT (source)->subscriptions, subscription);
}

static void
source_init (StateSyncInvalidationSourceInterface *iface)
{
  iface->subscribe = subscribe;
  iface->unsubscribe = unsubscribe;
}

static void
get_snapshot (StateSyncSnapshotProvider *provider, StateSyncPull *pull)
{
  state_sync_pull_return_snapshot (pull, TEST_TEXT_TRANSPORT (provider)->state);
}

static StateSyncSnapshot *
peek_snapshot (StateSyncSnapshotProvider *provider, const char *topic)
{
  return state_sync_snapshot_ref (TEST_TEXT_TRANSPORT (provider)->state);
}

static void
provider_init (StateSyncSnapshotProviderInterface *iface)
{
  iface->get_snapshot = get_snapshot;
  iface->peek_snapshot = peek_snapshot;
}

static void
set (TestTextTransport *self, guint64 revision, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  g_clear_pointer (&self->state, state_sync_snapshot_unref);
  self->state = state_sync_snapshot_new (revision, bytes);
}

void
test_text_transport_set (TestTextTransport *self, const char *text)
{
  guint64 revision = state_sync_snapshot_get_revision (self->state) + 1;

  set (self, revision, text);
  for (guint i = 0; i < self->subscriptions->len; i++)
    state_sync_subscription_invalidate (g_ptr_array_index (self->subscriptions, i), revision, NULL);
}

static void
on_started (GObject *topic, GAsyncResult *result, gpointer is_started)
{
  g_autoptr (GError) error = NULL;

  state_sync_topic_start_finish (STATE_SYNC_TOPIC (topic), result, &error);
  g_assert_no_error (error);
  *(gboolean *)is_started = TRUE;
}

StateSyncTopic *
test_text_transport_follow (TestTextTransport *self)
{
  g_autoptr (StateSyncClient) client = state_sync_client_new_for_transport (
      STATE_SYNC_INVALIDATION_SOURCE (self), STATE_SYNC_SNAPSHOT_PROVIDER (self),
      STATE_SYNC_WRITER (self), NULL);
  StateSyncTopic *topic = state_sync_client_get_topic (client, "t");
  gboolean is_started = FALSE;

  state_sync_topic_start_async (topic, NULL, on_started, &is_started);
  while (!is_started)
    g_main_context_iteration (NULL, TRUE);
  return topic;
}

TestTextTransport *
test_text_transport_new (void)
{
  return g_object_new (TEST_TYPE_TEXT_TRANSPORT, NULL);
}

static void
test_text_transport_finalize (GObject *object)
{
  TestTextTransport *self = TEST_TEXT_TRANSPORT (object);

  state_sync_snapshot_unref (self->state);
  g_ptr_array_unref (self->subscriptions);

  G_OBJECT_CLASS (test_text_transport_parent_class)->finalize (object);
}

static void
test_text_transport_class_init (TestTextTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_text_transport_finalize;
}

static void
test_text_transport_init (TestTextTransport *self)
{
  set (self, 0, "null");
  self->subscriptions = g_ptr_array_new_with_free_func (g_object_unref);
}
