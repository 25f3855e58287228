/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "preferences-window.h"

#include "status.h"

struct _PreferencesWindow
{
  AdwPreferencesWindow parent_instance;

  AdwComboRow *theme;
  AdwComboRow *language;
  GtkSpinButton *font_size;
  GtkSwitch *sidebar;
  GtkSwitch *notifications;
  GtkSwitch *auto_save;
  GtkLabel *status;
};

G_DEFINE_FINAL_TYPE (PreferencesWindow, preferences_window, ADW_TYPE_PREFERENCES_WINDOW)

/* In the order of the rows' models. */
static const char *const themes[] = { "system", "light", "dark", NULL };
static const char *const languages[] = { "en", "de", "es", "fr", NULL };

static gboolean
name_to_position (GValue *value, JsonNode *node, gpointer user_data)
{
  const char *const *names = user_data;
  const char *name = json_node_get_string (node);

  for (guint i = 0; name != NULL && names[i] != NULL; i++)
    {
      if (g_str_equal (name, names[i]))
        {
          g_value_set_uint (value, i);
          return TRUE;
        }
    }
  return FALSE;
}

static JsonNode *
position_to_name (const GValue *value, gpointer user_data)
{
  const char *const *names = user_data;

  return json_node_init_string (json_node_alloc (), names[g_value_get_uint (value)]);
}

static void
on_rejected (StateSyncTopic *settings, JsonNode *patch, const GError *error, gpointer user_data)
{
  g_autofree char *title = g_markup_escape_text (error->message, -1);

  adw_preferences_window_add_toast (user_data, adw_toast_new (title));
}

static void
preferences_window_class_init (PreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/example/Settings/preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PreferencesWindow, theme);
  gtk_widget_class_bind_template_child (widget_class, PreferencesWindow, language);
  gtk_widget_class_bind_template_child (widget_class, PreferencesWindow, font_size);
  gtk_widget_class_bind_template_child (widget_class, PreferencesWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, PreferencesWindow, notifications);
  gtk_widget_class_bind_template_child (widget_class, PreferencesWindow, auto_save);
  gtk_widget_class_bind_template_child (widget_class, PreferencesWindow, status);
}

static void
preferences_window_init (PreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
preferences_window_new (GtkApplication *application, StateSyncTopic *settings)
{
  const StateSyncBindFlags both_ways = STATE_SYNC_BIND_FLAGS_DEFAULT;
  PreferencesWindow *self =
      g_object_new (PREFERENCES_TYPE_WINDOW, "application", application, NULL);

  state_sync_topic_bind_with_mapping (settings, "theme", self->theme, "selected", both_ways,
                                      name_to_position, position_to_name, (gpointer)themes, NULL);
  state_sync_topic_bind_with_mapping (settings, "language", self->language, "selected", both_ways,
                                      name_to_position, position_to_name, (gpointer)languages,
                                      NULL);
  state_sync_topic_bind (settings, "fontSize", self->font_size, "value", both_ways);
  state_sync_topic_bind (settings, "sidebar", self->sidebar, "active", both_ways);
  state_sync_topic_bind (settings, "notifications", self->notifications, "active", both_ways);
  state_sync_topic_bind (settings, "autoSave", self->auto_save, "active", both_ways);

  g_signal_connect_object (settings, "write-rejected", G_CALLBACK (on_rejected), self, 0);
  status_follow (self->status, settings);
  return GTK_WINDOW (self);
}
