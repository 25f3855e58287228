/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The smallest app with state that others see at once: its settings are kept by the session's
 * service. In a sandbox, with no permission, it is the same program as outside of one: nothing here
 * knows where it runs.
 *
 *   cc sandboxed.c window.c -o sandboxed $(pkg-config --cflags --libs statesync-1)
 */

#include <stdlib.h>

#include "window.h"

int
main (void)
{
  g_autoptr (GError) error = NULL;
  /* Its namespace is the application id: what a sandboxed app has to itself. */
  g_autoptr (StateSyncClient) client =
      state_sync_client_new_sync ("org.example.App", STATE_SYNC_CLIENT_FLAGS_NONE, NULL, &error);

  if (client == NULL)
    {
      g_printerr ("sandboxed: %s\n", error->message);
      return EXIT_FAILURE;
    }

  return window_run (client);
}
