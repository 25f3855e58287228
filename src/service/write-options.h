/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/write.h"

G_BEGIN_DECLS

gboolean state_sync_write_set_options (StateSyncWrite *write, GVariant *options, GError **error);

G_END_DECLS
