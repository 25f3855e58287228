/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One window: the tree at the left, a topic at the right, one above the other where it is narrow.
 * Topics that were looked at are kept, with what was seen of them, as long as the window is.
 */

#include "inspector/window.h"

#include <string.h>

#include "inspector/export.h"
#include "inspector/pages.h"
#include "inspector/sidebar.h"
#include "inspector/topic-page.h"

struct _InspectorWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwLeaflet *leaflet;
  GtkWidget *sidebar_box;
  GtkWidget *content_box;
  InspectorSidebar *sidebar;
  GtkStack *content;
  InspectorTopicPage *page;
  AdwViewSwitcherTitle *switcher;
  AdwViewSwitcherBar *switcher_bar;

  StateSyncClient *client; /* (nullable) */
  GHashTable *subjects;    /* name → InspectorSubject */
  InspectorSubject *shown; /* (nullable), owned by the table */
};

G_DEFINE_FINAL_TYPE (InspectorWindow, inspector_window, ADW_TYPE_APPLICATION_WINDOW)

static InspectorDataView *
get_data (InspectorWindow *self)
{
  return inspector_topic_page_get_data (self->page);
}

static void
toast (InspectorWindow *self, const char *text)
{
  g_autofree char *title = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (title));
}

/* --- what can be done --- */

static void
update_actions (InspectorWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  InspectorDataView *data = get_data (self);
  gboolean is_editing = inspector_data_view_is_editing (data);

  gtk_widget_action_set_enabled (widget, "win.edit", inspector_data_view_can_edit (data));
  gtk_widget_action_set_enabled (widget, "win.save", is_editing);
  gtk_widget_action_set_enabled (widget, "win.discard", is_editing);
  gtk_widget_action_set_enabled (widget, "win.go-to-fault", inspector_data_view_has_fault (data));
  gtk_widget_action_set_enabled (widget, "win.copy-data", self->shown != NULL);
  gtk_widget_action_set_enabled (widget, "win.show-page", self->shown != NULL);
}

/* --- topics --- */

static void
show_switcher (InspectorWindow *self, const char *title)
{
  adw_view_switcher_title_set_title (self->switcher, title);
  adw_view_switcher_title_set_view_switcher_enabled (self->switcher, self->shown != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->switcher_bar), self->shown != NULL);
}

static void
show_topic (InspectorWindow *self, const char *name)
{
  const char *dot = strrchr (name, '.');
  InspectorSubject *subject = g_hash_table_lookup (self->subjects, name);

  if (subject == NULL)
    {
      subject = inspector_subject_new (self->client, name);
      g_hash_table_insert (self->subjects, g_strdup (name), subject);
    }
  self->shown = subject;
  inspector_topic_page_set_subject (self->page, subject);
  show_switcher (self, dot != NULL ? dot + 1 : name);
  inspector_pages_show (self->content, "topic");
  update_actions (self);
}

/* --- what was typed is not lost by a key or a click --- */

/* @topic: (nullable) */
typedef void (*Then) (InspectorWindow *self, const char *topic);

typedef struct
{
  InspectorWindow *window; /* which the dialog does not outlive */
  Then then;
  char *topic;
} Leaving;

static void
leaving_free (gpointer data, GClosure *closure)
{
  Leaving *leaving = data;

  g_free (leaving->topic);
  g_free (leaving);
}

static void
on_leaving_response (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Leaving *leaving = user_data;
  InspectorWindow *self = leaving->window;

  if (g_str_equal (response, "discard"))
    {
      inspector_data_view_discard (get_data (self));
      leaving->then (self, leaving->topic);
    }
  else
    {
      inspector_sidebar_select (self->sidebar, inspector_subject_get_name (self->shown));
    }
}

static void
ask_to_leave (InspectorWindow *self, Then then, const char *topic)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), "Discard the Changes?", NULL);
  Leaving *leaving = g_new (Leaving, 1);

  *leaving = (Leaving){ self, then, g_strdup (topic) };
  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog),
                                  "What you changed in “%s” is not saved.",
                                  inspector_subject_get_name (self->shown));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", "_Go On Editing",
                                    "discard", "_Discard", NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard",
                                              ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_leaving_response), leaving,
                         leaving_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Edits are given up at once if there are none that could be lost, else if the user says so. Of
 * what is on its way to the service nobody knows yet whether it is lost. */
static void
leave (InspectorWindow *self, Then then, const char *topic)
{
  if (inspector_data_view_is_saving (get_data (self)))
    {
      toast (self, "Still Saving");
      inspector_sidebar_select (self->sidebar, inspector_subject_get_name (self->shown));
      return;
    }
  if (inspector_data_view_has_edits (get_data (self)))
    {
      ask_to_leave (self, then, topic);
      return;
    }
  inspector_data_view_discard (get_data (self));
  then (self, topic);
}

static void
on_topic_selected (InspectorSidebar *sidebar, const char *name, InspectorWindow *self)
{
  if (self->shown != NULL && g_str_equal (name, inspector_subject_get_name (self->shown)))
    return;

  leave (self, show_topic, name);
}

static void
on_topic_activated (InspectorSidebar *sidebar, InspectorWindow *self)
{
  adw_leaflet_set_visible_child (self->leaflet, self->content_box);
  gtk_widget_child_focus (GTK_WIDGET (self->page), GTK_DIR_TAB_FORWARD);
}

/* Also before it is known which topics there are. */
void
inspector_window_open_topic (InspectorWindow *self, const char *name)
{
  inspector_sidebar_select (self->sidebar, name);
  adw_leaflet_set_visible_child (self->leaflet, self->content_box);
}

/* --- the service --- */

static void
on_service_started (GObject *connection, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (InspectorWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (connection), result, &error);

  if (answer == NULL)
    {
      g_dbus_error_strip_remote_error (error);
      toast (self, error->message);
    }
}

/* All that is shown follows by itself once there is a service. */
static void
start_service (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GDBusConnection *connection = g_application_get_dbus_connection (
      G_APPLICATION (gtk_window_get_application (GTK_WINDOW (widget))));

  if (connection != NULL)
    g_dbus_connection_call (
        connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
        "StartServiceByName", g_variant_new ("(su)", "org.statesync.StateSync1", 0), NULL,
        G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_service_started, g_object_ref (widget));
}

static void
on_client_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (InspectorWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  self->client = state_sync_client_new_finish (result, &error);
  if (self->client != NULL)
    inspector_sidebar_set_client (self->sidebar, self->client);
  else
    inspector_sidebar_show_trouble (self->sidebar, error);
}

/* --- actions --- */

static void
edit (GtkWidget *widget, const char *action, GVariant *parameter)
{
  InspectorWindow *self = INSPECTOR_WINDOW (widget);

  adw_leaflet_set_visible_child (self->leaflet, self->content_box);
  inspector_topic_page_show (self->page, "data");
  inspector_data_view_edit (get_data (self));
}

static void
save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  inspector_data_view_save (get_data (INSPECTOR_WINDOW (widget)));
}

static void
stay (InspectorWindow *self, const char *topic)
{
}

static void
discard (GtkWidget *widget, const char *action, GVariant *parameter)
{
  leave (INSPECTOR_WINDOW (widget), stay, NULL);
}

static void
go_to_fault (GtkWidget *widget, const char *action, GVariant *parameter)
{
  inspector_data_view_go_to_fault (get_data (INSPECTOR_WINDOW (widget)));
}

static void
copy_data (GtkWidget *widget, const char *action, GVariant *parameter)
{
  inspector_data_view_copy (get_data (INSPECTOR_WINDOW (widget)));
}

static void
show_page (GtkWidget *widget, const char *action, GVariant *parameter)
{
  InspectorWindow *self = INSPECTOR_WINDOW (widget);

  adw_leaflet_set_visible_child (self->leaflet, self->content_box);
  inspector_topic_page_show (self->page, g_variant_get_string (parameter, NULL));
  gtk_widget_child_focus (GTK_WIDGET (self->page), GTK_DIR_TAB_FORWARD);
}

static void
back (GtkWidget *widget, const char *action, GVariant *parameter)
{
  InspectorWindow *self = INSPECTOR_WINDOW (widget);

  adw_leaflet_set_visible_child (self->leaflet, self->sidebar_box);
  gtk_widget_child_focus (GTK_WIDGET (self->sidebar), GTK_DIR_TAB_FORWARD);
}

static void
search (GtkWidget *widget, const char *action, GVariant *parameter)
{
  InspectorWindow *self = INSPECTOR_WINDOW (widget);

  adw_leaflet_set_visible_child (self->leaflet, self->sidebar_box);
  g_object_set (self->sidebar, "searching", TRUE, NULL);
}

static void
tell_export_failed (InspectorWindow *self, const char *reason)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), "Nothing Was Exported", reason);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", "_Close");
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_exported (GObject *window, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = inspector_export_finish (result, &error);
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  if (error != NULL)
    tell_export_failed (INSPECTOR_WINDOW (window), error->message);
  if (file == NULL)
    return;

  name = g_file_get_basename (file);
  text = g_strdup_printf ("Exported to %s", name);
  toast (INSPECTOR_WINDOW (window), text);
}

static void
export_selected (GtkWidget *widget, const char *action, GVariant *parameter)
{
  InspectorWindow *self = INSPECTOR_WINDOW (widget);
  const char *name = inspector_sidebar_get_selected (self->sidebar);

  /* The filter may hide what is shown. */
  if (name == NULL && self->shown != NULL)
    name = inspector_subject_get_name (self->shown);
  inspector_export_async (GTK_WINDOW (self), name, on_exported, NULL);
}

static void
export_all (GtkWidget *widget, const char *action, GVariant *parameter)
{
  inspector_export_async (GTK_WINDOW (widget), NULL, on_exported, NULL);
}

static void
on_show_changes (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  InspectorWindow *self = user_data;

  g_simple_action_set_state (action, state);
  inspector_data_view_show_changes (get_data (self), g_variant_get_boolean (state));
}

static const GActionEntry stateful[] = {
  { .name = "show-changes", .state = "true", .change_state = on_show_changes },
};

/* --- the object --- */

static void
on_notice (InspectorDataView *data, const char *text, InspectorWindow *self)
{
  toast (self, text);
}

InspectorWindow *
inspector_window_new (InspectorApplication *application)
{
  return g_object_new (INSPECTOR_TYPE_WINDOW, "application", application, NULL);
}

static gboolean
close_now (gpointer window)
{
  gtk_window_destroy (window);
  return G_SOURCE_REMOVE;
}

/* A dialog does not bear that its window goes while it says what was chosen. */
static void
close_soon (InspectorWindow *self, const char *topic)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, close_now, g_object_ref (self), g_object_unref);
}

static gboolean
inspector_window_close_request (GtkWindow *window)
{
  InspectorWindow *self = INSPECTOR_WINDOW (window);

  if (!inspector_data_view_has_edits (get_data (self)))
    return GTK_WINDOW_CLASS (inspector_window_parent_class)->close_request (window);
  ask_to_leave (self, close_soon, NULL);
  return TRUE;
}

static void
inspector_window_dispose (GObject *object)
{
  InspectorWindow *self = INSPECTOR_WINDOW (object);

  g_clear_object (&self->client);
  g_clear_pointer (&self->subjects, g_hash_table_unref);
  self->shown = NULL;

  G_OBJECT_CLASS (inspector_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, InspectorWindow, toasts);
  gtk_widget_class_bind_template_child (klass, InspectorWindow, leaflet);
  gtk_widget_class_bind_template_child (klass, InspectorWindow, sidebar_box);
  gtk_widget_class_bind_template_child (klass, InspectorWindow, content_box);
  gtk_widget_class_bind_template_child (klass, InspectorWindow, sidebar);
  gtk_widget_class_bind_template_child (klass, InspectorWindow, content);
  gtk_widget_class_bind_template_child (klass, InspectorWindow, page);
  gtk_widget_class_bind_template_child (klass, InspectorWindow, switcher);
  gtk_widget_class_bind_template_child (klass, InspectorWindow, switcher_bar);
}

static void
inspector_window_class_init (InspectorWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = inspector_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = inspector_window_close_request;

  gtk_widget_class_install_action (widget_class, "win.edit", NULL, edit);
  gtk_widget_class_install_action (widget_class, "win.save", NULL, save);
  gtk_widget_class_install_action (widget_class, "win.discard", NULL, discard);
  gtk_widget_class_install_action (widget_class, "win.go-to-fault", NULL, go_to_fault);
  gtk_widget_class_install_action (widget_class, "win.copy-data", NULL, copy_data);
  gtk_widget_class_install_action (widget_class, "win.show-page", "s", show_page);
  gtk_widget_class_install_action (widget_class, "win.back", NULL, back);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search);
  gtk_widget_class_install_action (widget_class, "win.export", NULL, export_selected);
  gtk_widget_class_install_action (widget_class, "win.export-all", NULL, export_all);
  gtk_widget_class_install_action (widget_class, "win.start-service", NULL, start_service);

  g_type_ensure (INSPECTOR_TYPE_SIDEBAR);
  g_type_ensure (INSPECTOR_TYPE_TOPIC_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/statesync/Inspector/window.ui");
  bind_children (widget_class);
}

static void
inspector_window_init (InspectorWindow *self)
{
  self->subjects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_action_map_add_action_entries (G_ACTION_MAP (self), stateful, G_N_ELEMENTS (stateful), self);

  adw_view_switcher_title_set_stack (self->switcher, inspector_topic_page_get_stack (self->page));
  adw_view_switcher_bar_set_stack (self->switcher_bar, inspector_topic_page_get_stack (self->page));
  g_object_bind_property (self->switcher, "title-visible", self->switcher_bar, "reveal",
                          G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->sidebar, "selected", G_CALLBACK (on_topic_selected), self, 0);
  g_signal_connect_object (self->sidebar, "activated", G_CALLBACK (on_topic_activated), self, 0);
  g_signal_connect_object (get_data (self), "state-changed", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (get_data (self), "notice", G_CALLBACK (on_notice), self, 0);
  inspector_pages_show (self->content, "none");
  show_switcher (self, "");
  update_actions (self);
  state_sync_client_new_async (NULL, STATE_SYNC_CLIENT_FLAGS_BY_SIGNAL, NULL, on_client_made,
                               g_object_ref (self));
}
