/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* OpenDoorbell, MapSnapshot and UnmapSnapshot: following without messages; Subscribe and
 * Unsubscribe: following by signals of one's own.
 */

#include "protocol/error.h"
#include "protocol/name.h"
#include "service/call.h"
#include "service/rights.h"
#include "service/service-private.h"

static void
read_topic (StateSyncCall *call, StateSyncReadFunc done)
{
  const char *topics[] = { state_sync_call_get_topic (call), NULL };
  g_autoptr (GError) error = NULL;

  if (state_sync_name_check (topics[0], &error) &&
      state_sync_rights_may_read (call->service, call->peer, topics[0], &error))
    state_sync_store_read (call->service->store, topics, G_MAXUINT64, done, call);
  else
    state_sync_call_refuse (call, error);
}

/* @fd: (transfer full): -1 if @error says why there is none */
static void
answer_fd (StateSyncCall *call, int fd, const GError *error)
{
  if (fd < 0)
    state_sync_call_refuse (call, error);
  else
    state_sync_call_answer_with_file (call, g_variant_new ("(@h)", g_variant_new_handle (0)), fd,
                                      0);
}

/* A peer that left while its call waited has been forgotten, and would not be again. */
static gboolean
check_is_there (StateSyncCall *call, GError **error)
{
  if (!call->peer->has_left)
    return TRUE;

  g_propagate_error (error, state_sync_error_unavailable ());
  return FALSE;
}

void
state_sync_run_open_doorbell (StateSyncCall *call)
{
  g_autoptr (GError) error = NULL;
  int fd = -1;

  if (check_is_there (call, &error) &&
      state_sync_rights_may_follow (call->service, call->peer, &error))
    fd = state_sync_boards_open_doorbell (call->peer, &error);
  answer_fd (call, fd, error);
}

/* What is read is what is committed at this moment, and the board follows from here on. The right
 * to it may have gone while it was read. */
static void
map_done (GPtrArray *snapshots, const GError *error, gpointer user_data)
{
  StateSyncCall *call = user_data;
  g_autoptr (GError) refusal = NULL;
  int fd = -1;

  if (error != NULL)
    {
      state_sync_call_refuse (call, error);
      return;
    }

  if (check_is_there (call, &refusal) &&
      state_sync_rights_may_read (call->service, call->peer, state_sync_call_get_topic (call),
                                  &refusal))
    fd = state_sync_boards_map (call->service->boards, call->peer, state_sync_call_get_topic (call),
                                g_ptr_array_index (snapshots, 0), &refusal);
  if (fd >= 0)
    call->service->counters.snapshots++;
  answer_fd (call, fd, refusal);
}

void
state_sync_run_map_snapshot (StateSyncCall *call)
{
  read_topic (call, map_done);
}

/* Whether the topic could be read does not matter. */
static void
unmap_done (GPtrArray *snapshots, const GError *error, gpointer user_data)
{
  StateSyncCall *call = user_data;

  state_sync_boards_unmap (call->service->boards, call->peer, state_sync_call_get_topic (call));
  state_sync_call_answer (call, g_variant_new ("()"));
}

/* It goes the way of MapSnapshot, so that it does not overtake one that waits for its topic. */
void
state_sync_run_unmap_snapshot (StateSyncCall *call)
{
  read_topic (call, unmap_done);
}

/* --- signals --- */

/* Names may be subscribed to whatever they are: of each change it is asked whether the peer may
 * know it, so it makes no difference what there is, and what is granted later is told. */

typedef gboolean (*NamesFunc) (StateSyncCall *call, const char *const *names, GError **error);

/* Refused unless all names are names. */
static void
run_with_names (StateSyncCall *call, NamesFunc func)
{
  g_autofree const char **names = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_done = TRUE;

  g_variant_get (state_sync_call_get_args (call), "(^a&s)", &names);
  for (gsize i = 0; is_done && names[i] != NULL; i++)
    is_done = state_sync_name_check (names[i], &error);
  if (is_done && func (call, names, &error))
    state_sync_call_answer (call, g_variant_new ("()"));
  else
    state_sync_call_refuse (call, error);
}

static const char *
get_object_path (StateSyncCall *call)
{
  return g_dbus_method_invocation_get_object_path (call->invocation);
}

static gboolean
subscribe (StateSyncCall *call, const char *const *names, GError **error)
{
  return check_is_there (call, error) &&
         state_sync_rights_may_follow (call->service, call->peer, error) &&
         state_sync_audience_subscribe (call->service->audience, call->peer, get_object_path (call),
                                        names, error);
}

void
state_sync_run_subscribe (StateSyncCall *call)
{
  run_with_names (call, subscribe);
}

static gboolean
unsubscribe (StateSyncCall *call, const char *const *names, GError **error)
{
  state_sync_audience_unsubscribe (call->service->audience, call->peer, get_object_path (call),
                                   names);
  return TRUE;
}

void
state_sync_run_unsubscribe (StateSyncCall *call)
{
  run_with_names (call, unsubscribe);
}
