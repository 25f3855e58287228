/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <statesync/statesync.h>

G_BEGIN_DECLS

/* The topics of the session as a tree, to choose from. */
#define INSPECTOR_TYPE_SIDEBAR (inspector_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (InspectorSidebar, inspector_sidebar, INSPECTOR, SIDEBAR, AdwBin)

void        inspector_sidebar_set_client   (InspectorSidebar *self, StateSyncClient *client);
void        inspector_sidebar_show_trouble (InspectorSidebar *self, const GError *error);

/* The namespace or topic whose row is selected; NULL if none is. */
const char *inspector_sidebar_get_selected (InspectorSidebar *self);
void        inspector_sidebar_select       (InspectorSidebar *self, const char *topic);

G_END_DECLS
