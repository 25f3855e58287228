/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <statesync/statesync.h>

G_BEGIN_DECLS

/* Each setting, and a control for it. */
#define PREFERENCES_TYPE_WINDOW (preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (PreferencesWindow,
                      preferences_window,
                      PREFERENCES,
                      WINDOW,
                      AdwPreferencesWindow)

GtkWindow *preferences_window_new (GtkApplication *application, StateSyncTopic *settings);

G_END_DECLS
