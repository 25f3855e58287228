/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/options.h"

#define DEFAULT_MAX_DATA_SIZE ((gint64)16 * 1024 * 1024)

/* A D-Bus message holds 128 MiB; what travels must leave room for what frames it. */
#define LARGEST_MAX_DATA_SIZE ((gint64)64 * 1024 * 1024)

static gboolean
check_range (const char *option, gint64 value, gint64 least, gint64 most, GError **error)
{
  if (value >= least && value <= most)
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "--%s takes a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, option, least,
               most);
  return FALSE;
}

/* An absolute path: SQLite has plans of its own for names such as ":memory:". */
static gboolean
resolve_database (Options *options, GError **error)
{
  g_autofree char *given = g_steal_pointer (&options->database);

  if (given == NULL)
    given = g_build_filename (g_get_user_data_dir (), "statesync", "statesync.db", NULL);
  if (given[0] == '\0')
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           "--database takes the path of a file");
      return FALSE;
    }
  options->database = g_canonicalize_filename (given, NULL);
  return TRUE;
}

gboolean
options_parse (Options *options, int *argc, char ***argv, GError **error)
{
  int idle_timeout = 0;
  gint64 max_data_size = DEFAULT_MAX_DATA_SIZE;
  gboolean help = FALSE;
  const GOptionEntry entries[] = {
    { "replace", 'r', 0, G_OPTION_ARG_NONE, &options->replace,
      "Take over from the service that is running", NULL },
    { "database", 'd', 0, G_OPTION_ARG_FILENAME, &options->database,
      "Keep the topics in this file (default: $XDG_DATA_HOME/statesync/statesync.db)", "PATH" },
    { "max-data-size", 0, 0, G_OPTION_ARG_INT64, &max_data_size,
      "Refuse data of a topic above this size (default: 16777216)", "BYTES" },
    { "idle-timeout", 0, 0, G_OPTION_ARG_INT, &idle_timeout,
      "Exit after this time without a call; the bus starts the service anew (default: never)",
      "SECONDS" },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose, "Log what is being done", NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, "Print this and exit", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version and exit", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (
      context, "Keeps the state of desktop apps the same in all their windows: the Statesync\n"
               "service org.statesync.StateSync1 on the session bus, which starts it when needed.");
  g_option_context_add_main_entries (context, entries, NULL);
  /* GOption's own prints without looking whether that succeeds. */
  g_option_context_set_help_enabled (context, FALSE);

  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (help)
    {
      options->help = g_option_context_get_help (context, TRUE, NULL);
      return TRUE;
    }

  if (!check_range ("idle-timeout", idle_timeout, 0, G_MAXINT, error) ||
      !check_range ("max-data-size", max_data_size, 1, LARGEST_MAX_DATA_SIZE, error))
    return FALSE;

  if (*argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "Unexpected argument “%s”",
                   (*argv)[1]);
      return FALSE;
    }

  if (!resolve_database (options, error))
    return FALSE;
  options->idle_timeout = (guint)idle_timeout;
  options->max_data_size = (guint64)max_data_size;
  return TRUE;
}

void
options_clear (Options *options)
{
  g_clear_pointer (&options->database, g_free);
  g_clear_pointer (&options->help, g_free);
}
