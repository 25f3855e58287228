/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The members are forked before anything of GLib's runs that has threads. Who is ready says so
 * on an eventfd and waits until the starting pipe is closed, which all see at once. Of the
 * members that are done with what is expected, only the last one wakes the maker, and the time
 * is the one that the last one read: the others cost the measurement nothing.
 */

#include "bench/crew.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/clock.h"

typedef struct
{
  gint n_left; /* atomic */
  gint64 done;
} Shared;

struct _BenchCrew
{
  guint size;
  pid_t *pids;
  Shared *shared;
  int ready;    /* eventfd that counts members */
  int finished; /* eventfd, written by the last one */
  int start[2];
};

static void
notify (int fd)
{
  guint64 one = 1;

  if (write (fd, &one, sizeof one) != sizeof one)
    g_error ("the other side is gone");
}

static void
await (int fd)
{
  guint64 value;

  if (read (fd, &value, sizeof value) != sizeof value)
    g_error ("the other side is gone");
}

static void
become_member (BenchCrew *self, guint index, BenchCrewFunc func, gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  close (self->start[1]);
  func (self, index, data);
  _exit (EXIT_SUCCESS);
}

BenchCrew *
bench_crew_new (guint size, BenchCrewFunc func, gpointer data)
{
  BenchCrew *self = g_new0 (BenchCrew, 1);

  self->size = size;
  self->pids = g_new (pid_t, size);
  self->shared =
      mmap (NULL, sizeof *self->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  self->ready = eventfd (0, EFD_SEMAPHORE | EFD_CLOEXEC);
  self->finished = eventfd (0, EFD_CLOEXEC);
  if (self->shared == MAP_FAILED || self->ready < 0 || self->finished < 0 || pipe (self->start) < 0)
    g_error ("no memory or no descriptors to be had");
  bench_crew_expect (self);

  for (guint i = 0; i < size; i++)
    {
      self->pids[i] = fork ();
      if (self->pids[i] < 0)
        g_error ("no process to be had");
      if (self->pids[i] == 0)
        become_member (self, i, func, data);
    }
  close (self->start[0]);
  return self;
}

/* Ends the members, if they have not ended. */
void
bench_crew_free (BenchCrew *self)
{
  for (guint i = 0; i < self->size; i++)
    {
      kill (self->pids[i], SIGKILL);
      waitpid (self->pids[i], NULL, 0);
    }
  munmap (self->shared, sizeof *self->shared);
  close (self->ready);
  close (self->finished);
  g_free (self->pids);
  g_free (self);
}

void
bench_crew_wait_ready (BenchCrew *self)
{
  for (guint i = 0; i < self->size; i++)
    await (self->ready);
}

void
bench_crew_start (BenchCrew *self)
{
  close (self->start[1]);
}

/* From now on, done is when every member has reported it once. */
void
bench_crew_expect (BenchCrew *self)
{
  g_atomic_int_set (&self->shared->n_left, (gint)self->size);
}

/* The time at which the last member was done. */
gint64
bench_crew_wait_done (BenchCrew *self)
{
  await (self->finished);
  return self->shared->done;
}

/* What the members have used, in nanoseconds. */
gint64
bench_crew_get_cpu_time (BenchCrew *self)
{
  gint64 sum = 0;

  for (guint i = 0; i < self->size; i++)
    sum += bench_cpu_time (self->pids[i]);
  return sum;
}

void
bench_crew_await_start (BenchCrew *self)
{
  char byte;

  notify (self->ready);
  if (read (self->start[0], &byte, 1) != 0)
    g_error ("the crew was not started");
}

void
bench_crew_report_done (BenchCrew *self)
{
  gint64 now = bench_now ();

  if (!g_atomic_int_dec_and_test (&self->shared->n_left))
    return;
  self->shared->done = now;
  notify (self->finished);
}
