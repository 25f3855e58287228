/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "daemon/daemon.h"
#include "process/standard-files.h"

#define EXIT_USAGE 2

/* Each board and each doorbell takes a descriptor. The soft limit is low for the sake of programs
 * that use select(). */
static void
allow_many_descriptors (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

/* Nothing but --help and --version is for standard output. */
static int
print (const char *text)
{
  g_print ("%s", text);
  if (!ferror (stdout))
    return EXIT_SUCCESS;

  g_printerr ("statesyncd: The output could not be written\n");
  return EXIT_FAILURE;
}

int
main (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  g_autoptr (GError) error = NULL;

  process_take_standard_files ();
  setlocale (LC_ALL, "");
  umask (0077);
  /* A write beyond the limit on the size of files fails like any other. */
  signal (SIGXFSZ, SIG_IGN);
  allow_many_descriptors ();

  if (!options_parse (&options, &argc, &argv, &error))
    {
      g_printerr ("statesyncd: %s; see statesyncd --help\n", error->message);
      return EXIT_USAGE;
    }
  if (options.help != NULL)
    return print (options.help);
  if (options.version)
    return print ("statesyncd " STATESYNC_VERSION "\n");

  g_log_writer_default_set_use_stderr (TRUE);
  g_log_set_debug_enabled (options.verbose);

  return daemon_run (&options);
}
