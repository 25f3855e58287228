/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Latency is what this process can know: from the first word of a change to having its data. What
 * is heard meanwhile belongs to the same pull. A revision that is there without a word, the first
 * one or one that this process wrote, has none.
 */

#include "inspector/timeline.h"

#define NOTHING (-1)

G_DEFINE_FINAL_TYPE (InspectorMoment, inspector_moment, G_TYPE_OBJECT)

static void
inspector_moment_class_init (InspectorMomentClass *klass)
{
}

static void
inspector_moment_init (InspectorMoment *self)
{
}

struct _InspectorTimeline
{
  GObject parent_instance;

  GPtrArray *moments;
  guint max_length;
  guint64 newest;
  guint64 heard; /* the newest that was heard of */
  gint64 heard_at;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (InspectorTimeline,
                               inspector_timeline,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

void
inspector_timeline_heard (InspectorTimeline *self, guint64 revision, gint64 clock)
{
  if (self->heard_at == NOTHING)
    self->heard_at = clock;
  self->heard = MAX (self->heard, revision);
}

/* One that was heard of while this came is still to be pulled, and its time goes on. */
static gint64
take_latency (InspectorTimeline *self, guint64 revision, gint64 clock)
{
  gint64 latency = self->heard_at != NOTHING ? clock - self->heard_at : NOTHING;

  if (self->heard <= revision)
    self->heard_at = NOTHING;
  return latency;
}

static guint64
count_unseen (InspectorTimeline *self, guint64 revision)
{
  return self->moments->len > 0 && revision > self->newest ? revision - self->newest - 1 : 0;
}

/* Another revision than the one before, also an older one: the service may have lost its file. */
void
inspector_timeline_seen (
    InspectorTimeline *self, guint64 revision, gsize size, gint64 clock, gint64 time)
{
  InspectorMoment *moment = g_object_new (INSPECTOR_TYPE_MOMENT, NULL);
  guint position = self->moments->len;

  moment->revision = revision;
  moment->n_unseen = count_unseen (self, revision);
  moment->size = size;
  moment->latency = take_latency (self, revision, clock);
  moment->time = time;
  self->newest = revision;
  g_ptr_array_add (self->moments, moment);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);

  if (self->moments->len > self->max_length)
    {
      g_ptr_array_remove_index (self->moments, 0);
      g_list_model_items_changed (G_LIST_MODEL (self), 0, 1, 0);
    }
}

/* (transfer none) */
InspectorMoment *
inspector_timeline_get (InspectorTimeline *self, guint position)
{
  return g_ptr_array_index (self->moments, position);
}

/* --- the list model --- */

static GType
get_item_type (GListModel *model)
{
  return INSPECTOR_TYPE_MOMENT;
}

static guint
get_n_items (GListModel *model)
{
  return INSPECTOR_TIMELINE (model)->moments->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  InspectorTimeline *self = INSPECTOR_TIMELINE (model);

  return position < self->moments->len ? g_object_ref (inspector_timeline_get (self, position))
                                       : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- the object --- */

InspectorTimeline *
inspector_timeline_new (guint max_length)
{
  InspectorTimeline *self = g_object_new (INSPECTOR_TYPE_TIMELINE, NULL);

  self->max_length = max_length;
  return self;
}

static void
inspector_timeline_finalize (GObject *object)
{
  g_ptr_array_unref (INSPECTOR_TIMELINE (object)->moments);

  G_OBJECT_CLASS (inspector_timeline_parent_class)->finalize (object);
}

static void
inspector_timeline_class_init (InspectorTimelineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = inspector_timeline_finalize;
}

static void
inspector_timeline_init (InspectorTimeline *self)
{
  self->moments = g_ptr_array_new_with_free_func (g_object_unref);
  self->heard_at = NOTHING;
}
