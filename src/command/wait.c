/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "command/command.h"
#include "command/follower.h"
#include "command/json-equal.h"
#include "command/json-path.h"
#include "command/loop.h"
#include "command/record.h"
#include "command/status.h"
#include "protocol/json-check.h"
#include "protocol/name.h"
#include "protocol/revision.h"

#define TIMEOUT_MAX_SEC 4000000.0

/* What the command line says. */
typedef struct
{
  char *revision_text;
  char *path_text;
  char *equals_text;
  char *timeout_text;
  gboolean json;

  guint64 revision;   /* at least */
  JsonPath *path;     /* (nullable): the whole data */
  GBytes *equals;     /* (nullable): anything */
  guint timeout_msec; /* 0: none */
} Options;

static void
options_clear (Options *self)
{
  g_free (self->revision_text);
  g_free (self->path_text);
  g_free (self->equals_text);
  g_free (self->timeout_text);
  g_clear_pointer (&self->path, json_path_free);
  g_clear_pointer (&self->equals, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

typedef struct
{
  const Options *options;
  Arguments *arguments;
  StateSyncSnapshot *snapshot; /* (nullable) the newest */
  Loop loop;
} Wait;

/* --- the command line --- */

static gboolean
parse_options (Options *self, Arguments *arguments, GError **error)
{
  const GOptionEntry options[] = {
    { "revision", 0, 0, G_OPTION_ARG_FILENAME, &self->revision_text,
      "Wait until the topic is at revision N or a newer one", "N" },
    { "path", 0, 0, G_OPTION_ARG_FILENAME, &self->path_text,
      "Wait until there is something at this place in the data", "PATH" },
    { "equals", 0, 0, G_OPTION_ARG_FILENAME, &self->equals_text,
      "Wait until it, or the whole data, has this value", "JSON" },
    { "timeout", 0, 0, G_OPTION_ARG_FILENAME, &self->timeout_text,
      "Give up (status 7) after this time; may have a fraction", "SECONDS" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json,
      "Print the state then as a JSON object with topic, revision and data", NULL },
    G_OPTION_ENTRY_NULL,
  };

  return arguments_parse (
      arguments, options,
      "Waits until all that is asked for is true at once; without --revision, --path and\n"
      "--equals, until the topic holds anything. Goes on when the service is restarted.\n\n"
      "Values are compared as JSON: white space and the order of members do not matter, and\n"
      "1, 1.0 and 1e0 are equal. --equals null without --path waits until the topic holds\n"
      "nothing.\n\n" JSON_PATH_HELP,
      1, 1, error);
}

static gboolean
parse_timeout (Options *self, Arguments *arguments, GError **error)
{
  char *end;
  double seconds = g_ascii_strtod (self->timeout_text, &end);

  if (end == self->timeout_text || *end != '\0' || !(seconds > 0 && seconds <= TIMEOUT_MAX_SEC))
    return arguments_refuse (arguments, "--timeout takes seconds, above 0", error);

  self->timeout_msec = (guint)MAX (seconds * 1000, 1);
  return TRUE;
}

static gboolean
parse_equals (Options *self, Arguments *arguments, GError **error)
{
  StateSyncJsonFault fault;
  g_autofree char *reason = NULL;

  self->equals = g_bytes_new (self->equals_text, strlen (self->equals_text));
  if (state_sync_json_check (self->equals_text, strlen (self->equals_text), &fault))
    return TRUE;

  reason = g_strdup_printf ("--equals takes JSON, a string with its quotes; at byte "
                            "%" G_GSIZE_FORMAT ": %s",
                            fault.offset, fault.reason);
  return arguments_refuse (arguments, reason, error);
}

static gboolean
parse (Options *self, Arguments *arguments, GError **error)
{
  if (!parse_options (self, arguments, error) ||
      !state_sync_name_check (arguments->argv[0], error) ||
      !arguments_parse_revision (arguments, "--revision", self->revision_text, &self->revision,
                                 error) ||
      (self->equals_text != NULL && !parse_equals (self, arguments, error)) ||
      (self->timeout_text != NULL && !parse_timeout (self, arguments, error)))
    return FALSE;

  if (self->path_text == NULL)
    return TRUE;
  self->path = json_path_parse (self->path_text, error);
  return self->path != NULL;
}

/* --- waiting --- */

static gboolean
is_true (const Options *options, StateSyncSnapshot *snapshot)
{
  GBytes *data = state_sync_snapshot_get_data (snapshot);
  g_autoptr (GBytes) value = NULL;

  if (state_sync_snapshot_get_revision (snapshot) < options->revision)
    return FALSE;

  value = json_path_find (options->path, data);
  if (options->equals != NULL)
    return value != NULL && json_equal (value, options->equals);
  if (options->path != NULL)
    return value != NULL;
  return options->revision_text != NULL || !state_sync_snapshot_is_null (snapshot);
}

static void
on_changed (const char *topic, StateSyncSnapshot *snapshot, gpointer user_data)
{
  Wait *self = user_data;

  g_clear_pointer (&self->snapshot, state_sync_snapshot_unref);
  self->snapshot = state_sync_snapshot_ref (snapshot);
  if (!is_true (self->options, snapshot))
    return;

  if (self->options->json)
    record_print (self->arguments->out, TRUE, topic, state_sync_snapshot_get_revision (snapshot),
                  state_sync_snapshot_get_data (snapshot));
  loop_end (&self->loop);
}

static void
timed_out (Wait *self)
{
  const char *topic = self->arguments->argv[0];

  if (self->snapshot == NULL)
    loop_fail (&self->loop, g_error_new (STATUS_ERROR, STATUS_TIMED_OUT,
                                         "Topic “%s” could not be read within %s s: see that "
                                         "the service runs",
                                         topic, self->options->timeout_text));
  else
    loop_fail (&self->loop,
               g_error_new (STATUS_ERROR, STATUS_TIMED_OUT,
                            "Topic “%s” did not get there within %s s and is at revision "
                            "%" G_GUINT64_FORMAT ": see it with statesync get",
                            topic, self->options->timeout_text,
                            state_sync_snapshot_get_revision (self->snapshot)));
}

static gboolean
on_timeout (gpointer user_data)
{
  timed_out (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
run (Wait *self, GDBusConnection *connection, GError **error)
{
  const char *topics[] = { self->arguments->argv[0], NULL };
  g_autoptr (StateSyncBusService) service = bus_get_service (connection, error);
  g_autoptr (Follower) follower = NULL;

  if (service == NULL)
    return FALSE;

  if (self->options->timeout_msec > 0)
    loop_take_source (&self->loop, g_timeout_add (self->options->timeout_msec, on_timeout, self));
  follower = follower_new (service, topics, on_changed, self, &self->loop, self->arguments->err);
  return loop_run (&self->loop, error);
}

gboolean
command_wait (Arguments *arguments, GError **error)
{
  g_auto (Options) options = { 0 };
  Wait self = { .options = &options, .arguments = arguments };
  g_autoptr (GDBusConnection) connection = NULL;
  gboolean succeeded;

  if (!parse (&options, arguments, error))
    return FALSE;

  connection = bus_connect (error);
  if (connection == NULL)
    return FALSE;

  loop_init (&self.loop, connection);
  succeeded = run (&self, connection, error);
  loop_clear (&self.loop);
  g_clear_pointer (&self.snapshot, state_sync_snapshot_unref);
  return succeeded;
}
