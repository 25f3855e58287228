/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A window of the editor: the documents in a sidebar, and the form of the one that is open. Who
 * goes on to another document, or closes the window, is asked what shall become of a draft.
 */

#include "window.h"

#include "form.h"

struct _EditorWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwLeaflet *leaflet;
  GtkListBox *list;
  AdwBin *place;
  GtkWidget *no_document; /* in the place, or the form of the one that is open */
  EditorForm *form;       /* (nullable) */

  StateSyncClient *client;
  StateSyncTopic *next; /* (nullable): where to from a draft; NULL is out of the window */
};

G_DEFINE_FINAL_TYPE (EditorWindow, editor_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- the document that is open --- */

/* Returns: (nullable) */
static StateSyncTopic *
get_open (EditorWindow *self)
{
  return self->form != NULL ? editor_form_get_document (self->form) : NULL;
}

static gboolean
has_draft (EditorWindow *self)
{
  return self->form != NULL && editor_form_is_draft (self->form);
}

static void
update_save (EditorWindow *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "document.save", has_draft (self));
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  editor_form_save_async (EDITOR_WINDOW (widget)->form, NULL, NULL);
}

/* It stays until the user has read it, the newest in front. */
static void
show_toast (EditorWindow *self, const char *text)
{
  g_autofree char *title = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (title);

  adw_toast_set_timeout (toast, 0);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static StateSyncTopic *
get_document (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "document");
}

/* @document: (nullable) */
static void
select_document (EditorWindow *self, StateSyncTopic *document)
{
  GtkListBoxRow *row;
  int i = 0;

  do
    row = gtk_list_box_get_row_at_index (self->list, i++);
  while (row != NULL && get_document (row) != document);
  gtk_list_box_select_row (self->list, row);
}

static void
focus_form (EditorWindow *self)
{
  gtk_widget_child_focus (GTK_WIDGET (self->place), GTK_DIR_TAB_FORWARD);
}

static void
on_gone (EditorWindow *self)
{
  self->form = NULL;
  adw_bin_set_child (self->place, self->no_document);
  update_save (self);
  select_document (self, NULL);
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

static void
open_document (EditorWindow *self, StateSyncTopic *document)
{
  self->form = editor_form_new (document);
  g_signal_connect_object (self->form, "notify::is-draft", G_CALLBACK (update_save), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->form, "told", G_CALLBACK (show_toast), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->form, "gone", G_CALLBACK (on_gone), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (self->place, GTK_WIDGET (self->form));
  update_save (self);
}

/* --- no draft is lost by a click or a key --- */

static gboolean
go_on (gpointer user_data)
{
  EditorWindow *self = user_data;

  if (self->next != NULL)
    {
      select_document (self, self->next);
      focus_form (self);
    }
  else
    gtk_window_close (GTK_WINDOW (self));
  return G_SOURCE_REMOVE;
}

static void
on_saved (GObject *form, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EditorWindow) self = user_data;

  if (editor_form_save_finish (EDITOR_FORM (form), result) && EDITOR_FORM (form) == self->form)
    go_on (self);
}

/* What was being saved when it was asked may be saved now. */
static void
on_leave (AdwMessageDialog *dialog, const char *response, EditorWindow *self)
{
  const gboolean saves = g_str_equal (response, "save");

  if (!saves && !g_str_equal (response, "discard"))
    return;
  if (saves && has_draft (self))
    {
      editor_form_save_async (self->form, on_saved, g_object_ref (self));
      return;
    }
  if (has_draft (self))
    editor_form_discard (self->form);
  /* A dialog does not bear that its window goes while it says what was chosen. */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, go_on, g_object_ref (self), g_object_unref);
}

/* @next: (nullable) */
static void
ask_to_leave (EditorWindow *self, StateSyncTopic *next)
{
  GtkWidget *widget = adw_message_dialog_new (GTK_WINDOW (self), "Save the Changes?",
                                              "Changes that are not saved are lost.");
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (widget);

  g_set_object (&self->next, next);
  adw_message_dialog_add_responses (dialog, "cancel", "_Cancel", "discard", "_Discard", "save",
                                    "_Save", NULL);
  adw_message_dialog_set_response_appearance (dialog, "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (dialog, "save", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "save");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_leave), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* A row that goes takes no draft with it. */
static void
on_row_selected (GtkListBox *list, GtkListBoxRow *row, EditorWindow *self)
{
  StateSyncTopic *document = row != NULL ? get_document (row) : NULL;

  if (document == NULL || document == get_open (self))
    return;
  if (has_draft (self))
    {
      select_document (self, get_open (self));
      ask_to_leave (self, document);
    }
  else
    open_document (self, document);
}

static gboolean
editor_window_close_request (GtkWindow *window)
{
  if (!has_draft (EDITOR_WINDOW (window)))
    return GTK_WINDOW_CLASS (editor_window_parent_class)->close_request (window);
  ask_to_leave (EDITOR_WINDOW (window), NULL);
  return TRUE;
}

/* --- the list --- */

static void
on_new (GtkWidget *widget, const char *action, GVariant *parameter)
{
  EditorWindow *self = EDITOR_WINDOW (widget);
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *name = g_strconcat ("documents.", id, NULL);
  g_autoptr (StateSyncTopic) document = state_sync_client_get_topic (self->client, name);
  g_autoptr (JsonNode) data = json_from_string ("{\"title\":\"Untitled\",\"author\":\"\"}", NULL);

  state_sync_topic_update_async (document, data, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, NULL, NULL);
}

/* Where the window is narrow, a document takes the place of the list, and gives it back. */
static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, EditorWindow *self)
{
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
  focus_form (self);
}

static void
on_back (GtkWidget *widget, const char *action, GVariant *parameter)
{
  EditorWindow *self = EDITOR_WINDOW (widget);

  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
  gtk_widget_child_focus (GTK_WIDGET (self->list), GTK_DIR_TAB_FORWARD);
}

/* A row follows the document for as long as it is in the list, and so shows its title. */
static GtkWidget *
make_row (gpointer entry, gpointer user_data)
{
  EditorWindow *self = user_data;
  StateSyncTopic *document =
      state_sync_client_get_topic (self->client, state_sync_topic_entry_get_name (entry));
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title-lines", 1,
                                 "subtitle-lines", 1, "activatable", TRUE, NULL);

  state_sync_topic_bind (document, "title", row, "title", STATE_SYNC_BIND_FLAGS_GET);
  state_sync_topic_bind (document, "author", row, "subtitle", STATE_SYNC_BIND_FLAGS_GET);
  state_sync_topic_start_async (document, NULL, NULL, NULL);
  g_object_set_data_full (G_OBJECT (row), "document", document, g_object_unref);
  return row;
}

/* --- the window --- */

static void
editor_window_dispose (GObject *object)
{
  EditorWindow *self = EDITOR_WINDOW (object);

  self->form = NULL;
  g_clear_object (&self->next);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (editor_window_parent_class)->dispose (object);
}

static void
editor_window_class_init (EditorWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = editor_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = editor_window_close_request;
  gtk_widget_class_install_action (widget_class, "document.new", NULL, on_new);
  gtk_widget_class_install_action (widget_class, "document.save", NULL, on_save);
  gtk_widget_class_install_action (widget_class, "document.leave", NULL, on_back);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_n, GDK_CONTROL_MASK, "document.new",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK, "document.save",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "document.leave",
                                       NULL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/Papers/window.ui");
  gtk_widget_class_bind_template_child (widget_class, EditorWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, EditorWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, EditorWindow, list);
  gtk_widget_class_bind_template_child (widget_class, EditorWindow, place);
  gtk_widget_class_bind_template_child (widget_class, EditorWindow, no_document);
  gtk_widget_class_bind_template_callback (widget_class, on_row_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
}

static void
editor_window_init (EditorWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_save (self);
}

/* One that was brought back has a row again. */
static void
on_listed (EditorWindow *self)
{
  select_document (self, get_open (self));
}

GtkWindow *
editor_window_new (GtkApplication *application, StateSyncClient *client)
{
  EditorWindow *self = g_object_new (EDITOR_TYPE_WINDOW, "application", application, NULL);
  g_autoptr (StateSyncTopicsModel) documents = state_sync_topics_model_new (client, "documents");

  self->client = g_object_ref (client);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (documents), make_row, self, NULL);
  g_signal_connect_object (documents, "items-changed", G_CALLBACK (on_listed), self,
                           G_CONNECT_SWAPPED);
  return GTK_WINDOW (self);
}
