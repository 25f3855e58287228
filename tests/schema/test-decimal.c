/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "schema/decimal.h"

#include <string.h>

#define ROUNDS 20000

/* What the numbers of these tests stand for: mantissa × 10^exponent. */
typedef struct
{
  gint64 mantissa;
  gint exponent; /* -6 to 6 */
} Number;

static StateSyncDecimal
parse (const char *text)
{
  return state_sync_decimal_read (text, text + strlen (text));
}

static __int128
scale (Number number)
{
  __int128 value = number.mantissa;

  for (gint i = -12; i < number.exponent; i++)
    value *= 10;
  return value;
}

static Number
random_number (void)
{
  static const gint64 some[] = { 0, 1, -1, 10, 100, -1000, 7, 25, 125, 3 };
  Number number = { .exponent = g_test_rand_int_range (-6, 7) };

  if (g_test_rand_int_range (0, 2) == 0)
    number.mantissa = some[g_test_rand_int_range (0, G_N_ELEMENTS (some))];
  else
    number.mantissa = g_test_rand_int_range (-100000, 100001);
  return number;
}

/* One of the many ways to write it. */
static char *
spell (Number number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, ABS (number.mantissa));
  gint n_moved = g_test_rand_int_range (0, 9);
  const char *sign = number.mantissa < 0 ? "-" : "";
  const char *e = g_test_rand_int_range (0, 2) == 0 ? "e" : "E";
  g_autoptr (GString) text = g_string_new (NULL);

  for (gint i = (gint)strlen (digits); i <= n_moved; i++)
    g_string_append_c (text, '0');
  g_string_append (text, digits);
  if (n_moved > 0)
    g_string_insert_c (text, (gssize)text->len - n_moved, '.');
  for (gint i = g_test_rand_int_range (0, 3); i > 0 && n_moved > 0; i--)
    g_string_append_c (text, '0');
  if (number.exponent + n_moved == 0 && g_test_rand_int_range (0, 2) == 0)
    return g_strconcat (sign, text->str, NULL);
  return g_strdup_printf ("%s%s%s%s%d", sign, text->str, e,
                          number.exponent + n_moved >= 0 && g_test_rand_int_range (0, 2) ? "+" : "",
                          number.exponent + n_moved);
}

static char *
canonical (const StateSyncDecimal *number)
{
  g_autoptr (GString) text = g_string_new (NULL);

  state_sync_decimal_append (number, text);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gint
sign (__int128 number)
{
  return (number > 0) - (number < 0);
}

static void
test_like_integers (void)
{
  for (guint i = 0; i < ROUNDS; i++)
    {
      Number x = random_number ();
      Number y = random_number ();
      g_autofree char *x_text = spell (x);
      g_autofree char *y_text = spell (y);
      StateSyncDecimal a = parse (x_text);
      StateSyncDecimal b = parse (y_text);
      g_autofree char *a_canonical = canonical (&a);
      g_autofree char *b_canonical = canonical (&b);
      __int128 unit = scale ((Number){ 1, 0 });
      StateSyncDivisor divisor;

      g_test_message ("%s %s", x_text, y_text);
      g_assert_true (a.start == x_text && a.end == x_text + strlen (x_text));
      g_assert_cmpint (state_sync_decimal_compare (&a, &b), ==, sign (scale (x) - scale (y)));
      g_assert_cmpint (state_sync_decimal_is_integer (&a), ==, scale (x) % unit == 0);
      g_assert_cmpint (g_str_equal (a_canonical, b_canonical), ==, scale (x) == scale (y));

      g_assert_cmpint (state_sync_divisor_read (&divisor, &b) == NULL, ==, y.mantissa > 0);
      if (y.mantissa > 0)
        g_assert_cmpint (state_sync_divisor_divides (&divisor, &a), ==, scale (x) % scale (y) == 0);
    }
}

/* Beyond what any machine's number holds. */
static void
test_far_out (void)
{
  static const struct
  {
    const char *a;
    const char *b;
    gint order;
  } rows[] = {
    { "1e-99999999999999999999", "0", 1 },
    { "-1e-99999999999999999999", "0", -1 },
    { "1e-99999999999999999999", "1e-300", -1 },
    { "0e99999999999999999999", "0", 0 },
    { "9007199254740993", "9007199254740992.99999999999999999999", 1 },
    { "0.1000000000000000000000000000000000000001", "0.1", 1 },
    { "0.10000000000000000000000000000000000000000", "1e-1", 0 },
    { "12345678901234567890123456789e0", "12345678901234567890123456788e0", 1 },
    { "0.00012e308", "1.2e304", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      StateSyncDecimal a = parse (rows[i].a);
      StateSyncDecimal b = parse (rows[i].b);

      g_test_message ("%s %s", rows[i].a, rows[i].b);
      g_assert_cmpint (state_sync_decimal_compare (&a, &b), ==, rows[i].order);
      g_assert_cmpint (state_sync_decimal_compare (&b, &a), ==, -rows[i].order);
    }
}

static void
test_multiples (void)
{
  static const struct
  {
    const char *value;
    const char *divisor;
    gboolean divides;
  } rows[] = {
    { "1e308", "0.123456789", FALSE },
    { "1e308", "3e-400", FALSE },
    { "1e308", "1e-400", TRUE },
    { "12391239123", "1e-8", TRUE },
    { "999999999999999999999999999999", "999999999999999999", FALSE },
    { "999999999999999999000000000000999999999999999999", "999999999999999999", TRUE },
    { "0.0075", "0.0001", TRUE },
    { "0.00751", "0.0001", FALSE },
    { "-4.5", "1.5", TRUE },
    { "1e-99999999999999999999", "1", FALSE },
    { "0.0", "1e300", TRUE },
    { "19.99", "0.01", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      StateSyncDecimal value = parse (rows[i].value);
      StateSyncDecimal number = parse (rows[i].divisor);
      StateSyncDivisor divisor;

      g_test_message ("%s %s", rows[i].value, rows[i].divisor);
      g_assert_null (state_sync_divisor_read (&divisor, &number));
      g_assert_cmpint (state_sync_divisor_divides (&divisor, &value), ==, rows[i].divides);
    }
}

static void
test_counts (void)
{
  static const struct
  {
    const char *text;
    guint64 count; /* 77 = none */
  } rows[] = {
    { "0", 0 },
    { "-0.0", 0 },
    { "12", 12 },
    { "1.20e1", 12 },
    { "3.0", 3 },
    { "1e3", 1000 },
    { "-1", 77 },
    { "0.5", 77 },
    { "1e-1", 77 },
    { "9223372036854775807", G_MAXINT64 },
    { "1e19", 10000000000000000000U },
    { "1e20", G_MAXUINT64 },
    { "1e308", G_MAXUINT64 },
    { "18446744073709551615.0", G_MAXUINT64 },
    { "99999999999999999999.0", G_MAXUINT64 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      StateSyncDecimal number = parse (rows[i].text);
      guint64 count = 77;

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (state_sync_decimal_get_count (&number, &count), ==, rows[i].count != 77);
      g_assert_cmpuint (count, ==, rows[i].count);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema/decimal/like-integers", test_like_integers);
  g_test_add_func ("/schema/decimal/far-out", test_far_out);
  g_test_add_func ("/schema/decimal/multiples", test_multiples);
  g_test_add_func ("/schema/decimal/counts", test_counts);
  return g_test_run ();
}
