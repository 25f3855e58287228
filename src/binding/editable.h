/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

gboolean state_sync_is_edited_text     (GObject *object, GParamSpec *pspec);
void     state_sync_change_edited_text (GObject *object, const char *text, const char *wanted);

G_END_DECLS
