/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/board.h"

G_BEGIN_DECLS

/* A board of the service's, mapped for reading. */
typedef struct _StateSyncBoardMap StateSyncBoardMap;

StateSyncBoardMap   *state_sync_board_map_new          (int fd);
void                 state_sync_board_map_free         (StateSyncBoardMap *self);

StateSyncBoardResult state_sync_board_map_read         (StateSyncBoardMap *self, guint64 *revision, GBytes **data);
StateSyncBoardResult state_sync_board_map_get_revision (StateSyncBoardMap *self, guint64 *revision);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncBoardMap, state_sync_board_map_free)

G_END_DECLS
