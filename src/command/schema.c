/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/command.h"
#include "command/input.h"
#include "command/status.h"
#include "protocol/error.h"
#include "protocol/json-check.h"
#include "schema/schema-file.h"

/* A D-Bus message holds no more. */
#define DATA_MAX_BYTES ((gsize)128 * 1024 * 1024)

static gboolean
check_text (StateSyncSchema *schema, GBytes *data, GError **error)
{
  StateSyncJsonFault fault;
  gsize length;
  const char *text = g_bytes_get_data (data, &length);

  if (length > DATA_MAX_BYTES)
    {
      g_propagate_error (
          error, state_sync_error_answer_too_large ("This", DATA_MAX_BYTES, "no topic holds it"));
      return FALSE;
    }
  if (state_sync_json_check (text, length, &fault))
    return state_sync_schema_check (schema, data, error);

  g_set_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_DATA,
               "No topic can hold this, at byte %" G_GSIZE_FORMAT ": %s", fault.offset,
               fault.reason);
  return FALSE;
}

static gboolean
check_file (StateSyncSchema *schema, const char *file, GError **error)
{
  g_autoptr (GBytes) data = input_read (file, DATA_MAX_BYTES, error);
  g_autofree char *name = NULL;

  if (data == NULL)
    return FALSE;
  if (check_text (schema, data, error))
    return TRUE;

  name = g_filename_display_name (input_name (file));
  g_prefix_error (error, "%s: ", name);
  return FALSE;
}

/* Each is looked at, and each failure is told, in order; the last is the command's. */
static gboolean
check_files (Arguments *arguments, StateSyncSchema *schema, char **files, GError **error)
{
  g_autoptr (GError) last = NULL;

  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autoptr (GError) failure = NULL;

      if (check_file (schema, files[i], &failure))
        continue;
      if (last != NULL)
        output_message (arguments->err, STYLE_ERROR, last->message);
      g_clear_error (&last);
      last = g_steal_pointer (&failure);
    }
  if (last == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&last));
  return FALSE;
}

static gboolean
find (Arguments *arguments, const char *topic, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *path = state_sync_schema_find (topic, &cause);
  g_autofree char *name = NULL;

  if (path != NULL)
    {
      output_line (arguments->out, path);
      return TRUE;
    }
  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }

  name = state_sync_schema_file_name (topic);
  g_set_error (error, STATUS_ERROR, STATUS_NOT_FOUND,
               "There is no schema for topic “%s”: no folder of XDG_DATA_DIRS has "
               "statesync/schemas/%s",
               topic, name);
  return FALSE;
}

gboolean
command_schema (Arguments *arguments, GError **error)
{
  const GOptionEntry options[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (StateSyncSchema) schema = NULL;
  const char *action, *operand;

  if (!arguments_parse (
          arguments, options,
          "check FILE [DATA-FILE | -]…  Check a JSON Schema, then each file or standard input\n"
          "                             against it. Prints nothing if all is well.\n"
          "find TOPIC                   Print the path of the schema of a topic: the first\n"
          "                             statesync/schemas/TOPIC.json in XDG_DATA_DIRS.\n\n"
          "Neither needs the service. The manual lists the keywords that a schema may have.",
          2, G_MAXINT, error))
    return FALSE;

  action = arguments->argv[0];
  operand = arguments->argv[1];
  if (g_str_equal (action, "find"))
    {
      if (arguments->argc > 2)
        return arguments_refuse (arguments, "find takes one topic", error);
      return find (arguments, operand, error);
    }
  if (!g_str_equal (action, "check"))
    return arguments_refuse (arguments, "Say check FILE or find TOPIC", error);

  schema = state_sync_schema_load_file (operand, error);
  return schema != NULL && check_files (arguments, schema, arguments->argv + 2, error);
}
