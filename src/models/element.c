/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an element is known by is read from its text, which has been checked: nothing is parsed
 * into a tree for it. */

#include "models/element.h"

#include <string.h>

#include "protocol/json-members.h"
#include "protocol/json-scan.h"

/* --- identities --- */

guint
state_sync_identity_hash (gconstpointer identity)
{
  const StateSyncIdentity *self = identity;
  guint hash = 5381 + self->kind;

  for (gsize i = 0; i < self->length; i++)
    hash = hash * 33 + (guchar)self->bytes[i];
  return hash;
}

gboolean
state_sync_identity_equal (gconstpointer a, gconstpointer b)
{
  const StateSyncIdentity *one = a;
  const StateSyncIdentity *other = b;

  return one->kind == other->kind && one->length == other->length &&
         memcmp (one->bytes, other->bytes, one->length) == 0;
}

/* --- members --- */

/* @p: where a value begins. FALSE if it is no object, or has no such member. */
static gboolean
find_member (const char *p,
             const char *end,
             const char *name,
             StateSyncJsonDecoder *decoder,
             StateSyncJsonMember *member)
{
  StateSyncJsonRest rest = { p + 1, end };
  gsize length = strlen (name);

  if (*p != '{')
    return FALSE;
  while (state_sync_json_member_next (&rest, decoder, member))
    {
      if (member->name.length == length && memcmp (member->name.text, name, length) == 0)
        return TRUE;
    }
  return FALSE;
}

/* @kind: '[' or '{' */
const char *
state_sync_element_find_container (GBytes *text, const char *const *names, char kind)
{
  g_autoptr (StateSyncJsonDecoder) decoder = state_sync_json_decoder_new ();
  gsize length;
  const char *bytes = g_bytes_get_data (text, &length);
  const char *end = bytes + length;
  const char *p = state_sync_json_skip_space (bytes, end);

  for (; *names != NULL; names++)
    {
      StateSyncJsonMember member;

      if (!find_member (p, end, *names, decoder, &member))
        return NULL;
      p = member.value;
    }
  return *p == kind ? p : NULL;
}

/* --- what an element is known by --- */

static StateSyncIdentity
from_string (const char *start, const char *end, StateSyncJsonDecoder *decoder)
{
  StateSyncJsonName string =
      state_sync_json_decoder_decode (decoder, start + 1, (gsize)(end - start) - 2);

  return (StateSyncIdentity){ STATE_SYNC_IDENTITY_BY_STRING, string.text, string.length };
}

static gboolean
is_number (const char *p)
{
  return *p == '-' || g_ascii_isdigit (*p);
}

/* A member of an object is known by its name. An element of an array is known by the member
 * @key_member (nullable) if it has one that is a string or a number, else by its content. The bytes
 * are in the text, or in the decoder. */
StateSyncIdentity
state_sync_element_identify (const char *text,
                             const StateSyncElement *element,
                             const char *key_member,
                             StateSyncJsonDecoder *decoder)
{
  const char *start = text + element->start;
  const char *end = text + element->end;
  StateSyncJsonMember key;

  if (element->value > element->start)
    return from_string (start, state_sync_json_skip_string (start), decoder);

  if (key_member != NULL && find_member (start, end, key_member, decoder, &key))
    {
      if (*key.value == '"')
        return from_string (key.value, key.end, decoder);
      if (is_number (key.value))
        return (StateSyncIdentity){ STATE_SYNC_IDENTITY_BY_NUMBER, key.value,
                                    (gsize)(key.end - key.value) };
    }
  return (StateSyncIdentity){ STATE_SYNC_IDENTITY_BY_CONTENT, start, (gsize)(end - start) };
}
