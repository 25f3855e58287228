/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/bus.h"
#include "command/command.h"
#include "command/loop.h"
#include "command/record.h"
#include "command/status.h"
#include "protocol/name.h"

typedef struct
{
  Output *out;
  const char *namespace_; /* (nullable): all */
  gboolean json;
  char *owner; /* (nullable) of the service's name: who is believed */
  Loop loop;
} Monitor;

static void
flush (Monitor *self)
{
  GError *error = NULL;

  if (!output_flush (self->out, &error))
    loop_fail (&self->loop, error);
}

/* @owner: (nullable) */
static void
print_service (Monitor *self, const char *event, const char *owner)
{
  g_autoptr (GString) line = g_string_new (NULL);

  if (self->json)
    {
      record_begin (line);
      record_add_string (line, "event", event);
      if (owner != NULL)
        record_add_string (line, "owner", owner);
      record_end (line);
      output_line (self->out, line->str);
    }
  else
    {
      output_text (self->out, STYLE_NOTE, event);
      output_text (self->out, STYLE_NOTE, owner != NULL ? "\t" : "");
      output_line (self->out, owner != NULL ? owner : "");
    }
  flush (self);
}

static void
print_change (Monitor *self, const char *topic, guint64 revision)
{
  g_autoptr (GString) line = g_string_new (NULL);

  if (self->json)
    {
      record_begin (line);
      record_add_string (line, "event", "changed");
      record_add_string (line, "topic", topic);
      record_add_revision (line, revision);
      record_end (line);
      output_line (self->out, line->str);
    }
  else
    {
      output_text (self->out, STYLE_NOTE, "changed");
      output_text (self->out, STYLE_PLAIN, "\t");
      record_print (self->out, FALSE, topic, revision, NULL);
    }
  flush (self);
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
  Monitor *self = user_data;
  const char *topic;
  guint64 revision;

  if (g_strcmp0 (sender, self->owner) != 0 ||
      !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(st)")))
    return;

  g_variant_get (parameters, "(&st)", &topic, &revision);
  if (self->namespace_ == NULL || state_sync_name_is_in (topic, self->namespace_))
    print_change (self, topic, revision);
}

/* An instance that has left meanwhile can't answer any more, which the watch tells. */
static void
on_subscribed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Monitor *self = user_data;
  GError *error = NULL;

  if (bus_subscribe_finish (G_DBUS_CONNECTION (source), result, &error))
    print_service (self, "appeared", self->owner);
  else if (status_of_error (error) == STATUS_UNAVAILABLE)
    g_error_free (error);
  else
    loop_fail (&self->loop, error);
}

/* The line says that from here on all changes are told. */
static void
on_appeared (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  Monitor *self = user_data;
  const char *names[] = { self->namespace_, NULL };

  g_free (self->owner);
  self->owner = g_strdup (owner);
  if (bus_broadcasts ())
    print_service (self, "appeared", owner);
  else
    bus_subscribe (connection, owner, names, NULL, on_subscribed, self);
}

static void
on_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  Monitor *self = user_data;

  g_clear_pointer (&self->owner, g_free);
  /* Without a connection it is the bus that is gone, which the loop tells. */
  if (connection != NULL)
    print_service (self, "vanished", NULL);
}

static void
on_match_added (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Monitor *self = user_data;
  GError *error = NULL;

  if (!bus_add_match_finish (G_DBUS_CONNECTION (source), result, &error))
    loop_fail (&self->loop, error);
}

/* The bus filters on namespaces of the form that its own names have; others it refuses, and all
 * signals come and are filtered here. */
static char *
match_rule (const char *namespace_)
{
  g_autofree char *name = namespace_ != NULL ? g_strconcat ("a.", namespace_, NULL) : NULL;

  if (name == NULL || !g_dbus_is_name (name))
    return bus_match_rule (NULL, NULL);
  return bus_match_rule ("arg0namespace", namespace_);
}

static void
add_match (Monitor *self, GDBusConnection *connection)
{
  g_autofree char *rule = match_rule (self->namespace_);

  bus_add_match (connection, rule, NULL, on_match_added, self);
}

static gboolean
run (Monitor *self, GDBusConnection *connection, GError **error)
{
  guint subscription, watch;
  gboolean succeeded;

  loop_end_on_signals (&self->loop);
  loop_end_on_hangup (&self->loop, self->out->fd);
  subscription = g_dbus_connection_signal_subscribe (
      connection, NULL, BUS_INTERFACE, "Invalidated", bus_get_path (), NULL,
      G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE, on_invalidated, self, NULL);
  if (bus_broadcasts ())
    add_match (self, connection);
  watch =
      g_bus_watch_name_on_connection (connection, bus_get_name (), G_BUS_NAME_WATCHER_FLAGS_NONE,
                                      on_appeared, on_vanished, self, NULL);

  succeeded = loop_run (&self->loop, error);
  g_bus_unwatch_name (watch);
  g_dbus_connection_signal_unsubscribe (connection, subscription);
  g_free (self->owner);
  return succeeded;
}

gboolean
command_monitor (Arguments *arguments, GError **error)
{
  Monitor self = { .out = arguments->out };
  const GOptionEntry options[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &self.json, "Print a JSON object for each event", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GDBusConnection) connection = NULL;
  gboolean succeeded;

  if (!arguments_parse (
          arguments, options,
          "A line for each signal: changed, tab, name, tab, revision; and for the service:\n"
          "appeared, tab, its unique name on the bus; or vanished. Reads no data, and\n"
          "starts no service. In a sandbox a NAMESPACE has to be named. Ends well on a\n"
          "signal, or when nobody reads the output.",
          0, 1, error))
    return FALSE;

  self.namespace_ = arguments->argv[0];
  if (self.namespace_ != NULL && !state_sync_name_check (self.namespace_, error))
    return FALSE;

  if (self.namespace_ == NULL && !bus_broadcasts ())
    return arguments_refuse (arguments, "In a sandbox a NAMESPACE has to be named", error);

  connection = bus_connect (error);
  if (connection == NULL)
    return FALSE;

  loop_init (&self.loop, connection);
  succeeded = run (&self, connection, error);
  loop_clear (&self.loop);
  return succeeded;
}
