/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <unistd.h>

#include "command/command.h"
#include "command/status.h"
#include "process/standard-files.h"

static const Command commands[] = {
  { "get", "TOPIC", "Print the data of a topic", command_get },
  { "set", "TOPIC [JSON | -]", "Write the data of a topic", command_set },
  { "merge", "TOPIC [PATCH | -]", "Change some members of the data of a topic", command_merge },
  { "delete", "TOPIC", "Make a topic hold nothing", command_delete },
  { "list", "[NAMESPACE]", "List topics that hold data, with their revisions", command_list },
  { "watch", "TOPIC…", "Print the state of topics, and each newer one", command_watch },
  { "monitor", "[NAMESPACE]", "Print what the service signals", command_monitor },
  { "wait", "TOPIC", "Wait until a topic is in a certain state", command_wait },
  { "export", "[NAMESPACE]", "Print topics in a form that import reads", command_export },
  { "import", "FILE", "Write the topics that export printed", command_import },
  { "schema", "check|find FILE|TOPIC [DATA-FILE | -]…", "Check a schema, or data against it",
    command_schema },
  { "stats", NULL, "Show figures of the service", command_stats },
};

static void
print_help (Output *out)
{
  g_autofree char *statuses = status_describe ();

  output_line (
      out, "Usage: statesync COMMAND [OPTION…] [ARGUMENT…]\n\n"
           "Reads, writes and follows the topics of the Statesync service on the session bus.\n\n"
           "Commands; each has a --help of its own:");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *line = g_strdup_printf ("  %-8s  %s", commands[i].name, commands[i].summary);

      output_line (out, line);
    }
  output_line (out, "\nOptions:\n"
                    "  -h, --help  Show this\n"
                    "  --version   Show the version\n");
  output_line (out, statuses);
}

static const Command *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (g_str_equal (name, commands[i].name))
        return &commands[i];
    }
  return NULL;
}

static gboolean
run (int argc, char **argv, Output *out, Output *err, GError **error)
{
  Arguments arguments = { .argc = argc - 1, .argv = argv + 1, .out = out, .err = err };
  const char *name = argv[1];

  if (name == NULL)
    {
      g_set_error_literal (error, STATUS_ERROR, STATUS_USAGE,
                           "A command is missing; see statesync --help");
      return FALSE;
    }
  if (g_str_equal (name, "--help") || g_str_equal (name, "-h"))
    {
      print_help (out);
      return TRUE;
    }
  if (g_str_equal (name, "--version"))
    {
      output_line (out, "statesync " STATESYNC_VERSION);
      return TRUE;
    }

  if (name[0] == '-')
    {
      g_set_error (error, STATUS_ERROR, STATUS_USAGE,
                   "“%s” stands before the command: write statesync COMMAND first, then its "
                   "options; see statesync --help",
                   name);
      return FALSE;
    }

  arguments.command = find_command (name);
  if (arguments.command == NULL)
    {
      g_set_error (error, STATUS_ERROR, STATUS_USAGE,
                   "There is no command “%s”; see statesync --help", name);
      return FALSE;
    }
  return arguments.command->run (&arguments, error);
}

int
main (int argc, char **argv)
{
  g_auto (Output) out = { 0 };
  g_auto (Output) err = { 0 };
  g_autoptr (GError) error = NULL;

  process_take_standard_files ();
  /* A reader who leaves is told by write(). */
  signal (SIGPIPE, SIG_IGN);
  output_init (&out, STDOUT_FILENO);
  output_init (&err, STDERR_FILENO);

  if (run (argc, argv, &out, &err, &error))
    {
      output_flush (&out, &error);
    }
  else
    {
      /* What was done before it failed is said all the same. */
      output_flush (&out, NULL);
    }
  return error == NULL ? STATUS_SUCCESS : (int)status_report (error, &err);
}
