/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/write.h"

G_BEGIN_DECLS

guint64 *state_sync_state_commit (const char *root, const char *instance, GPtrArray *writes, GError **error);

G_END_DECLS
