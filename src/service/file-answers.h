/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

guint state_sync_file_answers_watch (GDBusConnection *connection);

G_END_DECLS
