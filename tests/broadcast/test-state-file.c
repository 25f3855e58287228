/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broadcast/state-file.h"

#include <string.h>

#include "protocol/error.h"

static GBytes *
encode (const char *topic, guint64 revision, const char *text)
{
  g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new (revision, data);
  g_autofree char *header = state_sync_state_file_header (topic, snapshot);
  char *file = g_strconcat (header, text, NULL);

  return g_bytes_new_take (file, strlen (file));
}

static void
test_round_trip (void)
{
  static const struct
  {
    const char *topic;
    guint64 revision;
    const char *text;
  } rows[] = {
    { "t", 0, "null" },
    { "org.example.Editor.settings", 42, "{\"a\": 1.10}" },
    { "ein Name mit Ü/..\\", G_MAXUINT64, "\n[1]\n\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) file = encode (rows[i].topic, rows[i].revision, rows[i].text);
      g_autoptr (GBytes) text = g_bytes_new_static (rows[i].text, strlen (rows[i].text));
      g_autoptr (GError) error = NULL;
      g_autoptr (StateSyncSnapshot) snapshot =
          state_sync_state_file_decode (file, rows[i].topic, "A", &error);

      g_assert_no_error (error);
      g_assert_cmpuint (state_sync_snapshot_get_revision (snapshot), ==, rows[i].revision);
      g_assert_cmpstr (state_sync_snapshot_get_instance (snapshot), ==, "A");
      g_assert_true (g_bytes_equal (state_sync_snapshot_get_data (snapshot), text));
    }
}

static const char *const broken[] = {
  "",
  "\n",
  "\n\n\n\n",
  "{\"a\":1}",
  "statesync 2\nt\n1\n4\nnull",
  "statesync 1\nu\n1\n4\nnull",
  "statesync 1\nt\n\n4\nnull",
  "statesync 1\nt\n01\n4\nnull",
  "statesync 1\nt\n18446744073709551616\n4\nnull",
  "statesync 1\nt\n1\n-4\nnull",
  "statesync 1\nt\n1\n4\n",
  "statesync 1\nt\n1\n4\nnul",
  "statesync 1\nt\n1\n4\nnull\n",
  "statesync 1\nt\n1\n4\nnuil",
  "statesync 1\nt\n1\n0\n",
  "statesync 1\nt\n1\n4",
  "statesync 1\nt\n1",
  "statesync 1",
};

static void
test_broken (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GBytes) file = g_bytes_new_static (broken[i], strlen (broken[i]));
      g_autoptr (GError) error = NULL;

      g_assert_null (state_sync_state_file_decode (file, "t", "A", &error));
      g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_DATA);
    }
}

/* Whatever a file lost at its end, it is not taken for whole. */
static void
test_cut_off (void)
{
  g_autoptr (GBytes) whole = encode ("t", 42, "123456");

  for (gsize length = 0; length < g_bytes_get_size (whole); length++)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (whole, 0, length);
      g_autoptr (GError) error = NULL;

      g_assert_null (state_sync_state_file_decode (part, "t", "A", &error));
      g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_DATA);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/broadcast/state-file/round-trip", test_round_trip);
  g_test_add_func ("/broadcast/state-file/broken", test_broken);
  g_test_add_func ("/broadcast/state-file/cut-off", test_cut_off);
  return g_test_run ();
}
