/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broadcast/state-path.h"

#include "place/sandbox.h"

/* How much of a topic's name can be read in the name of its folder. */
#define READABLE_BYTES 60

/* The folder of the app @app_id, which all of its processes see: in a sandbox the one that its
 * instances share for as long as the session lasts, elsewhere one that lasts. */
char *
state_sync_state_path_for_app (const char *app_id)
{
  if (state_sync_sandbox_is_flatpak ())
    return g_build_filename (g_get_user_runtime_dir (), "app", app_id, "statesync", NULL);
  return g_build_filename (g_get_user_state_dir (), "statesync", app_id, NULL);
}

/* The folder of a topic: what can be read of its name, for people, and the SHA-256 of all of it,
 * for the program. So any name fits into any file system, and no two topics share a folder, also
 * where names that differ only in case are one. */
char *
state_sync_state_path_for_topic (const char *root, const char *topic)
{
  g_autofree char *readable = g_strndup (topic, READABLE_BYTES);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, topic, -1);
  g_autofree char *name = NULL;

  g_strcanon (readable, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-", '_');
  name = g_strconcat (readable, "-", sum, NULL);
  return g_build_filename (root, "topics", name, NULL);
}
