/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/revision.h"

static const struct
{
  const char *text;
  guint64 revision;
} canonical[] = {
  { "0", 0 },
  { "1", 1 },
  { "9", 9 },
  { "10", 10 },
  { "42", 42 },
  { "4294967295", G_MAXUINT32 },
  { "4294967296", G_GUINT64_CONSTANT (4294967296) },
  { "9007199254740993", G_GUINT64_CONSTANT (9007199254740993) },
  { "9223372036854775807", G_MAXINT64 },
  { "9223372036854775808", G_GUINT64_CONSTANT (9223372036854775808) },
  { "10000000000000000000", G_GUINT64_CONSTANT (10000000000000000000) },
  { "18446744073709551614", G_MAXUINT64 - 1 },
  { "18446744073709551615", G_MAXUINT64 },
};

static const char *const not_canonical[] = {
  "",
  " ",
  " 1",
  "1 ",
  "1\n",
  "+1",
  "-1",
  "-0",
  "00",
  "01",
  "007",
  "1.0",
  "1e3",
  "0x1",
  "1,000",
  "1_000",
  "a",
  "1a",
  "one",
  "null",
  "\xd9\xa1",
  "\xef\xbc\x91",
  "18446744073709551616",
  "18446744073709551620",
  "18446744073709551625",
  "18446744073709551715",
  "20000000000000000000",
  "99999999999999999999",
  "100000000000000000000",
  "184467440737095516150",
  "340282366920938463463374607431768211456",
};

static void
test_canonical (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (canonical); i++)
    {
      char buffer[STATE_SYNC_REVISION_TEXT_SIZE];
      guint64 revision;

      g_assert_true (state_sync_revision_parse (canonical[i].text, &revision));
      g_assert_cmpuint (revision, ==, canonical[i].revision);
      g_assert_cmpstr (state_sync_revision_format (revision, buffer), ==, canonical[i].text);
    }
}

static void
test_not_canonical (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (not_canonical); i++)
    {
      guint64 revision = 77;

      g_assert_false (state_sync_revision_parse (not_canonical[i], &revision));
      g_assert_cmpuint (revision, ==, 77);
    }
}

static void
test_there_and_back (void)
{
  for (guint i = 0; i < 100000; i++)
    {
      guint64 revision =
          ((guint64)(guint32)g_test_rand_int () << 32 | (guint32)g_test_rand_int ()) >>
          g_test_rand_int_range (0, 64);
      char buffer[STATE_SYNC_REVISION_TEXT_SIZE];
      guint64 back;

      g_assert_true (
          state_sync_revision_parse (state_sync_revision_format (revision, buffer), &back));
      g_assert_cmpuint (back, ==, revision);
    }
}

static void
test_next (void)
{
  guint64 next = 77;

  g_assert_true (state_sync_revision_next (0, &next));
  g_assert_cmpuint (next, ==, 1);
  g_assert_true (state_sync_revision_next (G_MAXUINT32, &next));
  g_assert_cmpuint (next, ==, G_GUINT64_CONSTANT (4294967296));
  g_assert_true (state_sync_revision_next (G_MAXUINT64 - 1, &next));
  g_assert_cmpuint (next, ==, G_MAXUINT64);
  g_assert_false (state_sync_revision_next (G_MAXUINT64, &next));
  g_assert_cmpuint (next, ==, G_MAXUINT64);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/revision/canonical", test_canonical);
  g_test_add_func ("/protocol/revision/not-canonical", test_not_canonical);
  g_test_add_func ("/protocol/revision/there-and-back", test_there_and_back);
  g_test_add_func ("/protocol/revision/next", test_next);

  return g_test_run ();
}
