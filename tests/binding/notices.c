/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "binding/notices.h"

#include <stdlib.h>
#include <string.h>

static void
on_notify (GObject *object, GParamSpec *pspec, GString *notices)
{
  g_string_append_printf (notices, "%s ", pspec->name);
}

GString *
test_notices_new (gpointer object)
{
  GString *notices = g_string_new (NULL);

  g_signal_connect (object, "notify", G_CALLBACK (on_notify), notices);
  return notices;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

void
test_notices_assert (GString *notices, const char *names)
{
  g_auto (GStrv) found = g_strsplit (notices->str, " ", -1);
  g_autofree char *sorted = NULL;

  qsort (found, g_strv_length (found), sizeof *found, compare);
  sorted = g_strjoinv (" ", found);
  g_assert_cmpstr (g_strstrip (sorted), ==, names);
  g_string_truncate (notices, 0);
}
