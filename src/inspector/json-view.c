/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Colours are tags. What kind of thing is what colour is chosen for light and for dark; changed
 * lines have a sign in front of them as well, for those who don't see the colours.
 *
 * Tags are dear: a second for 250 KiB. So while a text is edited only the lines that are seen get
 * them, and others when they come into sight. Which lines have theirs is remembered, for a tag that
 * is set has the view laid out again, and that asks for the colours again.
 */

#include "inspector/json-view.h"

#include <adwaita.h>
#include <string.h>

#include "inspector/line-diff.h"

/* More is no use to anybody who reads, and slow. */
#define MAX_LINES 5000
#define MAX_STRING 2000

struct _InspectorJsonView
{
  GtkTextView parent_instance;

  GtkTextTag *tokens[INSPECTOR_N_TOKEN_KINDS];
  GtkTextTag *added;
  GtkTextTag *removed;
  GtkTextTag *struck;

  /* While a text is edited: */
  GArray *spans; /* (nullable): of Span, in the whole text */
  int first;     /* lines that have their colours */
  int last;
  GtkAdjustment *scrolling; /* (nullable) */
  guint idle;
};

G_DEFINE_FINAL_TYPE (InspectorJsonView, inspector_json_view, GTK_TYPE_TEXT_VIEW)

/* A token, in characters of the whole text. */
typedef struct
{
  InspectorTokenKind kind;
  int start;
  int end;
} Span;

typedef struct
{
  const char *light;
  const char *dark;
} Colour;

static const Colour token_colours[INSPECTOR_N_TOKEN_KINDS] = {
  [INSPECTOR_TOKEN_NAME] = { "#1a5fb4", "#99c1f1" },
  [INSPECTOR_TOKEN_STRING] = { "#1c6e41", "#8ff0a4" },
  [INSPECTOR_TOKEN_NUMBER] = { "#813d9c", "#dc8add" },
  [INSPECTOR_TOKEN_LITERAL] = { "#a44600", "#ffbe6f" },
  [INSPECTOR_TOKEN_MARK] = { "#5e5c64", "#c0bfbc" },
};

static const Colour added_colour = { "#d4f3dc", "#1d4630" };
static const Colour removed_colour = { "#fadcdb", "#56262a" };

static const char *
choose (const Colour *colour)
{
  return adw_style_manager_get_dark (adw_style_manager_get_default ()) ? colour->dark
                                                                       : colour->light;
}

static void
choose_colours (InspectorJsonView *self)
{
  for (guint i = 0; i < INSPECTOR_N_TOKEN_KINDS; i++)
    g_object_set (self->tokens[i], "foreground", choose (&token_colours[i]), NULL);
  g_object_set (self->added, "paragraph-background", choose (&added_colour), NULL);
  g_object_set (self->removed, "paragraph-background", choose (&removed_colour), NULL);
}

/* --- showing --- */

static GtkTextBuffer *
get_buffer (InspectorJsonView *self)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
}

/* Counts the characters of a text on its way through it: the buffer knows no bytes, and lines end
 * for it in more ways than in JSON. */
typedef struct
{
  const char *text;
  gsize place;
  glong n_chars;
} Counter;

static int
count_to (Counter *counter, gsize place)
{
  counter->n_chars +=
      g_utf8_strlen (counter->text + counter->place, (gssize)(place - counter->place));
  counter->place = place;
  return (int)counter->n_chars;
}

/* @start, @end: in bytes of the whole text, none in front of what was counted */
static void
apply (InspectorJsonView *self, GtkTextTag *tag, Counter *counter, gsize start, gsize end)
{
  GtkTextBuffer *buffer = get_buffer (self);
  GtkTextIter from;
  GtkTextIter to;

  gtk_text_buffer_get_iter_at_offset (buffer, &from, count_to (counter, start));
  gtk_text_buffer_get_iter_at_offset (buffer, &to, count_to (counter, end));
  gtk_text_buffer_apply_tag (buffer, tag, &from, &to);
}

/* @place: where the line is in the text of the buffer */
static void
colour_line (InspectorJsonView *self,
             const InspectorLayout *layout,
             const InspectorLine *line,
             gsize place,
             Counter *counter)
{
  for (guint i = line->first_token; i < layout->tokens->len; i++)
    {
      const InspectorToken *token = &g_array_index (layout->tokens, InspectorToken, i);

      if (token->start >= line->end)
        return;
      apply (self, self->tokens[token->kind], counter, place + token->start - line->start,
             place + token->end - line->start);
    }
}

/* The place in the text that is read is kept, as far as there is one. */
static void
set_text (InspectorJsonView *self, const GString *text)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self));
  double value = adjustment != NULL ? gtk_adjustment_get_value (adjustment) : 0;

  gtk_text_buffer_set_text (get_buffer (self), text->str, (int)text->len);
  if (adjustment != NULL)
    gtk_adjustment_set_value (adjustment, value);
}

gboolean
inspector_json_view_show (InspectorJsonView *self, GBytes *json)
{
  g_autoptr (InspectorLayout) layout = inspector_layout_new_cut (json, MAX_LINES, MAX_STRING);
  Counter counter = { .text = layout->text->str };

  set_text (self, layout->text);
  for (guint i = 0; i < layout->lines->len; i++)
    {
      const InspectorLine *line = &g_array_index (layout->lines, InspectorLine, i);

      colour_line (self, layout, line, line->start, &counter);
    }
  return !layout->is_cut;
}

static const char *
sign_of (InspectorChange change)
{
  switch (change)
    {
    case INSPECTOR_CHANGE_ADDED:
      return "+ ";
    case INSPECTOR_CHANGE_REMOVED:
      return "− ";
    case INSPECTOR_CHANGE_NONE:
    default:
      return "  ";
    }
}

static GtkTextTag *
mark_of (InspectorJsonView *self, InspectorChange change)
{
  switch (change)
    {
    case INSPECTOR_CHANGE_ADDED:
      return self->added;
    case INSPECTOR_CHANGE_REMOVED:
      return self->removed;
    case INSPECTOR_CHANGE_NONE:
    default:
      return NULL;
    }
}

/* A line that is to be shown, and of which layout it is. */
typedef struct
{
  InspectorChange change;
  const InspectorLayout *layout;
  const InspectorLine *line;
} Shown;

static Shown
shown_line (const InspectorDiffLine *line, InspectorLayout *before, InspectorLayout *after)
{
  const InspectorLayout *layout = line->change == INSPECTOR_CHANGE_REMOVED ? before : after;

  return (Shown){ line->change, layout, &g_array_index (layout->lines, InspectorLine, line->line) };
}

static void
append_line (GString *text, const Shown *shown)
{
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, sign_of (shown->change));
  g_string_append_len (text, shown->layout->text->str + shown->line->start,
                       (gssize)(shown->line->end - shown->line->start));
}

static gsize
indent_of (const Shown *shown)
{
  return strspn (shown->layout->text->str + shown->line->start, " ");
}

/* Colours the line at a place in the text; gives the place of the next. */
static gsize
colour_shown (InspectorJsonView *self, const Shown *shown, gsize place, Counter *counter)
{
  gsize start = place + strlen (sign_of (shown->change));
  gsize end = start + shown->line->end - shown->line->start;
  GtkTextTag *mark = mark_of (self, shown->change);
  Counter from_here = *counter;
  Counter once_more = *counter;

  if (mark != NULL)
    apply (self, mark, &from_here, place, end);
  if (shown->change == INSPECTOR_CHANGE_REMOVED)
    apply (self, self->struck, &once_more, start + indent_of (shown), end);
  colour_line (self, shown->layout, shown->line, start, counter);
  return end + strlen ("\n");
}

gboolean
inspector_json_view_show_changes (InspectorJsonView *self, GBytes *before, GBytes *after)
{
  g_autoptr (InspectorLayout) old = inspector_layout_new_cut (before, MAX_LINES, MAX_STRING);
  g_autoptr (InspectorLayout) new = inspector_layout_new_cut (after, MAX_LINES, MAX_STRING);
  g_autoptr (GArray) lines = inspector_line_diff (old, new);
  g_autoptr (GString) text = g_string_new (NULL);
  Counter counter = { 0 };
  gsize place = 0;

  for (guint i = 0; i < lines->len; i++)
    {
      Shown shown = shown_line (&g_array_index (lines, InspectorDiffLine, i), old, new);

      append_line (text, &shown);
    }
  set_text (self, text);
  counter.text = text->str;
  for (guint i = 0; i < lines->len; i++)
    {
      Shown shown = shown_line (&g_array_index (lines, InspectorDiffLine, i), old, new);

      place = colour_shown (self, &shown, place, &counter);
    }
  return !new->is_cut;
}

/* --- editing --- */

void
inspector_json_view_set_text (InspectorJsonView *self, const char *text)
{
  GtkTextBuffer *buffer = get_buffer (self);
  GtkTextIter start;

  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_set_text (buffer, text, -1);
  gtk_text_buffer_end_irreversible_action (buffer);
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
}

char *
inspector_json_view_dup_text (InspectorJsonView *self)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (get_buffer (self), &start, &end);
  return gtk_text_buffer_get_text (get_buffer (self), &start, &end, TRUE);
}

static void
find_spans (InspectorJsonView *self)
{
  g_autofree char *text = inspector_json_view_dup_text (self);
  g_autoptr (GArray) tokens = inspector_tokens_read (text, strlen (text));
  Counter counter = { .text = text };

  g_clear_pointer (&self->spans, g_array_unref);
  self->spans = g_array_sized_new (FALSE, FALSE, sizeof (Span), tokens->len);
  for (guint i = 0; i < tokens->len; i++)
    {
      const InspectorToken *token = &g_array_index (tokens, InspectorToken, i);
      Span span = { .kind = token->kind };

      span.start = count_to (&counter, token->start);
      span.end = count_to (&counter, token->end);
      g_array_append_val (self->spans, span);
    }
}

/* The first span that ends behind the place. */
static guint
find_span (InspectorJsonView *self, int place)
{
  guint low = 0;
  guint high = self->spans->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->spans, Span, middle).end > place)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

static void
colour_lines (InspectorJsonView *self, GtkTextIter *start, GtkTextIter *end)
{
  GtkTextBuffer *buffer = get_buffer (self);
  int stop = gtk_text_iter_get_offset (end);

  gtk_text_buffer_remove_all_tags (buffer, start, end);
  for (guint i = find_span (self, gtk_text_iter_get_offset (start)); i < self->spans->len; i++)
    {
      const Span *span = &g_array_index (self->spans, Span, i);
      GtkTextIter from;
      GtkTextIter to;

      if (span->start >= stop)
        return;
      gtk_text_buffer_get_iter_at_offset (buffer, &from, span->start);
      gtk_text_buffer_get_iter_at_offset (buffer, &to, span->end);
      gtk_text_buffer_apply_tag (buffer, self->tokens[span->kind], &from, &to);
    }
}

/* And as many lines again above and below, so that those who scroll see colours. */
static void
colour_seen (InspectorJsonView *self)
{
  GdkRectangle seen;
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_view_get_visible_rect (GTK_TEXT_VIEW (self), &seen);
  gtk_text_view_get_line_at_y (GTK_TEXT_VIEW (self), &start, seen.y, NULL);
  gtk_text_view_get_line_at_y (GTK_TEXT_VIEW (self), &end, seen.y + seen.height, NULL);
  if (self->first <= gtk_text_iter_get_line (&start) && gtk_text_iter_get_line (&end) <= self->last)
    return;

  gtk_text_view_get_line_at_y (GTK_TEXT_VIEW (self), &start, seen.y - seen.height, NULL);
  gtk_text_view_get_line_at_y (GTK_TEXT_VIEW (self), &end, seen.y + 2 * seen.height, NULL);
  self->first = gtk_text_iter_get_line (&start);
  self->last = gtk_text_iter_get_line (&end);
  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_to_line_end (&end);
  colour_lines (self, &start, &end);
}

static gboolean
on_idle (gpointer user_data)
{
  InspectorJsonView *self = user_data;

  self->idle = 0;
  colour_seen (self);
  return G_SOURCE_REMOVE;
}

/* The view may be in the middle of laying out its text. */
static void
on_scrolled (InspectorJsonView *self)
{
  if (self->spans != NULL && self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_idle, self, NULL);
}

static void
stop_watching (InspectorJsonView *self)
{
  if (self->scrolling != NULL)
    g_signal_handlers_disconnect_by_func (self->scrolling, on_scrolled, self);
  g_clear_object (&self->scrolling);
}

static void
on_adjustment (InspectorJsonView *self)
{
  stop_watching (self);
  g_set_object (&self->scrolling, gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self)));
  if (self->scrolling == NULL)
    return;
  g_signal_connect_swapped (self->scrolling, "changed", G_CALLBACK (on_scrolled), self);
  g_signal_connect_swapped (self->scrolling, "value-changed", G_CALLBACK (on_scrolled), self);
}

/* Of a text that is no JSON now the colours stay as they were. */
void
inspector_json_view_colour (InspectorJsonView *self, gboolean is_json)
{
  if (!is_json)
    {
      g_clear_pointer (&self->spans, g_array_unref);
      g_clear_handle_id (&self->idle, g_source_remove);
      return;
    }

  find_spans (self);
  self->first = 0;
  self->last = -1;
  colour_seen (self);
}

/* @offset: in characters */
void
inspector_json_view_place_cursor (InspectorJsonView *self, int offset)
{
  GtkTextBuffer *buffer = get_buffer (self);
  GtkTextIter place;

  gtk_text_buffer_get_iter_at_offset (buffer, &place, offset);
  gtk_text_buffer_place_cursor (buffer, &place);
  gtk_text_view_scroll_mark_onscreen (GTK_TEXT_VIEW (self), gtk_text_buffer_get_insert (buffer));
}

/* --- the object --- */

GtkWidget *
inspector_json_view_new (void)
{
  return g_object_new (INSPECTOR_TYPE_JSON_VIEW, NULL);
}

static void
inspector_json_view_constructed (GObject *object)
{
  InspectorJsonView *self = INSPECTOR_JSON_VIEW (object);
  GtkTextBuffer *buffer = get_buffer (self);

  G_OBJECT_CLASS (inspector_json_view_parent_class)->constructed (object);

  for (guint i = 0; i < INSPECTOR_N_TOKEN_KINDS; i++)
    self->tokens[i] = gtk_text_buffer_create_tag (buffer, NULL, NULL);
  g_object_set (self->tokens[INSPECTOR_TOKEN_NAME], "weight", PANGO_WEIGHT_SEMIBOLD, NULL);
  self->added = gtk_text_buffer_create_tag (buffer, NULL, NULL);
  self->removed = gtk_text_buffer_create_tag (buffer, NULL, NULL);
  self->struck = gtk_text_buffer_create_tag (buffer, NULL, "strikethrough", TRUE, NULL);
  choose_colours (self);
  g_signal_connect (self, "notify::vadjustment", G_CALLBACK (on_adjustment), NULL);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (choose_colours), self, G_CONNECT_SWAPPED);
}

static void
inspector_json_view_dispose (GObject *object)
{
  InspectorJsonView *self = INSPECTOR_JSON_VIEW (object);

  stop_watching (self);
  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_pointer (&self->spans, g_array_unref);

  G_OBJECT_CLASS (inspector_json_view_parent_class)->dispose (object);
}

static void
inspector_json_view_class_init (InspectorJsonViewClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = inspector_json_view_constructed;
  G_OBJECT_CLASS (klass)->dispose = inspector_json_view_dispose;
}

static void
inspector_json_view_init (InspectorJsonView *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);

  gtk_text_view_set_monospace (view, TRUE);
  gtk_text_view_set_wrap_mode (view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin (view, 12);
  gtk_text_view_set_right_margin (view, 12);
  gtk_text_view_set_top_margin (view, 12);
  gtk_text_view_set_bottom_margin (view, 12);
  gtk_text_view_set_accepts_tab (view, FALSE);
}
