/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Bytes with and without what is said twice. */
GBytes *state_sync_zip   (GBytes *data);
GBytes *state_sync_unzip (GBytes *zipped, gsize length);

G_END_DECLS
