/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transports/json-text.h"

/* The only place where JSON text and json-glib's trees meet on the client's side: json-glib
 * accepts what is no JSON and overflows its stack on deep nesting, so it may see only text that
 * was checked. */

GBytes *
state_sync_json_node_to_bytes (JsonNode *node)
{
  char *text = json_to_string (node, FALSE);

  return g_bytes_new_take (text, strlen (text));
}

/* (transfer full): immutable. @text has been checked. */
JsonNode *
state_sync_json_node_from_bytes (GBytes *text)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  gsize length;
  const char *bytes = g_bytes_get_data (text, &length);
  JsonNode *node;

  if (json_parser_load_from_data (parser, bytes, (gssize)length, NULL) &&
      (node = json_parser_steal_root (parser)) != NULL)
    return node;

  node = json_node_init_null (json_node_alloc ());
  json_node_seal (node);
  return node;
}
