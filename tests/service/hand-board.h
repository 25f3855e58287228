/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/client.h"

G_BEGIN_DECLS

/* A board as somebody reads it who knows nothing but its description: no code of the library's. */
typedef struct
{
  int fd;
  gsize size;
  const char *at;
} HandBoard;

typedef enum
{
  HAND_BOARD_READ,
  HAND_BOARD_TOO_LARGE,
  HAND_BOARD_CLOSED,
  HAND_BOARD_GIVEN_UP, /* after so many tries */
} HandBoardResult;

typedef struct
{
  guint64 revision;
  gsize length;
  char *data; /* NUL-terminated, to be freed; makes room as it is needed */
  gsize room;
} HandSnapshot;

/* The descriptor that the call answers; a refusal fails the test. */
int             hand_call_for_fd   (TestClient *client, const char *method, GVariant *args);

HandBoard      *hand_board_map     (TestClient *client, const char *topic);
void            hand_board_free    (HandBoard *self);
guint64         hand_board_number  (HandBoard *self, gsize offset);
gboolean        hand_board_is_closed (HandBoard *self);
HandBoardResult hand_board_read    (HandBoard *self, HandSnapshot *snapshot);

/* It holds this. */
void            hand_board_assert  (HandBoard *self, guint64 revision, const char *data);

/* The bell: waits until it is rung and reads it empty; whether it was rung. */
void            hand_bell_wait     (int bell);
gboolean        hand_bell_is_rung  (int bell);

void            hand_snapshot_clear (HandSnapshot *snapshot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HandBoard, hand_board_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HandSnapshot, hand_snapshot_clear)

G_END_DECLS
