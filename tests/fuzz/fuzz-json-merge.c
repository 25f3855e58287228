/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Target and patch: the result passes the check, is what RFC 7396 says, and stays as it is when
 * the patch comes again. */
#include "fuzz/fuzz-texts.h"
#include "protocol/json-merge.h"
#include "protocol/json-reference.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  GBytes *texts[2];
  g_autoptr (GBytes) result = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (JsonNode) target = NULL;
  g_autoptr (JsonNode) patch = NULL;
  g_autoptr (JsonNode) actual = NULL;
  g_autoptr (JsonNode) expected = NULL;

  if (!fuzz_split (data, size, texts, G_N_ELEMENTS (texts)))
    return 0;

  result = state_sync_json_merge (texts[0], texts[1]);
  again = state_sync_json_merge (result, texts[1]);
  fuzz_assert_valid (result);
  g_assert_true (g_bytes_equal (again, result));

  target = test_reference_parse (texts[0]);
  patch = test_reference_parse (texts[1]);
  actual = test_reference_parse (result);
  expected = test_reference_merge (target, patch);
  test_assert_json_equal (actual, expected);

  fuzz_clear (texts, G_N_ELEMENTS (texts));
  return 0;
}
