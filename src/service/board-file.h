/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/snapshot.h"

G_BEGIN_DECLS

/* A board in memory that others may map for reading, and nobody but this process changes. */
typedef struct _StateSyncBoardFile StateSyncBoardFile;

StateSyncBoardFile *state_sync_board_file_new   (gsize data_size, GError **error);
void                state_sync_board_file_free  (StateSyncBoardFile *self);

void                state_sync_board_file_write (StateSyncBoardFile *self, StateSyncSnapshot *snapshot);
void                state_sync_board_file_show  (StateSyncBoardFile *self);
void                state_sync_board_file_close (StateSyncBoardFile *self);
gboolean            state_sync_board_file_fits  (StateSyncBoardFile *self, gsize data_size);
int                 state_sync_board_file_open  (StateSyncBoardFile *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncBoardFile, state_sync_board_file_free)

G_END_DECLS
