/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A namespace, a topic, or both: a row of the tree. */
#define INSPECTOR_TYPE_NODE (inspector_node_get_type ())
G_DECLARE_FINAL_TYPE (InspectorNode, inspector_node, INSPECTOR, NODE, GObject)

InspectorNode *inspector_node_new          (const char *name, const char *label);

const char    *inspector_node_get_name     (InspectorNode *self);
const char    *inspector_node_get_label    (InspectorNode *self);
GListStore    *inspector_node_get_children (InspectorNode *self);

/* What the list of topics has of it, if it is a topic; its properties "name" and "revision". */
GObject       *inspector_node_get_topic    (InspectorNode *self);
void           inspector_node_set_topic    (InspectorNode *self, GObject *topic);

G_END_DECLS
