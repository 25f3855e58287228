/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *input_name       (const char *file);
GBytes     *input_read       (const char *file, gsize limit, GError **error);
GBytes     *input_read_value (const char *topic, const char *argument, const char *file, GError **error);

G_END_DECLS
