/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <statesync/statesync.h>

G_BEGIN_DECLS

/* Documents in a sidebar, and what is known of the one that is open. */
#define EDITOR_TYPE_WINDOW (editor_window_get_type ())
G_DECLARE_FINAL_TYPE (EditorWindow, editor_window, EDITOR, WINDOW, AdwApplicationWindow)

GtkWindow *editor_window_new (GtkApplication *application, StateSyncClient *client);

G_END_DECLS
