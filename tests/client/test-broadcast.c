/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Windows of an app that needs no service. */

#include <string.h>

#include "client/client-fixture.h"
#include "statesync/statesync.h"

#define APP_ID "org.example.Editor"
#define N_WINDOWS 3

static void
open_windows (TestSession *session, const char *how, Window **windows)
{
  for (guint i = 0; i < N_WINDOWS; i++)
    {
      windows[i] = window_open_broadcast (session, APP_ID, how);
      window_start (windows[i], "t");
    }
}

static void
close_windows (Window **windows)
{
  for (guint i = 0; i < N_WINDOWS; i++)
    window_close (windows[i]);
}

static void
test_converge (gconstpointer how)
{
  g_autoptr (TestSession) session = test_session_new ();
  Window *windows[N_WINDOWS];
  g_autofree char *last = NULL;
  guint64 newest = 0;

  open_windows (session, how, windows);
  window_do (windows[0], "update t {\"a\":1}");
  window_assert_outcome (windows[0], "updated", "t", "1");
  for (guint i = 0; i < N_WINDOWS; i++)
    window_wait_until (windows[i], "t", 1, "{\"a\":1}");

  /* Nobody's change gets lost that is of a member of its own. */
  for (guint i = 0; i < N_WINDOWS; i++)
    {
      window_do (windows[i], "quiet t");
      window_do (windows[i], "burst t 30 w%u", i);
    }
  for (guint i = 0; i < N_WINDOWS; i++)
    window_assert_outcome (windows[i], "burst", "t", "30 0");

  /* What one of them shows is the end of it; so do all. */
  for (guint i = 0; i < N_WINDOWS; i++)
    {
      g_autofree char *shown = NULL;

      window_do (windows[i], "show t");
      shown = window_wait_for (windows[i], "shows", "t");
      newest = MAX (newest, g_ascii_strtoull (shown, NULL, 10));
    }
  for (guint i = 0; i < N_WINDOWS; i++)
    {
      g_autofree char *shown = window_wait_for_revision (windows[i], "t", newest);

      if (last != NULL)
        g_assert_cmpstr (shown, ==, last);
      g_free (last);
      last = g_steal_pointer (&shown);
    }
  for (guint i = 0; i < N_WINDOWS; i++)
    {
      g_autofree char *member = g_strdup_printf ("\"w%u-29\":29", i);

      g_assert_nonnull (strstr (last, member));
    }
  close_windows (windows);
}

/* A write is shown before it is in the file, and with a revision expected it may be refused. */
static void
test_write (gconstpointer how)
{
  g_autoptr (TestSession) session = test_session_new ();
  Window *windows[N_WINDOWS];

  open_windows (session, how, windows);
  window_do (windows[0], "write t {\"a\":1}");
  window_assert_outcome (windows[0], "written", "t", "1");
  window_wait_until (windows[1], "t", 1, "{\"a\":1}");
  window_do (windows[1], "write-if t 0 {\"a\":2}");
  {
    g_autofree char *outcome = window_wait_for (windows[1], "written", "t");

    g_assert_true (g_str_has_prefix (outcome, "not: "));
  }
  window_wait_until (windows[1], "t", 1, "{\"a\":1}");
  window_do (windows[1], "write-if t 1 {\"a\":2}");
  window_assert_outcome (windows[1], "written", "t", "2");
  window_wait_until (windows[2], "t", 2, "{\"a\":2}");
  close_windows (windows);
}

static void
test_ping_pong (gconstpointer how)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (Window) one = window_open_broadcast (session, APP_ID, how);
  g_autoptr (Window) two = window_open_broadcast (session, APP_ID, how);

  window_start (one, "t");
  window_start (two, "t");
  window_do (one, "rally t 1 50");
  window_do (two, "rally t 0 50");
  window_do (two, "update t {\"n\":1}");
  window_wait_until (one, "t", 50, "{\"n\":50}");
  window_wait_until (two, "t", 50, "{\"n\":50}");
}

static void
test_restart (gconstpointer how)
{
  g_autoptr (TestSession) session = test_session_new ();
  Window *windows[N_WINDOWS];
  g_autoptr (Window) again = NULL;

  open_windows (session, how, windows);
  window_do (windows[0], "update t {\"a\":1}");
  window_assert_outcome (windows[0], "updated", "t", "1");
  close_windows (windows);

  again = window_open_broadcast (session, APP_ID, how);
  window_start (again, "t");
  window_wait_until (again, "t", 1, "{\"a\":1}");
}

static void
add (const char *name, GTestDataFunc func)
{
  static const char *const ways[] = { WINDOW_BROADCAST_BY_FILES, WINDOW_BROADCAST_BY_BUS };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_build_path ("/", "/client/broadcast", ways[i], name, NULL);

      g_test_add_data_func (path, ways[i], func);
    }
}

/* All ways of writing work on a topic that nobody follows. */
static void
test_write_unstarted (gconstpointer how)
{
  g_autoptr (TestSession) session = test_session_new ();
  Window *windows[N_WINDOWS];

  for (guint i = 0; i < N_WINDOWS; i++)
    windows[i] = window_open_broadcast (session, APP_ID, how);

  window_do (windows[0], "write t {\"a\":1}");
  window_assert_outcome (windows[0], "written", "t", "1");
  window_do (windows[1], "merge t {\"b\":2}");
  window_assert_outcome (windows[1], "written", "t", "2");
  window_do (windows[2], "update t {\"c\":3}");
  window_assert_outcome (windows[2], "updated", "t", "3");

  window_start (windows[0], "t");
  window_wait_until (windows[0], "t", 3, "{\"a\":1,\"b\":2,\"c\":3}");
  close_windows (windows);
}

int
main (int argc, char **argv)
{
  const TestRole roles[] = { WINDOW_ROLE, { NULL, NULL } };

  test_init (&argc, &argv, roles);

  add ("converge", test_converge);
  add ("write", test_write);
  add ("write-unstarted", test_write_unstarted);
  add ("ping-pong", test_ping_pong);
  add ("restart", test_restart);

  return g_test_run ();
}
