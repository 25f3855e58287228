/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "main-window.h"

#include "status.h"

struct _MainWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkToggleButton *sidebar;
  GtkSwitch *notifications;
  GtkSwitch *auto_save;
  GtkLabel *text;
  GtkLabel *status;
};

G_DEFINE_FINAL_TYPE (MainWindow, main_window, ADW_TYPE_APPLICATION_WINDOW)

static gboolean
language_to_text (GValue *value, JsonNode *language, gpointer user_data)
{
  static const struct
  {
    const char *language;
    const char *text;
  } texts[] = {
    { "en", "The quick brown fox jumps over the lazy dog." },
    { "de", "Franz jagt im komplett verwahrlosten Taxi quer durch Bayern." },
    { "es", "El veloz murciélago hindú comía feliz cardillo y kiwi." },
    { "fr", "Portez ce vieux whisky au juge blond qui fume." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      if (g_strcmp0 (json_node_get_string (language), texts[i].language) == 0)
        {
          g_value_set_static_string (value, texts[i].text);
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
size_to_attributes (GValue *value, JsonNode *size, gpointer user_data)
{
  PangoAttrList *attributes;

  if (!JSON_NODE_HOLDS_VALUE (size))
    return FALSE;

  attributes = pango_attr_list_new ();
  pango_attr_list_insert (attributes,
                          pango_attr_size_new ((int)(json_node_get_double (size) * PANGO_SCALE)));
  g_value_take_boxed (value, attributes);
  return TRUE;
}

static void
on_rejected (StateSyncTopic *settings, JsonNode *patch, const GError *error, MainWindow *self)
{
  g_autofree char *title = g_markup_escape_text (error->message, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (title));
}

static void
main_window_class_init (MainWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/example/Settings/main-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MainWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, MainWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, MainWindow, notifications);
  gtk_widget_class_bind_template_child (widget_class, MainWindow, auto_save);
  gtk_widget_class_bind_template_child (widget_class, MainWindow, text);
  gtk_widget_class_bind_template_child (widget_class, MainWindow, status);
}

static void
main_window_init (MainWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
main_window_new (GtkApplication *application, StateSyncTopic *settings)
{
  MainWindow *self = g_object_new (MAIN_TYPE_WINDOW, "application", application, NULL);
  g_autoptr (GAction) sidebar =
      state_sync_topic_create_action_with_type (settings, "sidebar", G_VARIANT_TYPE_BOOLEAN);

  /* What the user changes here, and what is only shown. */
  state_sync_topic_bind (settings, "sidebar", self->sidebar, "active",
                         STATE_SYNC_BIND_FLAGS_DEFAULT);
  state_sync_topic_bind (settings, "notifications", self->notifications, "active",
                         STATE_SYNC_BIND_FLAGS_DEFAULT);
  state_sync_topic_bind (settings, "autoSave", self->auto_save, "active",
                         STATE_SYNC_BIND_FLAGS_DEFAULT);
  state_sync_topic_bind_with_mapping (settings, "language", self->text, "label",
                                      STATE_SYNC_BIND_FLAGS_GET, language_to_text, NULL, NULL,
                                      NULL);
  state_sync_topic_bind_with_mapping (settings, "fontSize", self->text, "attributes",
                                      STATE_SYNC_BIND_FLAGS_GET, size_to_attributes, NULL, NULL,
                                      NULL);

  /* The same for the menu and its key. */
  g_action_map_add_action (G_ACTION_MAP (self), sidebar);

  g_signal_connect_object (settings, "write-rejected", G_CALLBACK (on_rejected), self, 0);
  status_follow (self->status, settings);
  return GTK_WINDOW (self);
}
