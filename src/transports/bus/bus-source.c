/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The bus wakes this process only for what it follows: there is one match rule per topic, or one
 * for a whole namespace where the app follows many topics of it. The rules are added and removed
 * here, and not by GDBus, because its way tells nobody when the bus refuses one. A subscription
 * is complete once the bus has confirmed its rule; a pull that is sent after that misses nothing.
 *
 * A subscription that is ready stays, whatever becomes of its rule: on another connection the rule
 * is asked for anew, and if that fails (the new connection may be lost at once) it waits for the
 * next one.
 *
 * All rules feed one handler. A message can also be sent to this connection alone, by anyone and
 * without a rule: only what comes from the instance that has the name is believed.
 */

#include "transports/bus/bus-source.h"

#include "engine/subscription.h"
#include "protocol/name.h"

struct _StateSyncBusSource
{
  GObject parent_instance;

  StateSyncBusPeer *peer;
  gulong connection_handler;
  gulong instance_handler;
  guint signal_id;
  char *namespace_;      /* (nullable): its topics share one rule */
  GHashTable *rules;     /* topic, or the namespace → Rule */
  guint n_adding;        /* rules that the bus has not answered yet */
  GPtrArray *ready;      /* of StateSyncSubscription: to be told when it has answered all */
  GHashTable *followers; /* topic → GPtrArray of StateSyncSubscription */
};

/* A match rule on the bus. The table holds it while somebody needs it, and the call that adds it
 * until it is answered, which may be later. */
typedef struct
{
  char *subject;
  guint n_users;
  guint n_calls; /* that add it, not answered yet */
  gboolean is_confirmed;
  GPtrArray *waiting; /* (nullable) of StateSyncSubscription: until the bus has answered */
} Rule;

static void iface_init (StateSyncInvalidationSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StateSyncBusSource,
                               state_sync_bus_source,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_INVALIDATION_SOURCE,
                                                      iface_init))

/* --- rules --- */

static void
rule_clear (gpointer data)
{
  Rule *rule = data;

  g_free (rule->subject);
  g_clear_pointer (&rule->waiting, g_ptr_array_unref);
}

static void
rule_unref (Rule *rule)
{
  g_rc_box_release_full (rule, rule_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rule, rule_unref)

/* Between apostrophes all is literal but the apostrophe, which is written outside of them after
 * a backslash (D-Bus specification, "Match Rules"). */
static char *
quote (const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, "'", -1);
  g_autofree char *inner = g_strjoinv ("'\\''", parts);

  return g_strdup_printf ("'%s'", inner);
}

/* What the rule for a topic is about: the topic alone, or the namespace. */
static const char *
subject_of (StateSyncBusSource *self, const char *topic)
{
  gboolean is_shared = self->namespace_ != NULL && state_sync_name_is_in (topic, self->namespace_);

  return is_shared ? self->namespace_ : topic;
}

static Rule *
find_rule (StateSyncBusSource *self, StateSyncSubscription *subscription)
{
  const char *topic = state_sync_subscription_get_topic (subscription);

  return g_hash_table_lookup (self->rules, subject_of (self, topic));
}

static char *
rule_text (StateSyncBusSource *self, Rule *rule)
{
  g_autofree char *value = quote (rule->subject);

  return g_strdup_printf (
      "type='signal',sender='%s',path='%s',interface='%s',"
      "member='Invalidated',%s=%s",
      state_sync_bus_peer_get_bus_name (self->peer),
      state_sync_bus_peer_get_object_path (self->peer),
      state_sync_bus_service_interface_info ()->name,
      g_strcmp0 (rule->subject, self->namespace_) == 0 ? "arg0namespace" : "arg0", value);
}

static void
call_bus (StateSyncBusSource *self,
          GDBusConnection *connection,
          const char *method,
          Rule *rule,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
  g_autofree char *text = rule_text (self, rule);

  g_dbus_connection_call (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", method, g_variant_new ("(s)", text), NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, callback, user_data);
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
  GPtrArray *followers = g_hash_table_lookup (self->followers, topic);

  g_ptr_array_remove (followers, subscription);
  if (followers->len == 0)
    g_hash_table_remove (self->followers, topic);
}

/* --- subscriptions --- */

/* What the answer to a rule that was added is for. */
typedef struct
{
  StateSyncBusSource *source; /* owned */
  Rule *rule;                 /* owned */
} RuleCall;

static void
forget (StateSyncBusSource *self, StateSyncSubscription *subscription, Rule *rule)
{
  remove_follower (self, subscription);
  if (--rule->n_users == 0)
    g_hash_table_remove (self->rules, rule->subject);
}

static void
wait (Rule *rule, StateSyncSubscription *subscription)
{
  if (rule->waiting == NULL)
    rule->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  if (!g_ptr_array_find (rule->waiting, subscription, NULL))
    g_ptr_array_add (rule->waiting, g_object_ref (subscription));
}

/* Who is told may end the others' subscriptions, which then hear nothing. */
static void
fail_waiting (StateSyncBusSource *self, Rule *rule, const GError *error)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&rule->waiting);

  for (guint i = 0; waiting != NULL && i < waiting->len; i++)
    {
      StateSyncSubscription *subscription = g_ptr_array_index (waiting, i);

      if (!state_sync_subscription_is_open (subscription))
        continue;
      if (state_sync_subscription_is_ready (subscription))
        {
          wait (rule, subscription);
          state_sync_subscription_report_error (subscription, error);
          continue;
        }
      forget (self, subscription, rule);
      state_sync_subscription_fail (subscription, error);
    }
}

static void
tell_ready (StateSyncBusSource *self)
{
  g_autoptr (GPtrArray) ready = g_steal_pointer (&self->ready);

  self->ready = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < ready->len; i++)
    {
      state_sync_subscription_hand_over (g_ptr_array_index (ready, i));
      state_sync_subscription_ready (g_ptr_array_index (ready, i));
    }
}

static void
take_answer (StateSyncBusSource *self, Rule *rule, GError *error)
{
  rule->is_confirmed = error == NULL;
  if (error == NULL)
    {
      if (rule->waiting != NULL)
        g_ptr_array_extend_and_steal (self->ready, g_steal_pointer (&rule->waiting));
    }
  else
    {
      g_dbus_error_strip_remote_error (error);
      fail_waiting (self, rule, error);
    }
}

/* The bus answers in order, but not in one turn of the main loop: topics that are started together
 * wait for the last of them, so that their first pulls travel together too. */
static void
on_rule_added (GObject *connection, GAsyncResult *result, gpointer user_data)
{
  g_autofree RuleCall *call = user_data;
  g_autoptr (StateSyncBusSource) self = call->source;
  g_autoptr (Rule) rule = call->rule;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (connection), result, &error);

  self->n_adding--;
  rule->n_calls--;
  if (connection == G_OBJECT (state_sync_bus_peer_get_connection (self->peer)))
    take_answer (self, rule, error);
  if (self->n_adding == 0)
    tell_ready (self);
}

static void
send_rule (StateSyncBusSource *self, Rule *rule)
{
  RuleCall *call = g_new (RuleCall, 1);

  *call = (RuleCall){ g_object_ref (self), g_rc_box_acquire (rule) };
  self->n_adding++;
  rule->n_calls++;
  call_bus (self, state_sync_bus_peer_get_connection (self->peer), "AddMatch", rule, on_rule_added,
            call);
}

static Rule *
add_rule (StateSyncBusSource *self, const char *subject)
{
  Rule *rule = g_rc_box_new0 (Rule);

  rule->subject = g_strdup (subject);
  g_hash_table_insert (self->rules, rule->subject, rule);
  send_rule (self, rule);
  return rule;
}

static void
subscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  StateSyncBusSource *self = STATE_SYNC_BUS_SOURCE (source);
  Rule *rule = find_rule (self, subscription);

  if (rule == NULL)
    rule = add_rule (self, subject_of (self, state_sync_subscription_get_topic (subscription)));
  else if (!rule->is_confirmed && rule->n_calls == 0)
    send_rule (self, rule);
  rule->n_users++;
  add_follower (self, subscription);

  if (rule->is_confirmed)
    state_sync_subscription_ready (subscription);
  else
    wait (rule, subscription);
}

static void
unsubscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  StateSyncBusSource *self = STATE_SYNC_BUS_SOURCE (source);
  Rule *rule = find_rule (self, subscription);

  if (rule->waiting != NULL)
    g_ptr_array_remove (rule->waiting, subscription);
  if (rule->n_users == 1)
    call_bus (self, state_sync_bus_peer_get_connection (self->peer), "RemoveMatch", rule, NULL,
              NULL);
  forget (self, subscription, rule);
}

/* --- what comes in --- */

static gpointer
copy_ref (gconstpointer object, gpointer user_data)
{
  return g_object_ref ((gpointer)object);
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
  StateSyncBusSource *self = user_data;
  g_autoptr (GPtrArray) told = NULL;
  GPtrArray *followers;
  const char *topic;
  guint64 revision;

  if (g_strcmp0 (sender, state_sync_bus_peer_get_instance (self->peer)) != 0 ||
      !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(st)")))
    return;

  g_variant_get (parameters, "(&st)", &topic, &revision);
  followers = g_hash_table_lookup (self->followers, topic);
  if (followers == NULL)
    return;

  /* A copy: who is told may leave, or bring others. */
  told = g_ptr_array_copy (followers, copy_ref, NULL);
  g_ptr_array_set_free_func (told, g_object_unref);
  for (guint i = 0; i < told->len; i++)
    state_sync_subscription_invalidate (g_ptr_array_index (told, i), revision, sender);
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

/* Whoever listens waits once more, and pulls again once the new bus has the rule. */
static void
on_connection_changed (StateSyncBusPeer *peer, GDBusConnection *before, StateSyncBusSource *self)
{
  GHashTableIter iter;
  gpointer item;

  g_dbus_connection_signal_unsubscribe (before, self->signal_id);
  listen (self);
  g_ptr_array_set_size (self->ready, 0);

  g_hash_table_iter_init (&iter, self->followers);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      GPtrArray *followers = item;

      for (guint i = 0; i < followers->len; i++)
        wait (find_rule (self, g_ptr_array_index (followers, i)), g_ptr_array_index (followers, i));
    }

  g_hash_table_iter_init (&iter, self->rules);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      Rule *rule = item;

      call_bus (self, before, "RemoveMatch", rule, NULL, NULL);
      rule->is_confirmed = FALSE;
      send_rule (self, rule);
    }
}

/* --- the object --- */

/* The bus takes the beginning of a name of the bus, and nothing else (D-Bus specification, "Match
 * Rules"). */
static gboolean
is_filter (const char *namespace_)
{
  g_autofree char *name = g_strconcat (namespace_, ".a", NULL);

  return g_dbus_is_name (name) && !g_dbus_is_unique_name (name);
}

/* @namespace_ (nullable): topics inside it share one rule, so the process is woken for all of
 * them; unless it is one that the bus can't filter by. */
StateSyncInvalidationSource *
state_sync_bus_source_new (StateSyncBusPeer *peer, const char *namespace_)
{
  StateSyncBusSource *self = g_object_new (STATE_SYNC_TYPE_BUS_SOURCE, NULL);

  self->peer = g_object_ref (peer);
  if (namespace_ != NULL && is_filter (namespace_))
    self->namespace_ = g_strdup (namespace_);
  self->connection_handler =
      g_signal_connect (peer, "connection-changed", G_CALLBACK (on_connection_changed), self);
  self->instance_handler = g_signal_connect_swapped (
      peer, "instance-changed", G_CALLBACK (state_sync_invalidation_source_instance_changed), self);
  listen (self);
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
  g_hash_table_unref (self->rules);
  g_ptr_array_unref (self->ready);
  g_hash_table_unref (self->followers);
  g_object_unref (self->peer);
  g_free (self->namespace_);

  G_OBJECT_CLASS (state_sync_bus_source_parent_class)->finalize (object);
}

static void
state_sync_bus_source_class_init (StateSyncBusSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = state_sync_bus_source_finalize;
}

static void
state_sync_bus_source_init (StateSyncBusSource *self)
{
  self->rules = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)rule_unref);
  self->ready = g_ptr_array_new_with_free_func (g_object_unref);
  self->followers =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
}

static void
iface_init (StateSyncInvalidationSourceInterface *iface)
{
  iface->subscribe = subscribe;
  iface->unsubscribe = unsubscribe;
  iface->dup_instance = dup_instance;
}
