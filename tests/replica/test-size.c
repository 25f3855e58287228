/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "replica/replica.h"

#include <malloc.h>

#define N_REPLICAS 1000
#define MAX_BYTES 200

static StateSyncReplica *
idle_replica_new (GBytes *text)
{
  StateSyncReplica *replica = state_sync_replica_new ("org.example.Editor.settings");
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new_from (7, text, ":1.42");

  g_assert_true (state_sync_replica_confirm (replica, snapshot, NULL));
  g_assert_true (state_sync_replica_get_data (replica) == text);
  return replica;
}

/* What a replica takes beside its text, while nothing is pending. */
static void
test_idle (void)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("{}", 2);
  g_autoptr (GPtrArray) replicas =
      g_ptr_array_new_full (N_REPLICAS + 1, (GDestroyNotify)state_sync_replica_free);
  gsize before;
  gsize each;

  g_ptr_array_add (replicas, idle_replica_new (text));
  before = mallinfo2 ().uordblks;
  for (guint i = 0; i < N_REPLICAS; i++)
    g_ptr_array_add (replicas, idle_replica_new (text));
  each = (mallinfo2 ().uordblks - before) / N_REPLICAS;

  if (each == 0)
    {
      g_test_skip ("This allocator tells no figures");
      return;
    }
  g_test_message ("%" G_GSIZE_FORMAT " bytes each", each);
  g_assert_cmpuint (each, <=, MAX_BYTES);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/replica/size/idle", test_idle);
  return g_test_run ();
}
