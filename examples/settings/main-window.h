/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <statesync/statesync.h>

G_BEGIN_DECLS

/* Shows what the settings are good for: a text in a language and a size, and a sidebar. */
#define MAIN_TYPE_WINDOW (main_window_get_type ())
G_DECLARE_FINAL_TYPE (MainWindow, main_window, MAIN, WINDOW, AdwApplicationWindow)

GtkWindow *main_window_new (GtkApplication *application, StateSyncTopic *settings);

G_END_DECLS
