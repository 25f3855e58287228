/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An editor of many documents, of which each has a topic of its own: what is known of it. Windows
 * are processes, and see each other's documents come, change and go.
 */

#include <stdlib.h>

#include "window.h"

#define APP_ID "org.example.Papers"

static void
on_activate (GtkApplication *application, StateSyncClient *client)
{
  gtk_window_present (editor_window_new (application, client));
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncClient) client =
      state_sync_client_new_sync (APP_ID, STATE_SYNC_CLIENT_FLAGS_WHOLE_NAMESPACE, NULL, &error);
  g_autoptr (AdwApplication) application = NULL;

  if (client == NULL)
    {
      g_printerr ("editor: %s\n", error->message);
      return EXIT_FAILURE;
    }

  application = adw_application_new (APP_ID, G_APPLICATION_NON_UNIQUE);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "window.close",
                                         (const char *const[]){ "<Control>w", NULL });
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), client);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
