/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two patches and a target: the one patch, if there is one, does what the two do; and the members
 * that are told to differ are enough to tell what differs. */
#include "fuzz/fuzz-texts.h"
#include "protocol/json-compose.h"
#include "protocol/json-diff.h"
#include "protocol/json-merge.h"
#include "protocol/json-reference.h"

static void
assert_diff (GBytes *before, GBytes *after)
{
  g_auto (GStrv) names = state_sync_json_diff (before, after);

  if (names != NULL && names[0] == NULL)
    fuzz_assert_equal (before, after);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  GBytes *texts[3];
  g_autoptr (GBytes) between = NULL;
  g_autoptr (GBytes) in_order = NULL;
  g_autoptr (GBytes) both = NULL;
  g_autoptr (GBytes) at_once = NULL;

  if (!fuzz_split (data, size, texts, G_N_ELEMENTS (texts)))
    return 0;

  between = state_sync_json_merge (texts[2], texts[0]);
  in_order = state_sync_json_merge (between, texts[1]);
  both = state_sync_json_compose (texts[0], texts[1]);
  if (both != NULL)
    {
      fuzz_assert_valid (both);
      at_once = state_sync_json_merge (texts[2], both);
      fuzz_assert_equal (at_once, in_order);
    }
  assert_diff (texts[2], in_order);
  assert_diff (texts[0], texts[1]);

  fuzz_clear (texts, G_N_ELEMENTS (texts));
  return 0;
}
