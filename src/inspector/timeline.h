/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A revision that was seen. */
#define INSPECTOR_TYPE_MOMENT (inspector_moment_get_type ())
G_DECLARE_FINAL_TYPE (InspectorMoment, inspector_moment, INSPECTOR, MOMENT, GObject)

struct _InspectorMoment
{
  GObject parent_instance;

  guint64 revision;
  guint64 n_unseen; /* revisions right before it that went by unseen */
  gsize size;       /* of the data, in bytes */
  gint64 latency;   /* microseconds from hearing of it to having it; negative if not known */
  gint64 time;      /* microseconds, of the day */
};

/* The newest revisions of a topic that were seen, the oldest first. */
#define INSPECTOR_TYPE_TIMELINE (inspector_timeline_get_type ())
G_DECLARE_FINAL_TYPE (InspectorTimeline, inspector_timeline, INSPECTOR, TIMELINE, GObject)

InspectorTimeline *inspector_timeline_new   (guint max_length);

/* @clock: microseconds that never go back */
void               inspector_timeline_heard (InspectorTimeline *self, guint64 revision, gint64 clock);
void               inspector_timeline_seen  (InspectorTimeline *self, guint64 revision, gsize size, gint64 clock, gint64 time);

InspectorMoment   *inspector_timeline_get   (InspectorTimeline *self, guint position);

G_END_DECLS
