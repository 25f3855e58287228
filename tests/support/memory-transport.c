/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "support/memory-transport.h"

#include "protocol/error.h"

struct _TestMemoryTransport
{
  GObject parent_instance;

  guint64 revision;
  char *instance;
  gboolean name_instance;

  GPtrArray *subscriptions; /* of StateSyncSubscription, owned, ready or not */
  gboolean hold_subscribes;
  guint n_refusals;
  guint n_subscribes;

  GQueue pulls; /* of Waiting */
  gboolean hold_pulls;
  gboolean answer_twice;
  guint n_failures;
  gint refusal; /* -1 = none */
  guint n_pulls;

  gboolean is_at_hand;
  StateSyncSnapshot *other_at_hand; /* (nullable) */
};

/* A pull, and what was there when it was sent. */
typedef struct
{
  StateSyncPull *pull;
  guint64 revision;
  char *instance;
} Waiting;

static void
waiting_free (gpointer data)
{
  Waiting *waiting = data;

  g_object_unref (waiting->pull);
  g_free (waiting->instance);
  g_free (waiting);
}

static void source_init (StateSyncInvalidationSourceInterface *iface);
static void provider_init (StateSyncSnapshotProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestMemoryTransport,
                               test_memory_transport,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_INVALIDATION_SOURCE,
                                                      source_init)
                                   G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_SNAPSHOT_PROVIDER,
                                                          provider_init))

/* --- the source --- */

static void
refuse (StateSyncSubscription *subscription)
{
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "refused by the test");

  state_sync_subscription_fail (subscription, error);
}

static void
memory_subscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  TestMemoryTransport *self = TEST_MEMORY_TRANSPORT (source);

  self->n_subscribes++;
  if (self->n_refusals > 0)
    {
      self->n_refusals--;
      refuse (subscription);
      return;
    }

  g_ptr_array_add (self->subscriptions, g_object_ref (subscription));
  if (!self->hold_subscribes)
    state_sync_subscription_ready (subscription);
}

static void
memory_unsubscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  TestMemoryTransport *self = TEST_MEMORY_TRANSPORT (source);

  g_assert_true (g_ptr_array_remove (self->subscriptions, subscription));
}

static char *
memory_dup_instance (StateSyncInvalidationSource *source)
{
  return g_strdup (TEST_MEMORY_TRANSPORT (source)->instance);
}

static void
source_init (StateSyncInvalidationSourceInterface *iface)
{
  iface->subscribe = memory_subscribe;
  iface->unsubscribe = memory_unsubscribe;
  iface->dup_instance = memory_dup_instance;
}

/* Whoever is told may subscribe or unsubscribe. */
static GPtrArray *
copy_subscriptions (TestMemoryTransport *self)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->subscriptions->len; i++)
    g_ptr_array_add (copy, g_object_ref (g_ptr_array_index (self->subscriptions, i)));
  return copy;
}

void
test_memory_transport_tell (TestMemoryTransport *self, guint64 revision, const char *instance)
{
  g_autoptr (GPtrArray) subscriptions = copy_subscriptions (self);

  for (guint i = 0; i < subscriptions->len; i++)
    state_sync_subscription_invalidate (g_ptr_array_index (subscriptions, i), revision, instance);
}

void
test_memory_transport_tell_trouble (TestMemoryTransport *self)
{
  g_autoptr (GPtrArray) subscriptions = copy_subscriptions (self);
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "trouble made by the test");

  for (guint i = 0; i < subscriptions->len; i++)
    state_sync_subscription_report_error (g_ptr_array_index (subscriptions, i), error);
}

void
test_memory_transport_hold_subscribes (TestMemoryTransport *self)
{
  self->hold_subscribes = TRUE;
}

void
test_memory_transport_ready (TestMemoryTransport *self)
{
  g_autoptr (GPtrArray) subscriptions = copy_subscriptions (self);

  self->hold_subscribes = FALSE;
  for (guint i = 0; i < subscriptions->len; i++)
    state_sync_subscription_ready (g_ptr_array_index (subscriptions, i));
}

void
test_memory_transport_refuse (TestMemoryTransport *self, guint n_subscribes)
{
  if (!self->hold_subscribes)
    {
      self->n_refusals = n_subscribes;
      return;
    }

  while (self->subscriptions->len > 0)
    {
      g_autoptr (StateSyncSubscription) subscription =
          g_ptr_array_steal_index (self->subscriptions, 0);

      refuse (subscription);
    }
}

/* --- the provider --- */

static const char *
say_instance (TestMemoryTransport *self)
{
  return self->name_instance ? self->instance : NULL;
}

static StateSyncSnapshot *
make_snapshot (guint64 revision, const char *instance)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, revision);
  g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));

  return state_sync_snapshot_new_from (revision, data, instance);
}

static void
give (StateSyncPull *pull, guint64 revision, const char *instance)
{
  g_autoptr (StateSyncSnapshot) snapshot = make_snapshot (revision, instance);

  state_sync_pull_return_snapshot (pull, snapshot);
}

static void
fail (StateSyncPull *pull)
{
  state_sync_pull_return_error_literal (pull, G_IO_ERROR, G_IO_ERROR_FAILED, "failed by the test");
}

static void
memory_get_snapshot (StateSyncSnapshotProvider *provider, StateSyncPull *pull)
{
  TestMemoryTransport *self = TEST_MEMORY_TRANSPORT (provider);

  self->n_pulls++;
  if (self->refusal >= 0)
    {
      state_sync_pull_return_error_literal (pull, STATE_SYNC_ERROR, self->refusal,
                                            "refused by the test");
    }
  else if (self->n_failures > 0)
    {
      self->n_failures--;
      fail (pull);
    }
  else if (self->hold_pulls)
    {
      Waiting *waiting = g_new (Waiting, 1);

      *waiting = (Waiting){ g_object_ref (pull), self->revision, g_strdup (self->instance) };
      g_queue_push_tail (&self->pulls, waiting);
    }
  else
    {
      give (pull, self->revision, say_instance (self));
      if (self->answer_twice)
        give (pull, self->revision, say_instance (self));
    }
}

void
test_memory_transport_put_at_hand (TestMemoryTransport *self)
{
  self->is_at_hand = TRUE;
}

void
test_memory_transport_put_other_at_hand (TestMemoryTransport *self,
                                         guint64 revision,
                                         const char *instance)
{
  g_clear_pointer (&self->other_at_hand, state_sync_snapshot_unref);
  self->other_at_hand = make_snapshot (revision, instance);
}

static StateSyncSnapshot *
memory_peek_snapshot (StateSyncSnapshotProvider *provider, const char *topic)
{
  TestMemoryTransport *self = TEST_MEMORY_TRANSPORT (provider);

  if (self->other_at_hand != NULL)
    return state_sync_snapshot_ref (self->other_at_hand);
  return self->is_at_hand ? make_snapshot (self->revision, say_instance (self)) : NULL;
}

static void
provider_init (StateSyncSnapshotProviderInterface *iface)
{
  iface->get_snapshot = memory_get_snapshot;
  iface->peek_snapshot = memory_peek_snapshot;
}

static StateSyncPull *
next_pull (TestMemoryTransport *self)
{
  Waiting *waiting = g_queue_pop_head (&self->pulls);
  StateSyncPull *pull = g_object_ref (waiting->pull);

  waiting_free (waiting);
  return pull;
}

void
test_memory_transport_pick (TestMemoryTransport *self, guint n)
{
  g_queue_push_head (&self->pulls, g_queue_pop_nth (&self->pulls, n));
}

static gboolean
is_wanted (const Waiting *waiting)
{
  return !g_cancellable_is_cancelled (state_sync_pull_get_cancellable (waiting->pull));
}

gboolean
test_memory_transport_peek (TestMemoryTransport *self, guint64 *revision, const char **instance)
{
  const Waiting *waiting = g_queue_peek_head (&self->pulls);

  *revision = waiting->revision;
  *instance = waiting->instance;
  return is_wanted (waiting);
}

void
test_memory_transport_answer (TestMemoryTransport *self)
{
  test_memory_transport_answer_with (self, self->revision, say_instance (self));
}

void
test_memory_transport_answer_with (TestMemoryTransport *self,
                                   guint64 revision,
                                   const char *instance)
{
  g_autoptr (StateSyncPull) pull = next_pull (self);

  give (pull, revision, instance);
}

void
test_memory_transport_answer_nothing (TestMemoryTransport *self)
{
  g_autoptr (StateSyncPull) pull = next_pull (self);

  state_sync_pull_return_snapshot (pull, NULL);
}

void
test_memory_transport_answer_error (TestMemoryTransport *self)
{
  g_autoptr (StateSyncPull) pull = next_pull (self);

  fail (pull);
}

void
test_memory_transport_drop (TestMemoryTransport *self)
{
  g_object_unref (next_pull (self));
}

void
test_memory_transport_answer_twice (TestMemoryTransport *self)
{
  self->answer_twice = TRUE;
}

void
test_memory_transport_hold_pulls (TestMemoryTransport *self)
{
  self->hold_pulls = TRUE;
}

void
test_memory_transport_let_go (TestMemoryTransport *self)
{
  self->hold_pulls = FALSE;
  while (!g_queue_is_empty (&self->pulls))
    test_memory_transport_answer (self);
}

void
test_memory_transport_fail (TestMemoryTransport *self, guint n_pulls)
{
  self->n_failures = n_pulls;
}

void
test_memory_transport_refuse_pulls (TestMemoryTransport *self, gint code)
{
  self->refusal = code;
}

/* --- the state --- */

void
test_memory_transport_write (TestMemoryTransport *self)
{
  self->revision++;
}

void
test_memory_transport_set (TestMemoryTransport *self, guint64 revision)
{
  self->revision = revision;
}

guint64
test_memory_transport_get_revision (TestMemoryTransport *self)
{
  return self->revision;
}

void
test_memory_transport_set_instance (TestMemoryTransport *self, const char *instance)
{
  g_free (self->instance);
  self->instance = g_strdup (instance);
  state_sync_invalidation_source_instance_changed (STATE_SYNC_INVALIDATION_SOURCE (self));
}

const char *
test_memory_transport_get_instance (TestMemoryTransport *self)
{
  return self->instance;
}

void
test_memory_transport_name_instance (TestMemoryTransport *self, gboolean name)
{
  self->name_instance = name;
}

/* --- what was asked --- */

guint
test_memory_transport_get_n_pulls (TestMemoryTransport *self)
{
  return self->n_pulls;
}

guint
test_memory_transport_get_n_waiting (TestMemoryTransport *self)
{
  return g_queue_get_length (&self->pulls);
}

/* Of those that wait, how many are not cancelled. */
guint
test_memory_transport_get_n_wanted (TestMemoryTransport *self)
{
  guint n_wanted = 0;

  for (GList *l = self->pulls.head; l != NULL; l = l->next)
    {
      if (is_wanted (l->data))
        n_wanted++;
    }
  return n_wanted;
}

guint
test_memory_transport_get_n_listening (TestMemoryTransport *self)
{
  return self->subscriptions->len;
}

guint
test_memory_transport_get_n_subscribes (TestMemoryTransport *self)
{
  return self->n_subscribes;
}

/* --- the object --- */

TestMemoryTransport *
test_memory_transport_new (const char *instance)
{
  TestMemoryTransport *self = g_object_new (TEST_TYPE_MEMORY_TRANSPORT, NULL);

  self->instance = g_strdup (instance);
  return self;
}

static void
test_memory_transport_dispose (GObject *object)
{
  g_queue_clear_full (&TEST_MEMORY_TRANSPORT (object)->pulls, waiting_free);

  G_OBJECT_CLASS (test_memory_transport_parent_class)->dispose (object);
}

static void
test_memory_transport_finalize (GObject *object)
{
  TestMemoryTransport *self = TEST_MEMORY_TRANSPORT (object);

  g_clear_pointer (&self->other_at_hand, state_sync_snapshot_unref);
  g_ptr_array_unref (self->subscriptions);
  g_free (self->instance);

  G_OBJECT_CLASS (test_memory_transport_parent_class)->finalize (object);
}

static void
test_memory_transport_class_init (TestMemoryTransportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = test_memory_transport_dispose;
  object_class->finalize = test_memory_transport_finalize;
}

static void
test_memory_transport_init (TestMemoryTransport *self)
{
  self->refusal = -1;
  self->subscriptions = g_ptr_array_new_with_free_func (g_object_unref);
  self->name_instance = TRUE;
}
