/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gio/gunixinputstream.h>

#include "client/window-role.h"
#include "client/window.h"

/* --- what is told --- */

void
window_tell (const char *kind, StateSyncTopic *topic, const char *format, ...)
{
  const char *namespace_;
  const char *name = state_sync_topic_get_name (topic);
  g_autoptr (StateSyncClient) client = NULL;
  g_autofree char *rest = NULL;
  va_list args;

  g_object_get (topic, "client", &client, NULL);
  namespace_ = state_sync_client_get_namespace (client);
  if (namespace_ != NULL)
    name += strlen (namespace_) + 1;

  va_start (args, format);
  rest = g_strdup_vprintf (format, args);
  va_end (args);
  printf ("%s %s %s\n", kind, name, rest);
}

static char *
dup_data (StateSyncTopic *topic)
{
  gsize length;
  const char *text = g_bytes_get_data (state_sync_topic_get_text (topic), &length);

  return window_describe (text, length);
}

void
window_tell_state (StateSyncTopic *topic, const char *kind)
{
  g_autofree char *data = dup_data (topic);

  window_tell (kind, topic, "%" G_GUINT64_FORMAT " %s", state_sync_topic_get_revision (topic),
               data);
}

static void
on_changed (StateSyncTopic *topic, const char *const *members, gpointer user_data)
{
  g_autofree char *list = NULL;

  if (g_object_get_data (G_OBJECT (topic), "quiet") != NULL)
    return;
  list = members != NULL ? g_strjoinv (",", (char **)members) : g_strdup ("*");

  window_tell ("members", topic, "%s", list);
  window_tell_state (topic, "shows");
}

static void
on_revision (StateSyncTopic *topic, GParamSpec *pspec, gpointer user_data)
{
  if (g_object_get_data (G_OBJECT (topic), "quiet") == NULL)
    window_tell_state (topic, "shows");
}

static void
on_sync_error (StateSyncTopic *topic, StateSyncFailure *failure, gpointer user_data)
{
  g_autoptr (GEnumClass) phases = g_type_class_ref (STATE_SYNC_TYPE_PHASE);

  window_tell ("error", topic, "%s %s",
               g_enum_get_value (phases, (gint)state_sync_failure_get_phase (failure))->value_nick,
               state_sync_failure_get_error (failure)->message);
}

static void
on_rejected (StateSyncTopic *topic, JsonNode *patch, const GError *error, gpointer user_data)
{
  g_autofree char *text = json_to_string (patch, FALSE);

  window_tell ("rejected", topic, "%s %s", text, error->message);
}

static void
on_available (StateSyncTopic *topic, GParamSpec *pspec, gpointer user_data)
{
  window_tell ("available", topic, "%s", state_sync_topic_get_available (topic) ? "yes" : "no");
}

/* --- what is done --- */

static StateSyncTopic *
topic_of (Play *self, const char *name)
{
  StateSyncTopic *topic = g_hash_table_lookup (self->topics, name);

  if (topic != NULL)
    return topic;

  topic = state_sync_client_get_topic (self->client, name);
  g_hash_table_insert (self->topics, g_strdup (name), topic);
  g_signal_connect (topic, "changed", G_CALLBACK (on_changed), NULL);
  g_signal_connect (topic, "notify::revision", G_CALLBACK (on_revision), NULL);
  g_signal_connect (topic, "notify::available", G_CALLBACK (on_available), NULL);
  g_signal_connect (topic, "sync-error", G_CALLBACK (on_sync_error), NULL);
  g_signal_connect (topic, "write-rejected", G_CALLBACK (on_rejected), NULL);
  return topic;
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  StateSyncTopic *topic = STATE_SYNC_TOPIC (source);
  g_autoptr (GError) error = NULL;

  if (state_sync_topic_start_finish (topic, result, &error))
    window_tell_state (topic, "started");
  else
    window_tell ("started", topic, "not: %s", error->message);
}

static void
do_start (Play *self, StateSyncTopic *topic, const Order *order)
{
  state_sync_topic_start_async (topic, NULL, on_started, NULL);
}

static void
do_stop (Play *self, StateSyncTopic *topic, const Order *order)
{
  state_sync_topic_stop (topic);
  window_tell ("stopped", topic, "%s", "");
}

/* The last window that shows the topic closes. */
static void
do_drop (Play *self, StateSyncTopic *topic, const Order *order)
{
  g_autofree char *line = g_strdup_printf ("dropped %s ", order->name);

  g_hash_table_remove (self->topics, order->name);
  puts (line);
}

static void
on_refreshed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  StateSyncTopic *topic = STATE_SYNC_TOPIC (source);
  g_autoptr (GError) error = NULL;

  if (state_sync_topic_refresh_finish (topic, result, &error))
    window_tell_state (topic, "refreshed");
  else
    window_tell ("refreshed", topic, "not: %s", error->message);
}

static void
do_refresh (Play *self, StateSyncTopic *topic, const Order *order)
{
  state_sync_topic_refresh_async (topic, NULL, on_refreshed, NULL);
}

static void
do_show (Play *self, StateSyncTopic *topic, const Order *order)
{
  window_tell_state (topic, "shows");
}

static void
tell_outcome (
    const char *kind, StateSyncTopic *topic, gboolean done, guint64 revision, GError *error)
{
  if (done)
    window_tell (kind, topic, "%" G_GUINT64_FORMAT, revision);
  else
    window_tell (kind, topic, "not: %s", error->message);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  StateSyncTopic *topic = STATE_SYNC_TOPIC (source);
  g_autoptr (GError) error = NULL;
  guint64 revision = 0;
  gboolean done = state_sync_topic_write_finish (topic, result, &revision, &error);

  tell_outcome ("written", topic, done, revision, error);
}

static void
on_updated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  StateSyncTopic *topic = STATE_SYNC_TOPIC (source);
  g_autoptr (GError) error = NULL;
  guint64 revision = 0;
  gboolean done = state_sync_topic_update_finish (topic, result, &revision, &error);

  tell_outcome ("updated", topic, done, revision, error);
}

static void
do_write (Play *self, StateSyncTopic *topic, const Order *order)
{
  g_autoptr (JsonNode) data = json_from_string (order->argument, NULL);

  state_sync_topic_write_async (topic, data, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, on_written,
                                NULL);
}

static void
do_merge (Play *self, StateSyncTopic *topic, const Order *order)
{
  g_autoptr (JsonNode) patch = json_from_string (order->argument, NULL);

  state_sync_topic_merge_async (topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, on_written,
                                NULL);
}

/* Told at once: what the app sees before the call returns. */
static void
do_update (Play *self, StateSyncTopic *topic, const Order *order)
{
  g_autoptr (JsonNode) patch = json_from_string (order->argument, NULL);

  state_sync_topic_update_async (topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, on_updated,
                                 NULL);
  window_tell_state (topic, "returned");
}

/* The argument begins with the revision. */
static void
do_update_if (Play *self, StateSyncTopic *topic, const Order *order)
{
  char *text;
  guint64 revision = g_ascii_strtoull (order->argument, &text, 10);
  g_autoptr (JsonNode) patch = json_from_string (text, NULL);

  state_sync_topic_update_async (topic, patch, STATE_SYNC_WRITE_FLAGS_IF_REVISION, revision, NULL,
                                 on_updated, NULL);
}

/* The argument begins with the revision. */
static void
do_write_if (Play *self, StateSyncTopic *topic, const Order *order)
{
  char *text;
  guint64 revision = g_ascii_strtoull (order->argument, &text, 10);
  g_autoptr (JsonNode) data = json_from_string (text, NULL);

  state_sync_topic_write_async (topic, data, STATE_SYNC_WRITE_FLAGS_IF_REVISION, revision, NULL,
                                on_written, NULL);
}

/* What JSON can't say. */
static void
do_update_nan (Play *self, StateSyncTopic *topic, const Order *order)
{
  g_autoptr (JsonNode) patch = json_node_init_double (json_node_alloc (), NAN);

  state_sync_topic_update_async (topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, on_updated,
                                 NULL);
}

static void
do_write_nan (Play *self, StateSyncTopic *topic, const Order *order)
{
  g_autoptr (JsonNode) data = json_node_init_double (json_node_alloc (), NAN);

  state_sync_topic_write_async (topic, data, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, on_written,
                                NULL);
}

static void
on_many_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncTopic) topic = user_data;
  g_autoptr (GError) error = NULL;
  gsize n_revisions;
  g_autofree guint64 *revisions = state_sync_client_write_many_finish (
      STATE_SYNC_CLIENT (source), result, &n_revisions, &error);

  if (revisions == NULL)
    window_tell ("written", topic, "not: %s", error->message);
  else
    window_tell ("written", topic, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, revisions[0],
                 revisions[n_revisions - 1]);
}

/* The argument is another topic, the revision it is expected at, and what both shall hold. */
static void
do_write_both (Play *self, StateSyncTopic *topic, const Order *order)
{
  g_auto (GStrv) words = g_strsplit (order->argument, " ", 3);
  guint64 expected = g_ascii_strtoull (words[1], NULL, 10);
  g_autoptr (StateSyncTransaction) transaction = state_sync_client_begin (self->client);

  state_sync_transaction_write_text (transaction, order->name, words[2],
                                     STATE_SYNC_WRITE_FLAGS_NONE, 0);
  state_sync_transaction_write_text (transaction, words[0], words[2],
                                     STATE_SYNC_WRITE_FLAGS_IF_REVISION, expected);
  state_sync_client_write_many_async (self->client, transaction, NULL, on_many_written,
                                      g_object_ref (topic));
}

static void
on_settled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  StateSyncTopic *topic = STATE_SYNC_TOPIC (source);

  state_sync_topic_settle_finish (topic, result, NULL);
  window_tell_state (topic, "settled");
}

static void
do_settle (Play *self, StateSyncTopic *topic, const Order *order)
{
  state_sync_topic_settle_async (topic, NULL, on_settled, NULL);
}

static void
do_count (Play *self, StateSyncTopic *topic, const Order *order)
{
  StateSyncCounters counters;

  state_sync_topic_get_counters (topic, &counters);
  window_tell ("counts", topic,
               "invalidations=%" G_GUINT64_FORMAT " pulls=%" G_GUINT64_FORMAT
               " applied=%" G_GUINT64_FORMAT " skipped=%" G_GUINT64_FORMAT
               " retries=%" G_GUINT64_FORMAT " errors=%" G_GUINT64_FORMAT
               " writes=%" G_GUINT64_FORMAT " conflicts=%" G_GUINT64_FORMAT,
               counters.invalidations, counters.pulls, counters.applied, counters.skipped,
               counters.retries, counters.errors, counters.writes, counters.conflicts);
}

static void
do_current (Play *self, StateSyncTopic *topic, const Order *order)
{
  window_tell ("current", topic, "%s", state_sync_topic_is_current (topic) ? "yes" : "no");
}

static gboolean
skip_all (const char *topic, guint64 revision, gpointer user_data)
{
  return FALSE;
}

/* From now on it is told of changes and lets them be. */
static void
do_ignore (Play *self, StateSyncTopic *topic, const Order *order)
{
  state_sync_topic_set_filter (topic, skip_all, NULL, NULL);
}

static void
on_twin_changed (StateSyncTopic *topic, const char *const *members, gpointer user_data)
{
  window_tell_state (topic, "twin");
}

static void
on_twin_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  StateSyncTopic *topic = STATE_SYNC_TOPIC (source);
  g_autoptr (GError) error = NULL;

  if (!state_sync_topic_start_finish (topic, result, &error))
    g_error ("%s", error->message);
  window_tell_state (topic, "twin");
}

/* The windows of a process share the connection to the session's bus. */
static StateSyncClient *
make_client_of_session (const char *namespace_, StateSyncClientFlags flags)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GError) error = NULL;
  StateSyncClient *client;

  g_dbus_connection_set_exit_on_close (bus, FALSE);
  client = state_sync_client_new_sync (namespace_, flags, NULL, &error);
  g_assert_no_error (error);
  return client;
}

static StateSyncClient *
make_client_of_peer (GDBusConnection *connection,
                     const char *namespace_,
                     StateSyncClientFlags flags)
{
  return state_sync_client_new_for_connection (connection, NULL, "/org/statesync/StateSync1",
                                               namespace_, flags);
}

/* The same topic once more, by another client on the same connection. */
static void
do_twin (Play *self, StateSyncTopic *topic, const Order *order)
{
  const char *namespace_ = state_sync_client_get_namespace (self->client);
  g_autoptr (StateSyncClient) client = self->connection != NULL
                                           ? make_client_of_peer (self->connection, namespace_, 0)
                                           : make_client_of_session (namespace_, 0);
  StateSyncTopic *twin = state_sync_client_get_topic (client, order->name);

  g_ptr_array_add (self->held, twin);
  g_signal_connect (twin, "changed", G_CALLBACK (on_twin_changed), NULL);
  state_sync_topic_start_async (twin, NULL, on_twin_started, NULL);
}

static const struct
{
  const char *verb;
  WindowAct act;
} verbs[] = {
  { "count", do_count },         { "current", do_current },
  { "drop", do_drop },           { "ignore", do_ignore },
  { "merge", do_merge },         { "refresh", do_refresh },
  { "settle", do_settle },       { "show", do_show },
  { "start", do_start },         { "stop", do_stop },
  { "twin", do_twin },           { "update", do_update },
  { "update-if", do_update_if }, { "update-nan", do_update_nan },
  { "write", do_write },         { "write-both", do_write_both },
  { "write-if", do_write_if },   { "write-nan", do_write_nan },
};

static WindowAct
find_act (const char *verb)
{
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      if (g_str_equal (verbs[i].verb, verb))
        return verbs[i].act;
    }
  return window_find_load (verb);
}

static void
obey (Play *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  Order order = { words[1], words[2] };
  WindowAct act = find_act (words[0]);

  if (act == NULL)
    g_error ("a window can't “%s”", line);
  act (self, topic_of (self, order.name), &order);
}

static void listen (Play *self);

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Play *self = user_data;
  g_autofree char *line =
      g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (self->loop);
      return;
    }
  obey (self, line);
  listen (self);
}

static void
listen (Play *self)
{
  g_data_input_stream_read_line_async (self->input, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

/* --- clients --- */

static void
connect_to_peer (Play *self)
{
  g_autofree char *address = g_strconcat ("unix:path=", self->peer, NULL);
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL, NULL, &error);

  g_assert_no_error (error);
  g_clear_object (&self->connection);
  self->connection = connection;
  if (self->client != NULL)
    state_sync_client_set_connection (self->client, connection);
}

/* An app is told of its peers in some way of its own: here by its name on the bus. */
static void
on_peer_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  Play *self = user_data;

  if (self->connection == NULL || g_dbus_connection_is_closed (self->connection))
    connect_to_peer (self);
}

static StateSyncClient *
make_client_when_peer_appears (Play *self,
                               GDBusConnection *bus,
                               const char *namespace_,
                               guint flags)
{
  g_bus_watch_name_on_connection (bus, "org.statesync.StateSync1", G_BUS_NAME_WATCHER_FLAGS_NONE,
                                  on_peer_appeared, NULL, self, NULL);
  while (self->connection == NULL)
    g_main_context_iteration (NULL, TRUE);
  return make_client_of_peer (self->connection, namespace_, (StateSyncClientFlags)flags);
}

/* @args: namespace; flags or, for one that needs no service, how its processes hear each other; and
 * perhaps the path of an app that has the service */
static StateSyncClient *
make_client (Play *self, GDBusConnection *bus, const char *const *args)
{
  const char *namespace_ = args[0][0] != '\0' ? args[0] : NULL;
  guint flags = (guint)g_ascii_strtoull (args[1], NULL, 10);

  if (g_str_equal (args[1], WINDOW_OWN_SERVICE))
    return state_sync_client_new_for_connection (bus, args[2], args[3], namespace_,
                                                 STATE_SYNC_CLIENT_FLAGS_NONE);

  self->peer = args[2];
  if (g_str_equal (args[1], WINDOW_BROADCAST_BY_FILES))
    return state_sync_client_new_broadcast (namespace_, NULL);
  if (g_str_equal (args[1], WINDOW_BROADCAST_BY_BUS))
    return state_sync_client_new_broadcast (namespace_, bus);
  if (self->peer != NULL)
    return make_client_when_peer_appears (self, bus, namespace_, flags);
  return make_client_of_session (namespace_, (StateSyncClientFlags)flags);
}

int
window_play (TestClient *client, const char *const *args)
{
  g_autoptr (GInputStream) stdin_stream = g_unix_input_stream_new (0, FALSE);
  Play self = { 0 };

  self.loop = g_main_loop_new (NULL, FALSE);
  self.input = g_data_input_stream_new (stdin_stream);
  self.client = make_client (&self, test_client_get_connection (client), args);
  self.held = g_ptr_array_new_with_free_func (g_object_unref);
  self.topics = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);

  listen (&self);
  g_main_loop_run (self.loop);

  g_hash_table_unref (self.topics);
  g_ptr_array_unref (self.held);
  g_object_unref (self.client);
  g_clear_object (&self.connection);
  g_object_unref (self.input);
  g_main_loop_unref (self.loop);
  return 0;
}
