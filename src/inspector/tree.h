/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "inspector/node.h"

G_BEGIN_DECLS

/* The topics of a list as a tree of namespaces. */
#define INSPECTOR_TYPE_TREE (inspector_tree_get_type ())
G_DECLARE_FINAL_TYPE (InspectorTree, inspector_tree, INSPECTOR, TREE, GObject)

InspectorTree *inspector_tree_new        (void);

/* Objects with the properties "name" and "revision". */
void           inspector_tree_set_topics (InspectorTree *self, GListModel *topics);
/* Words that a topic's name has to have, in any order and case; "" for all topics. */
void           inspector_tree_set_filter (InspectorTree *self, const char *filter);

GListStore    *inspector_tree_get_roots  (InspectorTree *self);

G_END_DECLS
