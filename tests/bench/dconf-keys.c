/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench/dconf-keys.h"

#include "bench/client.h"

/* In folders as apps have them: dconf is slow with thousands of keys in one. */
char *
bench_dconf_key (guint index)
{
  return g_strdup_printf (BENCH_DCONF_FOLDER "bench%u/key%u", index / 50, index % 50);
}

/* Stores so many keys with a document of @size bytes each, in one change. */
void
bench_dconf_fill (guint n_keys, gsize size)
{
  g_autoptr (DConfClient) client = dconf_client_new ();
  g_autoptr (DConfChangeset) changes = dconf_changeset_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n_keys; i++)
    {
      g_autofree char *key = bench_dconf_key (i);

      dconf_changeset_set (changes, key, g_variant_new_take_string (bench_document (size)));
    }
  if (!dconf_client_change_sync (client, changes, NULL, NULL, &error))
    g_error ("dconf: %s", error->message);
}
