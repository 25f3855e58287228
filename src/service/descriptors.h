/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* So many descriptors of the process are left to what it can't do without. */
#define STATE_SYNC_DESCRIPTORS_RESERVED 512

/* Whether @fd, which is new, may be kept for a peer. */
gboolean state_sync_descriptor_is_spare (int fd, GError **error);

/* What errno says now. */
void     state_sync_set_errno_error     (GError **error);

G_END_DECLS
