/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An app whose two windows, the main one and its preferences, are processes of their own, and show
 * the same settings. This file says where the settings come from and what holds for both windows;
 * each window's own file says which widget shows what.
 */

#include <stdlib.h>

#include "main-window.h"
#include "preferences-window.h"

#define APP_ID "org.example.Settings"

typedef struct
{
  const char *program;
  gboolean is_preferences;
  StateSyncTopic *settings;
} App;

static gboolean
theme_to_color_scheme (GValue *value, JsonNode *theme, gpointer user_data)
{
  const char *name = json_node_get_string (theme);
  AdwColorScheme scheme = ADW_COLOR_SCHEME_DEFAULT;

  if (g_strcmp0 (name, "light") == 0)
    scheme = ADW_COLOR_SCHEME_FORCE_LIGHT;
  else if (g_strcmp0 (name, "dark") == 0)
    scheme = ADW_COLOR_SCHEME_FORCE_DARK;
  g_value_set_enum (value, scheme);
  return TRUE;
}

static void
open_preferences (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  App *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, self->program, "--preferences", NULL);

  if (process == NULL)
    g_warning ("%s", error->message);
}

static const GActionEntry actions[] = {
  { .name = "preferences", .activate = open_preferences },
};

static void
on_startup (GtkApplication *application, App *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   self);
  gtk_application_set_accels_for_action (application, "app.preferences",
                                         (const char *const[]){ "<Control>comma", NULL });
  gtk_application_set_accels_for_action (application, "win.sidebar",
                                         (const char *const[]){ "F9", NULL });
  gtk_application_set_accels_for_action (application, "window.close",
                                         (const char *const[]){ "<Control>q", "<Control>w", NULL });

  state_sync_topic_bind_with_mapping (self->settings, "theme", adw_style_manager_get_default (),
                                      "color-scheme", STATE_SYNC_BIND_FLAGS_GET,
                                      theme_to_color_scheme, NULL, NULL, NULL);
  state_sync_topic_start_async (self->settings, NULL, NULL, NULL);
}

static void
on_activate (GtkApplication *application, App *self)
{
  GtkWindow *window = gtk_application_get_active_window (application);

  if (window == NULL && self->is_preferences)
    window = preferences_window_new (application, self->settings);
  else if (window == NULL)
    window = main_window_new (application, self->settings);
  gtk_window_present (window);
}

/* The window is closed; what was done in it is saved before the process ends. */
static void
on_shutdown (GtkApplication *application, App *self)
{
  if (state_sync_topic_get_available (self->settings))
    state_sync_topic_settle_sync (self->settings, NULL, NULL);
}

int
main (int argc, char **argv)
{
  const gboolean is_preferences = argc > 1 && g_str_equal (argv[1], "--preferences");
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncClient) client =
      state_sync_client_new_sync (APP_ID, STATE_SYNC_CLIENT_FLAGS_NONE, NULL, &error);
  g_autoptr (StateSyncTopic) settings = NULL;
  g_autoptr (AdwApplication) application = NULL;
  App self = { argv[0], is_preferences, NULL };

  if (client == NULL)
    {
      g_printerr ("settings: %s\n", error->message);
      return EXIT_FAILURE;
    }

  settings = self.settings = state_sync_client_get_topic (client, "settings");
  application = adw_application_new (is_preferences ? APP_ID ".Preferences" : APP_ID,
                                     G_APPLICATION_DEFAULT_FLAGS);
  g_signal_connect (application, "startup", G_CALLBACK (on_startup), &self);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), &self);
  g_signal_connect (application, "shutdown", G_CALLBACK (on_shutdown), &self);
  return g_application_run (G_APPLICATION (application), 1, argv);
}
