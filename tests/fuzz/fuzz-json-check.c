/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes: what passes, json-glib parses; what does not could go on before the fault. */
#include "fuzz/fuzz-texts.h"
#include "protocol/json-check.h"
#include "protocol/json-reference.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  const char *text = g_bytes_get_data (bytes, NULL);
  StateSyncJsonFault fault, before;
  g_autoptr (JsonNode) node = NULL;

  if (state_sync_json_check (text, size, &fault))
    {
      node = test_reference_parse (bytes);
      g_assert_cmpint (JSON_NODE_HOLDS_NULL (node), ==, state_sync_json_is_null (text, size));
      return 0;
    }

  g_assert_cmpuint (fault.offset, <=, size);
  g_assert_nonnull (fault.reason);
  if (!state_sync_json_check (text, fault.offset, &before))
    g_assert_cmpuint (before.offset, ==, fault.offset);
  return 0;
}
