/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Text in which somebody may be typing. To set it as a whole moves the cursor and drops the
 * selection. So it is changed as an editor would: what differs is deleted and inserted, and the
 * widget keeps cursor and selection where they were in the text around it.
 *
 * This library knows no toolkit. What takes text apart is the interface GtkEditable, which is
 * known by its name, and its signals `delete-text` and `insert-text`, which do what they are
 * called; entries, password entries, search entries and Adwaita's entry rows all have them.
 */

#include "binding/editable.h"

#include <string.h>

gboolean
state_sync_is_edited_text (GObject *object, GParamSpec *pspec)
{
  GType editable = g_type_from_name ("GtkEditable");

  return editable != G_TYPE_INVALID && g_str_equal (pspec->name, "text") &&
         g_type_is_a (G_OBJECT_TYPE (object), editable);
}

/* How many bytes, in whole characters, both begin with. */
static gsize
common_start (const char *a, const char *b)
{
  const char *p = a;

  for (; *p != '\0' && *b != '\0'; p = g_utf8_next_char (p), b = g_utf8_next_char (b))
    {
      if (g_utf8_get_char (p) != g_utf8_get_char (b))
        break;
    }
  return (gsize)(p - a);
}

static gsize
common_end (const char *a, const char *b)
{
  const char *p = a + strlen (a);
  const char *q = b + strlen (b);

  while (p > a && q > b)
    {
      const char *before_p = g_utf8_prev_char (p);
      const char *before_q = g_utf8_prev_char (q);

      if (g_utf8_get_char (before_p) != g_utf8_get_char (before_q))
        break;
      p = before_p;
      q = before_q;
    }
  return strlen (p);
}

/* @text is there, @wanted shall be. */
void
state_sync_change_edited_text (GObject *object, const char *text, const char *wanted)
{
  gsize start = common_start (text, wanted);
  gsize end = common_end (text + start, wanted + start);
  int position = (int)g_utf8_strlen (text, (gssize)start);
  int n_gone = (int)g_utf8_strlen (text + start, (gssize)(strlen (text + start) - end));
  int n_new_bytes = (int)(strlen (wanted + start) - end);

  g_object_freeze_notify (object);
  if (n_gone > 0)
    g_signal_emit_by_name (object, "delete-text", position, position + n_gone);
  if (n_new_bytes > 0)
    g_signal_emit_by_name (object, "insert-text", wanted + start, n_new_bytes, &position);
  g_object_thaw_notify (object);
}
