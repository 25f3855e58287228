/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How fast an app's calls are served: after a pause, in the long run, and after one that bore much.
 */

#include "access/pace.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

/* As in pace.c. */
#define CALL_USEC 800
#define BURST_USEC (100 * 1000)
#define BYTES_PER_USEC 16

/* How many calls may go now. */
static guint
take_all (StateSyncPace *pace, gint64 now)
{
  guint n = 0;

  for (; state_sync_pace_get_wait (pace, now) == 0; n++)
    state_sync_pace_spend_call (pace, now);
  return n;
}

static void
test_burst (void)
{
  StateSyncPace pace = { 0 };
  gint64 now = SECOND;
  guint burst = take_all (&pace, now);

  g_assert_cmpuint (burst, ==, BURST_USEC / CALL_USEC + 1);

  /* A pause is worth a burst and not more, however long. */
  now += 1000 * SECOND;
  g_assert_cmpuint (take_all (&pace, now), ==, burst);
  g_assert_cmpuint (take_all (&pace, now), ==, 0);
}

static void
test_in_the_long_run (void)
{
  StateSyncPace pace = { 0 };
  gint64 now = SECOND;
  guint n = 0;

  take_all (&pace, now);
  for (gint64 t = SECOND / 1000; t <= 60 * SECOND; t += SECOND / 1000)
    n += take_all (&pace, now + t);
  g_assert_cmpuint (n, >=, 60 * SECOND / CALL_USEC - 1);
  g_assert_cmpuint (n, <=, 60 * SECOND / CALL_USEC + 1);
}

/* Who waits as long as it is told waits once. */
static void
test_wait (void)
{
  StateSyncPace pace = { 0 };
  gint64 now = SECOND;
  gint64 wait;

  take_all (&pace, now);
  wait = state_sync_pace_get_wait (&pace, now);
  g_assert_cmpint (wait, >, 0);
  g_assert_cmpint (wait, <=, CALL_USEC);
  g_assert_cmpint (state_sync_pace_get_wait (&pace, now + wait - 1), ==, 1);
  g_assert_cmpuint (take_all (&pace, now + wait), ==, 1);
}

/* It goes, and is paid for afterwards. */
static void
test_much_in_one_call (void)
{
  StateSyncPace pace = { 0 };
  gint64 now = SECOND;

  g_assert_cmpint (state_sync_pace_get_wait (&pace, now), ==, 0);
  state_sync_pace_spend_bytes (&pace, (gsize)(3 * SECOND * BYTES_PER_USEC), now);
  g_assert_cmpint (state_sync_pace_get_wait (&pace, now), ==, 3 * SECOND - BURST_USEC);
  g_assert_cmpint (state_sync_pace_get_wait (&pace, now + 3 * SECOND), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/access/pace/burst", test_burst);
  g_test_add_func ("/access/pace/in-the-long-run", test_in_the_long_run);
  g_test_add_func ("/access/pace/wait", test_wait);
  g_test_add_func ("/access/pace/much-in-one-call", test_much_in_one_call);

  return g_test_run ();
}
