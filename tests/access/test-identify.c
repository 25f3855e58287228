/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Peers of a real bus, in real sandboxes and behind a real proxy, and what they may try in order to
 * be taken for somebody else. What no bus at hand does, a fake one does. */

#include "access/identify.h"

#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake-bus.h"
#include "log-record.h"
#include "support/sandbox.h"
#include "support/sandboxed-app.h"

#define APP "org.example.App"
#define SNAP_LABEL "snap.firefox.firefox (enforce)"
#define UNKNOWN ""
#define HOST "host"

typedef struct
{
  TestSession *session;
  GDBusConnection *connection; /* of who asks */
  StateSyncLooker *looker;
  TestFakeBus *fake;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  self->connection = test_bus_connect (test_session_get_address (self->session));
  self->looker = state_sync_looker_new ();
  self->fake = test_fake_bus_new (test_session_get_folder (self->session));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_fake_bus_free (self->fake);
  state_sync_looker_unref (self->looker);
  g_object_unref (self->connection);
  test_session_free (self->session);
}

/* --- who is it --- */

typedef struct
{
  gboolean is_ended;
  StateSyncIdentity *identity;
  GError *error;
} Answer;

static void
on_identified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->identity = state_sync_identify_finish (result, &answer->error);
  answer->is_ended = TRUE;
}

static void
wait_for_answer (Answer *answer)
{
  while (!answer->is_ended)
    g_main_context_iteration (NULL, TRUE);
}

/* An application id, HOST or UNKNOWN; takes what is in the answer. */
static char *
read_answer (Answer *answer)
{
  g_autoptr (StateSyncIdentity) identity = g_steal_pointer (&answer->identity);

  g_assert_no_error (answer->error);
  switch (state_sync_identity_get_kind (identity))
    {
    case STATE_SYNC_IDENTITY_KIND_HOST:
      return g_strdup (HOST);
    case STATE_SYNC_IDENTITY_KIND_APP:
      return g_strdup (state_sync_identity_get_application_id (identity));
    case STATE_SYNC_IDENTITY_KIND_UNKNOWN:
    default:
      return g_strdup (UNKNOWN);
    }
}

static void
assert_identified (Fixture *self, GDBusConnection *connection, const char *name, const char *who)
{
  g_autofree char *seen = NULL;
  g_autofree char *log = NULL;
  Answer answer = { 0 };

  state_sync_identify_async (connection, name, self->looker, NULL, on_identified, &answer);
  wait_for_answer (&answer);
  seen = read_answer (&answer);
  log = test_log_take ();
  g_test_message ("%s", log);
  g_assert_cmpstr (seen, ==, who);

  /* Whoever wonders why finds the reason there. */
  g_assert_true ((log[0] != '\0') == g_str_equal (who, UNKNOWN));
}

/* --- peers: see the file --- */

typedef struct
{
  GSubprocess *process;
  char *name;
} Peer;

static Peer *
peer_new (Fixture *self, const char *address, const char *how, const char *info)
{
  g_autofree char *program = g_test_build_filename (G_TEST_DIST, "access", "peer", NULL);
  const char *argv[] = { program, address, how, NULL };
  g_autofree char *line = NULL;
  Peer *peer = g_new0 (Peer, 1);

  if (info != NULL)
    peer->process = test_sandbox_spawn (self->session, TEST_INFO_FILE, info, argv);
  else
    peer->process = test_session_spawn (
        self->session, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, argv);
  return peer;
}

static void
peer_wait_for_name (Peer *peer)
{
  g_autofree char *line = test_role_read_line (peer->process);

  g_assert_nonnull (line);
  peer->name = g_strndup (line, strcspn (line, " "));
}

static Peer *
peer_on_bus (Fixture *self, const char *how, const char *info)
{
  Peer *peer = peer_new (self, test_session_get_address (self->session), how, info);

  peer_wait_for_name (peer);
  return peer;
}

static void
peer_free (Peer *peer)
{
  g_object_unref (peer->process);
  g_free (peer->name);
  g_free (peer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Peer, peer_free)

/* It has done what it is there to do. */
static void
peer_act (Peer *peer)
{
  g_autofree char *line = NULL;

  test_role_tell (peer->process, "go on");
  line = test_role_read_line (peer->process);
  g_assert_cmpstr (line, ==, "ready");
}

/* --- on the bus --- */

static void
test_host (Fixture *self, gconstpointer data)
{
  g_autoptr (Peer) peer = peer_on_bus (self, "stay", NULL);

  assert_identified (self, self->connection, peer->name, HOST);
  assert_identified (self, self->connection, g_dbus_connection_get_unique_name (self->connection),
                     HOST);
}

static void
test_sandbox (Fixture *self, gconstpointer data)
{
  g_autoptr (Peer) app = NULL;
  g_autoptr (Peer) odd = NULL;

  if (!test_sandbox_can_be ())
    return;
  app = peer_on_bus (self, "stay", TEST_INFO_OF (APP));
  odd = peer_on_bus (self, "stay", "");
  assert_identified (self, self->connection, app->name, APP);
  assert_identified (self, self->connection, odd->name, UNKNOWN);
}

/* The app is this process; its peer on the bus is the proxy, which is who it is for. */
static void
test_proxy (Fixture *self, gconstpointer data)
{
  g_autofree char *address = NULL;
  g_autoptr (GDBusConnection) app = NULL;

  if (!test_app_can_be ())
    return;

  address = test_app_start_proxy (self->session, APP, "");
  app = test_bus_connect (address);
  assert_identified (self, self->connection, g_dbus_connection_get_unique_name (app), APP);
}

/* --- adversaries --- */

static void
test_exec (Fixture *self, gconstpointer data)
{
  g_autoptr (Peer) app = NULL;

  if (!test_sandbox_can_be ())
    return;
  app = peer_on_bus (self, "exec", TEST_INFO_OF (APP));
  peer_act (app);
  assert_identified (self, self->connection, app->name, APP);
}

/* Who has the connection now did not connect, and who did can't be asked. */
static void
test_pass_on_and_die (Fixture *self, gconstpointer data)
{
  g_autoptr (Peer) peer = peer_on_bus (self, "pass", NULL);

  peer_act (peer);
  g_subprocess_wait (peer->process, NULL, NULL);
  assert_identified (self, self->connection, peer->name, UNKNOWN);
}

static void
test_not_there (Fixture *self, gconstpointer data)
{
  g_autoptr (Peer) peer = peer_on_bus (self, "stay", NULL);

  test_process_end (peer->process, SIGKILL);
  assert_identified (self, self->connection, ":1.999999", UNKNOWN);
  assert_identified (self, self->connection, peer->name, UNKNOWN);
}

static GSubprocess *victim;

/* It dies after the bus has told who it is, and before that is looked at. */
static StateSyncIdentity *
kill_and_look (const StateSyncCredentials *credentials, GError **error)
{
  test_process_end (victim, SIGKILL);
  return state_sync_peer_process_identify (credentials, error);
}

static void
test_dies_meanwhile (Fixture *self, gconstpointer data)
{
  g_autoptr (Peer) peer = peer_on_bus (self, "stay", NULL);

  state_sync_looker_unref (self->looker);
  self->looker = state_sync_looker_new_full (kill_and_look, 1, 60000);
  victim = peer->process;
  assert_identified (self, self->connection, peer->name, UNKNOWN);
}

/* --- what the bus says --- */

/* The process that a case is about: this one, or the id of one that has ended. */
static pid_t
get_dead_pid (int *pidfd)
{
  pid_t pid = fork ();

  if (pid == 0)
    _exit (0);
  g_assert_cmpint (pid, >, 0);
  *pidfd = pidfd_open (pid, 0);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  return pid;
}

static void
test_facts (Fixture *self, gconstpointer data)
{
  g_autoptr (GDBusConnection) connection = test_fake_bus_connect (self->fake);
  gint64 user = geteuid ();
  pid_t me = getpid ();
  int alive = pidfd_open (me, 0);
  int dead;
  pid_t dead_pid = get_dead_pid (&dead);
  const struct
  {
    const char *what;
    TestFakePeer peer;
    const char *who;
  } cases[] = {
    { "all is well", { user, me, -1, NULL, me, me }, HOST },
    { "and with a pidfd", { user, me, alive, NULL, -1, -1 }, HOST },
    { "a snap's label", { user, me, -1, SNAP_LABEL, me, me }, "snap.firefox" },
    { "and with a pidfd", { user, me, alive, SNAP_LABEL, -1, -1 }, "snap.firefox" },
    { "another label", { user, me, -1, "unconfined", me, me }, HOST },

    { "no user", { -1, me, alive, NULL, me, me }, UNKNOWN },
    { "no process", { user, -1, alive, NULL, me, me }, UNKNOWN },
    { "another user", { user + 1, me, alive, NULL, me, me }, UNKNOWN },
    { "a process that is dead", { user, dead_pid, -1, NULL, dead_pid, me }, UNKNOWN },
    { "its id is another's by now", { user, me, dead, NULL, me, me }, UNKNOWN },
    { "it has left meanwhile", { user, me, -1, NULL, -1, me }, UNKNOWN },
    { "it is another meanwhile", { user, me, -1, NULL, 1, me }, UNKNOWN },
    { "a snap has left meanwhile", { user, me, -1, SNAP_LABEL, -1, me }, UNKNOWN },
    { "other ids than here", { user, me, -1, NULL, me, me + 1 }, UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].what);
      test_fake_bus_set_peer (self->fake, &cases[i].peer);
      assert_identified (self, connection, ":1.1", cases[i].who);
    }
  g_assert_cmpuint (test_fake_bus_get_n_asked (self->fake), ==, G_N_ELEMENTS (cases));
  close (alive);
  close (dead);
}

/* --- without a bus --- */

static void
test_direct (Fixture *self, gconstpointer data)
{
  const char *address = test_fake_bus_get_address (self->fake);
  g_autoptr (Peer) host = peer_new (self, address, "stay", NULL);
  g_autoptr (GDBusConnection) to_host = test_fake_bus_accept (self->fake);
  g_autoptr (GDBusConnection) to_app = NULL;
  g_autoptr (Peer) app = NULL;

  peer_wait_for_name (host);
  assert_identified (self, to_host, NULL, HOST);

  /* From this end there is nobody to be identified. */
  assert_identified (self, self->connection, NULL, UNKNOWN);

  if (!test_sandbox_can_be ())
    return;
  app = peer_new (self, address, "stay", TEST_INFO_OF (APP));
  to_app = test_fake_bus_accept (self->fake);
  peer_wait_for_name (app);
  assert_identified (self, to_app, NULL, APP);
}

static void
test_direct_pass_on_and_die (Fixture *self, gconstpointer data)
{
  g_autoptr (Peer) peer = peer_new (self, test_fake_bus_get_address (self->fake), "pass", NULL);
  g_autoptr (GDBusConnection) to_peer = test_fake_bus_accept (self->fake);

  peer_wait_for_name (peer);
  peer_act (peer);
  g_subprocess_wait (peer->process, NULL, NULL);
  assert_identified (self, to_peer, NULL, UNKNOWN);
}

/* --- cancelled --- */

static void
assert_cancelled (Answer *answer)
{
  g_autofree char *log = NULL;

  wait_for_answer (answer);
  log = test_log_take ();
  g_assert_cmpstr (log, ==, "");
  g_assert_null (answer->identity);
  g_assert_error (answer->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&answer->error);
}

static GCancellable *cancellable;

static StateSyncIdentity *
cancel_and_look (const StateSyncCredentials *credentials, GError **error)
{
  g_cancellable_cancel (cancellable);
  return state_sync_peer_process_identify (credentials, error);
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  const char *name = g_dbus_connection_get_unique_name (self->connection);
  Answer early = { 0 };
  Answer late = { 0 };

  cancellable = g_cancellable_new ();
  state_sync_identify_async (self->connection, name, self->looker, cancellable, on_identified,
                             &early);
  g_cancellable_cancel (cancellable);
  assert_cancelled (&early);
  g_object_unref (cancellable);

  cancellable = g_cancellable_new ();
  state_sync_looker_unref (self->looker);
  self->looker = state_sync_looker_new_full (cancel_and_look, 1, 60000);
  state_sync_identify_async (self->connection, name, self->looker, cancellable, on_identified,
                             &late);
  assert_cancelled (&late);
  g_object_unref (cancellable);
}

int
main (int argc, char *argv[])
{
#define TEST(name, func)                                                                           \
  g_test_add ("/access/identify/" name, Fixture, NULL, set_up, func, tear_down)

  g_test_init (&argc, &argv, NULL);
  test_log_record (G_LOG_LEVEL_DEBUG);

  TEST ("host", test_host);
  TEST ("sandbox", test_sandbox);
  TEST ("proxy", test_proxy);
  TEST ("exec", test_exec);
  TEST ("pass-on-and-die", test_pass_on_and_die);
  TEST ("not-there", test_not_there);
  TEST ("dies-meanwhile", test_dies_meanwhile);
  TEST ("facts", test_facts);
  TEST ("direct", test_direct);
  TEST ("direct-pass-on-and-die", test_direct_pass_on_and_die);
  TEST ("cancelled", test_cancelled);

#undef TEST
  return g_test_run ();
}
