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

/* @text: has passed the check */
gboolean
inspector_token_next (const char *text, gsize length, InspectorToken *token)
{
  const char *end = text + length;
  const char *p = state_sync_json_skip_space (text + token->end, end);
  const char *behind;

  if (p == end)
    return FALSE;

  behind = strchr ("{}[],:", *p) != NULL ? p + 1 : state_sync_json_skip_value (p, end);
  *token = (InspectorToken){ kind_of (p, behind, end), (gsize)(p - text), (gsize)(behind - text) };
  return TRUE;
}

/* (transfer full) (element-type InspectorToken) */
GArray *
inspector_tokens_read (const char *text, gsize length)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (InspectorToken));
  InspectorToken token = { 0 };

  while (inspector_token_next (text, length, &token))
    g_array_append_val (tokens, token);
  return tokens;
}

/* (transfer full): a text that has passed the check without white space between its tokens. */
GBytes *
inspector_tokens_join (const char *text, gsize length)
{
  GByteArray *joined = g_byte_array_new ();
  InspectorToken token = { 0 };

  while (inspector_token_next (text, length, &token))
    g_byte_array_append (joined, (const guint8 *)text + token.start,
                         (guint)(token.end - token.start));
  return g_byte_array_free_to_bytes (joined);
}
