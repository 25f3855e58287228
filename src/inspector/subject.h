/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/statesync.h>

#include "inspector/timeline.h"

G_BEGIN_DECLS

/* A topic that was looked at, followed from then on. */
#define INSPECTOR_TYPE_SUBJECT (inspector_subject_get_type ())
G_DECLARE_FINAL_TYPE (InspectorSubject, inspector_subject, INSPECTOR, SUBJECT, GObject)

InspectorSubject  *inspector_subject_new           (StateSyncClient *client, const char *name);

const char        *inspector_subject_get_name      (InspectorSubject *self);
InspectorTimeline *inspector_subject_get_timeline  (InspectorSubject *self);

/* What it holds, and what it held before, as far as that was seen (nullable). */
gboolean           inspector_subject_is_known      (InspectorSubject *self);
guint64            inspector_subject_get_revision  (InspectorSubject *self);
GBytes            *inspector_subject_get_text      (InspectorSubject *self);
GBytes            *inspector_subject_get_before    (InspectorSubject *self);

/* Why nothing newer is known; NULL when all is well. */
const char        *inspector_subject_get_trouble   (InspectorSubject *self);

void               inspector_subject_write_async   (InspectorSubject *self, GBytes *text, guint64 expected_revision, GAsyncReadyCallback callback, gpointer user_data);
gboolean           inspector_subject_write_finish  (InspectorSubject *self, GAsyncResult *result, GError **error);
void               inspector_subject_refresh_async (InspectorSubject *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean           inspector_subject_refresh_finish (InspectorSubject *self, GAsyncResult *result, GError **error);

G_END_DECLS
