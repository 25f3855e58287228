/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* As an app follows: the client library, which chooses the way by itself. What is here when
 * `changed` is emitted is the text; a node is made of it for who asks. */

#include "bench/client.h"
#include "bench/follower.h"
#include "bench/replica.h"

static void
on_changed (StateSyncTopic *topic, const char *const *members, gpointer user_data)
{
  if (g_bytes_get_size (state_sync_topic_get_text (topic)) == 0)
    g_error ("nothing is there");
  bench_crew_report_done (user_data);
}

void
bench_follow_by_library (BenchCrew *crew, const char *address)
{
  StateSyncTopic *topic = bench_start_replica (address, STATE_SYNC_CLIENT_FLAGS_NONE);

  g_signal_connect (topic, "changed", G_CALLBACK (on_changed), crew);
}
