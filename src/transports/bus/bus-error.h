/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void state_sync_bus_error_explain (GError *error);

G_END_DECLS
