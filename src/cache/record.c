/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a cache keeps of a topic: some lines for people and programs alike, then the data.
 *
 *   statesync cache 1               what this is, and the version of this layout
 *   5ffa…                           SHA-256 of all that follows this line
 *   org.example.Editor              the app
 *   org.example.Editor.settings     the topic
 *   3                               the schema version of the data
 *   42                              the revision
 *   1798365600000000                when it was saved, in microseconds since 1970
 *   plain                           how the data is stored: or zlib
 *   17                              the length of the data in bytes
 *   {"colour":"blue"}
 *
 * Neither an app's id nor a topic's name has line breaks, so they need no quoting. Whatever was
 * changed or cut off after it was saved shows in the sum; whatever is of others shows in the first
 * lines. Nothing of it is believed before that: not the length, by which it is unpacked, nor the
 * data, which is checked as all JSON that comes from outside.
 */

#include "cache/record.h"

#include <string.h>

#include "cache/zip.h"
#include "protocol/json-check.h"
#include "protocol/revision.h"

#define MAGIC "statesync cache 1\n"
#define PLAIN "plain"
#define ZLIB "zlib"

/* The lines that the sum is of. */
enum
{
  APP,
  TOPIC,
  SCHEMA_VERSION,
  REVISION,
  DATE,
  STORED_AS,
  LENGTH,
  N_LINES,
};

static char *
sum_of (const char *text, gsize length)
{
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)text, length);
}

/* --- to bytes --- */

GBytes *
state_sync_record_encode (const StateSyncRecord *record,
                          const char *app_id,
                          const char *topic,
                          guint64 zip_above)
{
  GBytes *data = state_sync_snapshot_get_data (record->snapshot);
  gsize length = g_bytes_get_size (data);
  g_autoptr (GBytes) zipped = length > zip_above ? state_sync_zip (data) : NULL;
  GBytes *stored = zipped != NULL ? zipped : data;
  g_autoptr (GString) body = g_string_new (NULL);
  g_autofree char *sum = NULL;
  g_autofree char *head = NULL;

  g_string_append_printf (body,
                          "%s\n%s\n%" G_GUINT64_FORMAT "\n%" G_GUINT64_FORMAT "\n%" G_GUINT64_FORMAT
                          "\n%s\n%" G_GSIZE_FORMAT "\n",
                          app_id, topic, record->schema_version,
                          state_sync_snapshot_get_revision (record->snapshot), record->date,
                          zipped != NULL ? ZLIB : PLAIN, length);
  g_string_append_len (body, g_bytes_get_data (stored, NULL), (gssize)g_bytes_get_size (stored));

  sum = sum_of (body->str, body->len);
  head = g_strconcat (MAGIC, sum, "\n", NULL);
  g_string_prepend (body, head);
  return g_string_free_to_bytes (g_steal_pointer (&body));
}

/* --- from bytes --- */

/* The line at *@text, without its end, and what follows it in *@text. NULL if there is none. */
static char *
take_line (const char **text, gsize *length)
{
  const char *end = *length > 0 ? memchr (*text, '\n', *length) : NULL;
  char *line;

  if (end == NULL)
    return NULL;
  line = g_strndup (*text, (gsize)(end - *text));
  *length -= (gsize)(end + 1 - *text);
  *text = end + 1;
  return line;
}

static gboolean
take_lines (const char **text, gsize *length, char *lines[N_LINES])
{
  for (guint i = 0; i < N_LINES; i++)
    {
      lines[i] = take_line (text, length);
      if (lines[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

/* (nullable): the data as it was. */
static GBytes *
take_data (GBytes *bytes, const char *text, gsize length, char *lines[N_LINES])
{
  gsize offset = (gsize)(text - (const char *)g_bytes_get_data (bytes, NULL));
  g_autoptr (GBytes) stored = g_bytes_new_from_bytes (bytes, offset, length);
  guint64 n_bytes;

  if (!state_sync_revision_parse (lines[LENGTH], &n_bytes))
    return NULL;
  if (g_str_equal (lines[STORED_AS], ZLIB))
    return state_sync_unzip (stored, n_bytes);
  if (g_str_equal (lines[STORED_AS], PLAIN) && n_bytes == length)
    return g_steal_pointer (&stored);
  return NULL;
}

static StateSyncRecordVerdict
damaged (const char **reason, const char *why)
{
  *reason = why;
  return STATE_SYNC_RECORD_DAMAGED;
}

static StateSyncRecordVerdict
foreign (const char **reason, const char *why)
{
  *reason = why;
  return STATE_SYNC_RECORD_FOREIGN;
}

static StateSyncRecordVerdict
read_body (GBytes *bytes,
           const char *text,
           gsize length,
           char *lines[N_LINES],
           StateSyncRecord *record,
           const char **reason)
{
  g_autoptr (GBytes) data = NULL;
  StateSyncJsonFault fault;
  guint64 revision;

  if (!state_sync_revision_parse (lines[SCHEMA_VERSION], &record->schema_version) ||
      !state_sync_revision_parse (lines[REVISION], &revision) ||
      !state_sync_revision_parse (lines[DATE], &record->date))
    return damaged (reason, "a number in it is none");

  data = take_data (bytes, text, length, lines);
  if (data == NULL)
    return damaged (reason, "its data is not as long as it says");
  if (!state_sync_json_check (g_bytes_get_data (data, NULL), g_bytes_get_size (data), &fault))
    return damaged (reason, fault.reason);

  record->snapshot = state_sync_snapshot_new (revision, data);
  return STATE_SYNC_RECORD_SOUND;
}

/* @record: what is there, to be cleared, if it is sound
 * @reason: if it is not, the end of a sentence that says why */
StateSyncRecordVerdict
state_sync_record_decode (GBytes *bytes,
                          const char *app_id,
                          const char *topic,
                          StateSyncRecord *record,
                          const char **reason)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  g_auto (GStrv) lines = g_new0 (char *, N_LINES + 1);
  g_autofree char *sum = NULL;
  g_autofree char *told = NULL;

  if (length < strlen (MAGIC) || memcmp (text, MAGIC, strlen (MAGIC)) != 0)
    return foreign (reason, "it is no cache of this version");
  text += strlen (MAGIC);
  length -= strlen (MAGIC);

  told = take_line (&text, &length);
  sum = sum_of (text, length);
  if (g_strcmp0 (told, sum) != 0)
    return damaged (reason, "its sum does not fit its contents");
  if (!take_lines (&text, &length, lines))
    return damaged (reason, "a line of it is missing");
  if (!g_str_equal (lines[APP], app_id))
    return foreign (reason, "it is of another app");
  if (!g_str_equal (lines[TOPIC], topic))
    return foreign (reason, "it is of another topic");
  return read_body (bytes, text, length, lines, record, reason);
}

void
state_sync_record_clear (StateSyncRecord *record)
{
  g_clear_pointer (&record->snapshot, state_sync_snapshot_unref);
}
