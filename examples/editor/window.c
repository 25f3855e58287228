/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A window of the editor. What is typed is the window's own draft until it is saved, by a write
 * that names the revision which the draft was made of (*compare and swap*): who saves what somebody
 * else has changed meanwhile is asked what shall become of both. Who goes on to another document,
 * or closes the window, is asked what shall become of the draft.
 */

#include "window.h"

/* The metadata, each with an entry. */
static const char *const fields[] = { "title", "author" };
#define N_FIELDS G_N_ELEMENTS (fields)

struct _EditorWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwLeaflet *leaflet;
  GtkListBox *list;
  GtkStack *stack;
  AdwPreferencesGroup *form;
  GtkEditable *entries[N_FIELDS];

  StateSyncClient *client;
  StateSyncTopic *document; /* (nullable): the one that is open */
  guint64 revision;         /* that the draft is made of, and what was there */
  char *base[N_FIELDS];

  gboolean is_saving;
  gboolean is_leaving;  /* when it is saved */
  StateSyncTopic *next; /* (nullable): where to; NULL is out of the window */
};

G_DEFINE_FINAL_TYPE (EditorWindow, editor_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- the draft --- */

/* Who else writes it may put anything there. */
static const char *
theirs (EditorWindow *self, guint field)
{
  JsonNode *data = state_sync_topic_get_data (self->document);
  JsonNode *member = JSON_NODE_HOLDS_OBJECT (data)
                         ? json_object_get_member (json_node_get_object (data), fields[field])
                         : NULL;
  const char *text =
      member != NULL && JSON_NODE_HOLDS_VALUE (member) ? json_node_get_string (member) : NULL;

  return text != NULL ? text : "";
}

static gboolean
is_edited (EditorWindow *self, guint field)
{
  return !g_str_equal (gtk_editable_get_text (self->entries[field]), self->base[field]);
}

static gboolean
is_draft (EditorWindow *self)
{
  for (guint i = 0; i < N_FIELDS; i++)
    {
      if (is_edited (self, i))
        return TRUE;
    }
  return FALSE;
}

static void
update_save (EditorWindow *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "document.save",
                                 self->document != NULL && is_draft (self));
}

static gboolean
is_deleted (EditorWindow *self)
{
  return JSON_NODE_HOLDS_NULL (state_sync_topic_get_data (self->document));
}

/* The draft is made of what the document is now; what was edited is kept or not. Of one that is
 * deleted all is kept: to save it is to bring it back. */
static void
rebase (EditorWindow *self, gboolean keeps_edits)
{
  self->revision = state_sync_topic_get_revision (self->document);
  for (guint i = 0; i < N_FIELDS; i++)
    {
      const gboolean keeps = keeps_edits && (is_edited (self, i) || is_deleted (self));

      g_free (self->base[i]);
      self->base[i] = g_strdup (theirs (self, i));
      if (!keeps)
        gtk_editable_set_text (self->entries[i], self->base[i]);
    }
  update_save (self);
}

static void open_document (EditorWindow *self, StateSyncTopic *document);

static void
discard (EditorWindow *self)
{
  rebase (self, FALSE);
  if (is_deleted (self))
    open_document (self, NULL);
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

static void
on_changed (StateSyncTopic *document, char **members, EditorWindow *self)
{
  const gboolean keeps = is_draft (self);

  if (is_deleted (self))
    {
      g_autofree char *text =
          g_strdup_printf (keeps ? "“%s” was deleted elsewhere: save it to bring it back"
                                 : "“%s” was deleted elsewhere",
                           self->base[0]);
      show_toast (self, text);
    }
  if (!keeps)
    discard (self);
  else if (is_deleted (self))
    rebase (self, TRUE);
}

/* --- asking --- */

static void
ask (EditorWindow *self, GtkWidget *dialog, const char *suggested, GCallback on_response)
{
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_set_response_appearance (message, "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (message, suggested, ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (message, suggested);
  g_signal_connect_object (dialog, "response", on_response, self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- saving --- */

static void save (EditorWindow *self);
static gboolean go_on (gpointer user_data);

static void
on_both (AdwMessageDialog *dialog, const char *response, EditorWindow *self)
{
  if (g_str_equal (response, "discard"))
    discard (self);
  else if (g_str_equal (response, "merge"))
    {
      rebase (self, TRUE);
      save (self);
    }
}

static void
ask_what_becomes_of_both (EditorWindow *self)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), "Changed Meanwhile", NULL);
  g_autoptr (GString) body = g_string_new ("Somebody else has saved this document. It is now:\n");

  for (guint i = 0; i < N_FIELDS; i++)
    g_string_append_printf (body, "\n%s: “%s”",
                            adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self->entries[i])),
                            theirs (self, i));
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog), body->str);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", "Keep Editing",
                                    "discard", "Discard Mine", "merge", "Merge", NULL);
  ask (self, dialog, "merge", G_CALLBACK (on_both));
}

/* The conflict may arrive before the change that caused it does. */
static void
on_refreshed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EditorWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!state_sync_topic_refresh_finish (STATE_SYNC_TOPIC (object), result, &error))
    show_toast (self, error->message);
  else if (STATE_SYNC_TOPIC (object) == self->document && !is_deleted (self))
    ask_what_becomes_of_both (self);
}

static void
end_saving (EditorWindow *self, gboolean is_saved)
{
  const gboolean goes = is_saved && self->is_leaving;

  self->is_saving = self->is_leaving = FALSE;
  if (is_saved)
    rebase (self, TRUE);
  if (goes)
    go_on (self);
}

static void
on_saved (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EditorWindow) self = user_data;
  StateSyncTopic *document = STATE_SYNC_TOPIC (object);
  g_autoptr (GError) error = NULL;

  g_application_release (g_application_get_default ());
  state_sync_topic_update_finish (document, result, NULL, &error);
  if (document == self->document)
    end_saving (self, error == NULL);
  if (g_error_matches (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_CONFLICT))
    state_sync_topic_refresh_async (document, NULL, on_refreshed, g_object_ref (self));
  else if (error != NULL)
    show_toast (self, error->message);
}

static void
save (EditorWindow *self)
{
  JsonObject *members;
  g_autoptr (JsonNode) patch = json_node_new (JSON_NODE_OBJECT);

  if (self->is_saving)
    return;
  members = json_object_new ();
  for (guint i = 0; i < N_FIELDS; i++)
    {
      if (is_edited (self, i))
        json_object_set_string_member (members, fields[i],
                                       gtk_editable_get_text (self->entries[i]));
    }
  json_node_take_object (patch, members);
  self->is_saving = TRUE;
  /* The window may be closed before it is saved. */
  g_application_hold (g_application_get_default ());
  state_sync_topic_update_async (self->document, patch, STATE_SYNC_WRITE_FLAGS_IF_REVISION,
                                 self->revision, NULL, on_saved, g_object_ref (self));
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  save (EDITOR_WINDOW (widget));
}

/* --- documents --- */

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
close_document (EditorWindow *self)
{
  if (self->document == NULL)
    return;
  g_signal_handlers_disconnect_by_func (self->document, on_changed, self);
  g_clear_object (&self->document);
}

/* @document: (nullable) */
static void
open_document (EditorWindow *self, StateSyncTopic *document)
{
  close_document (self);
  self->is_saving = self->is_leaving = FALSE;
  if (document != NULL)
    {
      self->document = g_object_ref (document);
      g_signal_connect_object (document, "changed", G_CALLBACK (on_changed), self, 0);
      rebase (self, FALSE);
    }
  else
    {
      select_document (self, NULL);
      adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
    }
  gtk_stack_set_visible_child_name (self->stack, document != NULL ? "document" : "none");
  update_save (self);
}

/* --- no draft is lost by a click or a key --- */

static gboolean
go_on (gpointer user_data)
{
  EditorWindow *self = user_data;

  if (self->next != NULL)
    select_document (self, self->next);
  else
    gtk_window_close (GTK_WINDOW (self));
  return G_SOURCE_REMOVE;
}

/* What was being saved when it was asked may be saved now. */
static void
on_leave (AdwMessageDialog *dialog, const char *response, EditorWindow *self)
{
  const gboolean saves = g_str_equal (response, "save");

  if (!saves && !g_str_equal (response, "discard"))
    return;
  if (saves && is_draft (self))
    {
      self->is_leaving = TRUE;
      save (self);
      return;
    }
  if (is_draft (self))
    discard (self);
  /* A dialog does not bear that its window goes while it says what was chosen. */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, go_on, g_object_ref (self), g_object_unref);
}

/* @next: (nullable) */
static void
ask_to_leave (EditorWindow *self, StateSyncTopic *next)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), "Save the Changes?",
                                              "Changes that are not saved are lost.");

  g_set_object (&self->next, next);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", "_Cancel", "discard",
                                    "_Discard", "save", "_Save", NULL);
  ask (self, dialog, "save", G_CALLBACK (on_leave));
}

/* A row that goes takes no draft with it. */
static void
on_row_selected (GtkListBox *list, GtkListBoxRow *row, EditorWindow *self)
{
  StateSyncTopic *document = row != NULL ? get_document (row) : NULL;

  if (document == NULL || document == self->document)
    return;
  if (is_draft (self))
    {
      select_document (self, self->document);
      ask_to_leave (self, document);
    }
  else
    open_document (self, document);
}

static gboolean
editor_window_close_request (GtkWindow *window)
{
  if (!is_draft (EDITOR_WINDOW (window)))
    return GTK_WINDOW_CLASS (editor_window_parent_class)->close_request (window);
  ask_to_leave (EDITOR_WINDOW (window), NULL);
  return TRUE;
}

/* Where the window is narrow, a document takes the place of the list, and gives it back. */
static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, EditorWindow *self)
{
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
  gtk_widget_child_focus (GTK_WIDGET (self->form), GTK_DIR_TAB_FORWARD);
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

  close_document (self);
  g_clear_object (&self->next);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (editor_window_parent_class)->dispose (object);
}

static void
editor_window_finalize (GObject *object)
{
  for (guint i = 0; i < N_FIELDS; i++)
    g_free (EDITOR_WINDOW (object)->base[i]);
  G_OBJECT_CLASS (editor_window_parent_class)->finalize (object);
}

static void
editor_window_class_init (EditorWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = editor_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = editor_window_finalize;
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
  gtk_widget_class_bind_template_child (widget_class, EditorWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, EditorWindow, form);
  gtk_widget_class_bind_template_callback (widget_class, on_row_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
}

static void
editor_window_init (EditorWindow *self)
{
  static const char *const titles[N_FIELDS] = { "Title", "Author" };

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < N_FIELDS; i++)
    {
      GtkWidget *row = adw_entry_row_new ();

      self->base[i] = g_strdup ("");
      self->entries[i] = GTK_EDITABLE (row);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), titles[i]);
      g_signal_connect_object (row, "changed", G_CALLBACK (update_save), self, G_CONNECT_SWAPPED);
      adw_preferences_group_add (self->form, row);
    }
  update_save (self);
}

/* One that was brought back has a row again. */
static void
on_listed (EditorWindow *self)
{
  if (self->document != NULL)
    select_document (self, self->document);
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
