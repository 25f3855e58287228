/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/record.h"

#include "protocol/json-scan.h"
#include "protocol/revision.h"

static void
append_string (GString *line, const char *text)
{
  g_string_append_c (line, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_printf (line, "\\%c", *p);
      else if (*p == '\n')
        g_string_append (line, "\\n");
      else if (g_ascii_iscntrl (*p))
        g_string_append_printf (line, "\\u%04x", (guint)*p);
      else
        g_string_append_c (line, *p);
    }
  g_string_append_c (line, '"');
}

void
record_begin (GString *line)
{
  g_string_append_c (line, '{');
}

void
record_end (GString *line)
{
  g_string_append_c (line, '}');
}

/* The caller appends the value, a JSON text. */
void
record_add_name (GString *line, const char *name)
{
  if (line->str[line->len - 1] != '{')
    g_string_append_c (line, ',');
  append_string (line, name);
  g_string_append_c (line, ':');
}

/* @value: UTF-8. */
void
record_add_string (GString *line, const char *name, const char *value)
{
  record_add_name (line, name);
  append_string (line, value);
}

/* As a string: readers of JSON in other languages have no number for 64 bits. */
void
record_add_revision (GString *line, guint64 revision)
{
  char text[STATE_SYNC_REVISION_TEXT_SIZE];

  record_add_string (line, "revision", state_sync_revision_format (revision, text));
}

/* --- states --- */

/* A checked JSON text without white space around it, line breaks and tabs, which are nothing but
 * white space in it. */
static void
append_flat (GString *line, GBytes *json)
{
  gsize start = line->len;
  gsize length;
  const char *text = g_bytes_get_data (json, &length);
  const char *value = state_sync_json_skip_space (text, text + length);

  g_string_append_len (line, value, state_sync_json_skip_value (value, text + length) - value);
  for (char *p = line->str + start; *p != '\0'; p++)
    {
      if (*p == '\n' || *p == '\r' || *p == '\t')
        *p = ' ';
    }
}

static void
print_json (Output *out, const char *topic, guint64 revision, GBytes *data)
{
  g_autoptr (GString) line = g_string_new (NULL);

  record_begin (line);
  record_add_string (line, "topic", topic);
  record_add_revision (line, revision);
  if (data != NULL)
    {
      record_add_name (line, "data");
      append_flat (line, data);
    }
  record_end (line);
  output_line (out, line->str);
}

/* Neither a name nor a JSON text in one line has a tab in it, so scripts can cut at tabs. */
static void
print_columns (Output *out, const char *topic, guint64 revision, GBytes *data)
{
  g_autoptr (GString) line = g_string_new (NULL);

  output_text (out, STYLE_TOPIC, topic);
  output_text (out, STYLE_PLAIN, "\t");
  output_revision (out, STYLE_REVISION, revision);
  if (data != NULL)
    {
      g_string_append_c (line, '\t');
      append_flat (line, data);
    }
  output_line (out, line->str);
}

void
record_print (Output *out, gboolean json, const char *topic, guint64 revision, GBytes *data)
{
  if (json)
    print_json (out, topic, revision, data);
  else
    print_columns (out, topic, revision, data);
}
