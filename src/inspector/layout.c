/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inspector/layout.h"

#define INDENT 2
#define ELLIPSIS "…"

#define FNV_START G_GUINT64_CONSTANT (0xcbf29ce484222325)
#define FNV_PRIME G_GUINT64_CONSTANT (0x100000001b3)

typedef struct
{
  InspectorLayout *layout;
  const char *json;
  gsize max_string;
  guint depth;
  InspectorLine line;
} Writer;

/* --- lines --- */

static void
hash (Writer *self, const char *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    self->line.hash = (self->line.hash ^ (guint8)bytes[i]) * FNV_PRIME;
}

static void
begin_line (Writer *self)
{
  self->line = (InspectorLine){
    .start = self->layout->text->len,
    .first_token = self->layout->tokens->len,
    .hash = FNV_START,
  };
  for (guint i = 0; i < self->depth * INDENT; i++)
    g_string_append_c (self->layout->text, ' ');
  hash (self, (const char *)&self->depth, sizeof self->depth);
}

static void
end_line (Writer *self)
{
  self->line.end = self->layout->text->len;
  g_array_append_val (self->layout->lines, self->line);
}

static void
break_line (Writer *self)
{
  end_line (self);
  g_string_append_c (self->layout->text, '\n');
  begin_line (self);
}

/* --- tokens --- */

/* How much of a token is shown: no more of a string than its beginning, in whole characters. */
static gsize
shown_length (Writer *self, const InspectorToken *token)
{
  const char *start = self->json + token->start;
  gsize length = token->end - token->start;
  const char *end;

  if (length <= self->max_string)
    return length;
  end = g_utf8_find_prev_char (start, start + self->max_string);
  return end != NULL ? (gsize)(end - start) : 0;
}

static void
add_token (Writer *self, const InspectorToken *token)
{
  GString *text = self->layout->text;
  InspectorToken shown = { .kind = token->kind, .start = text->len };
  gsize length = token->end - token->start;
  gsize shown_bytes = shown_length (self, token);

  g_string_append_len (text, self->json + token->start, (gssize)shown_bytes);
  if (shown_bytes < length)
    {
      g_string_append (text, ELLIPSIS);
      self->layout->is_cut = TRUE;
    }
  shown.end = text->len;
  g_array_append_val (self->layout->tokens, shown);

  if (self->json[token->start] != ',')
    hash (self, self->json + token->start, length);
}

static char
mark_of (Writer *self, const InspectorToken *token)
{
  return token->kind == INSPECTOR_TOKEN_MARK ? self->json[token->start] : '\0';
}

static gboolean
is_opening (char mark)
{
  return mark == '{' || mark == '[';
}

static gboolean
is_closing (char mark)
{
  return mark == '}' || mark == ']';
}

/* Containers with nothing in them stay on their line. */
static void
write_token (Writer *self, const InspectorToken *token, char mark_before)
{
  char mark = mark_of (self, token);

  if (is_closing (mark))
    {
      self->depth--;
      if (!is_opening (mark_before))
        break_line (self);
    }
  else if (is_opening (mark_before) || mark_before == ',')
    {
      break_line (self);
    }

  add_token (self, token);
  if (mark == ':')
    g_string_append_c (self->layout->text, ' ');
  if (is_opening (mark))
    self->depth++;
}

/* --- the object --- */

static InspectorLayout *
lay_out (GBytes *json, guint max_lines, gsize max_string)
{
  InspectorLayout *self = g_new0 (InspectorLayout, 1);
  gsize length;
  const char *text = g_bytes_get_data (json, &length);
  Writer writer = { .layout = self, .json = text, .max_string = max_string };
  char mark_before = '\0';
  InspectorToken token = { 0 };

  self->text = g_string_new (NULL);
  self->tokens = g_array_new (FALSE, FALSE, sizeof (InspectorToken));
  self->lines = g_array_new (FALSE, FALSE, sizeof (InspectorLine));
  begin_line (&writer);
  while (self->lines->len < max_lines && inspector_token_next (text, length, &token))
    {
      write_token (&writer, &token, mark_before);
      mark_before = mark_of (&writer, &token);
    }
  if (inspector_token_next (text, length, &token))
    self->is_cut = TRUE;
  end_line (&writer);
  return self;
}

/* @json: a text that has passed the check */
InspectorLayout *
inspector_layout_new (GBytes *json)
{
  return lay_out (json, G_MAXUINT, G_MAXSIZE);
}

/* At most so many lines, and so many bytes of each string. */
InspectorLayout *
inspector_layout_new_cut (GBytes *json, guint max_lines, gsize max_string)
{
  return lay_out (json, max_lines, max_string);
}

void
inspector_layout_free (InspectorLayout *self)
{
  g_string_free (self->text, TRUE);
  g_array_unref (self->tokens);
  g_array_unref (self->lines);
  g_free (self);
}
