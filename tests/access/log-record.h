/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What this program logs from now on at that level or a graver one is kept for the test, and is
 * not fatal. */
void  test_log_record (GLogLevelFlags level);

/* (transfer full): the messages since the last call, a line each, "" if there were none. */
char *test_log_take   (void);

G_END_DECLS
