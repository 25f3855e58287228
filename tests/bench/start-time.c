/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* start-time ADDRESS COMMAND...: how many microseconds pass from the start of the command until
 * it owns the service's name. It is told to stop then, and waited for.
 */

#include <signal.h>
#include <sys/wait.h>

#include "bench/client.h"
#include "bench/clock.h"

typedef struct
{
  GMainLoop *loop;
  gint64 owned;
} Watch;

static void
on_owner_changed (GDBusConnection *connection,
                  const char *sender,
                  const char *object_path,
                  const char *interface_name,
                  const char *signal_name,
                  GVariant *parameters,
                  gpointer user_data)
{
  Watch *watch = user_data;
  const char *owner;

  g_variant_get (parameters, "(&s&s&s)", NULL, NULL, &owner);
  if (owner[0] == '\0')
    return;
  watch->owned = bench_now ();
  g_main_loop_quit (watch->loop);
}

/* Both directions go through the bus, so when the answer is here the rule is in place. */
static void
wait_for_bus (GDBusConnection *connection)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.Peer",
      "Ping", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);

  if (answer == NULL)
    g_error ("the bus does not answer");
}

static void
on_service_exit (GPid pid, int status, gpointer user_data)
{
  g_error ("the service ended before it owned the name");
}

int
main (int argc, char **argv)
{
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Watch watch = { .loop = loop };
  gint64 start;
  GPid pid;
  guint child_watch;

  if (argc < 3)
    g_error ("usage: start-time ADDRESS COMMAND...");

  connection = bench_connect (argv[1]);
  g_dbus_connection_signal_subscribe (connection, "org.freedesktop.DBus", "org.freedesktop.DBus",
                                      "NameOwnerChanged", NULL, BENCH_BUS_NAME,
                                      G_DBUS_SIGNAL_FLAGS_NONE, on_owner_changed, &watch, NULL);
  wait_for_bus (connection);

  start = bench_now ();
  if (!g_spawn_async (NULL, argv + 2, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL))
    g_error ("%s can't be started", argv[2]);
  child_watch = g_child_watch_add (pid, on_service_exit, NULL);
  g_main_loop_run (loop);
  g_print ("%.1f\n", (double)(watch.owned - start) / 1000);

  g_source_remove (child_watch);
  kill (pid, SIGTERM);
  waitpid (pid, NULL, 0);
  return 0;
}
