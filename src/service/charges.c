/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a sandboxed app stores counts where it is stored: in the scope by which it may write there
 * (quotas.c). The first write to a scope waits until it is known what is in there already. The
 * peer's calls wait with it, for they would come before it else.
 *
 * What a write changes is known when it is judged; it is reserved then, and the call keeps the
 * reservation until it is answered. By then the change has been noted, if it was committed.
 */

#include "service/charges.h"

#include "service/rights.h"
#include "service/service-private.h"

static StateSyncUsage
usage_between (StateSyncSnapshot *before, StateSyncSnapshot *after)
{
  gboolean is_first = state_sync_snapshot_get_revision (before) == 0;
  gsize bytes_before = is_first ? 0 : state_sync_snapshot_get_size (before);

  return (StateSyncUsage){ .topics = is_first ? 1 : 0,
                           .bytes = (gint64)state_sync_snapshot_get_size (after) -
                                    (gint64)bytes_before };
}

static char *
get_scope (StateSyncCall *call, const char *topic)
{
  return state_sync_access_get_scope (call->service->access, call->peer->identity, topic);
}

/* --- what is added --- */

static void
reservation_free (gpointer data)
{
  state_sync_reservation_free (data);
}

/* A #StateSyncAdmitFunc: whether there is room for the change, which is kept then. */
static gboolean
admit (const char *topic,
       StateSyncSnapshot *before,
       StateSyncSnapshot *after,
       gpointer user_data,
       GError **error)
{
  StateSyncCall *call = user_data;
  g_autofree char *scope = get_scope (call, topic);
  StateSyncReservation *reservation;

  /* The right to write there may have ended since; or it is the application that gives it, and then
   * there is no limit to it. */
  if (scope == NULL)
    return state_sync_rights_may_write (call->service, call->peer, topic, error);

  reservation = state_sync_quotas_reserve (call->service->quotas, scope,
                                           usage_between (before, after), error);
  if (reservation == NULL)
    return FALSE;

  if (call->reservations == NULL)
    call->reservations = g_ptr_array_new_with_free_func (reservation_free);
  g_ptr_array_add (call->reservations, reservation);
  return TRUE;
}

/* --- what is there already --- */

/* Writes that wait until all of their scopes are known. */
typedef struct
{
  StateSyncCall *call;
  GPtrArray *writes; /* owned */
  char *scope;       /* which is asked about now */
  StateSyncWriteFunc done;
} Preparation;

static void
preparation_free (gpointer data)
{
  Preparation *preparation = data;

  g_ptr_array_unref (preparation->writes);
  g_free (preparation->scope);
  g_free (preparation);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Preparation, preparation_free)

/* (transfer full) (nullable) */
static char *
find_unknown_scope (StateSyncCall *call, GPtrArray *writes)
{
  for (guint i = 0; i < writes->len; i++)
    {
      const StateSyncWrite *write = g_ptr_array_index (writes, i);
      g_autofree char *scope = get_scope (call, write->topic);

      if (scope != NULL && !state_sync_quotas_has_scope (call->service->quotas, scope))
        return g_steal_pointer (&scope);
    }
  return NULL;
}

static void ask_next (Preparation *preparation);

static void
on_listed (GArray *items, const GError *error, gpointer user_data)
{
  Preparation *preparation = user_data;
  StateSyncCall *call = preparation->call;
  StateSyncUsage used = { 0 };

  if (error != NULL)
    {
      state_sync_turns_release (call->peer);
      state_sync_call_refuse (call, error);
      preparation_free (preparation);
      return;
    }

  for (guint i = 0; i < items->len; i++)
    {
      used.topics++;
      used.bytes += (gint64)g_array_index (items, StateSyncListItem, i).bytes;
    }
  if (!state_sync_quotas_has_scope (call->service->quotas, preparation->scope))
    state_sync_quotas_set_scope (call->service->quotas, preparation->scope, used);
  ask_next (preparation);
}

/* @preparation: (transfer full) */
static void
ask_next (Preparation *preparation)
{
  StateSyncCall *call = preparation->call;
  g_autoptr (Preparation) ended = NULL;

  g_free (preparation->scope);
  preparation->scope = find_unknown_scope (call, preparation->writes);
  if (preparation->scope != NULL)
    {
      state_sync_store_list (call->service->store, preparation->scope, on_listed, preparation);
      return;
    }

  ended = preparation;
  state_sync_turns_release (call->peer);
  state_sync_store_write (call->service->store, preparation->writes, admit, preparation->done,
                          call);
}

/* As state_sync_store_write(), with @call: each change is charged to the scope that it is in. */
void
state_sync_charges_write (StateSyncCall *call, GPtrArray *writes, StateSyncWriteFunc done)
{
  Preparation *preparation = g_new0 (Preparation, 1);

  preparation->call = call;
  preparation->writes = g_ptr_array_ref (writes);
  preparation->done = done;
  state_sync_turns_hold (call->peer);
  ask_next (preparation);
}

/* A topic has changed, whoever wrote it. */
void
state_sync_charges_note (StateSyncService *service,
                         const char *topic,
                         StateSyncSnapshot *before,
                         StateSyncSnapshot *after)
{
  if (service->quotas != NULL)
    state_sync_quotas_note (service->quotas, topic, usage_between (before, after));
}
