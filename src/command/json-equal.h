/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean json_equal (GBytes *a, GBytes *b);

G_END_DECLS
