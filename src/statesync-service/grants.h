/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <statesync/version-macros.h>

G_BEGIN_DECLS

/**
 * StateSyncGrants:
 *
 * What the user allowed sandboxed apps beyond their own namespace, as it is in the permission store
 * (table `statesync`), and as it changes there. Each grant is for the topic of a name and all inside
 * the namespace of that name.
 */
#define STATE_SYNC_TYPE_GRANTS (state_sync_grants_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncGrants, state_sync_grants, STATE_SYNC, GRANTS, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncGrants *state_sync_grants_new (GDBusConnection *connection);

G_END_DECLS
