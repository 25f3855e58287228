/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broadcast/state-path.h"

#include "place/sandbox.h"
#include "protocol/name.h"

/* The folder of the app @app_id, which all of its processes see: in a sandbox the one that its
 * instances share for as long as the session lasts, elsewhere one that lasts. */
char *
state_sync_state_path_for_app (const char *app_id)
{
  if (state_sync_sandbox_is_flatpak ())
    return g_build_filename (g_get_user_runtime_dir (), "app", app_id, "statesync", NULL);
  return g_build_filename (g_get_user_state_dir (), "statesync", app_id, NULL);
}

/* The folder of a topic. */
char *
state_sync_state_path_for_topic (const char *root, const char *topic)
{
  g_autofree char *name = state_sync_name_to_file_name (topic);

  return g_build_filename (root, "topics", name, NULL);
}
