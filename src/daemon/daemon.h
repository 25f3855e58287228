/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "daemon/options.h"

G_BEGIN_DECLS

/* Serves until told to stop; the process's exit status. */
int daemon_run (const Options *options);

G_END_DECLS
