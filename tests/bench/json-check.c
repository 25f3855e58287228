/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* json-check settings|flat|schema SIZE TURNS: how long the JSON check takes for a text of about so
 * many bytes, and how long json-glib's parser does. With schema it is settings, and the check is
 * that against a schema.
 */

#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/clock.h"
#include "bench/turns.h"
#include "protocol/json-check.h"
#include "schema/schema.h"

/* What is worked through in one turn, so that it is long beside the reading of a clock. */
#define TURN_BYTES (512 * 1024)

/* What an application keeps as settings: a few levels of named values, of every kind. */
static GBytes *
make_settings (gsize size)
{
  g_autoptr (GString) text = g_string_new ("{");

  for (guint i = 0; text->len < size; i++)
    g_string_append_printf (
        text,
        "%s\n  \"document-%u\": {\n    \"path\": \"/home/user/Documents/Reports/report-%u.odt\",\n"
        "    \"title\": \"Überblick %u\",\n    \"zoom\": 1.25,\n    \"line-wrap\": true,\n"
        "    \"font\": null,\n    \"cursor\": [%u, %u],\n"
        "    \"window\": { \"width\": 1280, \"height\": 720, \"maximized\": false }\n  }",
        i == 0 ? "" : ",", i, i, i, i * 7, i * 13);
  g_string_append (text, "\n}");
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

/* One object of members, as many as there can be. */
static GBytes *
make_flat (gsize size)
{
  g_autoptr (GString) text = g_string_new ("{");

  for (guint i = 0; text->len < size; i++)
    g_string_append_printf (text, "%s\"key-%u\":%u", i == 0 ? "" : ",", i, i);
  g_string_append (text, "}");
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static void
check (const char *text, gsize length)
{
  StateSyncJsonFault fault;

  if (!state_sync_json_check (text, length, &fault))
    g_error ("refused at byte %" G_GSIZE_FORMAT ": %s", fault.offset, fault.reason);
}

static StateSyncSchema *
make_schema (void)
{
  static const char TEXT[] =
      "{\"type\":\"object\",\"patternProperties\":{\"^document-[0-9]+$\":{\"$ref\":"
      "\"#/$defs/document\"}},\"additionalProperties\":false,\"$defs\":{\"document\":{"
      "\"type\":\"object\",\"required\":[\"path\",\"title\"],\"additionalProperties\":false,"
      "\"properties\":{\"path\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":4096},"
      "\"title\":{\"type\":\"string\"},\"zoom\":{\"type\":\"number\",\"minimum\":0.25,"
      "\"maximum\":4,\"multipleOf\":0.05},\"line-wrap\":{\"type\":\"boolean\"},\"font\":{"
      "\"type\":[\"string\",\"null\"]},\"cursor\":{\"type\":\"array\",\"items\":{\"type\":"
      "\"integer\",\"minimum\":0},\"minItems\":2,\"maxItems\":2},\"window\":{\"type\":"
      "\"object\",\"properties\":{\"width\":{\"type\":\"integer\",\"minimum\":1},\"height\":{"
      "\"type\":\"integer\",\"minimum\":1},\"maximized\":{\"type\":\"boolean\"}}}}}}}";
  g_autoptr (GBytes) text = g_bytes_new_static (TEXT, sizeof TEXT - 1);
  g_autoptr (GError) error = NULL;
  StateSyncSchema *schema = state_sync_schema_new (text, &error);

  if (schema == NULL)
    g_error ("%s", error->message);
  return schema;
}

static void
check_schema (const char *text, gsize length)
{
  static StateSyncSchema *schema = NULL;
  g_autoptr (GBytes) data = g_bytes_new_static (text, length);
  g_autoptr (GError) error = NULL;

  if (schema == NULL)
    schema = make_schema ();
  if (!state_sync_schema_check (schema, data, &error))
    g_error ("%s", error->message);
}

static void
parse (const char *text, gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;

  if (!json_parser_load_from_data (parser, text, (gssize)length, &error))
    g_error ("%s", error->message);
}

typedef struct
{
  GBytes *text;
  void (*check) (const char *text, gsize length);
} Work;

static gint64
work (guint side, gpointer data)
{
  const Work *self = data;
  void (*const sides[]) (const char *, gsize) = { self->check, parse };
  gsize length;
  const char *text = g_bytes_get_data (self->text, &length);
  guint times = (guint)MAX (1, TURN_BYTES / length);
  gint64 start = bench_cpu_time (getpid ());

  for (guint i = 0; i < times; i++)
    sides[side](text, length);
  return (bench_cpu_time (getpid ()) - start) / times;
}

int
main (int argc, char **argv)
{
  g_autoptr (GBytes) text = NULL;
  Work job;

  if (argc != 4)
    g_error ("usage: json-check settings|flat|schema SIZE TURNS");

  text = g_str_equal (argv[1], "flat") ? make_flat ((gsize)atoi (argv[2]))
                                       : make_settings ((gsize)atoi (argv[2]));
  job = (Work){ text, g_str_equal (argv[1], "schema") ? check_schema : check };
  bench_take_turns (2, (guint)atoi (argv[3]), work, &job);
  return 0;
}
