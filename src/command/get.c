/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/bus.h"
#include "command/command.h"
#include "command/json-path.h"
#include "command/record.h"
#include "command/status.h"
#include "protocol/name.h"

/* What the command line says. */
typedef struct
{
  char *path_text;
  JsonPath *path;
  gboolean json;
  gboolean revision;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->path_text);
  g_clear_pointer (&self->path, json_path_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse (Options *self, Arguments *arguments, GError **error)
{
  const GOptionEntry options[] = {
    { "path", 0, 0, G_OPTION_ARG_FILENAME, &self->path_text,
      "Print only what is at this place in the data", "PATH" },
    { "revision", 0, 0, G_OPTION_ARG_NONE, &self->revision,
      "Print only the revision; 0 = never written", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json,
      "Print a JSON object with topic, revision and data", NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!arguments_parse (
          arguments, options,
          "The data is printed as it was written, and a newline after it.\n\n" JSON_PATH_HELP, 1, 1,
          error))
    return FALSE;

  if (self->revision && (self->json || self->path_text != NULL))
    return arguments_refuse (arguments, "--revision goes with neither --path nor --json", error);
  if (!state_sync_name_check (arguments->argv[0], error))
    return FALSE;
  if (self->path_text == NULL)
    return TRUE;

  self->path = json_path_parse (self->path_text, error);
  return self->path != NULL;
}

static void
print_text (Output *out, GBytes *value)
{
  gsize length;
  const char *bytes = g_bytes_get_data (value, &length);
  g_autofree char *text = g_strndup (bytes, length);

  output_line (out, text);
}

static gboolean
fail_not_found (const Options *options, const char *topic, guint64 revision, GError **error)
{
  if (revision == 0)
    g_set_error (error, STATUS_ERROR, STATUS_NOT_FOUND,
                 "Topic “%s” was never written: statesync list shows those that hold data", topic);
  else if (options->path != NULL)
    g_set_error (error, STATUS_ERROR, STATUS_NOT_FOUND,
                 "Topic “%s” has nothing at “%s” at revision %" G_GUINT64_FORMAT
                 ": see what it has with statesync get",
                 topic, options->path_text, revision);
  else
    g_set_error (error, STATUS_ERROR, STATUS_NOT_FOUND,
                 "Topic “%s” holds nothing at revision %" G_GUINT64_FORMAT
                 ": statesync list shows those that hold data",
                 topic, revision);
  return FALSE;
}

static gboolean
print (const Options *options,
       Output *out,
       const char *topic,
       StateSyncSnapshot *snapshot,
       GError **error)
{
  guint64 revision = state_sync_snapshot_get_revision (snapshot);
  GBytes *data = state_sync_snapshot_get_data (snapshot);
  g_autoptr (GBytes) null = g_bytes_new_static ("null", 4);
  g_autoptr (GBytes) value = NULL;

  if (options->revision)
    {
      output_revision (out, STYLE_PLAIN, revision);
      output_line (out, "");
      return TRUE;
    }

  if (options->path != NULL)
    value = json_path_find (options->path, data);
  else if (!state_sync_snapshot_is_null (snapshot))
    value = g_bytes_ref (data);

  if (options->json)
    record_print (out, TRUE, topic, revision, value != NULL ? value : null);
  else if (value != NULL)
    print_text (out, value);
  return value != NULL || fail_not_found (options, topic, revision, error);
}

gboolean
command_get (Arguments *arguments, GError **error)
{
  g_auto (Options) options = { 0 };
  g_autoptr (StateSyncBusService) service = NULL;
  g_autoptr (StateSyncSnapshot) snapshot = NULL;

  if (!parse (&options, arguments, error))
    return FALSE;

  service = bus_connect_service (error);
  if (service == NULL)
    return FALSE;

  snapshot = bus_get_snapshot (service, arguments->argv[0], error);
  return snapshot != NULL && print (&options, arguments->out, arguments->argv[0], snapshot, error);
}
