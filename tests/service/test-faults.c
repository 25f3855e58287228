/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The disk fails under the real service, at each step of a commit: what could not be stored is
 * refused, not visible, and does not come back; all else goes on.
 */

#include <signal.h>
#include <sys/resource.h>

#include "service/service-fixture.h"

/* More calls than a commit makes: by then the fault lies behind it. */
#define STEPS_MAX 64

/* --- a service whose disk fails as told --- */

typedef struct
{
  Fixture base;
  char *control; /* path of the file that tells how the disk fails */
} FaultFixture;

static void
start_with_faults (FaultFixture *self)
{
  g_autofree char *asan =
      g_strdup_printf ("%s:verify_asan_link_order=0",
                       g_getenv ("ASAN_OPTIONS") != NULL ? g_getenv ("ASAN_OPTIONS") : "");

  test_session_set_env (self->base.session, "LD_PRELOAD", TEST_FAULT_PRELOAD);
  test_session_set_env (self->base.session, "ASAN_OPTIONS", asan);
  test_session_set_env (self->base.session, "STATESYNC_FAULT_FILE",
                        test_session_get_database (self->base.session));
  test_session_set_env (self->base.session, "STATESYNC_FAULT_CONTROL", self->control);
  self->base.daemon = test_session_start_daemon (self->base.session, NULL);
}

static void
fault_set_up (FaultFixture *self, gconstpointer data)
{
  self->base.session = test_session_new ();
  self->base.client = test_client_new (test_session_get_address (self->base.session));
  self->base.other = test_client_new (test_session_get_address (self->base.session));
  self->control = g_build_filename (test_session_get_folder (self->base.session), "fault", NULL);
  start_with_faults (self);
}

static void
fault_tear_down (FaultFixture *self, gconstpointer data)
{
  fixture_tear_down (&self->base, data);
  g_free (self->control);
}

/* @text: as fault-preload.c tells; "" = the disk works. */
static void
set_fault (FaultFixture *self, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (self->control, text, -1, &error);
  g_assert_no_error (error);
}

/* With a disk that works from then on. */
static void
kill_and_restart (FaultFixture *self)
{
  test_process_end (self->base.daemon, SIGKILL);
  test_session_wait_for_no_owner (self->base.session);
  set_fault (self, "");
  g_object_unref (self->base.daemon);
  self->base.daemon = test_session_start_daemon (self->base.session, NULL);
}

/* --- each step of a commit --- */

typedef struct
{
  const char *path;
  const char *call;
  const char *fault;
  const char *advice; /* the end of the message */
} Case;

static const Case cases[] = {
  { "/service/faults/write-disk-full", "write", "ENOSPC", ": free some space and try again" },
  { "/service/faults/write-quota", "write", "EDQUOT",
    ": your share of the disk is used up (Disk quota exceeded): delete something of yours, or have "
    "your quota raised, and try again" },
  { "/service/faults/write-error", "write", "EIO", ": check the disk and try again" },
  { "/service/faults/write-cut-short", "write", "SHORT", ": free some space and try again" },
  { "/service/faults/sync-error", "sync", "EIO", ": check the disk and try again" },
  { "/service/faults/sync-disk-full", "sync", "ENOSPC", ": free some space and try again" },
  { "/service/faults/sync-quota", "sync", "EDQUOT", "your quota raised, and try again" },
};

/* Two topics in one commit, of some pages each, so that there are several steps. */
static gboolean
try_commit (FaultFixture *self, const char *data, GError **error)
{
  g_autoptr (GVariant) answer =
      test_client_call (self->base.client, "WriteMany",
                        write_many_args (test_client_write_args ("a", data, NULL),
                                         test_client_write_args ("b", data, NULL), NULL),
                        error);

  return answer != NULL;
}

static void
assert_refused_for_storage (const GError *error, const char *advice)
{
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_STORAGE);
  g_assert_true (g_str_has_prefix (error->message, "The change could not be stored (database “"));
  if (!g_str_has_suffix (error->message, advice))
    g_error ("%s", error->message);
}

/* A fault at the step, for good; after it the service works again. FALSE if there is no such
 * step any more. */
static gboolean
fail_at (FaultFixture *self, const Case *c, guint step, const char *data)
{
  g_autofree char *before = fixture_dup_state (&self->base);
  g_autofree char *fault = g_strdup_printf ("%s %s %u", c->call, c->fault, step);
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  set_fault (self, fault);
  if (try_commit (self, data, &error))
    return FALSE;

  assert_refused_for_storage (error, c->advice);
  after = fixture_dup_state (&self->base);
  g_assert_cmpstr (after, ==, before);

  /* What is wrong with the arguments is told first, even now. */
  test_client_assert_refused (self->base.client, "Write", test_client_write_args ("a", "x", NULL),
                              STATE_SYNC_ERROR_INVALID_DATA, NULL);
  return TRUE;
}

static char *
new_data (guint number)
{
  g_autofree char *filling = g_strnfill (6000, 'x');

  return g_strdup_printf ("\"%u %s\"", number, filling);
}

static void
test_refused_and_goes_on (FaultFixture *self, gconstpointer data)
{
  const Case *c = data;
  guint64 revision = 0;
  guint step;

  test_client_follow (self->base.other, "a");
  for (step = 1; step < STEPS_MAX; step++)
    {
      g_autofree char *refused = new_data (2 * step);
      g_autofree char *stored = new_data (2 * step + 1);
      g_autoptr (GError) error = NULL;
      gboolean failed = fail_at (self, c, step, refused);

      set_fault (self, "");
      if (!failed)
        break;

      try_commit (self, stored, &error);
      g_assert_no_error (error);
      test_client_assert_snapshot (self->base.client, "a", ++revision, stored);
      test_client_assert_snapshot (self->base.client, "b", revision, stored);
      test_client_wait_for_signal (self->base.other, "a", revision);
    }
  g_assert_cmpuint (step, >, 1);
  g_assert_cmpuint (step, <, STEPS_MAX);

  /* The signals are those of what was stored. */
  test_client_wait_for_signal (self->base.other, "a", revision + 1);
  g_assert_cmpuint (test_client_get_n_signals (self->base.other, "a"), ==, revision + 1);
}

static void
test_does_not_come_back (FaultFixture *self, gconstpointer data)
{
  const Case *c = data;
  guint step;

  for (step = 1; step < STEPS_MAX; step++)
    {
      g_autofree char *stored = new_data (2 * step);
      g_autofree char *refused = new_data (2 * step + 1);
      g_autofree char *before = NULL;
      g_autofree char *after = NULL;
      g_autoptr (GError) error = NULL;

      try_commit (self, stored, &error);
      g_assert_no_error (error);
      before = fixture_dup_state (&self->base);
      if (!fail_at (self, c, step, refused))
        break;

      kill_and_restart (self);
      after = fixture_dup_state (&self->base);
      g_assert_cmpstr (after, ==, before);
    }
  g_assert_cmpuint (step, >, 1);
  g_assert_cmpuint (step, <, STEPS_MAX);
  set_fault (self, "");
}

/* --- many at once, and what need not be durable --- */

static void
note_refusal (GObject *source, GAsyncResult *result, gpointer user_data)
{
  guint *n_left = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer G_GNUC_UNUSED = test_client_call_finish (result, &error);

  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_STORAGE);
  (*n_left)--;
}

/* Every write of every batch is answered, and the counters are where they were. */
static void
test_all_that_wait_are_refused (FaultFixture *self, gconstpointer data)
{
  guint n_left = 200;

  test_client_write (self->base.client, "t", "0");
  set_fault (self, "sync EIO");
  for (guint i = 1; i <= 200; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      test_client_call_async (self->base.client, "Write", test_client_write_args ("t", text, NULL),
                              note_refusal, &n_left);
    }
  while (n_left > 0)
    g_main_context_iteration (NULL, TRUE);
  test_client_assert_snapshot (self->base.client, "t", 1, "0");

  set_fault (self, "");
  g_assert_cmpuint (test_client_write (self->base.client, "t", "1"), ==, 2);
}

/* They are acknowledged as visible, and stored once the disk works. */
static void
test_not_durable_is_stored_when_the_fault_ends (FaultFixture *self, gconstpointer data)
{
  test_client_write (self->base.client, "t", "0");
  set_fault (self, "write ENOSPC");
  g_assert_cmpuint (test_client_write_with (self->base.client, "t", "1", "{'durable': <false>}"),
                    ==, 2);
  test_client_assert_refused (self->base.client, "Write", test_client_write_args ("u", "1", NULL),
                              STATE_SYNC_ERROR_STORAGE, NULL);
  test_client_assert_snapshot (self->base.other, "t", 2, "1");

  set_fault (self, "");
  g_assert_cmpuint (test_client_write (self->base.client, "t", "2"), ==, 3);
  kill_and_restart (self);
  test_client_assert_snapshot (self->base.other, "t", 3, "2");
  test_client_assert_snapshot (self->base.other, "u", 0, "null");
}

/* --- a disk that is really full --- */

/* Writes ever more topics until one is refused; all that were not are there, and it is not. */
static void
fill_until_refused (TestClient *client, const char *text, const char *advice)
{
  guint64 revision;
  guint n_stored;

  for (n_stored = 0;; n_stored++)
    {
      g_autofree char *topic = g_strdup_printf ("t%u", n_stored);
      g_autoptr (GError) error = NULL;

      if (test_client_try_write (client, topic, text, NULL, &revision, &error))
        continue;
      assert_refused_for_storage (error, advice);
      test_client_assert_snapshot (client, topic, 0, "null");
      break;
    }
  g_assert_cmpuint (n_stored, >, 3);
  for (guint i = 0; i < n_stored; i++)
    {
      g_autofree char *topic = g_strdup_printf ("t%u", i);

      test_client_assert_snapshot (client, topic, 1, text);
    }
}

/* A file system of 1 MiB that only the service sees, with a file that can be taken away. */
static const char small_disk[] = "mount -t tmpfs -o size=1m tmpfs \"$XDG_DATA_HOME\" &&"
                                 "head -c 200000 /dev/zero > \"$XDG_DATA_HOME/filling\" || exit 77;"
                                 "exec \"$0\"";

static void
empty_the_disk (TestSession *session, GSubprocess *daemon)
{
  g_autofree char *namespace_ =
      g_strdup_printf ("--mount=/proc/%s/ns/mnt", g_subprocess_get_identifier (daemon));
  g_autofree char *filling =
      g_build_filename (test_session_get_folder (session), "data", "filling", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) nsenter = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "nsenter",
                                                      namespace_, "rm", filling, NULL);

  g_assert_no_error (error);
  g_subprocess_wait_check (nsenter, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
can_mount (void)
{
  g_autoptr (GSubprocess) attempt =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL, "unshare", "--mount", "mount",
                        "-t", "tmpfs", "tmpfs", "/tmp", NULL);

  return attempt != NULL && g_subprocess_wait_check (attempt, NULL, NULL);
}

static void
test_really_full_disk (void)
{
  g_autoptr (TestSession) session = NULL;
  g_autoptr (TestClient) client = NULL;
  g_autoptr (GSubprocess) daemon = NULL;
  g_autofree char *owner = NULL;
  g_autofree char *text = json_string_of (50000);

  if (!can_mount ())
    {
      g_test_skip ("mounting a small file system needs privileges");
      return;
    }

  session = test_session_new ();
  client = test_client_new (test_session_get_address (session));
  daemon = test_session_spawn (session, G_SUBPROCESS_FLAGS_NONE,
                               (const char *[]){ "unshare", "--mount", "sh", "-c", small_disk,
                                                 test_daemon_get_path (), NULL });
  owner = test_session_wait_for_owner (session, NULL);

  fill_until_refused (client, text, ": free some space and try again");

  empty_the_disk (session, daemon);
  g_assert_cmpuint (test_client_write (client, "again", text), ==, 1);
  test_process_end (daemon, SIGTERM);
  g_assert_cmpint (g_subprocess_get_exit_status (daemon), ==, 0);
}

/* --- a file that may not grow --- */

static void
limit_files (GSubprocess *daemon, rlim_t size)
{
  const pid_t pid = (pid_t)g_ascii_strtoll (g_subprocess_get_identifier (daemon), NULL, 10);
  struct rlimit limit;

  g_assert_no_errno (prlimit (pid, RLIMIT_FSIZE, NULL, &limit));
  limit.rlim_cur = size;
  g_assert_no_errno (prlimit (pid, RLIMIT_FSIZE, &limit, NULL));
}

/* The kernel sends a signal with the refusal, which would end the service. */
static void
test_file_size_limit (FaultFixture *self, gconstpointer data)
{
  g_autofree char *text = json_string_of (50000);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  limit_files (self->base.daemon, 512 * 1024);
  fill_until_refused (self->base.client, text,
                      ": it may not grow any more (File too large): raise the limit on the size of "
                      "files (ulimit -f) and try again");
  before = fixture_dup_state (&self->base);
  kill_and_restart (self);
  after = fixture_dup_state (&self->base);
  g_assert_cmpstr (after, ==, before);

  limit_files (self->base.daemon, 512 * 1024);
  fill_until_refused (self->base.other, text, " and try again");
  limit_files (self->base.daemon, RLIM_INFINITY);
  g_assert_cmpuint (test_client_write (self->base.client, "again", text), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *goes_on = g_strconcat (cases[i].path, "/refused-and-goes-on", NULL);
      g_autofree char *comes_back = g_strconcat (cases[i].path, "/does-not-come-back", NULL);

      g_test_add (goes_on, FaultFixture, &cases[i], fault_set_up, test_refused_and_goes_on,
                  fault_tear_down);
      g_test_add (comes_back, FaultFixture, &cases[i], fault_set_up, test_does_not_come_back,
                  fault_tear_down);
    }
  g_test_add ("/service/faults/all-that-wait-are-refused", FaultFixture, NULL, fault_set_up,
              test_all_that_wait_are_refused, fault_tear_down);
  g_test_add ("/service/faults/not-durable-is-stored-when-the-fault-ends", FaultFixture, NULL,
              fault_set_up, test_not_durable_is_stored_when_the_fault_ends, fault_tear_down);
  g_test_add_func ("/service/faults/really-full-disk", test_really_full_disk);
  g_test_add ("/service/faults/file-size-limit", FaultFixture, NULL, fault_set_up,
              test_file_size_limit, fault_tear_down);

  return g_test_run ();
}
