/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* All questions of what a peer may do are asked here. A method runs when it is known who calls
 * (arrivals.c), but for those that are let run because the service stops: they are told that. */

#include "service/rights.h"

#include "protocol/error.h"
#include "service/service-private.h"

static gboolean
is_host (StateSyncPeer *peer)
{
  return state_sync_identity_get_kind (peer->identity) == STATE_SYNC_IDENTITY_HOST;
}

static gboolean
is_known (StateSyncPeer *peer, GError **error)
{
  if (peer->identity != NULL)
    return TRUE;

  g_propagate_error (error, state_sync_error_unavailable ());
  return FALSE;
}

gboolean
state_sync_rights_may_read (StateSyncService *service,
                            StateSyncPeer *peer,
                            const char *topic,
                            GError **error)
{
  return service->access == NULL ||
         (is_known (peer, error) &&
          state_sync_access_may_read (service->access, peer->identity, topic, error));
}

gboolean
state_sync_rights_may_write (StateSyncService *service,
                             StateSyncPeer *peer,
                             const char *topic,
                             GError **error)
{
  return service->access == NULL ||
         (is_known (peer, error) &&
          state_sync_access_may_write (service->access, peer->identity, topic, error));
}

static gboolean
deny (const char *message, GError **error)
{
  g_set_error_literal (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_ACCESS_DENIED, message);
  return FALSE;
}

gboolean
state_sync_rights_may_follow (StateSyncService *service, StateSyncPeer *peer, GError **error)
{
  if (service->access == NULL)
    return TRUE;

  if (!is_known (peer, error))
    return FALSE;
  return state_sync_identity_get_kind (peer->identity) != STATE_SYNC_IDENTITY_UNKNOWN ||
         deny ("It can't be told which app asks, so there is nothing for it to follow; the "
               "service's log says why",
               error);
}

gboolean
state_sync_rights_may_oversee (StateSyncService *service, StateSyncPeer *peer, GError **error)
{
  if (service->access == NULL)
    return TRUE;

  return is_known (peer, error) &&
         (is_host (peer) ||
          deny ("Statistics tell of all apps: ask for them outside of a sandbox", error));
}

char **
state_sync_rights_list_readable (StateSyncService *service,
                                 StateSyncPeer *peer,
                                 const char *namespace_)
{
  if (service->access == NULL || peer->identity == NULL || is_host (peer))
    return g_strdupv ((char **)(const char *const[]){ namespace_, NULL });

  return state_sync_access_list_readable (service->access, peer->identity, namespace_);
}

gboolean
state_sync_rights_is_limited (StateSyncService *service, StateSyncPeer *peer)
{
  return service->access != NULL && peer->identity != NULL && !is_host (peer);
}
