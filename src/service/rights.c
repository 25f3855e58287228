/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* All questions of what a peer may do are asked here. The application decides first, if it has a
 * function for that, and then the service's access, if it has one. A method runs when it is known
 * who calls (arrivals.c), but for those that are let run because the service stops: they are told
 * that. */

#include "service/rights.h"

#include "protocol/error.h"
#include "service/service-private.h"

static gboolean
is_host (StateSyncPeer *peer)
{
  return state_sync_identity_get_kind (peer->identity) == STATE_SYNC_IDENTITY_KIND_HOST;
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
state_sync_rights_need_identity (StateSyncService *service)
{
  return service->access != NULL || service->application.authorize_func != NULL;
}

gboolean
state_sync_rights_reads_all (StateSyncService *service, StateSyncPeer *peer)
{
  return service->application.authorize_func == NULL && (service->access == NULL || is_host (peer));
}

/* --- by topic --- */

static StateSyncDecision
ask_application (StateSyncService *service,
                 StateSyncPeer *peer,
                 const char *topic,
                 StateSyncRights rights)
{
  StateSyncApplication *application = &service->application;

  if (application->authorize_func == NULL)
    return STATE_SYNC_DECISION_DEFAULT;
  return application->authorize_func (service, peer->identity, topic, rights,
                                      application->authorize_user_data);
}

/* It is the same whether there is such a topic or not. */
static gboolean
refuse (const char *topic, StateSyncRights rights, GError **error)
{
  if (error != NULL)
    *error = state_sync_error_access_denied (
        topic, rights == STATE_SYNC_RIGHTS_WRITE ? "the application does not let you write it"
                                                 : "the application does not let you read it");
  return FALSE;
}

static gboolean
may (StateSyncService *service,
     StateSyncPeer *peer,
     const char *topic,
     StateSyncRights rights,
     GError **error)
{
  if (!state_sync_rights_need_identity (service))
    return TRUE;
  if (!is_known (peer, error))
    return FALSE;

  switch (ask_application (service, peer, topic, rights))
    {
    case STATE_SYNC_DECISION_ALLOW:
      return TRUE;
    case STATE_SYNC_DECISION_DEFAULT:
      if (service->access == NULL)
        return TRUE;
      return rights == STATE_SYNC_RIGHTS_WRITE
                 ? state_sync_access_may_write (service->access, peer->identity, topic, error)
                 : state_sync_access_may_read (service->access, peer->identity, topic, error);
    case STATE_SYNC_DECISION_DENY:
    default:
      return refuse (topic, rights, error);
    }
}

gboolean
state_sync_rights_may_read (StateSyncService *service,
                            StateSyncPeer *peer,
                            const char *topic,
                            GError **error)
{
  return may (service, peer, topic, STATE_SYNC_RIGHTS_READ, error);
}

gboolean
state_sync_rights_may_write (StateSyncService *service,
                             StateSyncPeer *peer,
                             const char *topic,
                             GError **error)
{
  return may (service, peer, topic, STATE_SYNC_RIGHTS_WRITE, error);
}

char **
state_sync_rights_list_readable (StateSyncService *service,
                                 StateSyncPeer *peer,
                                 const char *namespace_)
{
  if (service->application.authorize_func != NULL || service->access == NULL ||
      peer->identity == NULL || is_host (peer))
    return g_strdupv ((char **)(const char *const[]){ namespace_, NULL });

  return state_sync_access_list_readable (service->access, peer->identity, namespace_);
}

gboolean
state_sync_rights_may_see (StateSyncService *service, StateSyncPeer *peer, const char *topic)
{
  return service->application.authorize_func == NULL ||
         state_sync_rights_may_read (service, peer, topic, NULL);
}

gboolean
state_sync_rights_may_know (StateSyncPeer *peer, const char *topic, gpointer service)
{
  return state_sync_rights_may_read (service, peer, topic, NULL);
}

/* --- by no topic --- */

static gboolean
deny (const char *message, GError **error)
{
  g_set_error_literal (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_ACCESS_DENIED, message);
  return FALSE;
}

/* Where the application decides, it does so at each topic. */
gboolean
state_sync_rights_may_follow (StateSyncService *service, StateSyncPeer *peer, GError **error)
{
  if (!state_sync_rights_need_identity (service))
    return TRUE;
  if (!is_known (peer, error))
    return FALSE;

  return service->application.authorize_func != NULL ||
         state_sync_identity_get_kind (peer->identity) != STATE_SYNC_IDENTITY_KIND_UNKNOWN ||
         deny ("It can't be told which app asks, so there is nothing for it to follow; the "
               "service's log says why",
               error);
}

gboolean
state_sync_rights_may_oversee (StateSyncService *service, StateSyncPeer *peer, GError **error)
{
  if (!state_sync_rights_need_identity (service))
    return TRUE;

  return is_known (peer, error) &&
         (is_host (peer) ||
          deny ("Statistics tell of all apps: ask for them outside of a sandbox", error));
}

gboolean
state_sync_rights_is_limited (StateSyncService *service, StateSyncPeer *peer)
{
  return service->access != NULL && peer->identity != NULL && !is_host (peer);
}
