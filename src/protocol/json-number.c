/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/json-reader.h"

#include <string.h>

/* 2^1024 - 2^970, half-way between the largest double and the next power of two: what is
 * smaller rounds to a double, what is not rounds to infinity. */
#define DOUBLE_OVERFLOW                                                                            \
  "17976931348623158079372897140530341507993413271003782693617377898044496829276475094664901797"   \
  "75872070963302864166928879109465555478519404026306574886715058206819089020007083836762738548"   \
  "45817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711"   \
  "559699508093042880177904174497792"
#define DOUBLE_DIGITS ((gint64)sizeof DOUBLE_OVERFLOW - 1)

/* Far beyond every double, and still addable to any length. */
#define EXPONENT_MAX (G_MAXINT64 / 4)

static const char NO_DIGIT[] = "a digit is expected; complete the number";

static gboolean
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

static const char *
skip_digits (const StateSyncJsonReader *self, const char *p)
{
  while (p < self->end && is_digit (*p))
    p++;
  return p;
}

/* Compares the digits from @p on, of which one may be the point, with those of DOUBLE_OVERFLOW. */
static gboolean
digits_overflow (const char *p, const char *end)
{
  const char *limit = DOUBLE_OVERFLOW;

  for (; p < end && *limit != '\0'; p++)
    {
      if (*p == '.')
        continue;
      if (*p != *limit)
        return *p > *limit;
      limit++;
    }
  return *limit == '\0';
}

/* Whether a number rounds to infinity as double. The number is digits, with at most one point
 * among them, times ten to the power of @exponent. */
static gboolean
overflows (const char *p, const char *end, gint64 exponent)
{
  const char *point = memchr (p, '.', (gsize)(end - p));
  gint64 n_integral;

  if (point == NULL)
    point = end;
  n_integral = point - p;
  for (; p < end && (*p == '0' || *p == '.'); p++)
    {
      if (*p == '0')
        n_integral--;
    }
  if (p == end)
    return FALSE;

  if (n_integral + exponent != DOUBLE_DIGITS)
    return n_integral + exponent > DOUBLE_DIGITS;
  return digits_overflow (p, end);
}

static gboolean
is_int64 (const char *digits, gsize length, gboolean negative)
{
  const char *limit = negative ? "9223372036854775808" : "9223372036854775807";

  return length < strlen (limit) ||
         (length == strlen (limit) && memcmp (digits, limit, length) <= 0);
}

/* From behind the "e". */
static const char *
check_exponent (StateSyncJsonReader *self, const char *p, gint64 *exponent)
{
  gboolean negative = p < self->end && *p == '-';
  const char *digits;

  if (p < self->end && (*p == '-' || *p == '+'))
    p++;
  digits = p;
  p = skip_digits (self, p);
  if (p == digits)
    return state_sync_json_fail (self, p, NO_DIGIT);

  *exponent = 0;
  for (; digits < p && *exponent < EXPONENT_MAX / 10; digits++)
    *exponent = *exponent * 10 + (*digits - '0');
  if (negative)
    *exponent = -*exponent;
  return p;
}

const char *
state_sync_json_read_number (StateSyncJsonReader *self, const char *p)
{
  const char *start = p;
  gboolean negative = *p == '-';
  const char *digits = p + negative;
  const char *mantissa_end;
  gint64 exponent = 0;

  p = skip_digits (self, digits);
  if (p == digits)
    return state_sync_json_fail (self, p, NO_DIGIT);
  if (*digits == '0' && p - digits > 1)
    return state_sync_json_fail (self, digits + 1, "a number has a leading zero; leave it out");

  if (p == self->end || (*p != '.' && *p != 'e' && *p != 'E'))
    {
      if (is_int64 (digits, (gsize)(p - digits), negative))
        return p;
      return state_sync_json_fail (self, start,
                                   "this integer needs more than 64 bits; write it as a string");
    }

  if (*p == '.')
    {
      const char *fraction = p + 1;

      p = skip_digits (self, fraction);
      if (p == fraction)
        return state_sync_json_fail (self, p, NO_DIGIT);
    }
  mantissa_end = p;
  if (p < self->end && (*p == 'e' || *p == 'E'))
    {
      p = check_exponent (self, p + 1, &exponent);
      if (p == NULL)
        return NULL;
    }
  else if (mantissa_end - digits < DOUBLE_DIGITS)
    return p;

  if (overflows (digits, mantissa_end, exponent))
    return state_sync_json_fail (self, start,
                                 "this number is too large for a double; write it as a string");
  return p;
}
