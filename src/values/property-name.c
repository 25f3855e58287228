/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/property-name.h"

/* Each upper-case letter becomes a hyphen and its lower case. No property has a name that begins
 * with a hyphen: `FontSize` finds none. */
static char *
split_camel_case (const char *member)
{
  GString *name = g_string_new (NULL);

  for (const char *p = member; *p != '\0'; p++)
    {
      if (g_ascii_isupper (*p))
        g_string_append_c (name, '-');
      g_string_append_c (name, g_ascii_tolower (*p));
    }
  return g_string_free (name, FALSE);
}

/* (transfer none) (nullable): which property a member is about: the one of its name, where GObject
 * takes `_` for `-`; if there is none, the one of the name with `fontSize` written `font-size`.
 * Nothing else is tried. */
GParamSpec *
state_sync_find_property (GObjectClass *object_class, const char *member)
{
  GParamSpec *pspec = g_object_class_find_property (object_class, member);
  g_autofree char *name = NULL;

  if (pspec != NULL)
    return pspec;

  name = split_camel_case (member);
  return g_object_class_find_property (object_class, name);
}
