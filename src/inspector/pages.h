/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void inspector_pages_show (GtkStack *stack, const char *name);

G_END_DECLS
