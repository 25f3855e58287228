/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench/replica.h"

#include "bench/client.h"

StateSyncClient *
bench_make_client (const char *address, StateSyncClientFlags flags)
{
  g_autoptr (GDBusConnection) connection = bench_connect (address);

  return state_sync_client_new_for_connection (connection, BENCH_BUS_NAME, BENCH_OBJECT_PATH, NULL,
                                               flags);
}

static void
on_started (GObject *topic, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean *is_started = user_data;

  if (!state_sync_topic_start_finish (STATE_SYNC_TOPIC (topic), result, &error))
    g_error ("%s", error->message);
  *is_started = TRUE;
}

StateSyncTopic *
bench_start_replica (const char *address, StateSyncClientFlags flags)
{
  g_autoptr (StateSyncClient) client = bench_make_client (address, flags);
  g_autofree char *name = bench_topic (0);
  StateSyncTopic *topic = state_sync_client_get_topic (client, name);
  gboolean is_started = FALSE;

  state_sync_topic_start_async (topic, NULL, on_started, &is_started);
  while (!is_started)
    g_main_context_iteration (NULL, TRUE);
  return topic;
}
