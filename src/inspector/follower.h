/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "inspector/match-rule.h"

G_BEGIN_DECLS

/* A process that follows a topic. */
#define INSPECTOR_TYPE_FOLLOWER (inspector_follower_get_type ())
G_DECLARE_FINAL_TYPE (InspectorFollower, inspector_follower, INSPECTOR, FOLLOWER, GObject)

/* @reach: what is broadcast to it
 * @has_board: it reads the topic in shared memory */
InspectorFollower *inspector_follower_new      (guint32 pid, InspectorReach reach, gboolean has_board);

char              *inspector_follower_dup_name (InspectorFollower *self);
char              *inspector_follower_dup_way  (InspectorFollower *self);

G_END_DECLS
