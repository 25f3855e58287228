/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* GetSnapshot, GetSnapshots, OpenSnapshot and ListTopics. An answer that is too large for a
 * message is refused before it is put together.
 */

#include "protocol/error.h"
#include "protocol/name.h"
#include "service/call.h"
#include "service/sealed-memory.h"
#include "service/service-private.h"
#include "service/snapshot-variant.h"

/* D-Bus allows an array 64 MiB (specification, "Valid D-Bus arrays"); some is left for what
 * frames the items. */
#define ANSWER_MAX_BYTES ((guint64)60 * 1024 * 1024)

/* At most this for each item of an answer beside its strings: revision, length, padding. */
#define ITEM_BYTES 32

static void
refuse_too_large (StateSyncCall *call, const char *what, const char *advice)
{
  g_autoptr (GError) error = state_sync_error_answer_too_large (what, ANSWER_MAX_BYTES, advice);

  state_sync_call_refuse (call, error);
}

/* Reads @topics unless the arguments are refused. */
static void
begin_read (StateSyncCall *call,
            const char *const *topics,
            guint64 max_bytes,
            StateSyncReadFunc done)
{
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; topics[i] != NULL; i++)
    {
      if (!state_sync_name_check (topics[i], &error))
        {
          state_sync_call_refuse (call, error);
          return;
        }
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
  if (n_topics * ITEM_BYTES < ANSWER_MAX_BYTES)
    begin_read (call, topics, ANSWER_MAX_BYTES - n_topics * ITEM_BYTES, get_snapshots_done);
  else
    refuse_too_large (call, "The list of snapshots", "ask for fewer at a time");
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

static gboolean
is_too_large (GArray *items)
{
  guint64 bytes = 0;

  for (guint i = 0; i < items->len; i++)
    bytes += ITEM_BYTES + strlen (g_array_index (items, StateSyncListItem, i).topic);
  return bytes > ANSWER_MAX_BYTES;
}

static void
list_done (GArray *items, const GError *error, gpointer user_data)
{
  StateSyncCall *call = user_data;
  GVariantBuilder builder;

  if (error != NULL)
    {
      state_sync_call_refuse (call, error);
      return;
    }
  if (is_too_large (items))
    {
      refuse_too_large (call, "The list of topics", "ask for one namespace at a time");
      return;
    }

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(st)"));
  for (guint i = 0; i < items->len; i++)
    {
      const StateSyncListItem *item = &g_array_index (items, StateSyncListItem, i);

      g_variant_builder_add (&builder, "(st)", item->topic, item->revision);
    }
  state_sync_call_answer (call, g_variant_new ("(a(st))", &builder));
}

void
state_sync_run_list_topics (StateSyncCall *call)
{
  const char *namespace_ = state_sync_call_get_topic (call);
  g_autoptr (GError) error = NULL;

  if (namespace_[0] == '\0' || state_sync_name_check (namespace_, &error))
    state_sync_store_list (call->service->store, namespace_, list_done, call);
  else
    state_sync_call_refuse (call, error);
}
