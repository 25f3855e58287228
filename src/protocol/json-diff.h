/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char **state_sync_json_diff (GBytes *before, GBytes *after);

G_END_DECLS
