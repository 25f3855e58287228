/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A state file is four lines for people and programs alike, then the data as it is:
 *
 *   statesync 1                     what this is, and the version of this layout
 *   org.example.Editor.settings     the topic
 *   42                              the revision, as in JSON and on a command line
 *   17                              the length of the data in bytes
 *   {"colour":"blue"}
 *
 * A topic's name has no line breaks, so it needs no quoting. The length finds a file that was cut
 * off, which the data alone would not always show: "12" is as good a text as "1234".
 */

#include "broadcast/state-file.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/json-check.h"
#include "protocol/revision.h"

#define MAGIC "statesync 1"
#define N_HEADER_LINES 4

/* What goes before the data. */
char *
state_sync_state_file_header (const char *topic, StateSyncSnapshot *snapshot)
{
  GBytes *data = state_sync_snapshot_get_data (snapshot);

  return g_strdup_printf (MAGIC "\n%s\n%" G_GUINT64_FORMAT "\n%" G_GSIZE_FORMAT "\n", topic,
                          state_sync_snapshot_get_revision (snapshot), g_bytes_get_size (data));
}

/* The header's lines, each without its end; how long they are together, or 0 if some are missing.
 */
static gsize
split_header (const char *text, gsize length, char *lines[N_HEADER_LINES])
{
  const char *begin = text;

  for (guint i = 0; i < N_HEADER_LINES; i++)
    {
      const char *end = memchr (begin, '\n', length - (gsize)(begin - text));

      if (end == NULL)
        return 0;
      lines[i] = g_strndup (begin, (gsize)(end - begin));
      begin = end + 1;
    }
  return (gsize)(begin - text);
}

/* (nullable): what is wrong with the header of a file that has @n_bytes of data. */
static const char *
find_fault (char *lines[N_HEADER_LINES], const char *topic, gsize n_bytes, guint64 *revision)
{
  guint64 length;

  if (g_strcmp0 (lines[0], MAGIC) != 0)
    return "it is no state file of this version";
  if (g_strcmp0 (lines[1], topic) != 0)
    return "it is of another topic";
  if (lines[2] == NULL || !state_sync_revision_parse (lines[2], revision))
    return "its revision is not a number";
  if (lines[3] == NULL || !state_sync_revision_parse (lines[3], &length) || length != n_bytes)
    return "it is cut off or has something added";
  return NULL;
}

/* NULL with #STATE_SYNC_ERROR_INVALID_DATA if the file is not the state of @topic, whole and
 * sound. */
StateSyncSnapshot *
state_sync_state_file_decode (GBytes *file, const char *topic, const char *instance, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (file, &length);
  char *lines[N_HEADER_LINES + 1] = { NULL };
  gsize header = split_header (text, length, lines);
  StateSyncJsonFault fault = { 0 };
  guint64 revision = 0;
  g_autoptr (GBytes) data = NULL;

  fault.reason = find_fault (lines, topic, length - header, &revision);
  for (guint i = 0; i < N_HEADER_LINES; i++)
    g_free (lines[i]);

  if (fault.reason != NULL || !state_sync_json_check (text + header, length - header, &fault))
    {
      g_propagate_error (
          error, state_sync_error_invalid_data (topic, header + fault.offset, fault.reason));
      return NULL;
    }

  data = g_bytes_new_from_bytes (file, header, length - header);
  return state_sync_snapshot_new_from (revision, data, instance);
}
