/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A list of topics is followed like a topic: signals say that it may have changed, ListTopics says
 * to what. So an engine follows it, with all that it knows of retries, bursts and instances. What a
 * list does not have is a revision: what is heard, and what is asked, is counted instead, so that
 * an answer is newer than all that was heard before it was asked for.
 *
 * A signal names its topic, and a topic that changed is a new one, another revision or one that is
 * gone; all others are as they were. So what is asked for next is not the whole namespace but the
 * narrowest one that holds all that was heard of, which for one topic is the topic itself. The
 * whole is asked for whenever something may have been missed: at first, of another instance, after
 * signals were asked for anew, after an error, and for no stated reason.
 */

#include "transports/bus/bus-listing.h"

#include "engine/subscription.h"
#include "protocol/name.h"
#include "statesync/snapshot.h"
#include "transports/bus/bus-error.h"

struct _StateSyncBusListing
{
  GObject parent_instance;

  StateSyncBusPeer *peer;
  StateSyncBusSource *source;
  char *namespace_;
  gulong instance_handler;
  gulong heard_handler;
  StateSyncSubscription *asked;      /* (nullable): to all topics inside, at the source */
  StateSyncSubscription *subscriber; /* (nullable): who is told */
  guint64 count;
  char *heard; /* (nullable): what holds all that was heard of since the last question */
  gboolean may_have_missed;
};

static void source_init (StateSyncInvalidationSourceInterface *iface);
static void provider_init (StateSyncSnapshotProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StateSyncBusListing,
                               state_sync_bus_listing,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_INVALIDATION_SOURCE,
                                                      source_init)
                                   G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_SNAPSHOT_PROVIDER,
                                                          provider_init))

/* --- what changed --- */

static gboolean
is_inside (StateSyncBusListing *self, const char *topic)
{
  return *self->namespace_ == '\0' || state_sync_name_is_in (topic, self->namespace_);
}

static void
miss (StateSyncBusListing *self)
{
  self->may_have_missed = TRUE;
}

/* Widens what was heard of until @topic is inside. */
static void
note (StateSyncBusListing *self, const char *topic)
{
  if (self->heard == NULL)
    self->heard = g_strdup (topic);
  while (!state_sync_name_is_in (topic, self->heard))
    {
      if (state_sync_name_widen (self->heard) && is_inside (self, self->heard))
        continue;
      miss (self);
      return;
    }
}

static void
on_heard (StateSyncBusSource *source,
          const char *topic,
          guint64 revision,
          StateSyncBusListing *self)
{
  g_autoptr (StateSyncSubscription) subscriber = NULL;

  if (self->subscriber == NULL || !is_inside (self, topic))
    return;

  note (self, topic);
  subscriber = g_object_ref (self->subscriber);
  state_sync_subscription_invalidate (subscriber, ++self->count,
                                      state_sync_bus_peer_get_instance (self->peer));
}

/* --- signals --- */

/* Said once more when signals were asked for anew. */
static void
on_ready (gpointer user_data)
{
  StateSyncBusListing *self = user_data;
  g_autoptr (StateSyncSubscription) subscriber = g_object_ref (self->subscriber);

  miss (self);
  state_sync_subscription_hand_over (subscriber);
  state_sync_subscription_ready (subscriber);
}

static void
on_failed (const GError *error, gpointer user_data)
{
  StateSyncBusListing *self = user_data;
  g_autoptr (StateSyncSubscription) subscriber = g_steal_pointer (&self->subscriber);

  g_clear_object (&self->asked);
  state_sync_subscription_fail (subscriber, error);
}

static void
on_error (const GError *error, gpointer user_data)
{
  StateSyncBusListing *self = user_data;
  g_autoptr (StateSyncSubscription) subscriber = g_object_ref (self->subscriber);

  miss (self);
  state_sync_subscription_report_error (subscriber, error);
}

/* What is told by name comes as `heard`. */
static const StateSyncSubscriptionFuncs asked_funcs = {
  .ready = on_ready,
  .failed = on_failed,
  .error = on_error,
};

static void
subscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  StateSyncBusListing *self = STATE_SYNC_BUS_LISTING (source);
  g_autoptr (GRefString) namespace_ = g_ref_string_new (self->namespace_);

  g_set_object (&self->subscriber, subscription);
  self->asked = state_sync_subscription_new (namespace_, &asked_funcs, self);
  state_sync_bus_source_subscribe_inside (self->source, self->asked);
}

static void
unsubscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  StateSyncBusListing *self = STATE_SYNC_BUS_LISTING (source);
  g_autoptr (StateSyncSubscription) asked = g_steal_pointer (&self->asked);

  g_clear_object (&self->subscriber);
  state_sync_subscription_close (asked);
  state_sync_invalidation_source_unsubscribe (STATE_SYNC_INVALIDATION_SOURCE (self->source), asked);
}

static char *
dup_instance (StateSyncInvalidationSource *source)
{
  StateSyncBusListing *self = STATE_SYNC_BUS_LISTING (source);

  return g_strdup (state_sync_bus_peer_get_instance (self->peer));
}

static void
on_instance_changed (StateSyncBusSource *source, StateSyncBusListing *self)
{
  g_autoptr (StateSyncBusListing) alive G_GNUC_UNUSED = g_object_ref (self);

  miss (self);
  state_sync_invalidation_source_instance_changed (STATE_SYNC_INVALIDATION_SOURCE (self));
}

/* --- asking what there is --- */

typedef struct
{
  StateSyncBusListing *listing; /* owned */
  StateSyncPull *pull;          /* owned */
  char *part;
  guint64 count;
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->listing);
  g_object_unref (question->pull);
  g_free (question->part);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
fail (Question *question, GError *error)
{
  miss (question->listing);
  state_sync_bus_error_explain (error);
  state_sync_pull_return_error (question->pull, error);
}

static void
on_listed (GObject *proxy, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (GVariant) topics = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GBytes) data = NULL;
  g_autoptr (StateSyncSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;

  if (!state_sync_bus_service_call_list_topics_finish (STATE_SYNC_BUS_SERVICE (proxy), &topics,
                                                       result, &error))
    {
      fail (question, error);
      return;
    }

  answer = g_variant_ref_sink (g_variant_new ("(s@a(st))", question->part, topics));
  data = g_variant_get_data_as_bytes (answer);
  snapshot =
      state_sync_snapshot_new_from (question->count, data, state_sync_bus_instance_of (proxy));
  state_sync_pull_return_snapshot (question->pull, snapshot);
}

/* Takes all that was heard of until now. */
static void
on_found (GObject *peer, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  StateSyncBusListing *self = question->listing;
  g_autofree char *heard = g_steal_pointer (&self->heard);
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncBusService) proxy =
      state_sync_bus_peer_find_finish (STATE_SYNC_BUS_PEER (peer), result, &error);

  if (proxy == NULL)
    {
      fail (question, error);
      return;
    }

  question->part = g_strdup (self->may_have_missed || heard == NULL ? self->namespace_ : heard);
  question->count = ++self->count;
  self->may_have_missed = FALSE;
  state_sync_bus_service_call_list_topics (proxy, question->part, G_DBUS_CALL_FLAGS_NONE, -1,
                                           state_sync_pull_get_cancellable (question->pull),
                                           on_listed, question);
  g_steal_pointer (&question);
}

static void
get_snapshot (StateSyncSnapshotProvider *provider, StateSyncPull *pull)
{
  StateSyncBusListing *self = STATE_SYNC_BUS_LISTING (provider);
  Question *question = g_new0 (Question, 1);

  question->listing = g_object_ref (self);
  question->pull = g_object_ref (pull);
  state_sync_bus_peer_find_async (self->peer, state_sync_pull_get_cancellable (pull), on_found,
                                  question);
}

/* --- the object --- */

StateSyncBusListing *
state_sync_bus_listing_new (StateSyncBusPeer *peer,
                            StateSyncBusSource *source,
                            const char *namespace_)
{
  StateSyncBusListing *self = g_object_new (STATE_SYNC_TYPE_BUS_LISTING, NULL);

  self->peer = g_object_ref (peer);
  self->source = g_object_ref (source);
  self->namespace_ = g_strdup (namespace_);
  self->may_have_missed = TRUE;
  self->instance_handler =
      g_signal_connect (source, "instance-changed", G_CALLBACK (on_instance_changed), self);
  self->heard_handler = g_signal_connect (source, "heard", G_CALLBACK (on_heard), self);
  return self;
}

/* Its engine has unsubscribed. */
static void
state_sync_bus_listing_finalize (GObject *object)
{
  StateSyncBusListing *self = STATE_SYNC_BUS_LISTING (object);

  g_signal_handler_disconnect (self->source, self->instance_handler);
  g_signal_handler_disconnect (self->source, self->heard_handler);
  g_object_unref (self->source);
  g_object_unref (self->peer);
  g_free (self->namespace_);
  g_free (self->heard);

  G_OBJECT_CLASS (state_sync_bus_listing_parent_class)->finalize (object);
}

static void
state_sync_bus_listing_class_init (StateSyncBusListingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = state_sync_bus_listing_finalize;
}

static void
state_sync_bus_listing_init (StateSyncBusListing *self)
{
}

static void
source_init (StateSyncInvalidationSourceInterface *iface)
{
  iface->subscribe = subscribe;
  iface->unsubscribe = unsubscribe;
  iface->dup_instance = dup_instance;
}

static void
provider_init (StateSyncSnapshotProviderInterface *iface)
{
  iface->get_snapshot = get_snapshot;
}
