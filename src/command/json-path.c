/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A path is names joined by dots: `window.sizes.0`. In an object a name is that of a member, in an
 * array the index of an element, counted from 0. A name that is empty, holds a dot or begins with
 * a quote is written as a JSON string: `"org.example.Editor".window`. So every place in every
 * text has a path, and what is no path is an error, never an absent place.
 */

#include "command/json-path.h"

#include <string.h>

#include "command/status.h"
#include "protocol/json-check.h"
#include "protocol/json-members.h"
#include "protocol/json-scan.h"
#include "protocol/revision.h"

struct _JsonPath
{
  char *text;
  GArray *names; /* of StateSyncJsonName, which point into text and decoder */
  StateSyncJsonDecoder *decoder;
};

/* --- parsing --- */

static gboolean
refuse (const char *text, const char *reason, GError **error)
{
  g_set_error (error, STATUS_ERROR, STATUS_USAGE, "“%s” is not a path: %s", text, reason);
  return FALSE;
}

/* From a string's quote to behind the closing one, or NULL if there is none. */
static const char *
find_string_end (const char *p)
{
  for (p++; *p != '\0'; p++)
    {
      if (*p == '"')
        return p + 1;
      if (*p == '\\' && *++p == '\0')
        return NULL;
    }
  return NULL;
}

/* Takes the name at *@p and leaves *@p behind it. */
static gboolean
parse_name (JsonPath *self, const char **p, GError **error)
{
  StateSyncJsonName name = { .text = *p };
  StateSyncJsonFault fault;
  const char *end;

  if (**p != '"')
    {
      name.length = strcspn (*p, ".");
      if (name.length == 0)
        return refuse (self->text, "a name is empty; write \"\" for a member without a name",
                       error);
      *p += name.length;
      g_array_append_val (self->names, name);
      return TRUE;
    }

  end = find_string_end (*p);
  if (end == NULL)
    return refuse (self->text, "a quoted name has no end; close it with a quote", error);
  if (!state_sync_json_check (*p, (gsize)(end - *p), &fault))
    return refuse (self->text, fault.reason, error);

  name = state_sync_json_decoder_decode (self->decoder, *p + 1, (gsize)(end - *p) - 2);
  g_array_append_val (self->names, name);
  *p = end;
  return TRUE;
}

static gboolean
parse_names (JsonPath *self, GError **error)
{
  const char *p = self->text;

  if (!g_utf8_validate (p, -1, NULL))
    return refuse (p, "it is not valid UTF-8; encode it as UTF-8", error);

  for (;;)
    {
      if (!parse_name (self, &p, error))
        return FALSE;
      if (*p == '\0')
        return TRUE;
      if (*p != '.')
        return refuse (self->text, "after a quoted name a dot is expected", error);
      p++;
    }
}

JsonPath *
json_path_parse (const char *text, GError **error)
{
  g_autoptr (JsonPath) self = g_new (JsonPath, 1);

  self->text = g_strdup (text);
  self->names = g_array_new (FALSE, FALSE, sizeof (StateSyncJsonName));
  self->decoder = state_sync_json_decoder_new ();
  return parse_names (self, error) ? g_steal_pointer (&self) : NULL;
}

void
json_path_free (JsonPath *self)
{
  g_free (self->text);
  g_array_unref (self->names);
  state_sync_json_decoder_free (self->decoder);
  g_free (self);
}

/* --- finding --- */

/* From a value in a container to the next item, or to what closes the container. */
static const char *
next_item (const char *value, const char *end)
{
  const char *p = state_sync_json_skip_space (state_sync_json_skip_value (value, end), end);

  return *p == ',' ? state_sync_json_skip_space (p + 1, end) : p;
}

static const char *
find_member (const char *object, const char *end, const StateSyncJsonName *name)
{
  g_autoptr (StateSyncJsonDecoder) decoder = state_sync_json_decoder_new ();
  const char *p = state_sync_json_skip_space (object + 1, end);

  while (*p != '}')
    {
      StateSyncJsonMember member = state_sync_json_member_read (p, decoder);

      if (member.name.length == name->length &&
          memcmp (member.name.text, name->text, name->length) == 0)
        return member.value;
      p = next_item (member.value, end);
    }
  return NULL;
}

static const char *
find_element (const char *array, const char *end, const StateSyncJsonName *name)
{
  g_autofree char *text = g_strndup (name->text, name->length);
  const char *p = state_sync_json_skip_space (array + 1, end);
  guint64 index;

  /* An index is written as canonically as a revision. */
  if (strlen (text) != name->length || !state_sync_revision_parse (text, &index))
    return NULL;

  for (; *p != ']'; p = next_item (p, end))
    {
      if (index-- == 0)
        return p;
    }
  return NULL;
}

/* (transfer full) (nullable): the exact text of the value there, without white space around it.
 * @self: (nullable): the whole value. @json has passed the check. */
GBytes *
json_path_find (const JsonPath *self, GBytes *json)
{
  gsize length;
  const char *start = g_bytes_get_data (json, &length);
  const char *end = start + length;
  const char *p = state_sync_json_skip_space (start, end);

  for (guint i = 0; self != NULL && i < self->names->len; i++)
    {
      const StateSyncJsonName *name = &g_array_index (self->names, StateSyncJsonName, i);

      if (*p == '{')
        p = find_member (p, end, name);
      else if (*p == '[')
        p = find_element (p, end, name);
      else
        p = NULL;
      if (p == NULL)
        return NULL;
    }
  return g_bytes_new_from_bytes (json, (gsize)(p - start),
                                 (gsize)(state_sync_json_skip_value (p, end) - p));
}
