/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/command.h"
#include "command/follower.h"
#include "command/loop.h"
#include "command/record.h"
#include "protocol/name.h"

typedef struct
{
  Arguments *arguments;
  gboolean json;
  GHashTable *shown; /* topic → the StateSyncSnapshot of its last line */
  Loop loop;
} Watch;

static gboolean
snapshot_equal (StateSyncSnapshot *a, StateSyncSnapshot *b)
{
  return state_sync_snapshot_get_revision (a) == state_sync_snapshot_get_revision (b) &&
         g_bytes_equal (state_sync_snapshot_get_data (a), state_sync_snapshot_get_data (b));
}

static void
on_changed (const char *topic, StateSyncSnapshot *snapshot, gpointer user_data)
{
  Watch *self = user_data;
  StateSyncSnapshot *shown = g_hash_table_lookup (self->shown, topic);
  GError *error = NULL;

  /* A service that comes back with what was there is no news. */
  if (shown != NULL && snapshot_equal (shown, snapshot))
    return;

  g_hash_table_insert (self->shown, g_strdup (topic), state_sync_snapshot_ref (snapshot));
  record_print (self->arguments->out, self->json, topic,
                state_sync_snapshot_get_revision (snapshot),
                state_sync_snapshot_get_data (snapshot));
  if (!output_flush (self->arguments->out, &error))
    loop_fail (&self->loop, error);
}

static gboolean
check_topics (Arguments *arguments, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (int i = 0; i < arguments->argc; i++)
    {
      if (!state_sync_name_check (arguments->argv[i], error))
        return FALSE;
      if (!g_hash_table_add (seen, arguments->argv[i]))
        return arguments_refuse (arguments, "A topic is named twice", error);
    }
  return TRUE;
}

static gboolean
run (Watch *self, GDBusConnection *connection, GError **error)
{
  g_autoptr (StateSyncBusService) service = bus_get_service (connection, error);
  g_autoptr (Follower) follower = NULL;

  if (service == NULL)
    return FALSE;

  loop_end_on_signals (&self->loop);
  loop_end_on_hangup (&self->loop, self->arguments->out->fd);
  follower = follower_new (service, (const char *const *)self->arguments->argv, on_changed, self,
                           &self->loop, self->arguments->err);
  return loop_run (&self->loop, error);
}

gboolean
command_watch (Arguments *arguments, GError **error)
{
  Watch self = { .arguments = arguments };
  const GOptionEntry options[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &self.json,
      "Print a JSON object with topic, revision and data for each state", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GDBusConnection) connection = NULL;
  gboolean succeeded;

  if (!arguments_parse (
          arguments, options,
          "A line for the state of each topic, and one for each newer state: name, tab,\n"
          "revision, tab, data on one line. Goes on when the service is restarted. States\n"
          "that follow each other fast may be skipped, never the last one.\n"
          "Ends well on a signal, or when nobody reads the output any more.",
          1, G_MAXINT, error) ||
      !check_topics (arguments, error))
    return FALSE;

  connection = bus_connect (error);
  if (connection == NULL)
    return FALSE;

  self.shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                      (GDestroyNotify)state_sync_snapshot_unref);
  loop_init (&self.loop, connection);
  succeeded = run (&self, connection, error);
  loop_clear (&self.loop);
  g_hash_table_unref (self.shown);
  return succeeded;
}
