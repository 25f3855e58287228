/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "inspector/subject.h"

G_BEGIN_DECLS

typedef enum
{
  INSPECTOR_DECISION_CANCEL,
  INSPECTOR_DECISION_THEIRS,
  INSPECTOR_DECISION_MINE,
} InspectorDecision;

/* @revision: upon which it was decided
 * @data: what the topic shall hold if it was for mine */
typedef void (*InspectorDecisionFunc) (InspectorDecision decision, guint64 revision, GBytes *data, gpointer user_data);

void inspector_conflict_ask (GtkWidget *widget, InspectorSubject *subject, guint64 base, GBytes *data, InspectorDecisionFunc decided, gpointer user_data);

G_END_DECLS
