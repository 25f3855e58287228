/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void state_sync_await_callback (GObject *source, GAsyncResult *result, gpointer place);
void state_sync_await          (GAsyncResult **place);

G_END_DECLS
