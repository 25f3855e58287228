/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

int state_sync_sealed_memory_open (GBytes *data, GError **error);

G_END_DECLS
