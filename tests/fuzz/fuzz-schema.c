/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Schema and data: any schema is read or refused with a reason; data fits it or not, a message
 * comes with it, and what is made of the schema by `not`, and by `not` again, says the same. */
#include "fuzz/fuzz-texts.h"
#include "schema/schema.h"

#include <string.h>

static GBytes *
wrap (const char *before, GBytes *schema, const char *behind)
{
  g_autoptr (GByteArray) text = g_byte_array_new ();

  g_byte_array_append (text, (const guint8 *)before, (guint)strlen (before));
  g_byte_array_append (text, g_bytes_get_data (schema, NULL), (guint)g_bytes_get_size (schema));
  g_byte_array_append (text, (const guint8 *)behind, (guint)strlen (behind));
  return g_byte_array_free_to_bytes (g_steal_pointer (&text));
}

/* In another place references lead elsewhere, so that it may be refused there. */
static void
assert_says (GBytes *schema, GBytes *data, gboolean fits)
{
  g_autoptr (StateSyncSchema) made = state_sync_schema_new (schema, NULL);

  if (made != NULL)
    g_assert_cmpint (state_sync_schema_check (made, data, NULL), ==, fits);
}

static void
check (GBytes *schema, GBytes *data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncSchema) made = state_sync_schema_new (schema, &error);
  gboolean fits;

  g_assert_cmpint (made == NULL, ==, error != NULL);
  if (made == NULL)
    return;
  if (state_sync_schema_get_default (made) != NULL)
    fuzz_assert_valid (state_sync_schema_get_default (made));

  fits = state_sync_schema_check (made, data, &error);
  g_assert_cmpint (fits, ==, error == NULL);
  if (error != NULL)
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  if (g_strstr_len (g_bytes_get_data (schema, NULL), (gssize)g_bytes_get_size (schema), "$") ||
      (error != NULL && strstr (error->message, "too ") != NULL))
    return;
  {
    g_autoptr (GBytes) opposite = wrap ("{\"not\":", schema, "}");
    g_autoptr (GBytes) same = wrap ("{\"not\":{\"not\":", schema, "}}");

    assert_says (opposite, data, !fits);
    assert_says (same, data, fits);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  GBytes *texts[2];

  if (!fuzz_split (data, size, texts, G_N_ELEMENTS (texts)))
    return 0;

  check (texts[0], texts[1]);
  fuzz_clear (texts, G_N_ELEMENTS (texts));
  return 0;
}
