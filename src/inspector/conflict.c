/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inspector/conflict.h"

#include "inspector/json-view.h"

typedef struct
{
  guint64 revision;
  GBytes *data;
  InspectorDecisionFunc decided;
  gpointer user_data;
} Ask;

static void
free_ask (gpointer user_data, GClosure *closure)
{
  Ask *ask = user_data;

  g_bytes_unref (ask->data);
  g_free (ask);
}

static void
on_response (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Ask *ask = user_data;
  InspectorDecision decision = INSPECTOR_DECISION_CANCEL;

  if (g_str_equal (response, "theirs"))
    decision = INSPECTOR_DECISION_THEIRS;
  else if (g_str_equal (response, "mine"))
    decision = INSPECTOR_DECISION_MINE;
  ask->decided (decision, ask->revision, ask->data, ask->user_data);
}

/* What would become of what the others wrote. */
static GtkWidget *
make_changes (GBytes *theirs, GBytes *data)
{
  GtkWidget *view = inspector_json_view_new ();
  GtkWidget *window = gtk_scrolled_window_new ();
  GtkWidget *frame = gtk_frame_new (NULL);

  inspector_json_view_show_changes (INSPECTOR_JSON_VIEW (view), theirs, data);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (view), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  "What keeping yours changes in theirs", -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (window), view);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (window), 180);
  gtk_frame_set_child (GTK_FRAME (frame), window);
  return frame;
}

/* Shows a dialog over the window of @widget.
 *
 * @base: the revision that was edited
 * @data: what was made of it, upon what the topic holds now
 * @decided: called once */
void
inspector_conflict_ask (GtkWidget *widget,
                        InspectorSubject *subject,
                        guint64 base,
                        GBytes *data,
                        InspectorDecisionFunc decided,
                        gpointer user_data)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));
  GtkWidget *dialog = adw_message_dialog_new (window, "Changed Meanwhile", NULL);
  AdwMessageDialog *self = ADW_MESSAGE_DIALOG (dialog);
  Ask *ask = g_new (Ask, 1);

  *ask = (Ask){ inspector_subject_get_revision (subject), g_bytes_ref (data), decided, user_data };
  adw_message_dialog_format_body (self,
                                  "You edited revision %" G_GUINT64_FORMAT
                                  " of “%s”, which is at revision %" G_GUINT64_FORMAT
                                  " now. Below is what keeping yours changes in theirs.",
                                  base, inspector_subject_get_name (subject), ask->revision);
  adw_message_dialog_set_extra_child (self,
                                      make_changes (inspector_subject_get_text (subject), data));
  adw_message_dialog_add_responses (self, "cancel", "_Cancel", "theirs", "_Take Theirs", "mine",
                                    "_Keep Mine on Top", NULL);
  adw_message_dialog_set_response_appearance (self, "theirs", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (self, "mine", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (self, "cancel");
  adw_message_dialog_set_close_response (self, "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response), ask, free_ask, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
