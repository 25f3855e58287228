/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "command/command.h"

G_BEGIN_DECLS

/* What set, merge and delete have in common: one Write, and the new revision printed. */
typedef struct
{
  const char *mode;  /* as the Write call names it */
  const char *value; /* (nullable) what is written; else the command line says it */
  const char *description;
} WriteKind;

gboolean write_run (Arguments *arguments, const WriteKind *kind, GError **error);

G_END_DECLS
