/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inspector/tokens.h"

#include <string.h>

#include "protocol/json-scan.h"

static InspectorTokenKind
kind_of (const char *p, const char *behind, const char *end)
{
  if (strchr ("{}[],:", *p) != NULL)
    return INSPECTOR_TOKEN_MARK;
  if (*p == '"')
    {
      behind = state_sync_json_skip_space (behind, end);
      return behind < end && *behind == ':' ? INSPECTOR_TOKEN_NAME : INSPECTOR_TOKEN_STRING;
    }
  return g_ascii_isalpha (*p) ? INSPECTOR_TOKEN_LITERAL : INSPECTOR_TOKEN_NUMBER;
}

/* (transfer full) (element-type InspectorToken): all tokens of a text that has passed the check. */
GArray *
inspector_tokens_read (const char *text, gsize length)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (InspectorToken));
  const char *end = text + length;
  const char *p = state_sync_json_skip_space (text, end);

  while (p < end)
    {
      const char *behind =
          strchr ("{}[],:", *p) != NULL ? p + 1 : state_sync_json_skip_value (p, end);
      InspectorToken token = { kind_of (p, behind, end), (gsize)(p - text),
                               (gsize)(behind - text) };

      g_array_append_val (tokens, token);
      p = state_sync_json_skip_space (behind, end);
    }
  return tokens;
}

/* (transfer full): a text that has passed the check without white space between its tokens. */
GBytes *
inspector_tokens_join (const char *text, gsize length)
{
  g_autoptr (GArray) tokens = inspector_tokens_read (text, length);
  GByteArray *joined = g_byte_array_new ();

  for (guint i = 0; i < tokens->len; i++)
    {
      const InspectorToken *token = &g_array_index (tokens, InspectorToken, i);

      g_byte_array_append (joined, (const guint8 *)text + token->start,
                           (guint)(token->end - token->start));
    }
  return g_byte_array_free_to_bytes (joined);
}
