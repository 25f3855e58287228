/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A signal says that a topic may have changed; only the pull is the truth. The match rules are on
 * the bus before the first pull, so nothing is missed in between. At most one pull of a topic is
 * under way: whatever is invalidated meanwhile leads to one more.
 *
 * Revisions are compared within one instance of the service only. `generation` counts the owners
 * of its name: a snapshot pulled in an older generation is thrown away and pulled again, and the
 * first one of a generation is told whatever its revision is, for a service that comes back may
 * have lost what was not durable.
 *
 * When the service goes, nothing is called until its name has an owner again, so that a service
 * that stopped because it was idle stays stopped; but a pull that was cut off is made again at
 * once, which lets the bus start the service. A call that fails though the service has not
 * changed hands is made again after a while.
 */

#include "command/follower.h"

#include "command/status.h"

#define FIRST_DELAY_MSEC 500
#define LAST_DELAY_MSEC 8000

struct _Follower
{
  StateSyncBusService *service;
  GDBusConnection *connection;
  FollowerFunc changed;
  gpointer user_data;
  Loop *loop;
  Output *err;

  GCancellable *cancellable;
  GPtrArray *topics; /* of Topic */
  guint name_watch;
  char *owner; /* (nullable) of the service's name */
  guint generation;
  gboolean is_subscribing; /* the owner has yet to answer that; then all is pulled */
  gboolean is_waiting;
};

typedef struct
{
  Follower *follower;
  char *name;
  guint subscription;

  gboolean is_pulling;
  gboolean pull_again;
  guint pull_generation; /* in which the pull under way began */
  guint64 invalidated;   /* the newest revision heard of in this generation */

  guint generation; /* in which a state was told; 0 = never */
  guint64 revision; /* of that state */

  guint retry_source;
  guint delay_msec;
} Topic;

/* What an instance is asked for. */
typedef struct
{
  Follower *follower;
  guint generation;
} Subscribing;

static void pull (Topic *topic);

static gboolean
on_retry (gpointer user_data)
{
  Topic *topic = user_data;

  topic->retry_source = 0;
  pull (topic);
  return G_SOURCE_REMOVE;
}

static void
pull_failed (Topic *topic, GError *error)
{
  Follower *self = topic->follower;

  if (status_of_error (error) != STATUS_UNAVAILABLE)
    {
      loop_fail (self->loop, error);
      return;
    }

  if (!self->is_waiting)
    {
      g_autofree char *message = g_strconcat (error->message, "; trying again", NULL);

      output_message (self->err, STYLE_NOTE, message);
    }
  self->is_waiting = TRUE;
  g_error_free (error);
  topic->retry_source = g_timeout_add (topic->delay_msec, on_retry, topic);
  topic->delay_msec = MIN (topic->delay_msec * 2, LAST_DELAY_MSEC);
}

static void
apply (Topic *topic, StateSyncSnapshot *snapshot)
{
  Follower *self = topic->follower;
  guint64 revision = state_sync_snapshot_get_revision (snapshot);

  if (topic->generation == self->generation && revision <= topic->revision)
    return;

  topic->generation = self->generation;
  topic->revision = revision;
  self->changed (topic->name, snapshot, self->user_data);
}

static void
on_pulled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Topic *topic = user_data;
  g_autoptr (StateSyncSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  guint64 revision;

  if (bus_explain (state_sync_bus_service_call_get_snapshot_finish (
                       STATE_SYNC_BUS_SERVICE (source), &revision, &data, result, &error),
                   &error))
    snapshot = bus_snapshot_new (topic->name, revision, data, &error);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  topic->is_pulling = FALSE;
  if (topic->pull_generation != topic->follower->generation)
    {
      pull (topic);
      return;
    }
  if (snapshot == NULL)
    {
      pull_failed (topic, g_steal_pointer (&error));
      return;
    }

  topic->follower->is_waiting = FALSE;
  topic->delay_msec = FIRST_DELAY_MSEC;
  apply (topic, snapshot);
  if (topic->pull_again && topic->revision < topic->invalidated)
    pull (topic);
}

static void
pull (Topic *topic)
{
  Follower *self = topic->follower;

  topic->pull_again = topic->is_pulling;
  if (topic->is_pulling || self->is_subscribing)
    return;

  g_clear_handle_id (&topic->retry_source, g_source_remove);
  topic->is_pulling = TRUE;
  topic->pull_generation = self->generation;
  state_sync_bus_service_call_get_snapshot (self->service, topic->name, G_DBUS_CALL_FLAGS_NONE, -1,
                                            self->cancellable, on_pulled, topic);
}

static void
on_invalidated (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *signal,
                GVariant *parameters,
                gpointer user_data)
{
  Topic *topic = user_data;
  guint64 revision;

  /* What a former owner said is void, and every new one leads to a pull anyway. */
  if (g_strcmp0 (sender, topic->follower->owner) != 0 ||
      !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(st)")))
    return;

  g_variant_get (parameters, "(&st)", NULL, &revision);
  if (topic->generation == topic->follower->generation && revision <= topic->revision)
    return;

  topic->invalidated = MAX (topic->invalidated, revision);
  pull (topic);
}

/* --- the service's comings and goings --- */

static void
begin_generation (Follower *self, const char *owner)
{
  g_free (self->owner);
  self->owner = g_strdup (owner);
  self->generation++;
  self->is_subscribing = FALSE;
  for (guint i = 0; i < self->topics->len; i++)
    {
      Topic *topic = g_ptr_array_index (self->topics, i);

      topic->invalidated = 0;
      topic->delay_msec = FIRST_DELAY_MSEC;
    }
}

static void
pull_all (Follower *self)
{
  for (guint i = 0; i < self->topics->len; i++)
    pull (g_ptr_array_index (self->topics, i));
}

static void
on_subscribed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Subscribing *call = user_data;
  Follower *self = call->follower;
  g_autoptr (GError) error = NULL;
  gboolean is_subscribed = bus_subscribe_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      call->generation != self->generation)
    return;

  self->is_subscribing = FALSE;
  if (is_subscribed)
    pull_all (self);
  else
    loop_fail (self->loop, g_steal_pointer (&error));
}

static void
subscribe (Follower *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  Subscribing *call = g_new (Subscribing, 1);

  for (guint i = 0; i < self->topics->len; i++)
    g_ptr_array_add (names, ((Topic *)g_ptr_array_index (self->topics, i))->name);
  g_ptr_array_add (names, NULL);

  *call = (Subscribing){ self, self->generation };
  self->is_subscribing = TRUE;
  bus_subscribe (self->connection, self->owner, (const char *const *)names->pdata,
                 self->cancellable, on_subscribed, call);
}

static void
on_appeared (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  Follower *self = user_data;

  begin_generation (self, owner);
  if (bus_broadcasts ())
    pull_all (self);
  else
    subscribe (self);
}

static void
on_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  Follower *self = user_data;
  gboolean is_first = self->generation == 0;

  begin_generation (self, NULL);
  if (is_first)
    pull_all (self);
}

/* --- topics --- */

static void
on_match_added (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Follower *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!bus_add_match_finish (G_DBUS_CONNECTION (source), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    loop_fail (self->loop, g_steal_pointer (&error));
}

static void
add_match (Follower *self, const char *name)
{
  g_autofree char *rule = bus_match_rule ("arg0", name);

  bus_add_match (self->connection, rule, self->cancellable, on_match_added, self);
}

static Topic *
topic_new (Follower *self, const char *name)
{
  Topic *topic = g_new0 (Topic, 1);

  topic->follower = self;
  topic->name = g_strdup (name);
  topic->delay_msec = FIRST_DELAY_MSEC;
  topic->subscription = g_dbus_connection_signal_subscribe (
      self->connection, NULL, BUS_INTERFACE, "Invalidated", bus_get_path (), name,
      G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE, on_invalidated, topic, NULL);
  if (bus_broadcasts ())
    add_match (self, name);
  return topic;
}

static void
topic_free (gpointer data)
{
  Topic *topic = data;

  g_dbus_connection_signal_unsubscribe (topic->follower->connection, topic->subscription);
  g_clear_handle_id (&topic->retry_source, g_source_remove);
  g_free (topic->name);
  g_free (topic);
}

/* @topics: each once
 * @loop: fails when a topic can't be followed any more
 * @err: is told once when the service can't be reached and is tried again */
Follower *
follower_new (StateSyncBusService *service,
              const char *const *topics,
              FollowerFunc changed,
              gpointer user_data,
              Loop *loop,
              Output *err)
{
  Follower *self = g_new0 (Follower, 1);

  self->service = g_object_ref (service);
  self->connection = g_object_ref (g_dbus_proxy_get_connection (G_DBUS_PROXY (service)));
  self->changed = changed;
  self->user_data = user_data;
  self->loop = loop;
  self->err = err;
  self->cancellable = g_cancellable_new ();
  self->topics = g_ptr_array_new_with_free_func (topic_free);
  for (gsize i = 0; topics[i] != NULL; i++)
    g_ptr_array_add (self->topics, topic_new (self, topics[i]));
  self->name_watch = g_bus_watch_name_on_connection (self->connection, bus_get_name (),
                                                     G_BUS_NAME_WATCHER_FLAGS_NONE, on_appeared,
                                                     on_vanished, self, NULL);
  return self;
}

/* Nothing is told from here on. */
void
follower_free (Follower *self)
{
  g_cancellable_cancel (self->cancellable);
  g_bus_unwatch_name (self->name_watch);
  g_ptr_array_unref (self->topics);
  g_object_unref (self->cancellable);
  g_object_unref (self->connection);
  g_object_unref (self->service);
  g_free (self->owner);
  g_free (self);
}
