/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Room for the longest revision in text and its terminating NUL. */
#define STATE_SYNC_REVISION_TEXT_SIZE 21

gboolean    state_sync_revision_next   (guint64 revision, guint64 *next);
gboolean    state_sync_revision_parse  (const char *text, guint64 *revision);
const char *state_sync_revision_format (guint64 revision, char buffer[STATE_SYNC_REVISION_TEXT_SIZE]);

G_END_DECLS
