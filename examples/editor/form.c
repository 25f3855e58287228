/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The form of a document. What is typed is a draft until it is saved, by a write that names the
 * revision which the draft was made of (*compare and swap*): who saves what somebody else has
 * changed meanwhile is asked what shall become of both. While there is no draft, the form follows.
 */

#include "form.h"

/* The metadata, each with an entry of that name. */
static const char *const fields[] = { "title", "author" };
#define N_FIELDS G_N_ELEMENTS (fields)

struct _EditorForm
{
  AdwPreferencesPage parent_instance;

  GtkEditable *entries[N_FIELDS];

  StateSyncTopic *document;
  guint64 revision; /* that the draft is made of, and what was there */
  char *base[N_FIELDS];
  GSList *saves; /* (element-type GTask): all that the write under way is the answer to */
};

G_DEFINE_FINAL_TYPE (EditorForm, editor_form, ADW_TYPE_PREFERENCES_PAGE)

/* --- the draft --- */

/* Who else writes it may put anything there. */
static const char *
theirs (EditorForm *self, guint field)
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
is_edited (EditorForm *self, guint field)
{
  return g_strcmp0 (gtk_editable_get_text (self->entries[field]), self->base[field]) != 0;
}

gboolean
editor_form_is_draft (EditorForm *self)
{
  for (guint i = 0; i < N_FIELDS; i++)
    {
      if (is_edited (self, i))
        return TRUE;
    }
  return FALSE;
}

static void
on_edited (EditorForm *self)
{
  g_object_notify (G_OBJECT (self), "is-draft");
}

static gboolean
is_deleted (EditorForm *self)
{
  return JSON_NODE_HOLDS_NULL (state_sync_topic_get_data (self->document));
}

/* The draft is made of what the document is now; what was edited is kept or not. Of one that is
 * deleted all is kept: to save it is to bring it back. */
static void
rebase (EditorForm *self, gboolean keeps_edits)
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
  g_object_notify (G_OBJECT (self), "is-draft");
}

void
editor_form_discard (EditorForm *self)
{
  rebase (self, FALSE);
  if (is_deleted (self))
    g_signal_emit_by_name (self, "gone");
}

/* --- what others do --- */

/* Only what was being saved then keeps it. */
static gboolean
is_closed (EditorForm *self)
{
  return gtk_widget_get_root (GTK_WIDGET (self)) == NULL;
}

static void
on_changed (StateSyncTopic *document, char **members, EditorForm *self)
{
  const gboolean keeps = editor_form_is_draft (self);

  if (is_closed (self))
    return;
  if (is_deleted (self))
    {
      g_autofree char *text =
          g_strdup_printf (keeps ? "“%s” was deleted elsewhere: save it to bring it back"
                                 : "“%s” was deleted elsewhere",
                           self->base[0]);
      g_signal_emit_by_name (self, "told", text);
    }
  if (!keeps)
    editor_form_discard (self);
  else if (is_deleted (self))
    rebase (self, TRUE);
}

static void
on_both (AdwMessageDialog *dialog, const char *response, EditorForm *self)
{
  if (g_str_equal (response, "discard"))
    editor_form_discard (self);
  else if (g_str_equal (response, "merge"))
    {
      rebase (self, TRUE);
      editor_form_save_async (self, NULL, NULL);
    }
}

static void
ask_what_becomes_of_both (EditorForm *self)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkWidget *widget = adw_message_dialog_new (window, "Changed Meanwhile", NULL);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (widget);
  g_autoptr (GString) body = g_string_new ("Somebody else has saved this document. It is now:\n");

  for (guint i = 0; i < N_FIELDS; i++)
    g_string_append_printf (body, "\n%s: “%s”",
                            adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self->entries[i])),
                            theirs (self, i));
  adw_message_dialog_set_body (dialog, body->str);
  adw_message_dialog_add_responses (dialog, "cancel", "Keep Editing", "discard", "Discard Mine",
                                    "merge", "Merge", NULL);
  adw_message_dialog_set_response_appearance (dialog, "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (dialog, "merge", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "merge");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_both), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- saving --- */

/* The conflict may arrive before the change that caused it does. */
static void
on_refreshed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EditorForm) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!state_sync_topic_refresh_finish (self->document, result, &error))
    g_signal_emit_by_name (self, "told", error->message);
  else if (!is_closed (self) && !is_deleted (self))
    ask_what_becomes_of_both (self);
}

static void
on_saved (GObject *object, GAsyncResult *result, gpointer user_data)
{
  EditorForm *self = user_data;
  g_autoslist (GTask) saves = g_steal_pointer (&self->saves);
  g_autoptr (GError) error = NULL;

  g_application_release (g_application_get_default ());
  state_sync_topic_update_finish (self->document, result, NULL, &error);
  if (error == NULL)
    rebase (self, TRUE);
  else if (g_error_matches (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_CONFLICT))
    state_sync_topic_refresh_async (self->document, NULL, on_refreshed, g_object_ref (self));
  else
    g_signal_emit_by_name (self, "told", error->message);
  for (GSList *l = saves; l != NULL; l = l->next)
    g_task_return_boolean (l->data, error == NULL);
}

/* One write at a time: a second would be in conflict with the first. */
void
editor_form_save_async (EditorForm *self, GAsyncReadyCallback callback, gpointer user_data)
{
  const gboolean is_saving = self->saves != NULL;
  JsonObject *members;
  g_autoptr (JsonNode) patch = json_node_new (JSON_NODE_OBJECT);

  self->saves = g_slist_prepend (self->saves, g_task_new (self, NULL, callback, user_data));
  if (is_saving)
    return;
  members = json_object_new ();
  for (guint i = 0; i < N_FIELDS; i++)
    {
      if (is_edited (self, i))
        json_object_set_string_member (members, fields[i],
                                       gtk_editable_get_text (self->entries[i]));
    }
  json_node_take_object (patch, members);
  /* The form may be closed, and the last window with it, before it is saved. */
  g_application_hold (g_application_get_default ());
  state_sync_topic_update_async (self->document, patch, STATE_SYNC_WRITE_FLAGS_IF_REVISION,
                                 self->revision, NULL, on_saved, self);
}

gboolean
editor_form_save_finish (EditorForm *self, GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

/* --- the form --- */

static void
editor_form_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, editor_form_is_draft (EDITOR_FORM (object)));
}

static void
editor_form_finalize (GObject *object)
{
  EditorForm *self = EDITOR_FORM (object);

  for (guint i = 0; i < N_FIELDS; i++)
    g_free (self->base[i]);
  g_object_unref (self->document);
  G_OBJECT_CLASS (editor_form_parent_class)->finalize (object);
}

static void
editor_form_class_init (EditorFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = editor_form_get_property;
  object_class->finalize = editor_form_finalize;
  g_object_class_install_property (
      object_class, 1, g_param_spec_boolean ("is-draft", NULL, NULL, FALSE, G_PARAM_READABLE));
  g_signal_new ("told", EDITOR_TYPE_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_STRING);
  g_signal_new ("gone", EDITOR_TYPE_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/Papers/form.ui");
  for (guint i = 0; i < N_FIELDS; i++)
    gtk_widget_class_bind_template_child_full (widget_class, fields[i], FALSE,
                                               G_STRUCT_OFFSET (EditorForm, entries) +
                                                   i * sizeof (GtkEditable *));
  gtk_widget_class_bind_template_callback (widget_class, on_edited);
}

static void
editor_form_init (EditorForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

EditorForm *
editor_form_new (StateSyncTopic *document)
{
  EditorForm *self = g_object_new (EDITOR_TYPE_FORM, NULL);

  self->document = g_object_ref (document);
  g_signal_connect_object (document, "changed", G_CALLBACK (on_changed), self, 0);
  rebase (self, FALSE);
  return self;
}

StateSyncTopic *
editor_form_get_document (EditorForm *self)
{
  return self->document;
}
