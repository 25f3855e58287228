/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <json-glib/json-glib.h>

#include "command/bus.h"
#include "command/command.h"

static char *
format_count (GVariant *value)
{
  return g_variant_print (value, FALSE);
}

static char *
format_bytes (GVariant *value)
{
  return g_format_size (g_variant_get_uint64 (value));
}

static char *
format_usec (GVariant *value)
{
  return g_strdup_printf ("%.0f µs", g_variant_get_double (value));
}

static char *
format_refusals (GVariant *value)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GVariantIter iter;
  const char *name;
  guint64 n;

  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "{&st}", &name, &n))
    g_string_append_printf (text, "%s%s %" G_GUINT64_FORMAT, text->len > 0 ? ", " : "", name, n);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The figures that the interface documents, in the order in which they are shown. */
static const struct
{
  const char *key;
  const char *type;
  char *(*format) (GVariant *value);
} figures[] = {
  { "topics", "t", format_count },
  { "bytes-stored", "t", format_bytes },
  { "writes", "t", format_count },
  { "unchanged", "t", format_count },
  { "commits", "t", format_count },
  { "signals", "t", format_count },
  { "snapshots", "t", format_count },
  { "refusals", "a{st}", format_refusals },
  { "commit-latency-mean", "d", format_usec },
  { "commit-latency-max", "d", format_usec },
};

static void
print_figure (Output *out, const char *key, const char *text)
{
  g_autofree char *label = g_strdup_printf ("%-20s", key);

  output_text (out, STYLE_TOPIC, label);
  output_text (out, STYLE_PLAIN, "  ");
  output_line (out, text);
}

/* Those that are documented; then what a newer service may give beside. */
static void
print_text (Output *out, GVariant *statistics)
{
  g_auto (GVariantDict) rest = G_VARIANT_DICT_INIT (statistics);
  g_autoptr (GVariant) others = NULL;
  GVariantIter iter;
  const char *key;
  GVariant *value;

  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    {
      g_autoptr (GVariant) figure =
          g_variant_lookup_value (statistics, figures[i].key, G_VARIANT_TYPE (figures[i].type));
      g_autofree char *text = NULL;

      if (figure == NULL)
        continue;
      text = figures[i].format (figure);
      print_figure (out, figures[i].key, text);
      g_variant_dict_remove (&rest, figures[i].key);
    }

  others = g_variant_ref_sink (g_variant_dict_end (&rest));
  g_variant_iter_init (&iter, others);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    {
      g_autofree char *text = g_variant_print (value, FALSE);

      print_figure (out, key, text);
    }
}

static void
print_json (Output *out, GVariant *statistics)
{
  g_autofree char *text = json_gvariant_serialize_data (statistics, NULL);

  output_line (out, text);
}

static GVariant *
get_statistics (GError **error)
{
  g_autoptr (GDBusConnection) connection = bus_connect (error);
  g_autoptr (StateSyncBusStatistics) proxy = NULL;
  g_autoptr (GVariant) statistics = NULL;
  gboolean called;

  if (connection == NULL)
    return NULL;

  proxy = state_sync_bus_statistics_proxy_new_sync (connection, BUS_PROXY_FLAGS, bus_get_name (),
                                                    bus_get_path (), NULL, error);
  if (!bus_explain (proxy != NULL, error))
    return NULL;

  called = state_sync_bus_statistics_call_get_sync (proxy, G_DBUS_CALL_FLAGS_NONE, -1, &statistics,
                                                    NULL, error);
  return bus_explain (called, error) ? g_steal_pointer (&statistics) : NULL;
}

gboolean
command_stats (Arguments *arguments, GError **error)
{
  gboolean json = FALSE;
  const GOptionEntry options[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print one JSON object", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GVariant) statistics = NULL;

  if (!arguments_parse (
          arguments, options,
          "All count from the start of the service, except topics and bytes-stored, which\n"
          "tell what there is now.",
          0, 0, error))
    return FALSE;

  statistics = get_statistics (error);
  if (statistics == NULL)
    return FALSE;

  if (json)
    print_json (arguments->out, statistics);
  else
    print_text (arguments->out, statistics);
  return TRUE;
}
