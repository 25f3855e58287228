/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/json-reference.h"

JsonNode *
test_reference_parse (GBytes *text)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *data = g_bytes_get_data (text, &length);

  json_parser_load_from_data (parser, data, (gssize)length, &error);
  g_assert_no_error (error);
  return json_parser_steal_root (parser);
}

static JsonObject *
copy_members (JsonNode *node)
{
  JsonObject *copy = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return copy;

  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &value))
    json_object_set_member (copy, name, json_node_copy (value));
  return copy;
}

JsonNode *
test_reference_merge (JsonNode *target, JsonNode *patch)
{
  g_autoptr (JsonObject) merged = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (patch))
    return json_node_copy (patch);

  merged = copy_members (target);
  json_object_iter_init (&iter, json_node_get_object (patch));
  while (json_object_iter_next (&iter, &name, &value))
    {
      if (!JSON_NODE_HOLDS_NULL (value))
        json_object_set_member (
            merged, name, test_reference_merge (json_object_get_member (merged, name), value));
      else if (json_object_has_member (merged, name))
        json_object_remove_member (merged, name);
    }
  return json_node_init_object (json_node_alloc (), merged);
}

void
test_assert_json_equal (JsonNode *actual, JsonNode *expected)
{
  g_autofree char *actual_text = NULL;
  g_autofree char *expected_text = NULL;

  if (json_node_equal (actual, expected))
    return;

  actual_text = json_to_string (actual, FALSE);
  expected_text = json_to_string (expected, FALSE);
  g_error ("%s, not %s", actual_text, expected_text);
}
