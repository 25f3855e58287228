/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* GetSnapshot, GetSnapshots and OpenSnapshot. An answer that is too large for a message is refused
 * before it is put together.
 */

#include "protocol/error.h"
#include "protocol/name.h"
#include "service/call.h"
#include "service/rights.h"
#include "service/sealed-memory.h"
#include "service/service-private.h"
#include "service/snapshot-variant.h"

/* What is wrong with a name comes first: it says nothing of what there is. */
static gboolean
check_topics (StateSyncCall *call, const char *const *topics, GError **error)
{
  for (gsize i = 0; topics[i] != NULL; i++)
    {
      if (!state_sync_name_check (topics[i], error))
        return FALSE;
    }
  for (gsize i = 0; topics[i] != NULL; i++)
    {
      if (!state_sync_rights_may_read (call->service, call->peer, topics[i], error))
        return FALSE;
    }
  return TRUE;
}

/* Reads @topics unless the arguments are refused. */
static void
begin_read (StateSyncCall *call,
            const char *const *topics,
            guint64 max_bytes,
            StateSyncReadFunc done)
{
  g_autoptr (GError) error = NULL;

  if (!check_topics (call, topics, &error))
    {
      state_sync_call_refuse (call, error);
      return;
    }
  state_sync_store_read (call->service->store, topics, max_bytes, done, call);
}

static void
get_snapshot_done (GPtrArray *snapshots, const GError *error, gpointer user_data)
{
  StateSyncCall *call = user_data;

  if (error != NULL)
    {
      state_sync_call_refuse (call, error);
      return;
    }
  call->service->counters.snapshots++;
  state_sync_call_answer (call, state_sync_snapshot_to_variant (g_ptr_array_index (snapshots, 0)));
}

void
state_sync_run_get_snapshot (StateSyncCall *call)
{
  begin_read (call, (const char *const[]){ state_sync_call_get_topic (call), NULL }, G_MAXUINT64,
              get_snapshot_done);
}

static void
get_snapshots_done (GPtrArray *snapshots, const GError *error, gpointer user_data)
{
  StateSyncCall *call = user_data;
  GVariantBuilder builder;

  if (error != NULL)
    {
      state_sync_call_refuse (call, error);
      return;
    }

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ts)"));
  for (guint i = 0; i < snapshots->len; i++)
    g_variant_builder_add_value (&builder,
                                 state_sync_snapshot_to_variant (g_ptr_array_index (snapshots, i)));
  call->service->counters.snapshots += snapshots->len;
  state_sync_call_answer (call, g_variant_new ("(a(ts))", &builder));
}

void
state_sync_run_get_snapshots (StateSyncCall *call)
{
  g_autofree const char **topics = NULL;
  guint64 n_topics;

  g_variant_get (state_sync_call_get_args (call), "(^a&s)", &topics);
  n_topics = g_strv_length ((char **)topics);
  if (n_topics * STATE_SYNC_ITEM_BYTES < STATE_SYNC_ANSWER_MAX_BYTES)
    begin_read (call, topics, STATE_SYNC_ANSWER_MAX_BYTES - n_topics * STATE_SYNC_ITEM_BYTES,
                get_snapshots_done);
  else
    state_sync_call_refuse_too_large (call, "The list of snapshots", "ask for fewer at a time");
}

static int
open_snapshot (StateSyncSnapshot *snapshot, const char *topic, GError **error)
{
  g_autoptr (GError) cause = NULL;
  int fd = state_sync_sealed_memory_open (state_sync_snapshot_get_data (snapshot), &cause);

  if (fd < 0)
    g_set_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_LIMIT_EXCEEDED,
                 "No memory file for topic “%s” could be made (%s): use GetSnapshot instead", topic,
                 cause->message);
  return fd;
}

static void
open_snapshot_done (GPtrArray *snapshots, const GError *error, gpointer user_data)
{
  StateSyncCall *call = user_data;
  g_autoptr (GError) no_file = NULL;
  StateSyncSnapshot *snapshot = NULL;
  int fd = -1;

  if (error == NULL)
    {
      snapshot = g_ptr_array_index (snapshots, 0);
      fd = open_snapshot (snapshot, state_sync_call_get_topic (call), &no_file);
    }
  if (fd < 0)
    {
      state_sync_call_refuse (call, error != NULL ? error : no_file);
      return;
    }

  call->service->counters.snapshots++;
  state_sync_call_answer_with_file (call,
                                    g_variant_new ("(t@h)",
                                                   state_sync_snapshot_get_revision (snapshot),
                                                   g_variant_new_handle (0)),
                                    fd, g_bytes_get_size (state_sync_snapshot_get_data (snapshot)));
}

void
state_sync_run_open_snapshot (StateSyncCall *call)
{
  begin_read (call, (const char *const[]){ state_sync_call_get_topic (call), NULL }, G_MAXUINT64,
              open_snapshot_done);
}
