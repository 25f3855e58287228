/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/name.h"

#include <string.h>

#include "protocol/error.h"

/* How much of a name can be read in that of a file. */
#define READABLE_BYTES 60

static const char *
find_fault (const char *name)
{
  gsize length = strlen (name);
  const char *last;

  if (length == 0)
    return "it is empty; name the topic under your application id";
  if (length > STATE_SYNC_NAME_MAX)
    return "it is longer than 255 bytes; shorten it";
  if (!g_utf8_validate (name, (gssize)length, NULL))
    return "it is not valid UTF-8; encode it as UTF-8";

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (g_unichar_iscntrl (g_utf8_get_char (p)))
        return "it contains a control character; leave it out";
    }

  last = g_utf8_find_prev_char (name, name + length);
  if (g_unichar_isspace (g_utf8_get_char (name)) || g_unichar_isspace (g_utf8_get_char (last)))
    return "it begins or ends with white space; trim it";

  return NULL;
}

/* Whether @name may be a topic's name, or the name of a namespace of topics. */
gboolean
state_sync_name_check (const char *name, GError **error)
{
  const char *fault = find_fault (name);

  if (fault == NULL)
    return TRUE;

  g_propagate_error (error, state_sync_error_invalid_topic (name, fault));
  return FALSE;
}

/* Equal to the namespace, or below it after a dot: the rule of D-Bus's `arg0namespace`. */
gboolean
state_sync_name_is_in (const char *name, const char *namespace_)
{
  gsize length = strlen (namespace_);

  return strncmp (name, namespace_, length) == 0 && (name[length] == '\0' || name[length] == '.');
}

/* Makes of a name the narrowest namespace that it is inside of, other than itself. FALSE if there
 * is none. */
gboolean
state_sync_name_widen (char *name)
{
  char *dot = strrchr (name, '.');

  if (dot == NULL)
    return FALSE;
  *dot = '\0';
  return TRUE;
}

/* What can be read of @name, for people, and the SHA-256 of all of it, for the program. So any name
 * fits into any file system, and no two names share a file, also where names that differ only in
 * case are one. */
char *
state_sync_name_to_file_name (const char *name)
{
  g_autofree char *readable = g_strndup (name, READABLE_BYTES);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, -1);

  g_strcanon (readable, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-", '_');
  return g_strconcat (readable, "-", sum, NULL);
}
