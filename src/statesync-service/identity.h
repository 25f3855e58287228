/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include <statesync/version-macros.h>

G_BEGIN_DECLS

/**
 * StateSyncIdentity:
 *
 * Who a peer is, as far as bus and kernel tell; never what a peer says of itself. An identity never
 * changes, and may go to any thread.
 */
#define STATE_SYNC_TYPE_IDENTITY (state_sync_identity_get_type ())
typedef struct _StateSyncIdentity StateSyncIdentity;

/**
 * StateSyncIdentityKind:
 * @STATE_SYNC_IDENTITY_KIND_UNKNOWN: it could not be told: the least trusted
 * @STATE_SYNC_IDENTITY_KIND_APP: in a sandbox, which says which app it is
 * @STATE_SYNC_IDENTITY_KIND_HOST: the user, in no sandbox
 *
 * What kind of peer it is.
 */
typedef enum
{
  STATE_SYNC_IDENTITY_KIND_UNKNOWN,
  STATE_SYNC_IDENTITY_KIND_APP,
  STATE_SYNC_IDENTITY_KIND_HOST,
} StateSyncIdentityKind;

STATE_SYNC_AVAILABLE_IN_ALL
GType                  state_sync_identity_get_type           (void) G_GNUC_CONST;
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncIdentity     *state_sync_identity_ref                (StateSyncIdentity *self);
STATE_SYNC_AVAILABLE_IN_ALL
void                   state_sync_identity_unref              (StateSyncIdentity *self);

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncIdentityKind  state_sync_identity_get_kind           (StateSyncIdentity *self);
STATE_SYNC_AVAILABLE_IN_ALL
const char            *state_sync_identity_get_application_id (StateSyncIdentity *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncIdentity, state_sync_identity_unref)

G_END_DECLS
