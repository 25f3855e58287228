/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Looks that don't return, as those at a file system that does not answer. */

#include "access/looker.h"

#define N_THREADS 2
#define N_LOOKS 5
#define SHORT_MSEC 20
#define LONG_MSEC (10 * 60 * 1000)

/* Looks hang while it is closed; how many are inside, at most and all together. A look that an
 * earlier test began is none of it. */
static struct
{
  GMutex mutex;
  GCond cond;
  uid_t test;
  gboolean is_closed;
  guint n_inside;
  guint n_most;
  guint n_looks;
} gate;

static StateSyncIdentity *
look (const StateSyncCredentials *credentials, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&gate.mutex);

  if (credentials->user != gate.test)
    return state_sync_identity_new_unknown ();

  gate.n_looks++;
  gate.n_inside++;
  gate.n_most = MAX (gate.n_most, gate.n_inside);
  g_cond_broadcast (&gate.cond);
  while (gate.is_closed)
    g_cond_wait (&gate.cond, &gate.mutex);
  gate.n_inside--;
  g_cond_broadcast (&gate.cond);

  if (credentials->pid == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "nobody");
  return credentials->pid == 0 ? NULL : state_sync_identity_new_host ();
}

static void
set_gate (gboolean is_closed)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&gate.mutex);

  gate.is_closed = is_closed;
  gate.n_most = gate.n_inside;
  gate.n_looks = 0;
  g_cond_broadcast (&gate.cond);
}

static void
wait_until_inside (guint n)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&gate.mutex);

  while (gate.n_inside != n)
    g_cond_wait (&gate.cond, &gate.mutex);
}

static guint
get_count (const guint *count)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&gate.mutex);

  return *count;
}

/* --- looks --- */

typedef struct
{
  StateSyncLooker *looker;
  GCancellable *cancellable;
  guint n_ended;
  guint n_seen;
  guint n_timed_out;
  guint n_cancelled;
  guint n_failed;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_mutex_lock (&gate.mutex);
  gate.test++;
  g_mutex_unlock (&gate.mutex);
  self->looker = state_sync_looker_new_full (look, N_THREADS, GPOINTER_TO_UINT (data));
  self->cancellable = g_cancellable_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  set_gate (FALSE);
  wait_until_inside (0);
  state_sync_looker_unref (self->looker);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (self->cancellable);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncIdentity) identity =
      state_sync_looker_look_finish (self->looker, result, &error);

  self->n_ended++;
  self->n_seen += identity != NULL;
  self->n_timed_out += g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  self->n_cancelled += g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  self->n_failed += g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

static void
begin (Fixture *self, pid_t pid)
{
  StateSyncCredentials *credentials = g_new0 (StateSyncCredentials, 1);

  credentials->user = gate.test;
  credentials->pid = pid;
  credentials->pidfd = -1;
  state_sync_looker_look_async (self->looker, credentials, self->cancellable, on_looked, self);
}

static void
begin_many (Fixture *self)
{
  for (guint i = 0; i < N_LOOKS; i++)
    begin (self, 1);
}

static void
wait_until_ended (Fixture *self, guint n)
{
  while (self->n_ended < n)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->n_ended, ==, n);
}

/* --- tests --- */

static void
test_results (Fixture *self, gconstpointer data)
{
  begin (self, 1);
  begin (self, 0);
  wait_until_ended (self, 2);
  g_assert_cmpuint (self->n_seen, ==, 1);
  g_assert_cmpuint (self->n_failed, ==, 1);
}

/* All wait their turn, and have it. */
static void
test_few_at_once (Fixture *self, gconstpointer data)
{
  set_gate (TRUE);
  begin_many (self);
  wait_until_inside (N_THREADS);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (self->n_ended, ==, 0);
  g_assert_cmpuint (get_count (&gate.n_most), ==, N_THREADS);

  set_gate (FALSE);
  wait_until_ended (self, N_LOOKS);
  g_assert_cmpuint (self->n_seen, ==, N_LOOKS);
  g_assert_cmpuint (get_count (&gate.n_most), <=, N_THREADS);
}

/* Those that hang and those that wait end alike, and no more threads are lost than there are. */
static void
test_deadline (Fixture *self, gconstpointer data)
{
  set_gate (TRUE);
  begin_many (self);
  wait_until_inside (N_THREADS);
  wait_until_ended (self, N_LOOKS);
  g_assert_cmpuint (self->n_timed_out, ==, N_LOOKS);

  begin_many (self);
  wait_until_ended (self, 2 * N_LOOKS);
  g_assert_cmpuint (self->n_timed_out, ==, 2 * N_LOOKS);
  g_assert_cmpuint (get_count (&gate.n_inside), ==, N_THREADS);
}

/* When the file system answers after all, that is thrown away, and there are threads again. */
static void
test_after_the_hang (Fixture *self, gconstpointer data)
{
  set_gate (TRUE);
  begin_many (self);
  wait_until_inside (N_THREADS);
  wait_until_ended (self, N_LOOKS);

  set_gate (FALSE);
  wait_until_inside (0);
  do
    {
      guint n_ended = self->n_ended;

      begin (self, 1);
      wait_until_ended (self, n_ended + 1);
    }
  while (self->n_seen == 0);

  /* What had waited in vain was not looked at. */
  g_assert_cmpuint (get_count (&gate.n_looks), <=, self->n_ended - N_LOOKS);
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  set_gate (TRUE);
  begin_many (self);
  wait_until_inside (N_THREADS);
  g_cancellable_cancel (self->cancellable);
  wait_until_ended (self, N_LOOKS);
  g_assert_cmpuint (self->n_cancelled, ==, N_LOOKS);
}

static void
test_cancelled_before (Fixture *self, gconstpointer data)
{
  g_cancellable_cancel (self->cancellable);
  begin (self, 1);
  wait_until_ended (self, 1);
  g_assert_cmpuint (self->n_cancelled, ==, 1);
}

/* Whoever made it may let go of it while looks hang. */
static void
test_left_alone (Fixture *self, gconstpointer data)
{
  StateSyncLooker *looker = state_sync_looker_ref (self->looker);

  set_gate (TRUE);
  begin_many (self);
  wait_until_inside (N_THREADS);
  state_sync_looker_unref (looker);
  wait_until_ended (self, N_LOOKS);
}

int
main (int argc, char *argv[])
{
#define TEST(name, msec, func)                                                                     \
  g_test_add ("/access/looker/" name, Fixture, GUINT_TO_POINTER (msec), set_up, func, tear_down)

  g_test_init (&argc, &argv, NULL);

  TEST ("results", LONG_MSEC, test_results);
  TEST ("few-at-once", LONG_MSEC, test_few_at_once);
  TEST ("deadline", SHORT_MSEC, test_deadline);
  TEST ("after-the-hang", SHORT_MSEC, test_after_the_hang);
  TEST ("cancelled", LONG_MSEC, test_cancelled);
  TEST ("cancelled-before", LONG_MSEC, test_cancelled_before);
  TEST ("left-alone", SHORT_MSEC, test_left_alone);

#undef TEST
  return g_test_run ();
}
