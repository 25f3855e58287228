/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "inspector/follower.h"

G_BEGIN_DECLS

void       inspector_followers_find_async  (GDBusConnection *connection, const char *topic, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *inspector_followers_find_finish (GAsyncResult *result, GError **error);

G_END_DECLS
