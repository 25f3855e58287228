/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Sources in the main context of who starts them, kept where they can be taken away again. */
void state_sync_source_start (GSource **place, GSource *source, GSourceFunc func, gpointer data);
void state_sync_source_clear (GSource **place);

G_END_DECLS
