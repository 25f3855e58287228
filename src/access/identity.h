/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Who a peer is. An identity never changes and may go to any thread. */
typedef struct _StateSyncIdentity StateSyncIdentity;

typedef enum
{
  STATE_SYNC_IDENTITY_UNKNOWN, /* could not be told: the least trusted */
  STATE_SYNC_IDENTITY_APP,     /* in a sandbox, which says which app it is */
  STATE_SYNC_IDENTITY_HOST,    /* the user, in no sandbox */
} StateSyncIdentityKind;

StateSyncIdentity     *state_sync_identity_new_unknown    (void);
StateSyncIdentity     *state_sync_identity_new_app        (const char *application_id);
StateSyncIdentity     *state_sync_identity_new_host       (void);
StateSyncIdentity     *state_sync_identity_ref            (StateSyncIdentity *self);
void                   state_sync_identity_unref          (StateSyncIdentity *self);

StateSyncIdentityKind  state_sync_identity_get_kind       (StateSyncIdentity *self);

/* (nullable): of an app only. */
const char            *state_sync_identity_get_application (StateSyncIdentity *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncIdentity, state_sync_identity_unref)

G_END_DECLS
