/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* OpenDoorbell, MapSnapshot and UnmapSnapshot: following without messages. */

#include "protocol/error.h"
#include "protocol/name.h"
#include "service/call.h"
#include "service/service-private.h"

/* On a connection without a bus there is one peer, and it has no name. */
static const char *
get_peer (StateSyncCall *call)
{
  const char *name = g_dbus_method_invocation_get_sender (call->invocation);

  return name != NULL ? name : "";
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

void
state_sync_run_open_doorbell (StateSyncCall *call)
{
  g_autoptr (GError) error = NULL;
  int fd = state_sync_boards_open_doorbell (call->service->boards, get_peer (call), &error);

  answer_fd (call, fd, error);
}

/* What is read is what is committed at this moment, and the board follows from here on. */
static void
map_done (GPtrArray *snapshots, const GError *error, gpointer user_data)
{
  StateSyncCall *call = user_data;
  g_autoptr (GError) refusal = NULL;
  const char *topic;
  int fd;

  /* A peer that left while its topic was loaded would never be forgotten. */
  if (error == NULL && state_sync_turns_has_left (call))
    {
      refusal = state_sync_error_unavailable ();
      error = refusal;
    }
  if (error != NULL)
    {
      state_sync_call_refuse (call, error);
      return;
    }

  g_variant_get (state_sync_call_get_args (call), "(&s)", &topic);
  call->service->counters.snapshots++;
  fd = state_sync_boards_map (call->service->boards, get_peer (call), topic,
                              g_ptr_array_index (snapshots, 0), &refusal);
  answer_fd (call, fd, refusal);
}

void
state_sync_run_map_snapshot (StateSyncCall *call)
{
  g_autoptr (GError) error = NULL;
  const char *topics[2] = { NULL };

  g_variant_get (state_sync_call_get_args (call), "(&s)", &topics[0]);
  if (state_sync_name_check (topics[0], &error))
    state_sync_store_read (call->service->store, topics, G_MAXUINT64, map_done, call);
  else
    state_sync_call_refuse (call, error);
}

void
state_sync_run_unmap_snapshot (StateSyncCall *call)
{
  g_autoptr (GError) error = NULL;
  const char *topic;

  g_variant_get (state_sync_call_get_args (call), "(&s)", &topic);
  if (!state_sync_name_check (topic, &error))
    {
      state_sync_call_refuse (call, error);
      return;
    }
  state_sync_boards_unmap (call->service->boards, get_peer (call), topic);
  state_sync_call_answer (call, g_variant_new ("()"));
}
