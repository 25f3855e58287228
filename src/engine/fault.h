/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What can go wrong in following, one helper each, so that it is worded the same everywhere. What
 * a transport may not do is G_IO_ERROR_INVALID_DATA. */
GError  *state_sync_fault_no_snapshot    (const char *topic);
GError  *state_sync_fault_unanswered     (const char *topic);
GError  *state_sync_fault_behind         (const char *topic, guint64 revision, guint64 announced);
GError  *state_sync_fault_went_back      (const char *topic, guint64 revision, guint64 local);
GError  *state_sync_fault_other_instance (const char *topic, const char *instance, const char *expected);
GError  *state_sync_fault_not_applied    (const char *topic, guint64 revision);
GError  *state_sync_fault_closed_plan    (const char *topic);
GError  *state_sync_fault_stopped        (const char *topic);
GError  *state_sync_fault_start_stopped  (const char *topic);

gboolean state_sync_fault_is_protocol    (const GError *error);
gboolean state_sync_fault_is_final       (const GError *error);

G_END_DECLS
