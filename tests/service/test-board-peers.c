/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a peer may try on its ends of a board and of a doorbell: nobody else notices, and the
 * service neither waits nor grows.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "service/hand-board.h"
#include "service/service-fixture.h"

#define BOARD_BYTES 4096
#define KIB 1024

/* Enough to fill whatever a bell keeps of rings. */
#define N_RINGS 2000

/* --- somebody else, who minds his own business --- */

typedef struct
{
  TestClient *client;
  HandBoard *board;
  int bell;
  guint n_written;
} Bystander;

static void
bystander_init (Bystander *self, Fixture *fixture)
{
  self->client = fixture->other;
  self->bell = hand_call_for_fd (self->client, "OpenDoorbell", NULL);
  self->board = hand_board_map (self->client, "t");
  self->n_written = 0;
}

static void
bystander_clear (Bystander *self)
{
  hand_board_free (self->board);
  close (self->bell);
}

/* Writes, reads, is rung, and maps anew what everybody maps. */
static void
bystander_goes_on (Bystander *self)
{
  g_autofree char *text = g_strdup_printf ("{\"n\":%u}", ++self->n_written);
  g_autoptr (HandBoard) anew = NULL;
  guint64 revision;

  hand_bell_is_rung (self->bell);
  revision = test_client_write (self->client, "t", text);
  hand_bell_wait (self->bell);
  hand_board_assert (self->board, revision, text);
  test_client_assert_snapshot (self->client, "t", revision, text);
  anew = hand_board_map (self->client, "t");
  hand_board_assert (anew, revision, text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bystander, bystander_clear)

/* --- boards --- */

static void
map_writable (int fd)
{
  g_assert_true (mmap (NULL, BOARD_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
}

static void
make_writable (int fd)
{
  gpointer board = mmap (NULL, BOARD_BYTES, PROT_READ, MAP_SHARED, fd, 0);

  g_assert_true (board != MAP_FAILED);
  g_assert_cmpint (mprotect (board, BOARD_BYTES, PROT_READ | PROT_WRITE), <, 0);
  munmap (board, BOARD_BYTES);
}

/* A copy of one's own may be changed. */
static void
change_copy (int fd)
{
  char *board = mmap (NULL, BOARD_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

  g_assert_true (board != MAP_FAILED);
  memset (board, 'x', BOARD_BYTES);
  munmap (board, BOARD_BYTES);
}

static void
write_to (int fd)
{
  g_assert_cmpint (write (fd, "x", 1), <, 0);
  g_assert_cmpint (pwrite (fd, "x", 1, 16), <, 0);
  g_assert_cmpint (pwrite (fd, "x", 1, BOARD_BYTES), <, 0);
}

static void
grow (int fd)
{
  g_assert_cmpint (ftruncate (fd, 1024 * KIB), <, 0);
  g_assert_cmpint (fallocate (fd, 0, 0, 1024 * KIB), <, 0);
}

static void
shrink (int fd)
{
  g_assert_cmpint (ftruncate (fd, 0), <, 0);
  g_assert_cmpint (ftruncate (fd, 64), <, 0);
}

static void
open_truncating (int fd)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);

  g_assert_cmpint (open (path, O_RDWR | O_TRUNC | O_CLOEXEC), <, 0);
}

static void
punch (int fd)
{
  gpointer board = mmap (NULL, BOARD_BYTES, PROT_READ, MAP_SHARED, fd, 0);

  g_assert_cmpint (fallocate (fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, BOARD_BYTES), <,
                   0);
  g_assert_cmpint (fallocate (fd, FALLOC_FL_ZERO_RANGE, 0, BOARD_BYTES), <, 0);
  g_assert_cmpint (madvise (board, BOARD_BYTES, MADV_REMOVE), <, 0);
  munmap (board, BOARD_BYTES);
}

static void
change_seals (int fd)
{
  int seals = fcntl (fd, F_GET_SEALS);

  g_assert_cmpint (fcntl (fd, F_ADD_SEALS, F_SEAL_WRITE), <, 0);
  g_assert_cmpint (fcntl (fd, F_ADD_SEALS, 0), <, 0);
  g_assert_cmpint (fcntl (fd, F_GET_SEALS), ==, seals);
}

/* Its owner is the user, so that works; it must not matter. */
static void
forbid (int fd)
{
  g_assert_no_errno (fchmod (fd, 0));
}

static void
lock (int fd)
{
  flock (fd, LOCK_EX | LOCK_NB);
  fcntl (fd, F_SETLEASE, F_RDLCK);
  fcntl (fd, F_SETLEASE, F_WRLCK);
}

static void
move_offset (int fd)
{
  g_assert_cmpint (lseek (fd, 1024 * KIB, SEEK_SET), ==, 1024 * KIB);
}

static const struct
{
  const char *name;
  void (*attempt) (int fd);
} board_attempts[] = {
  { "map-writable", map_writable },
  { "make-writable", make_writable },
  { "change-copy", change_copy },
  { "write", write_to },
  { "grow", grow },
  { "shrink", shrink },
  { "open-truncating", open_truncating },
  { "punch", punch },
  { "change-seals", change_seals },
  { "forbid", forbid },
  { "lock", lock },
  { "move-offset", move_offset },
};

/* On what it was given, and on what it makes of that. */
static void
test_board (Fixture *self, gconstpointer data)
{
  void (*const *attempt) (int) = data;
  g_auto (Bystander) bystander = { 0 };
  g_autoptr (HandBoard) board = hand_board_map (self->client, "t");
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", board->fd);
  int reopened = open (path, O_RDWR | O_CLOEXEC);

  bystander_init (&bystander, self);
  bystander_goes_on (&bystander);

  (*attempt) (board->fd);
  bystander_goes_on (&bystander);
  g_assert_cmpint (reopened, >=, 0);
  (*attempt) (reopened);
  bystander_goes_on (&bystander);
  close (reopened);
}

/* --- doorbells --- */

static void
leave_alone (int bell)
{
}

static void
make_blocking (int bell)
{
  int flags = fcntl (bell, F_GETFL);

  g_assert_no_errno (fcntl (bell, F_SETFL, flags & ~O_NONBLOCK));
}

static void
fill (int bell)
{
  char much[4096] = { 0 };

  for (guint i = 0; i < 1000; i++)
    {
      if (send (bell, much, sizeof much, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        break;
    }
}

static void
reopen_and_fill (int bell)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", bell);
  int writable = open (path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  char much[4096] = { 0 };

  if (writable < 0)
    return;
  while (write (writable, much, sizeof much) > 0)
    ;
}

static void
shut_down (int bell)
{
  shutdown (bell, SHUT_RDWR);
}

static void
shut_down_writing (int bell)
{
  shutdown (bell, SHUT_WR);
}

static void
widen (int bell)
{
  int size = 64 * 1024 * KIB;

  setsockopt (bell, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt (bell, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  fcntl (bell, F_SETPIPE_SZ, 1024 * KIB);
}

static void
duplicate (int bell)
{
  for (guint i = 0; i < 100; i++)
    g_assert_cmpint (fcntl (bell, F_DUPFD_CLOEXEC, 0), >=, 0);
}

static void
watch_often (int bell)
{
  for (guint i = 0; i < 100; i++)
    {
      int watch = epoll_create1 (EPOLL_CLOEXEC);
      struct epoll_event event = { .events = EPOLLIN };

      g_assert_no_errno (epoll_ctl (watch, EPOLL_CTL_ADD, bell, &event));
    }
}

static void
close_it (int bell)
{
  close (bell);
}

/* Something that takes nothing more, and makes who adds to it wait. */
static int
full_pipe (void)
{
  int fds[2];
  char much[4096] = { 0 };

  g_assert_no_errno (pipe (fds));
  fcntl (fds[1], F_SETFL, O_NONBLOCK);
  while (write (fds[1], much, sizeof much) > 0)
    ;
  fcntl (fds[1], F_SETFL, 0);
  return fds[1];
}

static int
full_socket (void)
{
  int fds[2];
  char much[4096] = { 0 };

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM, 0, fds));
  while (send (fds[0], much, sizeof much, MSG_DONTWAIT) > 0)
    ;
  return fds[0];
}

/* A process that dies with this one. Only for what needs no lock of the parent's threads. */
static pid_t
fork_child (void)
{
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    prctl (PR_SET_PDEATHSIG, SIGKILL);
  return pid;
}

/* As 0, 1 and 2, and nothing else of what the parent has: not its connections to the bus. */
static void
keep_files (int first, int second, int third)
{
  dup2 (first, 0);
  dup2 (second, 1);
  dup2 (third, 2);
  close_range (3, G_MAXUINT, 0);
}

static char
get_state (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return strrchr (text, ')')[2];
}

/* What it moves on, it does not get rid of: whatever the kernel locks meanwhile, stays locked. */
static void
splice_into_full (int bell)
{
  int target = full_socket ();     /* for a pipe */
  int other_target = full_pipe (); /* for all else */
  pid_t child = fork_child ();

  if (child == 0)
    {
      keep_files (bell, target, other_target);
      if (splice (0, NULL, 1, NULL, 1, 0) < 0)
        splice (0, NULL, 2, NULL, 1, 0);
      _exit (0);
    }
  while (get_state (child) == 'R')
    g_thread_yield ();
  g_assert_cmpint (get_state (child), ==, 'S');
}

static const struct
{
  const char *name;
  void (*attempt) (int bell);
} bell_attempts[] = {
  { "never-read", leave_alone },
  { "made-blocking", make_blocking },
  { "filled", fill },
  { "reopened-and-filled", reopen_and_fill },
  { "shut-down", shut_down },
  { "shut-down-for-writing", shut_down_writing },
  { "widened", widen },
  { "duplicated", duplicate },
  { "watched-often", watch_often },
  { "closed", close_it },
  { "spliced-into-full", splice_into_full },
};

/* Before anything was rung and after, then rung more often than any buffer takes. */
static void
test_bell (Fixture *self, gconstpointer data)
{
  void (*const *attempt) (int) = data;
  g_auto (Bystander) bystander = { 0 };
  g_autoptr (HandBoard) board G_GNUC_UNUSED = hand_board_map (self->client, "t");
  int bell = hand_call_for_fd (self->client, "OpenDoorbell", NULL);
  guint64 before;

  bystander_init (&bystander, self);
  bystander_goes_on (&bystander);
  (*attempt) (bell);
  bystander_goes_on (&bystander);

  before = test_process_get_resident_kib (self->daemon);
  for (guint i = 0; i < N_RINGS; i++)
    test_client_write_with (self->other, "t", i % 2 == 0 ? "0" : "1", "{'durable': <false>}");
  bystander_goes_on (&bystander);
  g_assert_cmpuint (test_process_get_resident_kib (self->daemon), <, before + 2 * KIB);
}

/* --- processes that hold on to it --- */

/* Another process has board and bell from one that has left the bus. For the service they are
 * gone, and the other one is told so. */
static void
test_held_after_its_owner_left (Fixture *self, gconstpointer data)
{
  TestClient *owner = test_client_new (test_session_get_address (self->session));
  int bell = hand_call_for_fd (owner, "OpenDoorbell", NULL);
  HandBoard *board = hand_board_map (owner, "t");
  pid_t child = fork_child ();
  char ring;
  int status;

  if (child == 0)
    {
      keep_files (bell, bell, bell);
      _exit (read (0, &ring, 1) == 0 && hand_board_is_closed (board) ? 0 : 1);
    }

  hand_board_free (board);
  close (bell);
  test_client_free (owner);
  while (test_client_get_statistic (self->client, "boards") > 0)
    ;
  test_client_write (self->client, "t", "1");
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

/* The data is the attempt. */
static void
set_up (Fixture *self, gconstpointer data)
{
  fixture_set_up (self, NULL);
}

/* Root may open what nobody may, unless it has lost its capabilities: this program begins anew
 * without, and all that it starts has none. */
static void
lose_capabilities (char **argv)
{
  g_autoptr (GPtrArray) command = g_ptr_array_new ();

  if (geteuid () != 0 || prctl (PR_CAPBSET_READ, CAP_SYS_ADMIN) == 0)
    return;

  g_ptr_array_add (command, (gpointer) "/usr/bin/setpriv");
  g_ptr_array_add (command, (gpointer) "--bounding-set=-all");
  g_ptr_array_add (command, (gpointer) "--inh-caps=-all");
  for (char **arg = argv; *arg != NULL; arg++)
    g_ptr_array_add (command, *arg);
  g_ptr_array_add (command, NULL);
  execv (command->pdata[0], (char **)command->pdata);
  g_error ("%s: %s", (char *)command->pdata[0], g_strerror (errno));
}

int
main (int argc, char **argv)
{
  lose_capabilities (argv);
  g_test_init (&argc, &argv, NULL);
  fixture_prepare_to_measure_memory ();

  for (guint i = 0; i < G_N_ELEMENTS (board_attempts); i++)
    {
      g_autofree char *path =
          g_build_path ("/", "/service/board-peers/board", board_attempts[i].name, NULL);

      g_test_add (path, Fixture, &board_attempts[i].attempt, set_up, test_board, fixture_tear_down);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bell_attempts); i++)
    {
      g_autofree char *path =
          g_build_path ("/", "/service/board-peers/bell", bell_attempts[i].name, NULL);

      g_test_add (path, Fixture, &bell_attempts[i].attempt, set_up, test_bell, fixture_tear_down);
    }
  test_add ("/service/board-peers/held-after-its-owner-left", test_held_after_its_owner_left);

  return g_test_run ();
}
