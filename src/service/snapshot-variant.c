/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/snapshot-variant.h"

/* (transfer floating): (ts), or "t, s" of a method's answer. The JSON text was checked at the
 * door: it is valid UTF-8 without NUL, as D-Bus asks. */
GVariant *
state_sync_snapshot_to_variant (StateSyncSnapshot *snapshot)
{
  gsize length;
  const char *bytes = g_bytes_get_data (state_sync_snapshot_get_data (snapshot), &length);
  char *string = g_strndup (bytes, length);

  return g_variant_new (
      "(t@s)", state_sync_snapshot_get_revision (snapshot),
      g_variant_new_from_data (G_VARIANT_TYPE_STRING, string, length + 1, TRUE, g_free, string));
}
