/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/bus.h"
#include "command/command.h"
#include "command/record.h"

gboolean
command_list (Arguments *arguments, GError **error)
{
  gboolean json = FALSE;
  gboolean names = FALSE;
  const GOptionEntry options[] = {
    { "names", 0, 0, G_OPTION_ARG_NONE, &names, "Print only the names", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json,
      "Print a JSON object with topic and revision for each", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (StateSyncBusService) service = NULL;
  g_autoptr (GVariant) topics = NULL;

  if (!arguments_parse (arguments, options,
                        "A line for each: name, tab, revision. A topic is inside NAMESPACE if it\n"
                        "has that name or one that begins with it and a dot.",
                        0, 1, error))
    return FALSE;
  if (names && json)
    return arguments_refuse (arguments, "--names does not go with --json", error);

  service = bus_connect_service (error);
  if (service == NULL)
    return FALSE;

  topics = bus_list_topics (service, arguments->argv[0], error);
  if (topics == NULL)
    return FALSE;

  for (gsize i = 0; i < g_variant_n_children (topics); i++)
    {
      const char *topic;
      guint64 revision;

      g_variant_get_child (topics, i, "(&st)", &topic, &revision);
      if (names)
        output_line (arguments->out, topic);
      else
        record_print (arguments->out, json, topic, revision, NULL);
    }
  return TRUE;
}
