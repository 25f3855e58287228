/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Linked into a daemon of the tests, in the way of the step that ends the writing of a board
 * (`ld --wrap`): there, with an odd sequence, the process gets a signal. When is said by a file,
 * named by TEST_STOP_IN_BOARD: "SIGNAL N", N being how many boards are shown before. The file is
 * removed when the time has come.
 */

#include <signal.h>
#include <stdio.h>

#include <glib/gstdio.h>

#include "protocol/board.h"

void __real_state_sync_board_show (StateSyncBoard *board);
void __wrap_state_sync_board_show (StateSyncBoard *board);

static void
stop_if_told (const char *path)
{
  static guint n_shown;
  g_autofree char *order = NULL;
  guint n_before;
  int signal_number;

  if (path == NULL || !g_file_get_contents (path, &order, NULL, NULL))
    return;

  g_assert_cmpint (sscanf (order, "%d %u", &signal_number, &n_before), ==, 2);
  if (n_shown++ < n_before)
    return;
  n_shown = 0;
  g_unlink (path);
  raise (signal_number);
}

void
__wrap_state_sync_board_show (StateSyncBoard *board)
{
  stop_if_told (g_getenv ("TEST_STOP_IN_BOARD"));
  __real_state_sync_board_show (board);
}
