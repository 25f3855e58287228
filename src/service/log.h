/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the service says when it is asked to be verbose, with fields for the journal:
 * STATESYNC_TOPIC, STATESYNC_REVISION, STATESYNC_METHOD, STATESYNC_CALLER, STATESYNC_ERROR. */
void state_sync_log_changed (const char *topic, guint64 revision);
void state_sync_log_refused (GDBusMethodInvocation *invocation, const GError *error);

G_END_DECLS
