/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Both are told as GLib tells them when it decides whether to use portals. */

#include "place/sandbox.h"

#include <string.h>

/* Flatpak puts this into each of its sandboxes. */
#define FLATPAK_INFO "/.flatpak-info"

/* In the description of a snap, a line. */
#define CONFINEMENT "confinement:"

gboolean
state_sync_sandbox_is_flatpak (void)
{
  return g_file_test (FLATPAK_INFO, G_FILE_TEST_EXISTS);
}

/* What stands behind the key at the beginning of a line; NULL if there is no such line. */
static char *
find_value (const char *text, const char *key)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], key))
        return g_strstrip (g_strdup (lines[i] + strlen (key)));
    }
  return NULL;
}

/* A snap that is called classic is confined by nothing. One that does not say is strict. */
gboolean
state_sync_sandbox_is_snap (void)
{
  const char *snap = g_getenv ("SNAP");
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autofree char *confinement = NULL;

  if (snap == NULL)
    return FALSE;

  path = g_build_filename (snap, "meta", "snap.yaml", NULL);
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  confinement = find_value (text, CONFINEMENT);
  return g_strcmp0 (confinement, "classic") != 0;
}
