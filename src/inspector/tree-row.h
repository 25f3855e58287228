/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A row of the tree: a namespace with how many are in it, or a topic with its revision. */
#define INSPECTOR_TYPE_TREE_ROW (inspector_tree_row_get_type ())
G_DECLARE_FINAL_TYPE (InspectorTreeRow, inspector_tree_row, INSPECTOR, TREE_ROW, AdwBin)

/* @row: (nullable): one whose item is an InspectorNode */
void inspector_tree_row_set_item (InspectorTreeRow *self, GtkTreeListRow *row);

G_END_DECLS
