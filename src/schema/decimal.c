/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers as they are written. No number is ever made a double: each is kept as its digits and a
 * power of ten, so that 9007199254740993 is not 9007199254740992, 0.3 is a multiple of 0.1, and 1.0
 * and 1e0 are the integer 1.
 *
 * Whether v × 10^a is a multiple of d × 10^b, where neither v nor d ends in 0: if a < b it is not,
 * for v would have to be a multiple of ten; else (v mod d) × (10^(a-b) mod d) mod d tells. So d
 * has to fit a machine's word, and v may have any number of digits.
 */

#include "schema/decimal.h"

/* Far beyond what any check lets through but for 0 and what is next to it, and still addable. */
#define EXPONENT_MAX (G_MAXINT64 / 4)

#define DIVISOR_MAX_DIGITS 18

static gint64
read_exponent (const char *p, const char *end)
{
  gboolean is_negative = *p == '-';
  gint64 exponent = 0;

  if (*p == '-' || *p == '+')
    p++;
  for (; p < end && g_ascii_isdigit (*p) && exponent < EXPONENT_MAX / 10; p++)
    exponent = exponent * 10 + (*p - '0');
  return is_negative ? -exponent : exponent;
}

/* The number at @p of a checked text that ends at @end. */
StateSyncDecimal
state_sync_decimal_read (const char *p, const char *end)
{
  StateSyncDecimal self = { .start = p, .is_negative = *p == '-' };
  gint64 n_digits = 0, n_integral = -1, first = 0, last = 0, exponent = 0;

  for (p += self.is_negative; p < end && (g_ascii_isdigit (*p) || *p == '.'); p++)
    {
      if (*p == '.')
        {
          n_integral = n_digits;
          continue;
        }
      if (*p != '0')
        {
          if (self.digits == NULL)
            {
              self.digits = p;
              first = n_digits;
            }
          self.digits_end = p + 1;
          last = n_digits;
        }
      n_digits++;
    }
  if (n_integral < 0)
    n_integral = n_digits;

  if (p < end && (*p == 'e' || *p == 'E'))
    {
      exponent = read_exponent (p + 1, end);
      for (p++; p < end && (g_ascii_isdigit (*p) || *p == '-' || *p == '+'); p++)
        ;
    }
  self.end = p;
  if (self.digits == NULL)
    return self;

  self.magnitude = n_integral - first + exponent;
  self.exponent = n_integral - 1 - last + exponent;
  return self;
}

static gboolean
is_zero (const StateSyncDecimal *self)
{
  return self->digits == NULL;
}

gboolean
state_sync_decimal_is_integer (const StateSyncDecimal *self)
{
  return is_zero (self) || self->exponent >= 0;
}

static gint
get_sign (const StateSyncDecimal *self)
{
  if (is_zero (self))
    return 0;
  return self->is_negative ? -1 : 1;
}

static gint
compare_digits (const StateSyncDecimal *a, const StateSyncDecimal *b)
{
  const char *p = a->digits;
  const char *q = b->digits;

  for (;;)
    {
      p += p < a->digits_end && *p == '.';
      q += q < b->digits_end && *q == '.';
      if (p == a->digits_end || q == b->digits_end)
        return (p < a->digits_end) - (q < b->digits_end);
      if (*p != *q)
        return *p < *q ? -1 : 1;
      p++;
      q++;
    }
}

/* Below 0, 0, above 0, as for qsort(). */
gint
state_sync_decimal_compare (const StateSyncDecimal *a, const StateSyncDecimal *b)
{
  gint sign = get_sign (a);

  if (sign != get_sign (b))
    return sign < get_sign (b) ? -1 : 1;
  if (sign == 0)
    return 0;
  if (a->magnitude != b->magnitude)
    return a->magnitude < b->magnitude ? -sign : sign;
  return sign * compare_digits (a, b);
}

/* FALSE unless it is a whole number from 0 on. What is beyond the largest count is that. */
gboolean
state_sync_decimal_get_count (const StateSyncDecimal *self, guint64 *count)
{
  gint64 n_zeros = is_zero (self) ? 0 : self->exponent;

  if (get_sign (self) < 0 || n_zeros < 0)
    return FALSE;

  *count = 0;
  for (const char *p = self->digits; p < self->digits_end; p++)
    {
      if (*p == '.')
        continue;
      if (*count > (G_MAXUINT64 - 9) / 10)
        n_zeros = G_MAXINT64;
      else
        *count = *count * 10 + (guint64)(*p - '0');
    }
  for (; n_zeros > 0; n_zeros--)
    {
      if (*count > G_MAXUINT64 / 10)
        {
          *count = G_MAXUINT64;
          break;
        }
      *count *= 10;
    }
  return TRUE;
}

/* The one spelling of all that mean the same number. */
void
state_sync_decimal_append (const StateSyncDecimal *self, GString *out)
{
  if (is_zero (self))
    {
      g_string_append_c (out, '0');
      return;
    }
  if (self->is_negative)
    g_string_append_c (out, '-');
  for (const char *p = self->digits; p < self->digits_end; p++)
    {
      if (*p != '.')
        g_string_append_c (out, *p);
    }
  g_string_append_printf (out, "e%" G_GINT64_FORMAT, self->exponent);
}

/* NULL, or why there can be no such divisor. */
const char *
state_sync_divisor_read (StateSyncDivisor *self, const StateSyncDecimal *decimal)
{
  guint n_digits = 0;

  if (get_sign (decimal) <= 0)
    return "it has to be greater than 0";

  *self = (StateSyncDivisor){ .exponent = decimal->exponent, .decimal = *decimal };
  for (const char *p = decimal->digits; p < decimal->digits_end; p++)
    {
      if (*p == '.')
        continue;
      if (++n_digits > DIVISOR_MAX_DIGITS)
        return "it may have at most 18 digits";
      self->digits = self->digits * 10 + (guint64)(*p - '0');
    }
  return NULL;
}

static guint64
multiply (guint64 a, guint64 b, guint64 modulus)
{
  return (guint64)((unsigned __int128)a * b % modulus);
}

static guint64
power_of_ten (gint64 exponent, guint64 modulus)
{
  guint64 power = 1 % modulus;
  guint64 square = 10 % modulus;

  for (; exponent > 0; exponent >>= 1)
    {
      if (exponent & 1)
        power = multiply (power, square, modulus);
      square = multiply (square, square, modulus);
    }
  return power;
}

gboolean
state_sync_divisor_divides (const StateSyncDivisor *self, const StateSyncDecimal *value)
{
  guint64 rest = 0;

  if (is_zero (value))
    return TRUE;
  if (value->exponent < self->exponent)
    return FALSE;

  for (const char *p = value->digits; p < value->digits_end; p++)
    {
      if (*p != '.')
        rest = (rest * 10 + (guint64)(*p - '0')) % self->digits;
    }
  return multiply (rest, power_of_ten (value->exponent - self->exponent, self->digits),
                   self->digits) == 0;
}
