/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What `export` prints, read back: objects with the members `topic`, `revision`, `data`, and
 * `before` and `after` for white space around the data. Only `topic` and `data` must be there.
 * White space between the objects and in them, and the order of members, do not matter: it may
 * have gone through an editor. What is not known is refused, nothing is passed over.
 */

#include "command/import-file.h"

#include <string.h>

#include "command/status.h"
#include "protocol/json-check.h"
#include "protocol/json-members.h"
#include "protocol/json-scan.h"
#include "protocol/name.h"
#include "protocol/revision.h"

typedef struct
{
  const char *file;
  const char *start;
  const char *end;
  GPtrArray *topics; /* of ImportTopic */
  GHashTable *names;
} Parser;

/* The members of one object, as they stand in the file; NULL where there is none. */
typedef struct
{
  char *topic;
  char *revision;
  char *before;
  char *after;
  GBytes *data;
} Fields;

static void
fields_clear (Fields *self)
{
  g_free (self->topic);
  g_free (self->revision);
  g_free (self->before);
  g_free (self->after);
  g_clear_pointer (&self->data, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fields, fields_clear)

void
import_topic_free (ImportTopic *topic)
{
  g_free (topic->name);
  g_clear_pointer (&topic->data, g_bytes_unref);
  g_free (topic);
}

/* FALSE with @error, at the line of @where, and its offset in the whole file. */
static gboolean
refuse (Parser *self, const char *where, const char *reason, GError **error)
{
  guint line = 1;

  for (const char *p = self->start; p < where; p++)
    line += *p == '\n';
  g_set_error (error, STATUS_ERROR, STATUS_REFUSED,
               "%s, line %u (byte %" G_GSIZE_FORMAT "): %s; nothing is imported", self->file, line,
               (gsize)(where - self->start), reason);
  return FALSE;
}

/* --- one object --- */

/* (transfer full) (nullable): the string that is @member's value, unless it is none or holds
 * U+0000, which no member's may. */
static char *
dup_string (const StateSyncJsonMember *member, const char *value_end, StateSyncJsonDecoder *decoder)
{
  StateSyncJsonName string;

  if (*member->value != '"')
    return NULL;

  string = state_sync_json_decoder_decode (decoder, member->value + 1,
                                           (gsize)(value_end - member->value) - 2);
  if (memchr (string.text, '\0', string.length) != NULL)
    return NULL;
  return g_strndup (string.text, string.length);
}

static gboolean
take_member (Parser *self,
             Fields *fields,
             const StateSyncJsonMember *member,
             const char *value_end,
             StateSyncJsonDecoder *decoder,
             GError **error)
{
  const struct
  {
    const char *name;
    char **value;
  } strings[] = {
    { "topic", &fields->topic },
    { "revision", &fields->revision },
    { "before", &fields->before },
    { "after", &fields->after },
  };
  g_autofree char *name = g_strndup (member->name.text, member->name.length);
  g_autofree char *reason = NULL;

  if (g_str_equal (name, "data"))
    {
      fields->data = g_bytes_new (member->value, (gsize)(value_end - member->value));
      return TRUE;
    }

  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    {
      if (!g_str_equal (name, strings[i].name))
        continue;
      *strings[i].value = dup_string (member, value_end, decoder);
      if (*strings[i].value != NULL)
        return TRUE;
      reason =
          g_strdup_printf ("member “%s” is not a string, or has U+0000 in it; correct it", name);
      return refuse (self, member->start, reason, error);
    }

  reason = g_strdup_printf ("there is no member “%s”; there are topic, revision, data, before and "
                            "after",
                            name);
  return refuse (self, member->start, reason, error);
}

static gboolean
take_members (Parser *self, Fields *fields, const char *object, const char *end, GError **error)
{
  g_autoptr (StateSyncJsonDecoder) decoder = state_sync_json_decoder_new ();
  const char *p = state_sync_json_skip_space (object + 1, end);

  while (*p != '}')
    {
      StateSyncJsonMember member = state_sync_json_member_read (p, decoder);
      const char *value_end = state_sync_json_skip_value (member.value, end);

      if (!take_member (self, fields, &member, value_end, decoder, error))
        return FALSE;

      p = state_sync_json_skip_space (value_end, end);
      if (*p == ',')
        p = state_sync_json_skip_space (p + 1, end);
    }
  return TRUE;
}

static gboolean
is_space (const char *text)
{
  return text == NULL || strspn (text, " \t\r\n") == strlen (text);
}

static gboolean
check_fields (
    Parser *self, const Fields *fields, const char *object, guint64 *revision, GError **error)
{
  g_autoptr (GError) bad_name = NULL;

  if (fields->topic == NULL || fields->data == NULL)
    return refuse (self, object, "topic or data is missing here; give both", error);
  if (!state_sync_name_check (fields->topic, &bad_name))
    return refuse (self, object, bad_name->message, error);
  if (g_hash_table_contains (self->names, fields->topic))
    return refuse (self, object, "this topic was there before; keep one of the two", error);
  if (fields->revision != NULL && !state_sync_revision_parse (fields->revision, revision))
    return refuse (self, object,
                   "this revision is not a decimal number of 64 bits; correct it or leave it out",
                   error);
  if (!is_space (fields->before) || !is_space (fields->after))
    return refuse (self, object,
                   "before or after is more than white space; correct it or leave it out", error);
  return TRUE;
}

/* The data with the white space around it. */
static GBytes *
join_data (const Fields *fields)
{
  GString *text = g_string_new (fields->before);

  g_string_append_len (text, g_bytes_get_data (fields->data, NULL),
                       (gssize)g_bytes_get_size (fields->data));
  g_string_append (text, fields->after != NULL ? fields->after : "");
  return g_string_free_to_bytes (text);
}

/* @object: has passed the check and ends at @end */
static gboolean
parse_object (Parser *self, const char *object, const char *end, GError **error)
{
  g_auto (Fields) fields = { 0 };
  guint64 revision = 0;
  ImportTopic *topic;

  if (*object != '{')
    return refuse (self, object, "this is no object; give one with topic and data", error);
  if (!take_members (self, &fields, object, end, error) ||
      !check_fields (self, &fields, object, &revision, error))
    return FALSE;

  topic = g_new0 (ImportTopic, 1);
  topic->name = g_steal_pointer (&fields.topic);
  topic->data = join_data (&fields);
  topic->has_revision = fields.revision != NULL;
  topic->revision = revision;
  g_ptr_array_add (self->topics, topic);
  g_hash_table_add (self->names, topic->name);
  return TRUE;
}

/* --- the file --- */

/* The end of the value at @p, or NULL with @error. The check tells a fault where the text can't go
 * on: behind a value that is good by itself if another follows it. */
static const char *
find_value_end (Parser *self, const char *p, GError **error)
{
  StateSyncJsonFault fault, inner;

  if (state_sync_json_check (p, (gsize)(self->end - p), &fault))
    return self->end;
  if (state_sync_json_check (p, fault.offset, &inner))
    return p + fault.offset;

  refuse (self, p + fault.offset, fault.reason, error);
  return NULL;
}

static gboolean
parse (Parser *self, GError **error)
{
  const char *p = state_sync_json_skip_space (self->start, self->end);

  while (p < self->end)
    {
      const char *value_end = find_value_end (self, p, error);

      if (value_end == NULL || !parse_object (self, p, value_end, error))
        return FALSE;
      p = state_sync_json_skip_space (value_end, self->end);
    }
  return TRUE;
}

/* (transfer full): of ImportTopic. @file: what messages call it */
GPtrArray *
import_file_parse (const char *file, GBytes *content, GError **error)
{
  g_autoptr (GPtrArray) topics = g_ptr_array_new_with_free_func ((GDestroyNotify)import_topic_free);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  gsize length;
  const char *start = g_bytes_get_data (content, &length);
  Parser self = { file, start, start + length, topics, names };

  if (!parse (&self, error))
    return NULL;
  return g_steal_pointer (&topics);
}
