/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The rows of the table in C: `speaker ROW NAMESPACE`. */

#include <gio/gunixinputstream.h>
#include <statesync-bus.h>
#include <statesync/statesync.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const errors[] = { "InvalidTopic", "InvalidData",       "InvalidOption",
                                      "Conflict",     "TooLarge",          "LimitExceeded",
                                      "AccessDenied", "RevisionExhausted", "Rejected",
                                      "Storage",      "Unavailable" };

static void
say (const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  printf ("%s\n", line);
  fflush (stdout);
}

static void
say_revision (guint64 revision)
{
  say ("%" G_GUINT64_FORMAT, revision);
}

static void
show (StateSyncTopic *topic)
{
  g_autofree char *text = json_to_string (state_sync_topic_get_data (topic), FALSE);

  say ("%" G_GUINT64_FORMAT " %s", state_sync_topic_get_revision (topic), text);
}

/* Nothing is expected to go wrong but what a row says. */
static void
check (const GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
}

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  check (error);
  return node;
}

/* As the bus has it. */
static char *
get_name (const GError *error)
{
  g_autofree char *full = g_dbus_error_encode_gerror (error);

  return g_strdup (strrchr (full, '.') + 1);
}

static void
start (StateSyncTopic *topic)
{
  g_autoptr (GError) error = NULL;

  state_sync_topic_start_sync (topic, NULL, &error);
  check (error);
}

/* --- follow, restart --- */

typedef struct
{
  GMainLoop *loop;
  StateSyncTopic *topic;
  GDataInputStream *input;
} Following;

static void read_line (Following *self);

static void
on_merged (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  state_sync_topic_merge_finish (STATE_SYNC_TOPIC (object), result, NULL, &error);
  check (error);
}

static void
on_line (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Following *self = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (self->input, result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (self->loop);
      return;
    }

  if (g_str_equal (line, "merge"))
    {
      g_autoptr (JsonNode) patch = parse ("{\"by\":\"me\"}");

      state_sync_topic_merge_async (self->topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL,
                                    on_merged, NULL);
    }
  else
    {
      state_sync_topic_stop (self->topic);
      say ("stopped");
    }
  read_line (self);
}

static void
read_line (Following *self)
{
  g_data_input_stream_read_line_async (self->input, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

static void
on_started (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Following *self = user_data;
  g_autoptr (GError) error = NULL;

  state_sync_topic_start_finish (self->topic, result, &error);
  check (error);
  show (self->topic);
  g_signal_connect (self->topic, "changed", G_CALLBACK (show), NULL);
  read_line (self);
}

static void
follow (StateSyncClient *client, const char *name)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (StateSyncTopic) topic = state_sync_client_get_topic (client, name);
  g_autoptr (GInputStream) typed = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (typed);
  Following self = { loop, topic, input };

  state_sync_topic_start_async (topic, NULL, on_started, &self);
  g_main_loop_run (loop);
}

/* --- write, merge, conflict --- */

static void
write_text (StateSyncTopic *topic, const char *text, StateSyncWriteFlags flags, guint64 expected)
{
  g_autoptr (JsonNode) data = parse (text);
  g_autoptr (GError) error = NULL;
  guint64 revision;

  if (state_sync_topic_write_sync (topic, data, flags, expected, NULL, &revision, &error))
    {
      say_revision (revision);
    }
  else
    {
      g_autofree char *name = get_name (error);

      say ("%s", name);
    }
}

static void
write_ (StateSyncClient *client, const char *name)
{
  g_autoptr (StateSyncTopic) topic = state_sync_client_get_topic (client, name);

  write_text (topic, "{\"theme\":\"dark\"}", STATE_SYNC_WRITE_FLAGS_NONE, 0);
  write_text (topic, "[1.5,null,\"ä\"]", STATE_SYNC_WRITE_FLAGS_NONE, 0);
  start (topic);
  show (topic);
}

static void
merge (StateSyncClient *client, const char *name)
{
  g_autoptr (StateSyncTopic) topic = state_sync_client_get_topic (client, name);
  g_autoptr (JsonNode) patch = parse ("{\"a\":null,\"b\":{\"c\":4}}");
  g_autoptr (GError) error = NULL;
  guint64 revision;

  state_sync_topic_merge_sync (topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, &revision,
                               &error);
  check (error);
  say_revision (revision);
  start (topic);
  show (topic);
}

static void
conflict (StateSyncClient *client, const char *name)
{
  g_autoptr (StateSyncTopic) topic = state_sync_client_get_topic (client, name);
  g_autoptr (GError) error = NULL;

  write_text (topic, "\"mine\"", STATE_SYNC_WRITE_FLAGS_IF_REVISION, 0);
  state_sync_topic_refresh_sync (topic, NULL, &error);
  check (error);
  write_text (topic, "\"mine\"", STATE_SYNC_WRITE_FLAGS_IF_REVISION,
              state_sync_topic_get_revision (topic));
}

/* --- together --- */

static void
write_many (StateSyncClient *client, const char *const *names)
{
  g_autoptr (StateSyncTransaction) transaction = state_sync_client_begin (client);
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree guint64 *revisions = NULL;
  gsize n_revisions;

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i + 1);
      g_autofree char *name = g_strconcat ("together.", names[i], NULL);

      state_sync_transaction_write_text (transaction, name, text, STATE_SYNC_WRITE_FLAGS_NONE, 0);
    }

  revisions = state_sync_client_write_many_sync (client, transaction, NULL, &n_revisions, &error);
  if (revisions == NULL)
    {
      g_autofree char *name = get_name (error);

      say ("%s", name);
      return;
    }
  for (gsize i = 0; i < n_revisions; i++)
    g_string_append_printf (line, "%s%" G_GUINT64_FORMAT, i > 0 ? " " : "", revisions[i]);
  say ("%s", line->str);
}

static void
together (StateSyncClient *client, const char *name)
{
  write_many (client, (const char *const[]){ "a", " ", NULL });
  write_many (client, (const char *const[]){ "a", "b", "a", NULL });
}

/* --- optimistic --- */

typedef struct
{
  GMainLoop *loop;
  StateSyncTopic *topic;
} Updating;

static void
on_rejected (StateSyncTopic *topic, JsonNode *patch, const GError *error)
{
  g_autofree char *name = get_name (error);

  say ("taken back: %s", name);
}

static void
on_settled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Updating *self = user_data;
  g_autoptr (GError) error = NULL;

  state_sync_topic_settle_finish (self->topic, result, &error);
  check (error);
  show (self->topic);
  g_main_loop_quit (self->loop);
}

static void
on_updated (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Updating *self = user_data;
  g_autoptr (JsonNode) patch = parse ("{\"volume\":11}");
  g_autoptr (GError) error = NULL;
  guint64 revision;

  state_sync_topic_update_finish (self->topic, result, &revision, &error);
  check (error);
  say_revision (revision);
  show (self->topic);

  g_signal_connect (self->topic, "write-rejected", G_CALLBACK (on_rejected), NULL);
  state_sync_topic_update_async (self->topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, NULL,
                                 NULL);
  show (self->topic);
  state_sync_topic_settle_async (self->topic, NULL, on_settled, self);
}

static void
optimistic (StateSyncClient *client, const char *name)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (StateSyncTopic) topic = state_sync_client_get_topic (client, name);
  g_autoptr (JsonNode) patch = parse ("{\"volume\":4}");
  Updating self = { loop, topic };

  start (topic);
  show (topic);
  state_sync_topic_update_async (topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, on_updated,
                                 &self);
  show (topic);
  g_main_loop_run (loop);
}

/* --- errors --- */

static void
refused (StateSyncClient *client, const char *name)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (StateSyncClient) refusing =
      state_sync_client_new_for_connection (bus, "org.example.Refusing", "/org/example/Refusing",
                                            "org.example", STATE_SYNC_CLIENT_FLAGS_NONE);

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_autoptr (StateSyncTopic) topic = state_sync_client_get_topic (refusing, errors[i]);

      write_text (topic, "1", STATE_SYNC_WRITE_FLAGS_NONE, 0);
    }
}

/* --- list --- */

static void
list (StateSyncClient *client, const char *name)
{
  g_autofree char *full = g_strdup_printf ("%s.%s", state_sync_client_get_namespace (client), name);
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncBusService) service = state_sync_bus_service_proxy_new_for_bus_sync (
      G_BUS_TYPE_SESSION, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES, "org.statesync.StateSync1",
      "/org/statesync/StateSync1", NULL, &error);
  g_autoptr (GVariant) topics = NULL;
  GVariantIter iter;
  const char *topic;
  guint64 revision;

  check (error);
  state_sync_bus_service_call_list_topics_sync (service, full, G_DBUS_CALL_FLAGS_NONE, -1, &topics,
                                                NULL, &error);
  check (error);
  g_variant_iter_init (&iter, topics);
  while (g_variant_iter_next (&iter, "(&st)", &topic, &revision))
    say ("%s %" G_GUINT64_FORMAT, topic, revision);
}

static const struct
{
  const char *name;
  void (*run) (StateSyncClient *client, const char *name);
} rows[] = {
  { "follow", follow },     { "write", write_ },          { "merge", merge },
  { "restart", follow },    { "optimistic", optimistic }, { "conflict", conflict },
  { "together", together }, { "errors", refused },        { "list", list },
};

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncClient) client =
      state_sync_client_new_sync (argv[2], STATE_SYNC_CLIENT_FLAGS_NONE, NULL, &error);

  check (error);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (g_str_equal (rows[i].name, argv[1]))
        rows[i].run (client, argv[1]);
    }
  return EXIT_SUCCESS;
}
