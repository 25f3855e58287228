/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/snapshot.h"

static void
test_holds_what_it_was_given (void)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("{\"a\":1}", 7);
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new (G_MAXUINT64, data);

  g_assert_cmpuint (state_sync_snapshot_get_revision (snapshot), ==, G_MAXUINT64);
  g_assert_true (state_sync_snapshot_get_data (snapshot) == data);
  g_assert_false (state_sync_snapshot_is_null (snapshot));
}

static void
test_null_is_absence (void)
{
  g_autoptr (GBytes) null = g_bytes_new_static (" null", 5);
  g_autoptr (GBytes) text = g_bytes_new_static ("\"null\"", 6);
  g_autoptr (StateSyncSnapshot) absent = state_sync_snapshot_new (3, null);
  g_autoptr (StateSyncSnapshot) present = state_sync_snapshot_new (3, text);

  g_assert_true (state_sync_snapshot_is_null (absent));
  g_assert_false (state_sync_snapshot_is_null (present));
}

static void
note_free (gpointer data)
{
  gboolean *is_freed = data;

  *is_freed = TRUE;
}

static void
test_last_reference_frees_it (void)
{
  gboolean is_freed = FALSE;
  GBytes *data = g_bytes_new_with_free_func ("1", 1, note_free, &is_freed);
  StateSyncSnapshot *snapshot = state_sync_snapshot_new (1, data);

  g_bytes_unref (data);
  g_assert_true (state_sync_snapshot_ref (snapshot) == snapshot);
  state_sync_snapshot_unref (snapshot);
  g_assert_false (is_freed);
  state_sync_snapshot_unref (snapshot);
  g_assert_true (is_freed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/snapshot/holds-what-it-was-given", test_holds_what_it_was_given);
  g_test_add_func ("/protocol/snapshot/null-is-absence", test_null_is_absence);
  g_test_add_func ("/protocol/snapshot/last-reference-frees-it", test_last_reference_frees_it);

  return g_test_run ();
}
