/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "inspector/data-view.h"

G_BEGIN_DECLS

/* All there is to see of a topic: what it is called, and three pages. */
#define INSPECTOR_TYPE_TOPIC_PAGE (inspector_topic_page_get_type ())
G_DECLARE_FINAL_TYPE (InspectorTopicPage, inspector_topic_page, INSPECTOR, TOPIC_PAGE, AdwBin)

void               inspector_topic_page_set_subject (InspectorTopicPage *self, InspectorSubject *subject);
void               inspector_topic_page_show        (InspectorTopicPage *self, const char *page);

AdwViewStack      *inspector_topic_page_get_stack   (InspectorTopicPage *self);
InspectorDataView *inspector_topic_page_get_data    (InspectorTopicPage *self);

G_END_DECLS
