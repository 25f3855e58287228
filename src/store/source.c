/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/source.h"

/* @place, which is empty, keeps @source (transfer full) until it is cleared, by @func too. */
void
state_sync_source_start (GSource **place, GSource *source, GSourceFunc func, gpointer data)
{
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  *place = source;
}

void
state_sync_source_clear (GSource **place)
{
  if (*place == NULL)
    return;

  g_source_destroy (*place);
  g_clear_pointer (place, g_source_unref);
}
