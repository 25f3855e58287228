/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where the data begins, and with that how many bytes a board is beside its capacity. */
#define STATE_SYNC_BOARD_DATA 64

/* A topic's newest snapshot in memory that its service and any number of readers share. */
typedef struct _StateSyncBoard StateSyncBoard;

typedef enum
{
  STATE_SYNC_BOARD_OK,
  STATE_SYNC_BOARD_TOO_LARGE, /* the data is not here: pull it */
  STATE_SYNC_BOARD_CLOSED,    /* nothing more will come here: map anew, or pull */
  STATE_SYNC_BOARD_BUSY,      /* the service writes, or died as it did: pull */
  STATE_SYNC_BOARD_FOREIGN,   /* this is no board that can be read here: pull */
} StateSyncBoardResult;

/* The service's side. */
void                 state_sync_board_init         (StateSyncBoard *self, gsize capacity);
void                 state_sync_board_write        (StateSyncBoard *self, guint64 revision, const char *data, gsize length);
void                 state_sync_board_show         (StateSyncBoard *self);
void                 state_sync_board_close        (StateSyncBoard *self);

/* A reader's side; @size is what is mapped. */
StateSyncBoardResult state_sync_board_read         (const StateSyncBoard *self, gsize size, guint64 *revision, GBytes **data);
StateSyncBoardResult state_sync_board_get_revision (const StateSyncBoard *self, gsize size, guint64 *revision);

G_END_DECLS
