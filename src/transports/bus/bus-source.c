/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* This process is woken only for what it follows: signals are asked for by subject, which is one
 * topic, or a whole namespace where the app follows many topics of it, or lists them. Of whom they
 * are asked for, the bus or the instance that serves, and how, is bus-asking.h's.
 *
 * A subscription is ready once that has been confirmed: a pull that is sent after that misses
 * nothing. Where nobody is there to be asked, it is ready at once: the pull makes the bus start the
 * service.
 *
 * Whenever somebody else is to be asked, all is asked for anew. A subscription that was ready stays
 * so meanwhile, and once that is confirmed its follower pulls again; if it fails (the new
 * connection may be lost at once) it waits for the next who can be asked.
 *
 * All signals come to one handler. A message can also be sent to this connection alone, by anyone
 * and unasked: only what comes from the instance that is known is believed.
 */

#include "transports/bus/bus-source.h"

#include "engine/subscription.h"
#include "place/place.h"
#include "protocol/name.h"
#include "transports/bus/bus-asking.h"

struct _StateSyncBusSource
{
  GObject parent_instance;

  StateSyncBusPeer *peer;
  gulong connection_handler;
  gulong instance_handler;
  guint signal_id;
  const StateSyncBusAsking *asking;
  GObject *asked;        /* (nullable): who is asked, while there is anybody */
  char *namespace_;      /* (nullable): its topics share one subject */
  GHashTable *subjects;  /* of Subject */
  guint n_calls;         /* that ask, not answered yet */
  GPtrArray *ready;      /* of StateSyncSubscription: to be told when all are answered */
  GHashTable *followers; /* topic → GPtrArray of StateSyncSubscription */
  GPtrArray *listeners;  /* of StateSyncSubscription: to all inside of its topic */
};

enum
{
  HEARD,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* What signals are asked for. The table holds it while somebody needs it, and the call that asks
 * until it is answered, which may be later. */
typedef struct
{
  char *name;
  gboolean is_namespace;
  guint n_users;
  GCancellable *cancellable; /* (nullable): of what is asked and not answered yet */
  gboolean is_confirmed;
  GPtrArray *waiting; /* (nullable) of StateSyncSubscription: until that is answered */
} Subject;

static void iface_init (StateSyncInvalidationSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StateSyncBusSource,
                               state_sync_bus_source,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_INVALIDATION_SOURCE,
                                                      iface_init))

/* --- subjects --- */

static void
subject_clear (gpointer data)
{
  Subject *subject = data;

  g_free (subject->name);
  g_clear_object (&subject->cancellable);
  g_clear_pointer (&subject->waiting, g_ptr_array_unref);
}

static void
subject_unref (Subject *subject)
{
  g_rc_box_release_full (subject, subject_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Subject, subject_unref)

static guint
subject_hash (gconstpointer subject)
{
  return g_str_hash (((const Subject *)subject)->name);
}

static gboolean
subject_equal (gconstpointer a, gconstpointer b)
{
  const Subject *one = a;
  const Subject *other = b;

  return one->is_namespace == other->is_namespace && g_str_equal (one->name, other->name);
}

static gboolean
is_listener (StateSyncBusSource *self, StateSyncSubscription *subscription)
{
  return g_ptr_array_find (self->listeners, subscription, NULL);
}

/* The topic alone, or a namespace; where that can't be asked for, everything. */
static Subject
subject_of (StateSyncBusSource *self, StateSyncSubscription *subscription)
{
  const char *topic = state_sync_subscription_get_topic (subscription);
  const char *name = topic;
  gboolean is_namespace = TRUE;

  if (is_listener (self, subscription))
    name = self->asking->can_share (topic) ? topic : "";
  else if (self->namespace_ != NULL && state_sync_name_is_in (topic, self->namespace_))
    name = self->namespace_;
  else
    is_namespace = self->asking->is_namespace_always;
  return (Subject){ .name = (char *)name, .is_namespace = is_namespace };
}

static Subject *
find_subject (StateSyncBusSource *self, StateSyncSubscription *subscription)
{
  Subject key = subject_of (self, subscription);

  return g_hash_table_lookup (self->subjects, &key);
}

static Subject *
ensure_subject (StateSyncBusSource *self, StateSyncSubscription *subscription)
{
  Subject key = subject_of (self, subscription);
  Subject *subject = g_hash_table_lookup (self->subjects, &key);

  if (subject == NULL)
    {
      subject = g_rc_box_new0 (Subject);
      subject->name = g_strdup (key.name);
      subject->is_namespace = key.is_namespace;
      g_hash_table_add (self->subjects, subject);
    }
  return subject;
}

/* --- who follows what --- */

static void
add_follower (StateSyncBusSource *self, StateSyncSubscription *subscription)
{
  const char *topic = state_sync_subscription_get_topic (subscription);
  GPtrArray *followers = g_hash_table_lookup (self->followers, topic);

  if (followers == NULL)
    {
      followers = g_ptr_array_new_with_free_func (g_object_unref);
      g_hash_table_insert (self->followers, g_strdup (topic), followers);
    }
  g_ptr_array_add (followers, g_object_ref (subscription));
}

static void
remove_follower (StateSyncBusSource *self, StateSyncSubscription *subscription)
{
  const char *topic = state_sync_subscription_get_topic (subscription);
  GPtrArray *followers;

  if (g_ptr_array_remove (self->listeners, subscription))
    return;

  followers = g_hash_table_lookup (self->followers, topic);
  g_ptr_array_remove (followers, subscription);
  if (followers->len == 0)
    g_hash_table_remove (self->followers, topic);
}

static void
forget (StateSyncBusSource *self, StateSyncSubscription *subscription, Subject *subject)
{
  remove_follower (self, subscription);
  if (--subject->n_users == 0)
    g_hash_table_remove (self->subjects, subject);
}

/* --- asking --- */

/* What the answer is for. */
typedef struct
{
  StateSyncBusSource *source; /* owned */
  Subject *subject;           /* owned */
} Call;

static void
wait (Subject *subject, StateSyncSubscription *subscription)
{
  if (subject->waiting == NULL)
    subject->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  if (!g_ptr_array_find (subject->waiting, subscription, NULL))
    g_ptr_array_add (subject->waiting, g_object_ref (subscription));
}

/* Who is told may end the others' subscriptions, which then hear nothing. */
static void
fail_waiting (StateSyncBusSource *self, Subject *subject, const GError *error)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&subject->waiting);

  for (guint i = 0; waiting != NULL && i < waiting->len; i++)
    {
      StateSyncSubscription *subscription = g_ptr_array_index (waiting, i);

      if (!state_sync_subscription_is_open (subscription))
        continue;
      if (state_sync_subscription_is_ready (subscription))
        {
          wait (subject, subscription);
          state_sync_subscription_report_error (subscription, error);
          continue;
        }
      forget (self, subscription, subject);
      state_sync_subscription_fail (subscription, error);
    }
}

static void
release_waiting (StateSyncBusSource *self, Subject *subject)
{
  if (subject->waiting != NULL)
    g_ptr_array_extend_and_steal (self->ready, g_steal_pointer (&subject->waiting));
}

/* Answers come in order, but not in one turn of the main loop: topics that are started together
 * wait for the last of them, so that their first pulls travel together too. */
static void
tell_ready (StateSyncBusSource *self)
{
  g_autoptr (GPtrArray) ready = NULL;

  if (self->n_calls > 0)
    return;

  ready = g_steal_pointer (&self->ready);
  self->ready = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < ready->len; i++)
    {
      state_sync_subscription_hand_over (g_ptr_array_index (ready, i));
      state_sync_subscription_ready (g_ptr_array_index (ready, i));
    }
}

static void
take_answer (StateSyncBusSource *self, Subject *subject, const GError *error)
{
  g_clear_object (&subject->cancellable);
  subject->is_confirmed = error == NULL;
  if (error == NULL)
    release_waiting (self, subject);
  else
    fail_waiting (self, subject, error);
}

static void
on_answered (GObject *whom, GAsyncResult *result, gpointer user_data)
{
  g_autofree Call *call = user_data;
  g_autoptr (StateSyncBusSource) self = call->source;
  g_autoptr (Subject) subject = call->subject;
  g_autoptr (GError) error = NULL;

  self->asking->ask_finish (whom, result, &error);
  self->n_calls--;
  if (whom == self->asked)
    take_answer (self, subject, error);
  tell_ready (self);
}

static void
ask (StateSyncBusSource *self, Subject *subject)
{
  Call *call = g_new (Call, 1);

  *call = (Call){ g_object_ref (self), g_rc_box_acquire (subject) };
  self->n_calls++;
  subject->cancellable = g_cancellable_new ();
  self->asking->ask (self->peer, self->asked, subject->name, subject->is_namespace,
                     subject->cancellable, on_answered, call);
}

static void
give_up_asking (Subject *subject)
{
  g_cancellable_cancel (subject->cancellable);
  g_clear_object (&subject->cancellable);
}

static void
take_back (StateSyncBusSource *self, Subject *subject)
{
  if (self->asked == NULL)
    return;

  give_up_asking (subject);
  self->asking->take_back (self->peer, self->asked, subject->name, subject->is_namespace);
}

/* Nobody can be asked, and that is known. */
static gboolean
is_nobody_there (StateSyncBusSource *self)
{
  return self->asked == NULL && state_sync_bus_peer_is_known (self->peer);
}

static void
let_wait (StateSyncBusSource *self, GPtrArray *subscriptions)
{
  for (guint i = 0; i < subscriptions->len; i++)
    wait (find_subject (self, g_ptr_array_index (subscriptions, i)),
          g_ptr_array_index (subscriptions, i));
}

static void
let_all_wait (StateSyncBusSource *self)
{
  GHashTableIter iter;
  gpointer followers;

  let_wait (self, self->listeners);
  g_hash_table_iter_init (&iter, self->followers);
  while (g_hash_table_iter_next (&iter, NULL, &followers))
    let_wait (self, followers);
}

/* What @whom was asked for, or is to be asked for, is not what was confirmed. */
static void
turn_to (StateSyncBusSource *self, GObject *whom)
{
  GHashTableIter iter;
  gpointer item;

  g_set_object (&self->asked, whom);
  if (whom != NULL)
    {
      g_ptr_array_set_size (self->ready, 0);
      let_all_wait (self);
    }

  g_hash_table_iter_init (&iter, self->subjects);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      Subject *subject = item;

      give_up_asking (subject);
      subject->is_confirmed = FALSE;
      if (whom != NULL)
        ask (self, subject);
    }
}

/* Who is to be asked may be another one than before. */
static void
look_whom_to_ask (StateSyncBusSource *self)
{
  GObject *whom = self->asking->whom (self->peer);
  GHashTableIter iter;
  gpointer subject;

  if (whom != self->asked)
    turn_to (self, whom);
  if (!is_nobody_there (self))
    return;

  g_hash_table_iter_init (&iter, self->subjects);
  while (g_hash_table_iter_next (&iter, NULL, &subject))
    release_waiting (self, subject);
  tell_ready (self);
}

/* --- subscriptions --- */

/* It is among those who follow. */
static void
join (StateSyncBusSource *self, StateSyncSubscription *subscription)
{
  Subject *subject = ensure_subject (self, subscription);

  subject->n_users++;
  if (subject->is_confirmed || is_nobody_there (self))
    {
      state_sync_subscription_ready (subscription);
      return;
    }

  wait (subject, subscription);
  if (self->asked != NULL && subject->cancellable == NULL)
    ask (self, subject);
}

static void
subscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  StateSyncBusSource *self = STATE_SYNC_BUS_SOURCE (source);

  add_follower (self, subscription);
  join (self, subscription);
}

void
state_sync_bus_source_subscribe_inside (StateSyncBusSource *self,
                                        StateSyncSubscription *subscription)
{
  g_ptr_array_add (self->listeners, g_object_ref (subscription));
  join (self, subscription);
}

static void
unsubscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  StateSyncBusSource *self = STATE_SYNC_BUS_SOURCE (source);
  Subject *subject = find_subject (self, subscription);

  if (subject->waiting != NULL)
    g_ptr_array_remove (subject->waiting, subscription);
  if (subject->n_users == 1)
    take_back (self, subject);
  forget (self, subscription, subject);
}

/* --- what comes in --- */

static gpointer
copy_ref (gconstpointer object, gpointer user_data)
{
  return g_object_ref ((gpointer)object);
}

/* Copies: who is told may leave, or bring others. */
static void
tell_followers (StateSyncBusSource *self, GPtrArray *followers, guint64 revision)
{
  g_autoptr (GPtrArray) told = g_ptr_array_copy (followers, copy_ref, NULL);
  g_autofree char *instance = g_strdup (state_sync_bus_peer_get_instance (self->peer));

  g_ptr_array_set_free_func (told, g_object_unref);
  for (guint i = 0; i < told->len; i++)
    state_sync_subscription_invalidate (g_ptr_array_index (told, i), revision, instance);
}

static void
on_invalidated (GDBusConnection *connection,
                const char *sender,
                const char *object_path,
                const char *interface,
                const char *signal,
                GVariant *parameters,
                gpointer user_data)
{
  g_autoptr (StateSyncBusSource) self = g_object_ref (user_data);
  GPtrArray *followers;
  const char *topic;
  guint64 revision;

  if (!state_sync_bus_peer_is_sender (self->peer, sender) ||
      !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(st)")))
    return;

  g_variant_get (parameters, "(&st)", &topic, &revision);
  followers = g_hash_table_lookup (self->followers, topic);
  if (followers != NULL)
    tell_followers (self, followers, revision);
  if (self->listeners->len > 0)
    g_signal_emit (self, signals[HEARD], 0, topic, revision);
}

static char *
dup_instance (StateSyncInvalidationSource *source)
{
  StateSyncBusSource *self = STATE_SYNC_BUS_SOURCE (source);

  return g_strdup (state_sync_bus_peer_get_instance (self->peer));
}

/* --- the bus --- */

static void
listen (StateSyncBusSource *self)
{
  self->signal_id = g_dbus_connection_signal_subscribe (
      state_sync_bus_peer_get_connection (self->peer), NULL,
      state_sync_bus_service_interface_info ()->name, "Invalidated",
      state_sync_bus_peer_get_object_path (self->peer), NULL, G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE,
      on_invalidated, self, NULL);
}

static void
on_connection_changed (StateSyncBusPeer *peer, GDBusConnection *before, StateSyncBusSource *self)
{
  GHashTableIter iter;
  gpointer subject;

  g_dbus_connection_signal_unsubscribe (before, self->signal_id);
  listen (self);

  g_hash_table_iter_init (&iter, self->subjects);
  while (g_hash_table_iter_next (&iter, NULL, &subject))
    take_back (self, subject);
  look_whom_to_ask (self);
}

/* Asked before anybody pulls. */
static void
on_instance_changed (StateSyncBusPeer *peer, StateSyncBusSource *self)
{
  g_autoptr (StateSyncBusSource) alive G_GNUC_UNUSED = g_object_ref (self);

  look_whom_to_ask (self);
  state_sync_invalidation_source_instance_changed (STATE_SYNC_INVALIDATION_SOURCE (self));
}

/* --- the object --- */

static const StateSyncBusAsking *
choose_asking (StateSyncBusPeer *peer)
{
  if (state_sync_bus_peer_get_bus_name (peer) == NULL)
    return &state_sync_bus_unasked;
  if (state_sync_place_is_sandbox_facing (state_sync_bus_peer_get_object_path (peer)))
    return &state_sync_bus_subscribing;
  return &state_sync_bus_match_rules;
}

/* @namespace_ (nullable): topics inside it are asked for as one, so the process is woken for all of
 * them; unless it is one that can't be asked for. */
StateSyncInvalidationSource *
state_sync_bus_source_new (StateSyncBusPeer *peer, const char *namespace_)
{
  StateSyncBusSource *self = g_object_new (STATE_SYNC_TYPE_BUS_SOURCE, NULL);

  self->peer = g_object_ref (peer);
  self->asking = choose_asking (peer);
  if (namespace_ != NULL && self->asking->can_share (namespace_))
    self->namespace_ = g_strdup (namespace_);
  self->connection_handler =
      g_signal_connect (peer, "connection-changed", G_CALLBACK (on_connection_changed), self);
  self->instance_handler =
      g_signal_connect (peer, "instance-changed", G_CALLBACK (on_instance_changed), self);
  listen (self);
  look_whom_to_ask (self);
  return STATE_SYNC_INVALIDATION_SOURCE (self);
}

static void
state_sync_bus_source_finalize (GObject *object)
{
  StateSyncBusSource *self = STATE_SYNC_BUS_SOURCE (object);

  g_dbus_connection_signal_unsubscribe (state_sync_bus_peer_get_connection (self->peer),
                                        self->signal_id);
  g_signal_handler_disconnect (self->peer, self->connection_handler);
  g_signal_handler_disconnect (self->peer, self->instance_handler);
  g_clear_object (&self->asked);
  g_hash_table_unref (self->subjects);
  g_ptr_array_unref (self->ready);
  g_hash_table_unref (self->followers);
  g_ptr_array_unref (self->listeners);
  g_object_unref (self->peer);
  g_free (self->namespace_);

  G_OBJECT_CLASS (state_sync_bus_source_parent_class)->finalize (object);
}

static void
state_sync_bus_source_class_init (StateSyncBusSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = state_sync_bus_source_finalize;

  signals[HEARD] =
      g_signal_new ("heard", STATE_SYNC_TYPE_BUS_SOURCE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE, G_TYPE_UINT64);
}

static void
state_sync_bus_source_init (StateSyncBusSource *self)
{
  self->subjects =
      g_hash_table_new_full (subject_hash, subject_equal, (GDestroyNotify)subject_unref, NULL);
  self->ready = g_ptr_array_new_with_free_func (g_object_unref);
  self->followers =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  self->listeners = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
iface_init (StateSyncInvalidationSourceInterface *iface)
{
  iface->subscribe = subscribe;
  iface->unsubscribe = unsubscribe;
  iface->dup_instance = dup_instance;
}
