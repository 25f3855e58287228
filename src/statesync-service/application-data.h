/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * StateSyncInitialDataFunc:
 * @topic: a topic that was never written
 * @user_data: (closure): what was given with the function
 *
 * Says what a topic that was never written reads as. The same each time, for a topic that nobody
 * uses is forgotten and asked about again. See [method@Service.set_initial_data_func].
 *
 * Returns: (transfer full) (nullable): one JSON text; `NULL` for nothing, which reads as `null`
 */
typedef GBytes *(*StateSyncInitialDataFunc) (const char *topic, gpointer user_data);

/**
 * StateSyncMigrateFunc:
 * @version: the version of the application's data that the topic is of
 * @topic: the topic
 * @data: what it holds: one JSON text
 * @user_data: (closure): what was given with the function
 * @error: where to put the reason if it can't be done
 *
 * Takes one topic from `version` of the application's data to the next, `version + 1`. See
 * [method@Service.set_migrate_func].
 *
 * Returns: (transfer full) (nullable): one JSON text, which may be `data` itself with a reference
 *   more; `NULL` with an error if it can't be done
 */
typedef GBytes *(*StateSyncMigrateFunc) (guint32 version,
                                         const char *topic,
                                         GBytes *data,
                                         gpointer user_data,
                                         GError **error);

G_END_DECLS
