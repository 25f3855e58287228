/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who decides for the service who may do what: rules, the application, both, or nobody. What comes
 * of it is asked for in rights.c; here is what happens when they would decide otherwise than
 * before.
 */

#include "service/rights.h"
#include "service/service-private.h"

/* Whose rights have changed, and the service. */
typedef struct
{
  StateSyncService *service;
  const char *application_id; /* (nullable): of an app; NULL: of all */
} Change;

static gboolean
concerns (const Change *change, StateSyncPeer *peer)
{
  return peer->identity != NULL &&
         (change->application_id == NULL ||
          g_strcmp0 (state_sync_identity_get_application_id (peer->identity),
                     change->application_id) == 0);
}

static void
take_boards (StateSyncPeer *peer, gpointer user_data)
{
  const Change *change = user_data;
  StateSyncService *self = change->service;

  if (concerns (change, peer))
    state_sync_boards_revoke (self->boards, peer, state_sync_rights_may_know, self);
}

static void
look_at_boards_again (StateSyncService *self, const char *application_id)
{
  Change change = { self, application_id };

  for (guint i = 0; i < self->links->len; i++)
    state_sync_link_foreach_peer (g_ptr_array_index (self->links, i), take_boards, &change);
}

static void
on_access_changed (StateSyncAccess *access, const char *application_id, StateSyncService *self)
{
  look_at_boards_again (self, application_id);
}

static void
need_identities (StateSyncService *self)
{
  if (self->looker == NULL)
    self->looker = state_sync_looker_new ();
}

/* @given: (nullable) */
static StateSyncLimits
limits_or_defaults (const StateSyncLimits *given)
{
  StateSyncLimits limits = state_sync_limits_default;

  if (given == NULL)
    return limits;

#define TAKE(field) limits.field = given->field != 0 ? given->field : limits.field
  TAKE (topics);
  TAKE (bytes);
  TAKE (writes_per_second);
  TAKE (write_burst);
  TAKE (calls);
#undef TAKE
  return limits;
}

/**
 * state_sync_service_set_access:
 * @self: a service, not exported yet
 * @access: the rules
 * @limits: (nullable): how much each sandboxed app may do and store; `NULL` for the defaults
 *
 * Gives it the rules of the session's own service (see [class@Access]), and limits for sandboxed
 * apps. Who calls is then found out before the first call of each peer is answered. Given once.
 */
void
state_sync_service_set_access (StateSyncService *self,
                               StateSyncAccess *access,
                               const StateSyncLimits *limits)
{
  StateSyncLimits taken = limits_or_defaults (limits);

  g_return_if_fail (STATE_SYNC_IS_SERVICE (self));
  g_return_if_fail (STATE_SYNC_IS_ACCESS (access));
  g_return_if_fail (self->access == NULL && self->links->len == 0);

  self->access = g_object_ref (access);
  self->quotas = state_sync_quotas_new (&taken);
  need_identities (self);
  g_signal_connect (access, "changed", G_CALLBACK (on_access_changed), self);
}

/**
 * state_sync_service_set_authorize_func:
 * @self: a service, not exported yet
 * @func: (scope notified) (closure user_data) (destroy destroy): decides
 * @user_data: for `func`
 * @destroy: (nullable): to be called with `user_data` when it is needed no more
 *
 * Has the application decide who may do what: it is asked first, and where it leaves the decision
 * ([enum@Decision]) it is made by the rules of [method@Service.set_access], if there are any. Given
 * once.
 *
 * Every way to read, write, list, map or be told is asked about, except for broadcasts, which
 * nobody on a bus can be kept from: where names of topics are not for everyone, export with
 * `STATE_SYNC_EXPORT_FLAGS_NO_BROADCAST`. Statistics are then for who is in no sandbox.
 *
 * When it would decide otherwise than before, call [method@Service.rights_changed].
 */
void
state_sync_service_set_authorize_func (StateSyncService *self,
                                       StateSyncAuthorizeFunc func,
                                       gpointer user_data,
                                       GDestroyNotify destroy)
{
  g_return_if_fail (STATE_SYNC_IS_SERVICE (self));
  g_return_if_fail (self->application.authorize_func == NULL && self->links->len == 0);
  g_return_if_fail (func != NULL);

  self->application.authorize_func = func;
  self->application.authorize_user_data = user_data;
  self->application.authorize_destroy = destroy;
  need_identities (self);
}

/**
 * state_sync_service_rights_changed:
 * @self: a service
 *
 * Tells that the function of [method@Service.set_authorize_func] decides otherwise than before. Who
 * follows a topic in shared memory and may not read it any more loses it now; all else is asked
 * about each time anyway.
 */
void
state_sync_service_rights_changed (StateSyncService *self)
{
  g_return_if_fail (STATE_SYNC_IS_SERVICE (self));

  look_at_boards_again (self, NULL);
}

void
state_sync_service_clear_access (StateSyncService *self)
{
  if (self->access != NULL)
    g_signal_handlers_disconnect_by_data (self->access, self);
  g_clear_object (&self->access);
}
