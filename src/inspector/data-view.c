/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An edit is based on a revision: saving writes only if the topic is still at it. If others were
 * faster, the user decides: see conflict.c.
 */

#include "inspector/data-view.h"

#include <string.h>

#include "inspector/conflict.h"
#include "inspector/fault.h"
#include "inspector/json-view.h"
#include "inspector/layout.h"
#include "inspector/pages.h"
#include "inspector/rebase.h"

/* A text view is no good at more. */
#define MAX_EDITED (256 * 1024)

struct _InspectorDataView
{
  AdwBin parent_instance;

  GtkStack *stack;
  AdwStatusPage *trouble;
  InspectorJsonView *view;
  GtkLabel *cut;
  InspectorJsonView *editor;
  GtkLabel *verdict;
  GtkLabel *news;
  GtkWidget *fault_button;

  InspectorSubject *subject; /* (nullable) */
  gulong handler;
  gboolean shows_changes;

  gboolean is_editing;
  gboolean is_saving;
  guint64 base;        /* the revision that is edited */
  char *base_text;     /* (nullable): as editing began */
  gboolean is_compact; /* the data was in one line, and is to be again */
  gboolean has_fault;
  InspectorFault fault;
};

G_DEFINE_FINAL_TYPE (InspectorDataView, inspector_data_view, ADW_TYPE_BIN)

enum
{
  STATE_CHANGED,
  NOTICE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
tell_state (InspectorDataView *self)
{
  g_signal_emit (self, signals[STATE_CHANGED], 0);
}

/* --- reading --- */

static gboolean
holds_nothing (GBytes *text)
{
  return g_bytes_get_size (text) == 4 && memcmp (g_bytes_get_data (text, NULL), "null", 4) == 0;
}

static void
show_data (InspectorDataView *self, GBytes *text)
{
  GBytes *before = inspector_subject_get_before (self->subject);
  gboolean is_whole = self->shows_changes && before != NULL
                          ? inspector_json_view_show_changes (self->view, before, text)
                          : inspector_json_view_show (self->view, text);

  gtk_widget_set_visible (GTK_WIDGET (self->cut), !is_whole);
  inspector_pages_show (self->stack, "view");
}

static void
show (InspectorDataView *self)
{
  GBytes *text = self->subject != NULL ? inspector_subject_get_text (self->subject) : NULL;
  const char *trouble =
      self->subject != NULL ? inspector_subject_get_trouble (self->subject) : NULL;

  if (text == NULL)
    {
      adw_status_page_set_description (self->trouble, trouble);
      inspector_pages_show (self->stack, trouble != NULL ? "trouble" : "loading");
    }
  else if (holds_nothing (text))
    inspector_pages_show (self->stack, "empty");
  else
    show_data (self, text);
}

static void
show_news (InspectorDataView *self)
{
  guint64 revision = inspector_subject_get_revision (self->subject);
  g_autofree char *news = g_strdup_printf ("Revision %" G_GUINT64_FORMAT
                                           " came while you edit revision %" G_GUINT64_FORMAT,
                                           revision, self->base);

  gtk_label_set_label (self->news, news);
  gtk_widget_set_visible (GTK_WIDGET (self->news), revision != self->base);
}

static void
on_subject_changed (InspectorDataView *self)
{
  if (self->is_editing)
    show_news (self);
  else
    show (self);
  tell_state (self);
}

/* --- editing --- */

static void
end_editing (InspectorDataView *self)
{
  self->is_editing = FALSE;
  self->has_fault = FALSE;
  g_clear_pointer (&self->base_text, g_free);
  show (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  tell_state (self);
}

static void
set_verdict (InspectorDataView *self, const char *verdict, gboolean is_bad)
{
  gtk_label_set_label (self->verdict, verdict);
  if (is_bad)
    gtk_widget_add_css_class (GTK_WIDGET (self->verdict), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->verdict), "error");
}

static void
check (InspectorDataView *self)
{
  g_autofree char *text = inspector_json_view_dup_text (self->editor);
  g_autofree char *description = NULL;

  if (!self->is_editing)
    return;

  self->has_fault = inspector_fault_find (text, &self->fault);
  if (self->has_fault)
    description = inspector_fault_describe (&self->fault);
  set_verdict (self, self->has_fault ? description : "Valid JSON", self->has_fault);
  gtk_widget_set_visible (self->fault_button, self->has_fault);
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (self->editor), GTK_ACCESSIBLE_STATE_INVALID,
      self->has_fault ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  inspector_json_view_colour (self->editor, !self->has_fault);
  tell_state (self);
}

void
inspector_data_view_edit (InspectorDataView *self)
{
  GBytes *text;
  g_autoptr (InspectorLayout) layout = NULL;

  if (!inspector_data_view_can_edit (self))
    return;

  text = inspector_subject_get_text (self->subject);
  layout = inspector_layout_new (text);
  self->is_editing = TRUE;
  self->base = inspector_subject_get_revision (self->subject);
  self->base_text = g_strdup (layout->text->str);
  self->is_compact = memchr (g_bytes_get_data (text, NULL), '\n', g_bytes_get_size (text)) == NULL;
  inspector_json_view_set_text (self->editor, layout->text->str);
  show_news (self);
  check (self);
  inspector_pages_show (self->stack, "edit");
  gtk_widget_grab_focus (GTK_WIDGET (self->editor));
}

void
inspector_data_view_discard (InspectorDataView *self)
{
  if (self->is_editing && !self->is_saving)
    end_editing (self);
}

void
inspector_data_view_go_to_fault (InspectorDataView *self)
{
  if (!self->has_fault)
    return;

  inspector_json_view_place_cursor (self->editor, self->fault.offset);
  gtk_widget_grab_focus (GTK_WIDGET (self->editor));
}

/* --- saving --- */

/* (transfer full): what is written for a text */
static GBytes *
shape (InspectorDataView *self, GBytes *text)
{
  gsize length;
  const char *p = g_bytes_get_data (text, &length);

  return self->is_compact ? inspector_tokens_join (p, length) : g_bytes_ref (text);
}

/* (transfer full) */
static GBytes *
take_mine (InspectorDataView *self)
{
  char *text = inspector_json_view_dup_text (self->editor);

  return g_bytes_new_take (text, strlen (text));
}

/* (transfer full): the edits upon what the topic holds now, laid out as the editor does it */
static GBytes *
take_rebased (InspectorDataView *self)
{
  g_autoptr (GBytes) base = g_bytes_new (self->base_text, strlen (self->base_text));
  g_autoptr (GBytes) mine = take_mine (self);
  g_autoptr (GBytes) rebased =
      inspector_rebase (base, mine, inspector_subject_get_text (self->subject));
  g_autoptr (InspectorLayout) layout = inspector_layout_new (rebased);

  return g_bytes_new (layout->text->str, layout->text->len);
}

/* From then on until it is known what becomes of it, what was typed stays as it is. */
static void
set_saving (InspectorDataView *self, gboolean is_saving)
{
  self->is_saving = is_saving;
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->editor), !is_saving);
  tell_state (self);
}

static void write_data (InspectorDataView *self, GBytes *text, guint64 expected);

static void
on_decided (InspectorDecision decision, guint64 revision, GBytes *data, gpointer user_data)
{
  g_autoptr (InspectorDataView) self = user_data;

  set_saving (self, FALSE);
  if (decision == INSPECTOR_DECISION_THEIRS)
    end_editing (self);
  else if (decision == INSPECTOR_DECISION_MINE)
    write_data (self, data, revision);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->editor));
}

static void
on_refreshed (GObject *subject, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (InspectorDataView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = NULL;

  if (!inspector_subject_refresh_finish (INSPECTOR_SUBJECT (subject), result, &error))
    {
      set_verdict (self, error->message, TRUE);
      set_saving (self, FALSE);
      return;
    }

  set_verdict (self, "Not saved: the topic was changed meanwhile", TRUE);
  data = take_rebased (self);
  inspector_conflict_ask (GTK_WIDGET (self), INSPECTOR_SUBJECT (subject), self->base, data,
                          on_decided, g_object_ref (self));
}

static void
on_written (GObject *subject, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (InspectorDataView) self = user_data;
  g_autoptr (GError) error = NULL;

  if (inspector_subject_write_finish (INSPECTOR_SUBJECT (subject), result, &error))
    {
      set_saving (self, FALSE);
      end_editing (self);
      g_signal_emit (self, signals[NOTICE], 0, "Saved");
    }
  else if (g_error_matches (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_CONFLICT))
    {
      inspector_subject_refresh_async (INSPECTOR_SUBJECT (subject), on_refreshed,
                                       g_object_ref (self));
    }
  else
    {
      set_verdict (self, error->message, TRUE);
      set_saving (self, FALSE);
    }
}

static void
write_data (InspectorDataView *self, GBytes *text, guint64 expected)
{
  g_autoptr (GBytes) data = shape (self, text);

  set_verdict (self, "Saving…", FALSE);
  set_saving (self, TRUE);
  inspector_subject_write_async (self->subject, data, expected, on_written, g_object_ref (self));
}

/* With a fault, the cursor goes there instead. */
void
inspector_data_view_save (InspectorDataView *self)
{
  if (!self->is_editing || self->is_saving)
    return;

  if (self->has_fault)
    {
      inspector_data_view_go_to_fault (self);
    }
  else if (inspector_data_view_has_edits (self))
    {
      g_autoptr (GBytes) mine = take_mine (self);

      write_data (self, mine, self->base);
    }
  else
    {
      end_editing (self);
    }
}

/* --- what can be done --- */

gboolean
inspector_data_view_can_edit (InspectorDataView *self)
{
  return self->subject != NULL && !self->is_editing && inspector_subject_is_known (self->subject) &&
         g_bytes_get_size (inspector_subject_get_text (self->subject)) <= MAX_EDITED;
}

gboolean
inspector_data_view_is_editing (InspectorDataView *self)
{
  return self->is_editing;
}

gboolean
inspector_data_view_is_saving (InspectorDataView *self)
{
  return self->is_saving;
}

gboolean
inspector_data_view_has_fault (InspectorDataView *self)
{
  return self->has_fault;
}

gboolean
inspector_data_view_has_edits (InspectorDataView *self)
{
  g_autofree char *text = NULL;

  if (!self->is_editing)
    return FALSE;
  text = inspector_json_view_dup_text (self->editor);
  return !g_str_equal (text, self->base_text);
}

void
inspector_data_view_copy (InspectorDataView *self)
{
  GBytes *text = self->subject != NULL ? inspector_subject_get_text (self->subject) : NULL;
  g_autofree char *copy = NULL;

  if (text == NULL)
    return;

  copy = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), copy);
  g_signal_emit (self, signals[NOTICE], 0, "Copied");
}

void
inspector_data_view_show_changes (InspectorDataView *self, gboolean shows_changes)
{
  self->shows_changes = shows_changes;
  if (!self->is_editing)
    show (self);
}

/* Nothing is being edited. */
void
inspector_data_view_set_subject (InspectorDataView *self, InspectorSubject *subject)
{
  if (self->subject == subject)
    return;

  if (self->subject != NULL)
    g_clear_signal_handler (&self->handler, self->subject);
  g_set_object (&self->subject, subject);
  if (subject != NULL)
    self->handler =
        g_signal_connect_swapped (subject, "changed", G_CALLBACK (on_subject_changed), self);
  show (self);
  tell_state (self);
}

/* --- the object --- */

static void
inspector_data_view_dispose (GObject *object)
{
  InspectorDataView *self = INSPECTOR_DATA_VIEW (object);

  if (self->subject != NULL)
    g_clear_signal_handler (&self->handler, self->subject);
  g_clear_object (&self->subject);
  g_clear_pointer (&self->base_text, g_free);

  G_OBJECT_CLASS (inspector_data_view_parent_class)->dispose (object);
}

static void
inspector_data_view_class_init (InspectorDataViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = inspector_data_view_dispose;

  /* What can be done is something else. */
  signals[STATE_CHANGED] = g_signal_new ("state-changed", INSPECTOR_TYPE_DATA_VIEW,
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /* Something was done that is to be said. */
  signals[NOTICE] = g_signal_new ("notice", INSPECTOR_TYPE_DATA_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (INSPECTOR_TYPE_JSON_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/statesync/Inspector/data-view.ui");
  gtk_widget_class_bind_template_child (widget_class, InspectorDataView, stack);
  gtk_widget_class_bind_template_child (widget_class, InspectorDataView, trouble);
  gtk_widget_class_bind_template_child (widget_class, InspectorDataView, view);
  gtk_widget_class_bind_template_child (widget_class, InspectorDataView, cut);
  gtk_widget_class_bind_template_child (widget_class, InspectorDataView, editor);
  gtk_widget_class_bind_template_child (widget_class, InspectorDataView, verdict);
  gtk_widget_class_bind_template_child (widget_class, InspectorDataView, news);
  gtk_widget_class_bind_template_child (widget_class, InspectorDataView, fault_button);
}

static void
inspector_data_view_init (InspectorDataView *self)
{
  self->shows_changes = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  inspector_pages_show (self->stack, "loading");
  g_signal_connect_object (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->editor)), "changed",
                           G_CALLBACK (check), self, G_CONNECT_SWAPPED);
}
