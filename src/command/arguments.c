/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "command/command.h"
#include "command/status.h"
#include "protocol/revision.h"

/* FALSE with @error: the command line is wrong. */
gboolean
arguments_refuse (Arguments *self, const char *reason, GError **error)
{
  g_set_error (error, STATUS_ERROR, STATUS_USAGE, "%s; see statesync %s --help", reason,
               self->command->name);
  return FALSE;
}

/* What GOption has left: operands, among them negative numbers, which are JSON and no options;
 * and "--" where what follows it begins with a dash. */
static gboolean
settle_operands (Arguments *self, GError **error)
{
  for (int i = 0; i < self->argc; i++)
    {
      const char *argument = self->argv[i];
      g_autofree char *reason = NULL;

      if (argument[0] != '-' || argument[1] == '\0' || g_ascii_isdigit (argument[1]))
        continue;
      if (!g_str_equal (argument, "--"))
        {
          reason = g_strdup_printf ("There is no option %s", argument);
          return arguments_refuse (self, reason, error);
        }
      self->argc--;
      memmove (self->argv + i, self->argv + i + 1, (gsize)(self->argc - i) * sizeof *self->argv);
      break;
    }
  self->argv[self->argc] = NULL;
  return TRUE;
}

static gboolean
check_number (Arguments *self, int least, int most, GError **error)
{
  g_autofree char *reason = NULL;

  if (self->argc < least)
    {
      g_auto (GStrv) operands = g_strsplit (self->command->operands, " ", -1);

      reason = g_strconcat (operands[self->argc], " is missing", NULL);
      return arguments_refuse (self, reason, error);
    }
  if (self->argc > most)
    {
      reason = g_strdup_printf ("There is one argument too many, “%s”: put quotes around what "
                                "belongs together",
                                self->argv[most]);
      return arguments_refuse (self, reason, error);
    }
  return TRUE;
}

static gboolean
show_help (Arguments *self, GOptionContext *context, GError **error)
{
  g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);

  output_text (self->out, STYLE_PLAIN, help);
  return output_flush (self->out, error);
}

/* Options have no letters, so that -1e2 is a number and nothing else. Text options are
 * G_OPTION_ARG_FILENAME: bytes as they are, where G_OPTION_ARG_STRING would depend on the locale.
 * FALSE without @error: all that was asked for is --help, which was shown. GOption's own is not
 * used, for it prints without looking whether that succeeds. */
gboolean
arguments_parse (Arguments *self,
                 const GOptionEntry *options,
                 const char *description,
                 int least,
                 int most,
                 GError **error)
{
  gboolean help = FALSE;
  const GOptionEntry help_option[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, "Show this", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (self->command->operands);
  g_autofree char *summary = g_strconcat (self->command->summary, ".", NULL);
  g_autofree char *statuses = status_describe ();
  g_autofree char *end = g_strconcat (description, "\n\n", statuses, NULL);
  g_autofree char *program = g_strconcat ("statesync ", self->command->name, NULL);
  g_autoptr (GError) cause = NULL;

  g_set_prgname (program);
  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, end);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, help_option, NULL);
  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_set_ignore_unknown_options (context, TRUE);
  if (!g_option_context_parse (context, &self->argc, &self->argv, &cause))
    return arguments_refuse (self, cause->message, error);
  if (help)
    {
      show_help (self, context, error);
      return FALSE;
    }

  self->argv++;
  self->argc--;
  return settle_operands (self, error) && check_number (self, least, most, error);
}

/* @text: (nullable): what @option was given; without it @revision stays. */
gboolean
arguments_parse_revision (
    Arguments *self, const char *option, const char *text, guint64 *revision, GError **error)
{
  g_autofree char *reason = NULL;

  if (text == NULL || state_sync_revision_parse (text, revision))
    return TRUE;

  reason = g_strdup_printf ("%s takes a revision, 0 to %" G_GUINT64_FORMAT
                            " without leading zeros, not “%s”",
                            option, G_MAXUINT64, text);
  return arguments_refuse (self, reason, error);
}
