/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A number as it stands in a checked text, every digit of it: DIGITS × 10^exponent. */
typedef struct
{
  const char *start;  /* (nullable) of its text; NULL = there is no number */
  const char *end;
  const char *digits; /* from the first that is not 0 on; a point may be among them */
  const char *digits_end; /* behind the last that is not 0; zero has none */
  gint64 exponent;    /* of the last digit */
  gint64 magnitude;   /* it is 0.DIGITS × 10^magnitude */
  gboolean is_negative;
} StateSyncDecimal;

/* What a multiple is asked of: digits × 10^exponent. */
typedef struct
{
  guint64 digits; /* 0 = there is none */
  gint64 exponent;
  StateSyncDecimal decimal;
} StateSyncDivisor;

StateSyncDecimal state_sync_decimal_read        (const char *p, const char *end);
gboolean         state_sync_decimal_is_integer  (const StateSyncDecimal *self);
gint             state_sync_decimal_compare     (const StateSyncDecimal *a, const StateSyncDecimal *b);
gboolean         state_sync_decimal_get_count   (const StateSyncDecimal *self, guint64 *count);
void             state_sync_decimal_append      (const StateSyncDecimal *self, GString *out);

const char      *state_sync_divisor_read        (StateSyncDivisor *self, const StateSyncDecimal *decimal);
gboolean         state_sync_divisor_divides     (const StateSyncDivisor *self, const StateSyncDecimal *value);

G_END_DECLS
