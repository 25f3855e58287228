/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Who follows a topic, as far as that can be known. */
#define INSPECTOR_TYPE_FOLLOWERS_VIEW (inspector_followers_view_get_type ())
G_DECLARE_FINAL_TYPE (InspectorFollowersView, inspector_followers_view, INSPECTOR, FOLLOWERS_VIEW, AdwBin)

/* @name: (nullable) */
void inspector_followers_view_set_topic (InspectorFollowersView *self, const char *name);

G_END_DECLS
