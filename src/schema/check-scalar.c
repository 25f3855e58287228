/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/error.h"
#include "schema/check.h"

/* --- strings --- */

/* Code points: what does not go on with a character begins one. */
static guint64
count_characters (StateSyncJsonName text)
{
  guint64 n = 0;

  for (gsize i = 0; i < text.length; i++)
    n += ((guint8)text.text[i] & 0xc0) != 0x80;
  return n;
}

/* @quote: of a string in the data */
gboolean
state_sync_check_matches (StateSyncCheck *self, const StateSyncPattern *pattern, const char *quote)
{
  guint64 n_steps = 0;
  gboolean matches =
      state_sync_pattern_matches (pattern, state_sync_texts_read (&self->texts, quote), &n_steps);

  return state_sync_check_pay (self, n_steps / 8) && matches;
}

static gboolean
check_length (StateSyncCheck *self,
              const StateSyncNode *node,
              StateSyncPlace place,
              const StateSyncKeyPath *path)
{
  StateSyncJsonName text;
  guint64 length;

  if (node->min_length == 0 && node->max_length == G_MAXUINT64)
    return TRUE;

  text = state_sync_texts_read (&self->texts, place.p);
  length = count_characters (text);
  if (!state_sync_check_pay (self, text.length / 64))
    return FALSE;
  if (length < node->min_length)
    return state_sync_check_fail (self, place, path,
                                  "should have at least %" G_GUINT64_FORMAT
                                  " characters, not %" G_GUINT64_FORMAT,
                                  node->min_length, length);
  if (length > node->max_length)
    return state_sync_check_fail (self, place, path,
                                  "should have at most %" G_GUINT64_FORMAT
                                  " characters, not %" G_GUINT64_FORMAT,
                                  node->max_length, length);
  return TRUE;
}

static gboolean
tell_pattern (StateSyncCheck *self,
              const StateSyncNode *node,
              StateSyncPlace place,
              const StateSyncKeyPath *path)
{
  g_auto (StateSyncTexts) texts = { 0 };
  StateSyncJsonName text = state_sync_texts_read (&texts, node->pattern_text);
  g_autofree char *pattern = g_strndup (text.text, text.length);
  g_autofree char *quoted = state_sync_error_quote (pattern);

  return state_sync_check_fail (self, place, path, "should match the pattern %s", quoted);
}

gboolean
state_sync_check_string (StateSyncCheck *self,
                         const StateSyncNode *node,
                         StateSyncPlace place,
                         const StateSyncKeyPath *path)
{
  if (!check_length (self, node, place, path))
    return FALSE;
  if (node->pattern == NULL || state_sync_check_matches (self, node->pattern, place.p))
    return TRUE;
  return self->n_quiet == 0 && tell_pattern (self, node, place, path);
}

/* --- numbers --- */

/* FALSE, and says what @limit asks for. */
static gboolean
tell_limit (StateSyncCheck *self,
            StateSyncPlace place,
            const StateSyncKeyPath *path,
            const char *wanted,
            const StateSyncDecimal *limit)
{
  return state_sync_check_fail (self, place, path, "should be %s %.*s", wanted,
                                (int)MIN (limit->end - limit->start, 80), limit->start);
}

gboolean
state_sync_check_number (StateSyncCheck *self,
                         const StateSyncNode *node,
                         StateSyncPlace place,
                         const StateSyncKeyPath *path)
{
  StateSyncDecimal number = state_sync_decimal_read (place.p, self->data->end);

  if (!state_sync_check_pay (self, (guint64)(number.end - number.start) / 16))
    return FALSE;
  if (node->minimum.start != NULL && state_sync_decimal_compare (&number, &node->minimum) < 0)
    return tell_limit (self, place, path, "at least", &node->minimum);
  if (node->maximum.start != NULL && state_sync_decimal_compare (&number, &node->maximum) > 0)
    return tell_limit (self, place, path, "at most", &node->maximum);
  if (node->exclusive_minimum.start != NULL &&
      state_sync_decimal_compare (&number, &node->exclusive_minimum) <= 0)
    return tell_limit (self, place, path, "more than", &node->exclusive_minimum);
  if (node->exclusive_maximum.start != NULL &&
      state_sync_decimal_compare (&number, &node->exclusive_maximum) >= 0)
    return tell_limit (self, place, path, "less than", &node->exclusive_maximum);
  if (node->divisor.digits != 0 && !state_sync_divisor_divides (&node->divisor, &number))
    return tell_limit (self, place, path, "a multiple of", &node->divisor.decimal);
  return TRUE;
}
