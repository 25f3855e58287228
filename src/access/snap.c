/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* snapd starts each app of a snap under an AppArmor profile `snap.NAME.APP` and in a scope or
 * service whose name begins in the same way; under cgroup v1 also in `snap.NAME` of the freezer.
 *
 * A profile in complain mode enforces nothing: it is that of a classic snap, from which, say, a
 * Flatpak may have been started. It is no evidence; the cgroup is, also of a classic snap, because
 * it can't be told whether the other kind is confined by something that is not seen here.
 */

#include "access/snap.h"

#include <string.h>

#include "access/application-id.h"

#define PREFIX "snap."
#define ENFORCED " (enforce)"

/* The id by "snap.NAME" and, where @rest_needed, ".SOMETHING". */
static char *
from_prefixed (const char *text, gboolean rest_needed)
{
  g_autofree char *name = NULL;
  const char *end;

  if (!g_str_has_prefix (text, PREFIX))
    return NULL;

  text += strlen (PREFIX);
  end = strchr (text, '.');
  if ((end != NULL) != rest_needed)
    return NULL;

  name = end != NULL ? g_strndup (text, (gsize)(end - text)) : g_strdup (text);
  return state_sync_application_id_from_snap (name);
}

char *
state_sync_snap_from_label (const char *label)
{
  return g_str_has_suffix (label, ENFORCED) ? from_prefixed (label, TRUE) : NULL;
}

/* "snap.NAME.APP-UUID.scope", "snap.NAME.APP.service" and the like: four parts or more. */
static char *
from_unit (const char *unit)
{
  const char *suffix = strrchr (unit, '.');
  g_autofree char *stem = NULL;

  if (suffix == NULL || (!g_str_equal (suffix, ".scope") && !g_str_equal (suffix, ".service")))
    return NULL;

  stem = g_strndup (unit, (gsize)(suffix - unit));
  return from_prefixed (stem, TRUE);
}

/* The innermost of the snaps in one path. */
static char *
from_path (const char *path, gboolean is_freezer)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  char *id = NULL;

  for (guint i = g_strv_length (parts); i > 0 && id == NULL; i--)
    {
      id = from_unit (parts[i - 1]);
      if (id == NULL && is_freezer)
        id = from_prefixed (parts[i - 1], FALSE);
    }
  return id;
}

char *
state_sync_snap_from_cgroup (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  char *id = NULL;

  /* NUMBER:CONTROLLERS:PATH */
  for (guint i = 0; lines[i] != NULL && id == NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], ":", 3);

      if (g_strv_length (fields) == 3)
        id = from_path (fields[2], g_str_equal (fields[1], "freezer"));
    }
  return id;
}
