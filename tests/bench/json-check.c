/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* json-check settings|flat SIZE TURNS: how long the JSON check takes for a text of about so many
 * bytes, and how long json-glib's parser does.
 */

#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/clock.h"
#include "bench/turns.h"
#include "protocol/json-check.h"

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

static void
parse (const char *text, gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;

  if (!json_parser_load_from_data (parser, text, (gssize)length, &error))
    g_error ("%s", error->message);
}

static gint64
work (guint side, gpointer data)
{
  void (*const sides[]) (const char *, gsize) = { check, parse };
  gsize length;
  const char *text = g_bytes_get_data (data, &length);
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

  if (argc != 4)
    g_error ("usage: json-check settings|flat SIZE TURNS");

  text = g_str_equal (argv[1], "flat") ? make_flat ((gsize)atoi (argv[2]))
                                       : make_settings ((gsize)atoi (argv[2]));
  bench_take_turns (2, (guint)atoi (argv[3]), work, text);
  return 0;
}
