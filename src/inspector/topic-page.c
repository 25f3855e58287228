/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inspector/topic-page.h"

#include "inspector/followers-view.h"
#include "inspector/timeline-view.h"

struct _InspectorTopicPage
{
  AdwBin parent_instance;

  GtkLabel *name;
  GtkLabel *summary;
  GtkLabel *trouble;
  AdwViewStack *stack;
  InspectorDataView *data;
  InspectorTimelineView *timeline;
  InspectorFollowersView *followers;

  InspectorSubject *subject; /* (nullable) */
  gulong handler;
};

G_DEFINE_FINAL_TYPE (InspectorTopicPage, inspector_topic_page, ADW_TYPE_BIN)

static char *
summarize (InspectorSubject *subject)
{
  GBytes *text = inspector_subject_get_text (subject);
  g_autofree char *size = NULL;

  if (text == NULL)
    return g_strdup ("");
  size = g_format_size (g_bytes_get_size (text));
  return g_strdup_printf ("Revision %" G_GUINT64_FORMAT " · %s",
                          inspector_subject_get_revision (subject), size);
}

/* As long as nothing is known the page of the data tells of it. */
static void
show_trouble (InspectorTopicPage *self)
{
  const char *trouble = inspector_subject_get_trouble (self->subject);

  gtk_label_set_label (self->trouble, trouble != NULL ? trouble : "");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble),
                          trouble != NULL && inspector_subject_is_known (self->subject));
}

static void
on_changed (InspectorTopicPage *self)
{
  g_autofree char *summary = summarize (self->subject);

  gtk_label_set_label (self->summary, summary);
  show_trouble (self);
}

void
inspector_topic_page_set_subject (InspectorTopicPage *self, InspectorSubject *subject)
{
  if (self->subject == subject)
    return;

  if (self->subject != NULL)
    g_clear_signal_handler (&self->handler, self->subject);
  g_set_object (&self->subject, subject);
  self->handler = g_signal_connect_swapped (subject, "changed", G_CALLBACK (on_changed), self);

  gtk_label_set_label (self->name, inspector_subject_get_name (subject));
  inspector_data_view_set_subject (self->data, subject);
  inspector_timeline_view_set_timeline (self->timeline, inspector_subject_get_timeline (subject));
  inspector_followers_view_set_topic (self->followers, inspector_subject_get_name (subject));
  on_changed (self);
}

void
inspector_topic_page_show (InspectorTopicPage *self, const char *page)
{
  adw_view_stack_set_visible_child_name (self->stack, page);
}

AdwViewStack *
inspector_topic_page_get_stack (InspectorTopicPage *self)
{
  return self->stack;
}

InspectorDataView *
inspector_topic_page_get_data (InspectorTopicPage *self)
{
  return self->data;
}

static void
inspector_topic_page_dispose (GObject *object)
{
  InspectorTopicPage *self = INSPECTOR_TOPIC_PAGE (object);

  if (self->subject != NULL)
    g_clear_signal_handler (&self->handler, self->subject);
  g_clear_object (&self->subject);

  G_OBJECT_CLASS (inspector_topic_page_parent_class)->dispose (object);
}

static void
inspector_topic_page_class_init (InspectorTopicPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = inspector_topic_page_dispose;

  g_type_ensure (INSPECTOR_TYPE_DATA_VIEW);
  g_type_ensure (INSPECTOR_TYPE_TIMELINE_VIEW);
  g_type_ensure (INSPECTOR_TYPE_FOLLOWERS_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/statesync/Inspector/topic-page.ui");
  gtk_widget_class_bind_template_child (widget_class, InspectorTopicPage, name);
  gtk_widget_class_bind_template_child (widget_class, InspectorTopicPage, summary);
  gtk_widget_class_bind_template_child (widget_class, InspectorTopicPage, trouble);
  gtk_widget_class_bind_template_child (widget_class, InspectorTopicPage, stack);
  gtk_widget_class_bind_template_child (widget_class, InspectorTopicPage, data);
  gtk_widget_class_bind_template_child (widget_class, InspectorTopicPage, timeline);
  gtk_widget_class_bind_template_child (widget_class, InspectorTopicPage, followers);
}

static void
inspector_topic_page_init (InspectorTopicPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
