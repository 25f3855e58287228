/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Flatpak's ids are D-Bus names of at least three elements: fewer would give an app the namespace
 * of its vendor, or of half the world.
 *
 * A snap has no such id. It is called `snap.NAME` here, as the portals call it, so that what the
 * user sees in the permission store is the same everywhere. NAME holds no dot, so this is two
 * elements and never a Flatpak's; and a Flatpak whose id begins with `snap.`, which would be inside
 * the namespace of a snap, is not taken for an app at all. (Nobody has the domain `snap`.) Two
 * instances of a snap, `NAME` and `NAME_KEY`, are two apps, neither inside the other.
 */

#include "access/application-id.h"

#include <gio/gio.h>
#include <string.h>

#include "protocol/name.h"

#define SNAP_NAMESPACE "snap"
#define SNAP_PREFIX SNAP_NAMESPACE "."

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

gboolean
state_sync_application_id_is_flatpak (const char *id)
{
  const char *dot;

  if (!g_dbus_is_name (id) || g_dbus_is_unique_name (id))
    return FALSE;
  if (state_sync_name_is_in (id, SNAP_NAMESPACE))
    return FALSE;

  dot = strchr (id, '.');
  return dot != NULL && strchr (dot + 1, '.') != NULL;
}

/* NAME or NAME_KEY, as snapd checks them. */
static gboolean
is_snap_instance (const char *name)
{
  gsize length = strspn (name, LOWER DIGITS "-");
  const char *key = name + length;

  if (length == 0 || length > 40 || name[0] == '-' || name[length - 1] == '-')
    return FALSE;
  if (strcspn (name, LOWER) >= length)
    return FALSE;
  if (key[0] == '\0')
    return TRUE;

  length = strspn (key + 1, LOWER DIGITS);
  return key[0] == '_' && length >= 1 && length <= 10 && key[1 + length] == '\0';
}

char *
state_sync_application_id_from_snap (const char *instance_name)
{
  return is_snap_instance (instance_name) ? g_strconcat (SNAP_PREFIX, instance_name, NULL) : NULL;
}

gboolean
state_sync_application_id_is_valid (const char *id)
{
  if (g_str_has_prefix (id, SNAP_PREFIX))
    return is_snap_instance (id + strlen (SNAP_PREFIX));
  return state_sync_application_id_is_flatpak (id);
}
