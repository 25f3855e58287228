/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "command/output.h"

G_BEGIN_DECLS

typedef struct _Command Command;

/* What a sub-command is called with. */
typedef struct
{
  const Command *command;
  int argc;    /* after arguments_parse() of the operands alone; before, the name comes first */
  char **argv; /* the caller's; NULL-terminated */
  Output *out;
  Output *err;
} Arguments;

/* FALSE without @error: there is nothing to do, and all is well. */
typedef gboolean (*CommandFunc) (Arguments *arguments, GError **error);

struct _Command
{
  const char *name;
  const char *operands; /* as --help shows them */
  const char *summary;
  CommandFunc run;
};

gboolean arguments_parse          (Arguments *self,
                                   const GOptionEntry *options,
                                   const char *description,
                                   int least,
                                   int most,
                                   GError **error);
gboolean arguments_parse_revision (Arguments *self,
                                   const char *option,
                                   const char *text,
                                   guint64 *revision,
                                   GError **error);
gboolean arguments_refuse         (Arguments *self, const char *reason, GError **error);

gboolean command_delete  (Arguments *arguments, GError **error);
gboolean command_export  (Arguments *arguments, GError **error);
gboolean command_get     (Arguments *arguments, GError **error);
gboolean command_import  (Arguments *arguments, GError **error);
gboolean command_list    (Arguments *arguments, GError **error);
gboolean command_merge   (Arguments *arguments, GError **error);
gboolean command_monitor (Arguments *arguments, GError **error);
gboolean command_schema  (Arguments *arguments, GError **error);
gboolean command_set     (Arguments *arguments, GError **error);
gboolean command_stats   (Arguments *arguments, GError **error);
gboolean command_wait    (Arguments *arguments, GError **error);
gboolean command_watch   (Arguments *arguments, GError **error);

G_END_DECLS
