/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The bytes that are kept: whatever becomes of them, they are what was saved or are ignored. */

#include "cache/record.h"

#include <string.h>

#define APP_ID "org.example.Editor"
#define TOPIC APP_ID ".settings"
#define NEVER STATE_SYNC_RECORD_NEVER_ZIP

static GBytes *
encode (const char *topic, guint64 revision, const char *text, guint64 zip_above)
{
  g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));
  g_auto (StateSyncRecord) record = { state_sync_snapshot_new (revision, data), 3, 1234567 };

  return state_sync_record_encode (&record, APP_ID, topic, zip_above);
}

static StateSyncRecordVerdict
verdict_of (GBytes *bytes, const char *app_id, const char *topic)
{
  g_auto (StateSyncRecord) record = { 0 };
  const char *reason = NULL;
  StateSyncRecordVerdict verdict =
      state_sync_record_decode (bytes, app_id, topic, &record, &reason);

  g_assert_cmpint (verdict == STATE_SYNC_RECORD_SOUND, ==, record.snapshot != NULL);
  g_assert_cmpint (verdict == STATE_SYNC_RECORD_SOUND, ==, reason == NULL);
  return verdict;
}

static void
assert_round_trip (const char *topic, guint64 revision, const char *text, guint64 zip_above)
{
  g_autoptr (GBytes) bytes = encode (topic, revision, text, zip_above);
  g_autoptr (GBytes) data = g_bytes_new_static (text, strlen (text));
  g_auto (StateSyncRecord) record = { 0 };
  const char *reason = NULL;

  g_assert_cmpint (state_sync_record_decode (bytes, APP_ID, topic, &record, &reason), ==,
                   STATE_SYNC_RECORD_SOUND);
  g_assert_cmpuint (state_sync_snapshot_get_revision (record.snapshot), ==, revision);
  g_assert_true (g_bytes_equal (state_sync_snapshot_get_data (record.snapshot), data));
  g_assert_cmpuint (record.schema_version, ==, 3);
  g_assert_cmpuint (record.date, ==, 1234567);
}

static void
test_round_trip (void)
{
  static const guint64 limits[] = { 0, NEVER };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      assert_round_trip ("t", 0, "null", limits[i]);
      assert_round_trip (TOPIC, 42, "{\"a\": 1.10}", limits[i]);
      assert_round_trip ("ein Name mit Ü/..\\", G_MAXUINT64, "\n[1]\n\n", limits[i]);
      assert_round_trip (
          TOPIC, 1, "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", limits[i]);
    }
}

static char *
long_text (gsize length)
{
  g_autofree char *filler = g_strnfill (length - strlen ("[\"\"]"), 'a');

  return g_strdup_printf ("[\"%s\"]", filler);
}

/* Compressed above the limit, not at it, and not where that makes it longer. */
static void
test_compression (void)
{
  g_autofree char *text = long_text (100000);
  g_autoptr (GBytes) at = encode (TOPIC, 1, text, 100000);
  g_autoptr (GBytes) above = encode (TOPIC, 1, text, 99999);
  g_autoptr (GBytes) tiny = encode (TOPIC, 1, "[1,2]", 0);
  g_autoptr (GBytes) tiny_plain = encode (TOPIC, 1, "[1,2]", NEVER);

  g_assert_cmpuint (g_bytes_get_size (at), >, 100000);
  g_assert_cmpuint (g_bytes_get_size (above), <, 1000);
  g_assert_true (g_bytes_equal (tiny, tiny_plain));
  assert_round_trip (TOPIC, 1, text, 99999);
}

/* Of a file that says how much it unpacks to, no more is unpacked. */
static void
test_bomb (void)
{
  g_autofree char *text = long_text (4 * 1024 * 1024);
  g_autoptr (GBytes) bytes = encode (TOPIC, 1, text, 0);
  g_autofree char *as_text = g_strndup (g_bytes_get_data (bytes, NULL), 300);
  gsize length = g_bytes_get_size (bytes);
  const char *stored = strstr (g_bytes_get_data (bytes, NULL), "4194304\n") + strlen ("4194304\n");
  gsize stored_length = length - (gsize)(stored - (const char *)g_bytes_get_data (bytes, NULL));
  static const char *const lies[] = {
    "4194303", "4194305", "10", "0", "18446744073709551615", "x"
  };

  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autoptr (GString) body = g_string_new (NULL);
      g_autoptr (GString) file = g_string_new ("statesync cache 1\n");
      g_autofree char *sum = NULL;
      g_autoptr (GBytes) forged = NULL;

      g_string_printf (body, APP_ID "\n" TOPIC "\n3\n1\n1234567\nzlib\n%s\n", lies[i]);
      g_string_append_len (body, stored, (gssize)stored_length);
      sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *)body->str, body->len);
      g_string_append_printf (file, "%s\n", sum);
      g_string_append_len (file, body->str, (gssize)body->len);
      forged = g_string_free_to_bytes (g_steal_pointer (&file));
      g_assert_cmpint (verdict_of (forged, APP_ID, TOPIC), ==, STATE_SYNC_RECORD_DAMAGED);
    }
}

static void
test_foreign (void)
{
  g_autoptr (GBytes) bytes = encode (TOPIC, 1, "null", NEVER);
  g_autoptr (GBytes) text = g_bytes_new_static ("{\"a\":1}", 7);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) newer = g_bytes_new_static ("statesync cache 2\nx\n", 20);

  g_assert_cmpint (verdict_of (bytes, APP_ID, TOPIC), ==, STATE_SYNC_RECORD_SOUND);
  g_assert_cmpint (verdict_of (bytes, "org.example.Other", TOPIC), ==, STATE_SYNC_RECORD_FOREIGN);
  g_assert_cmpint (verdict_of (bytes, APP_ID, "other"), ==, STATE_SYNC_RECORD_FOREIGN);
  g_assert_cmpint (verdict_of (text, APP_ID, TOPIC), ==, STATE_SYNC_RECORD_FOREIGN);
  g_assert_cmpint (verdict_of (nothing, APP_ID, TOPIC), ==, STATE_SYNC_RECORD_FOREIGN);
  g_assert_cmpint (verdict_of (newer, APP_ID, TOPIC), ==, STATE_SYNC_RECORD_FOREIGN);
}

/* Sums can be right and what they are of all the same no state. */
static void
test_forged (void)
{
  static const char *const bodies[] = {
    "",
    APP_ID "\n",
    APP_ID "\n" TOPIC "\n3\n1\n5\nplain\n",
    APP_ID "\n" TOPIC "\n3\n1\n5\nplain\n4\n",
    APP_ID "\n" TOPIC "\n3\n1\n5\nplain\n4\nnul",
    APP_ID "\n" TOPIC "\n3\n1\n5\nplain\n4\nnull ",
    APP_ID "\n" TOPIC "\n3\n1\n5\nplain\n4\nnuil",
    APP_ID "\n" TOPIC "\n-3\n1\n5\nplain\n4\nnull",
    APP_ID "\n" TOPIC "\n3\n01\n5\nplain\n4\nnull",
    APP_ID "\n" TOPIC "\n3\n1\n\nplain\n4\nnull",
    APP_ID "\n" TOPIC "\n3\n1\n5\nlz4\n4\nnull",
    APP_ID "\n" TOPIC "\n3\n1\n5\nzlib\n4\nnull",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, bodies[i], -1);
      g_autofree char *file = g_strdup_printf ("statesync cache 1\n%s\n%s", sum, bodies[i]);
      g_autoptr (GBytes) bytes = g_bytes_new_static (file, strlen (file));

      g_assert_cmpint (verdict_of (bytes, APP_ID, TOPIC), ==, STATE_SYNC_RECORD_DAMAGED);
    }
}

static GBytes *
some_record (gboolean is_zipped)
{
  return encode (TOPIC, 42,
                 "{\"colour\":\"blue blue blue blue blue blue blue blue\",\"n\":[1,2,3]}",
                 is_zipped ? 0 : NEVER);
}

/* Every byte, to every other value: there is no value for which it passes. */
static void
test_every_byte (gconstpointer data)
{
  g_autoptr (GBytes) whole = some_record (data != NULL);
  gsize length;
  const guint8 *original = g_bytes_get_data (whole, &length);
  g_autofree guint8 *copy = g_memdup2 (original, length);

  g_assert_cmpint (verdict_of (whole, APP_ID, TOPIC), ==, STATE_SYNC_RECORD_SOUND);
  for (gsize i = 0; i < length; i++)
    {
      for (guint flip = 1; flip < 256; flip++)
        {
          g_autoptr (GBytes) bytes = NULL;

          copy[i] = original[i] ^ (guint8)flip;
          bytes = g_bytes_new_static (copy, length);
          g_assert_cmpint (verdict_of (bytes, APP_ID, TOPIC), !=, STATE_SYNC_RECORD_SOUND);
        }
      copy[i] = original[i];
    }
}

static void
test_every_length (gconstpointer data)
{
  g_autoptr (GBytes) whole = some_record (data != NULL);

  for (gsize length = 0; length < g_bytes_get_size (whole); length++)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (whole, 0, length);

      g_assert_cmpint (verdict_of (part, APP_ID, TOPIC), !=, STATE_SYNC_RECORD_SOUND);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cache/record/round-trip", test_round_trip);
  g_test_add_func ("/cache/record/compression", test_compression);
  g_test_add_func ("/cache/record/bomb", test_bomb);
  g_test_add_func ("/cache/record/foreign", test_foreign);
  g_test_add_func ("/cache/record/forged", test_forged);
  g_test_add_data_func ("/cache/record/every-byte/plain", NULL, test_every_byte);
  g_test_add_data_func ("/cache/record/every-byte/zipped", "", test_every_byte);
  g_test_add_data_func ("/cache/record/every-length/plain", NULL, test_every_length);
  g_test_add_data_func ("/cache/record/every-length/zipped", "", test_every_length);

  return g_test_run ();
}
