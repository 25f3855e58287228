/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The main context's ear on a doorbell. */
typedef void (*StateSyncDoorbellFunc) (gpointer user_data);

GSource *state_sync_doorbell_source_new (int fd, StateSyncDoorbellFunc rung, gpointer user_data);

G_END_DECLS
