/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "access/flatpak-info.h"

#include <gio/gio.h>
#include <string.h>

#include "access/application-id.h"

#define APPLICATION "Application"
#define RUNTIME "Runtime"
#define INSTANCE "Instance"

static char *
refuse (GError **error, const char *reason)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "Its /.flatpak-info %s", reason);
  return NULL;
}

/* What is run in a runtime without an app (`flatpak run org.gnome.Platform`, for a shell, say) has
 * the runtime's id: Flatpak lets it own bus names by that, and portals know it by that. */
static const char *
find_group (GKeyFile *info)
{
  gboolean has_application = g_key_file_has_group (info, APPLICATION);
  gboolean has_runtime = g_key_file_has_group (info, RUNTIME);

  if (has_application == has_runtime)
    return NULL;
  return has_application ? APPLICATION : RUNTIME;
}

char *
state_sync_flatpak_info_get_application (const char *text, gsize length, GError **error)
{
  g_autoptr (GKeyFile) info = g_key_file_new ();
  g_autofree char *id = NULL;
  const char *group;

  /* For one parser the text ends there, for another it goes on. */
  if (memchr (text, '\0', length) != NULL)
    return refuse (error, "has a NUL in it");
  if (length == 0)
    return refuse (error, "is empty, as bwrap leaves it behind");
  if (!g_key_file_load_from_data (info, text, length, G_KEY_FILE_NONE, NULL))
    return refuse (error, "is no key file");

  group = find_group (info);
  if (group == NULL)
    return refuse (error, "is not of either an app or a runtime");

  /* What an app locks into a sandbox of its own (`flatpak-spawn --sandbox`: the renderer of a
   * browser, say) does not see the app's files, so not its topics either. */
  if (g_key_file_get_boolean (info, INSTANCE, "sandbox", NULL))
    return refuse (error, "is of a sandbox within the app's");

  id = g_key_file_get_string (info, group, "name", NULL);
  if (id == NULL || !state_sync_application_id_is_flatpak (id))
    return refuse (error, "has no valid application id");
  return g_steal_pointer (&id);
}
