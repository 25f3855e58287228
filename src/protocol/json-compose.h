/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GBytes *state_sync_json_compose (GBytes *first, GBytes *second);

G_END_DECLS
