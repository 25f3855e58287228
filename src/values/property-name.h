/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

GParamSpec *state_sync_find_property (GObjectClass *object_class, const char *member);

G_END_DECLS
