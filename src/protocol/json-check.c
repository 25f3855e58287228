/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The door through which all state comes in: whether bytes are one JSON text (RFC 8259) that
 * any reader understands alike. It walks the bytes once and keeps nothing of them but, while an
 * object is open, the names of its members; there is no recursion, and no input makes it slower
 * than its length.
 *
 * Beyond the grammar it asks for
 *  - valid UTF-8 without a byte order mark, and no escape of half a surrogate pair;
 *  - member names that are unique in their object, as they read after their escapes;
 *  - integers (numbers without fraction and exponent) within int64, other numbers within double;
 *  - at most STATE_SYNC_JSON_MAX_DEPTH arrays and objects inside each other.
 *
 * What passes, json-glib parses. One thing it does not keep: its strings end at U+0000, which
 * JSON may write as \u0000. Such a text is still good JSON, and is stored and handed on as it
 * is; only a reader of C strings sees less of it.
 *
 * A fault is told at the first byte with which no acceptable text can go on. Where a whole token
 * breaks a rule (a name used twice, a number out of range, half a surrogate pair, a sequence
 * that is not UTF-8) it is told where that token begins.
 */

#include "protocol/json-check.h"

#include <string.h>

#include "protocol/json-names.h"
#include "protocol/json-reader.h"
#include "protocol/json-scan.h"

typedef struct
{
  StateSyncJsonReader reader;

  /* What is open, from the outside in: an object's names, NULL for an array. */
  StateSyncJsonNames *open[STATE_SYNC_JSON_MAX_DEPTH];
  guint depth;
  guint outside; /* how much of that is around what is checked, and no part of it */

  /* Names of the objects that are open, and behind them those to be used again. */
  StateSyncJsonNames *names[STATE_SYNC_JSON_MAX_DEPTH];
  guint n_names;
  guint n_objects;

  StateSyncJsonDecoder *decoder; /* (nullable) until a name has an escape */
} Checker;

/* What follows takes where its part begins and gives where it ends, or NULL after a fault. */

static const char *
fail (Checker *self, const char *where, const char *reason)
{
  return state_sync_json_fail (&self->reader, where, reason);
}

static const char *
check_literal (Checker *self, const char *p, const char *literal)
{
  for (; *literal != '\0'; p++, literal++)
    {
      if (p == self->reader.end || *p != *literal)
        return fail (self, p, "this is no JSON literal; write true, false or null");
    }
  return p;
}

static const char *
check_scalar (Checker *self, const char *p)
{
  gboolean has_escapes;

  if (p == self->reader.end)
    return fail (self, p, STATE_SYNC_JSON_ENDS_EARLY);

  switch (*p)
    {
    case '"':
      return state_sync_json_read_string (&self->reader, p + 1, &has_escapes);
    case 't':
      return check_literal (self, p, "true");
    case 'f':
      return check_literal (self, p, "false");
    case 'n':
      return check_literal (self, p, "null");
    default:
      if (*p == '-' || g_ascii_isdigit (*p))
        return state_sync_json_read_number (&self->reader, p);
      return fail (self, p,
                   "a value is expected; "
                   "write an object, array, string, number, true, false or null");
    }
}

static StateSyncJsonNames *
take_names (Checker *self)
{
  if (self->n_objects == self->n_names)
    self->names[self->n_names++] = state_sync_json_names_new ();
  else
    state_sync_json_names_clear (self->names[self->n_objects]);
  return self->names[self->n_objects++];
}

static const char *
open_container (Checker *self, const char *p)
{
  if (self->depth == STATE_SYNC_JSON_MAX_DEPTH)
    return fail (self, p,
                 "arrays and objects nest more than " G_STRINGIFY (
                     STATE_SYNC_JSON_MAX_DEPTH) " deep; flatten the data");

  self->open[self->depth++] = *p == '{' ? take_names (self) : NULL;
  return p + 1;
}

static const char *
close_container (Checker *self, const char *p)
{
  if (self->open[--self->depth] != NULL)
    self->n_objects--;
  return p + 1;
}

/* From the quote of a member's name to behind the colon. */
static const char *
check_member_name (Checker *self, const char *p)
{
  const char *start = p;
  gboolean has_escapes;
  StateSyncJsonName name;

  if (p == self->reader.end || *p != '"')
    return fail (self, p, "a member name in double quotes is expected; write one");
  p = state_sync_json_read_string (&self->reader, p + 1, &has_escapes);
  if (p == NULL)
    return NULL;

  name = (StateSyncJsonName){ start + 1, (gsize)(p - start) - 2 };
  if (has_escapes)
    {
      if (self->decoder == NULL)
        self->decoder = state_sync_json_decoder_new ();
      name = state_sync_json_decoder_decode (self->decoder, name.text, name.length);
    }
  if (!state_sync_json_names_add (self->open[self->depth - 1], name))
    return state_sync_json_fail (
        &self->reader, start, "this member name occurs twice in its object; keep one of the two");

  p = state_sync_json_skip_space (p, self->reader.end);
  if (p == self->reader.end || *p != ':')
    return fail (self, p, "a colon is expected after the member name; write one");
  return p + 1;
}

/* Goes in as deep as a value begins: to the end of the first scalar or empty container. */
static const char *
enter_value (Checker *self, const char *p)
{
  for (;;)
    {
      p = state_sync_json_skip_space (p, self->reader.end);
      if (p == self->reader.end || (*p != '{' && *p != '['))
        return check_scalar (self, p);

      p = open_container (self, p);
      if (p == NULL)
        return NULL;
      p = state_sync_json_skip_space (p, self->reader.end);
      if (self->open[self->depth - 1] == NULL)
        {
          if (p < self->reader.end && *p == ']')
            return close_container (self, p);
          continue;
        }
      if (p < self->reader.end && *p == '}')
        return close_container (self, p);
      p = check_member_name (self, p);
      if (p == NULL)
        return NULL;
    }
}

/* Goes out of what ends there, to where the next value begins; *@done when there is none. */
static const char *
leave_value (Checker *self, const char *p, gboolean *done)
{
  for (;;)
    {
      gboolean in_object;

      *done = self->depth == self->outside;
      if (*done)
        return p;

      p = state_sync_json_skip_space (p, self->reader.end);
      in_object = self->open[self->depth - 1] != NULL;
      if (p < self->reader.end && *p == ',')
        return in_object
                   ? check_member_name (self, state_sync_json_skip_space (p + 1, self->reader.end))
                   : p + 1;
      if (p == self->reader.end || *p != (in_object ? '}' : ']'))
        return state_sync_json_fail (
            &self->reader, p,
            in_object ? "a comma or the object's end is expected; write one of them"
                      : "a comma or the array's end is expected; write one of them");
      p = close_container (self, p);
    }
}

static const char *
check_value (Checker *self, const char *p)
{
  gboolean done = FALSE;

  while (p != NULL && !done)
    {
      p = enter_value (self, p);
      if (p != NULL)
        p = leave_value (self, p, &done);
    }
  return p;
}

static const char *
check_text (Checker *self, const char *p)
{
  if (self->reader.end - p >= 3 && memcmp (p, "\xef\xbb\xbf", 3) == 0)
    return fail (self, p, "the text begins with a byte order mark; leave it out");
  if (state_sync_json_skip_space (p, self->reader.end) == self->reader.end)
    {
      fail (self, self->reader.end, STATE_SYNC_JSON_ENDS_EARLY);
      self->reader.reason = "the text is empty; write null where there is nothing to say";
      return NULL;
    }

  p = check_value (self, p);
  if (p == NULL)
    return NULL;
  p = state_sync_json_skip_space (p, self->reader.end);
  if (p < self->reader.end)
    return fail (self, p, "more text follows the value; send one value alone");
  return p;
}

/* @outside: in how many arrays and objects the text up to @end stands, at most
 * STATE_SYNC_JSON_MAX_DEPTH. */
static void
begin (Checker *self, const char *end, guint outside)
{
  self->reader.end = end;
  self->depth = self->outside = outside;
  self->n_names = self->n_objects = 0;
  self->decoder = NULL;
}

static void
finish (Checker *self)
{
  for (guint i = 0; i < self->n_names; i++)
    state_sync_json_names_free (self->names[i]);
  g_clear_pointer (&self->decoder, state_sync_json_decoder_free);
}

/* Whether @text may be a topic's data; *@fault is set if not. */
gboolean
state_sync_json_check (const char *text, gsize length, StateSyncJsonFault *fault)
{
  Checker self;
  gboolean valid;

  if (text == NULL) /* which is how an empty GBytes gives its data */
    text = "";
  begin (&self, text + length, 0);
  valid = check_text (&self, text) != NULL;
  if (!valid)
    *fault = (StateSyncJsonFault){ (gsize)(self.reader.fault - text), self.reader.reason };
  finish (&self);
  return valid;
}

/* Where the first value at @p ends; NULL if it may not be that of a member of the outermost
 * object. */
const char *
state_sync_json_check_member_value (const char *p, const char *end)
{
  Checker self;

  begin (&self, end, 1);
  p = check_value (&self, p);
  finish (&self);
  return p;
}

/* Whether a checked text is JSON's null. */
gboolean
state_sync_json_is_null (const char *text, gsize length)
{
  return *state_sync_json_skip_space (text, text + length) == 'n';
}
