/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/fuzz-texts.h"

#include <string.h>

#include "protocol/json-check.h"
#include "protocol/json-reference.h"

#define DIVIDER "\n---\n"

static gboolean
is_case (GBytes *text)
{
  StateSyncJsonFault fault;
  gsize length;
  const char *data = g_bytes_get_data (text, &length);

  return state_sync_json_check (data, length, &fault) &&
         memmem (data, length, "\\u0000", strlen ("\\u0000")) == NULL;
}

/* Blocks of exactly the texts' sizes, so that a read beside one is seen. */
gboolean
fuzz_split (const guint8 *data, gsize size, GBytes **texts, gsize n_texts)
{
  const guint8 *end = data + size;
  gsize n = 0;

  for (const guint8 *next = data; next != NULL; data = next)
    {
      const guint8 *divider = memmem (data, (gsize)(end - data), DIVIDER, strlen (DIVIDER));

      next = divider != NULL ? divider + strlen (DIVIDER) : NULL;
      if (n < n_texts)
        texts[n] = g_bytes_new (data, (gsize)((divider != NULL ? divider : end) - data));
      if (n++ == n_texts || !is_case (texts[n - 1]))
        {
          fuzz_clear (texts, MIN (n, n_texts));
          return FALSE;
        }
    }
  if (n == n_texts)
    return TRUE;

  fuzz_clear (texts, n);
  return FALSE;
}

void
fuzz_clear (GBytes **texts, gsize n_texts)
{
  for (gsize i = 0; i < n_texts; i++)
    g_clear_pointer (&texts[i], g_bytes_unref);
}

void
fuzz_assert_valid (GBytes *text)
{
  StateSyncJsonFault fault;
  gsize length;
  const char *data = g_bytes_get_data (text, &length);

  g_assert_true (state_sync_json_check (data, length, &fault));
}

void
fuzz_assert_equal (GBytes *actual, GBytes *expected)
{
  g_autoptr (JsonNode) actual_node = test_reference_parse (actual);
  g_autoptr (JsonNode) expected_node = test_reference_parse (expected);

  test_assert_json_equal (actual_node, expected_node);
}
