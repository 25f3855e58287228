/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks for a file and exports to it what is inside a namespace (nullable: all). It succeeds with
 * NULL if the user gave up. */
void   inspector_export_async  (GtkWindow *window, const char *namespace_, GAsyncReadyCallback callback, gpointer user_data);
GFile *inspector_export_finish (GAsyncResult *result, GError **error);

G_END_DECLS
