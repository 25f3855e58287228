/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "access/identity.h"

#include "access/application-id.h"

struct _StateSyncIdentity
{
  gatomicrefcount ref_count;
  StateSyncIdentityKind kind;
  char *application; /* of an app only */
};

G_DEFINE_BOXED_TYPE (StateSyncIdentity,
                     state_sync_identity,
                     state_sync_identity_ref,
                     state_sync_identity_unref)

static StateSyncIdentity *
identity_new (StateSyncIdentityKind kind, const char *application)
{
  StateSyncIdentity *self = g_new0 (StateSyncIdentity, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  self->application = g_strdup (application);
  return self;
}

StateSyncIdentity *
state_sync_identity_new_unknown (void)
{
  return identity_new (STATE_SYNC_IDENTITY_KIND_UNKNOWN, NULL);
}

StateSyncIdentity *
state_sync_identity_new_app (const char *application_id)
{
  g_return_val_if_fail (state_sync_application_id_is_valid (application_id), NULL);

  return identity_new (STATE_SYNC_IDENTITY_KIND_APP, application_id);
}

StateSyncIdentity *
state_sync_identity_new_host (void)
{
  return identity_new (STATE_SYNC_IDENTITY_KIND_HOST, NULL);
}

/**
 * state_sync_identity_ref:
 * @self: an identity
 *
 * Takes a reference, from any thread.
 *
 * Returns: (transfer full): `self`
 */
StateSyncIdentity *
state_sync_identity_ref (StateSyncIdentity *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * state_sync_identity_unref:
 * @self: (transfer full): an identity
 *
 * Drops a reference, from any thread.
 */
void
state_sync_identity_unref (StateSyncIdentity *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->application);
  g_free (self);
}

/**
 * state_sync_identity_get_kind:
 * @self: an identity
 *
 * Tells what kind of peer it is.
 *
 * Returns: the kind
 */
StateSyncIdentityKind
state_sync_identity_get_kind (StateSyncIdentity *self)
{
  return self->kind;
}

/**
 * state_sync_identity_get_application_id:
 * @self: an identity
 *
 * Tells which app a sandboxed peer is: of a Flatpak its id, of a snap `snap.NAME`.
 *
 * Returns: (transfer none) (nullable): the application id; `NULL` unless the kind is
 *   `STATE_SYNC_IDENTITY_KIND_APP`
 */
const char *
state_sync_identity_get_application_id (StateSyncIdentity *self)
{
  return self->application;
}
