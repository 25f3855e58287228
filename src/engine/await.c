/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/await.h"

/* For a call whose caller awaits it: @place is of GAsyncResult *, at first NULL. */
void
state_sync_await_callback (GObject *source, GAsyncResult *result, gpointer place)
{
  *(GAsyncResult **)place = g_object_ref (result);
}

/* Until that is called. What it waits for happens in the caller's main context, so that runs
 * meanwhile. */
void
state_sync_await (GAsyncResult **place)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  while (*place == NULL)
    g_main_context_iteration (context, TRUE);
}
