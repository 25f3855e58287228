/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The steps: ask the bus for the peer's credentials, once; look at the process (peer-process.c). If
 * the bus had a pidfd to give, that is all. Else it is asked two things more, at once:
 *
 * - whether the peer is still connected, and of that process. If it was gone before the look, its
 *   process id may have been somebody else's by then;
 * - which process *we* are. If it says another than we do, it counts processes otherwise (this is a
 *   container with the bus of another put into it, or a proxy stands between), and the ids that it
 *   tells are here those of anybody. A pidfd is right wherever it comes from.
 */

#include "access/identify.h"

#include <unistd.h>

typedef struct
{
  GDBusConnection *connection;
  char *name; /* NULL without a bus */
  StateSyncLooker *looker;
  pid_t pid;
  gboolean has_pidfd;

  StateSyncIdentity *identity; /* what the look found */
  guint n_unanswered;          /* questions of the last step */
  GError *error;               /* the first of what spoke against it there */
} Peer;

static void
peer_free (gpointer data)
{
  Peer *peer = data;

  g_object_unref (peer->connection);
  g_free (peer->name);
  state_sync_looker_unref (peer->looker);
  g_clear_pointer (&peer->identity, state_sync_identity_unref);
  g_clear_error (&peer->error);
  g_free (peer);
}

static void
log_unknown (const Peer *peer, const GError *error)
{
  const char *name = peer->name != NULL ? peer->name : "the peer";
  gboolean has_left = g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER);
  GLogLevelFlags level = has_left ? G_LOG_LEVEL_DEBUG : G_LOG_LEVEL_MESSAGE;

  g_log_structured (G_LOG_DOMAIN, level, "STATESYNC_CALLER", name, "MESSAGE",
                    "it can't be told who %s is, so it may do nothing here: %s", name,
                    error->message);
}

/* @task, @error: (transfer full) */
static void
return_unknown (GTask *task, GError *error)
{
  /* What this process lacks says nothing of the peer. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  g_dbus_error_strip_remote_error (error);
  if (!g_task_return_error_if_cancelled (task))
    {
      log_unknown (g_task_get_task_data (task), error);
      g_task_return_pointer (task, state_sync_identity_new_unknown (),
                             (GDestroyNotify)state_sync_identity_unref);
    }
  g_error_free (error);
  g_object_unref (task);
}

/* @task: (transfer full) */
static void
return_identity (GTask *task)
{
  Peer *peer = g_task_get_task_data (task);

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, g_steal_pointer (&peer->identity),
                           (GDestroyNotify)state_sync_identity_unref);
  g_object_unref (task);
}

/* The bus answers, or is gone, and with it the peer: however long it takes under load, what it does
 * not answer in time must not make the peer unknown for good. */
static void
ask_bus (GTask *task,
         const char *method,
         const char *name,
         const char *answer_type,
         GAsyncReadyCallback callback)
{
  Peer *peer = g_task_get_task_data (task);

  g_dbus_connection_call_with_unix_fd_list (
      peer->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      method, g_variant_new ("(s)", name), G_VARIANT_TYPE (answer_type), G_DBUS_CALL_FLAGS_NONE,
      G_MAXINT, NULL, g_task_get_cancellable (task), callback, task);
}

/* --- the last step, without a pidfd --- */

static void
take_answer (GTask *task, GAsyncResult *result, pid_t expected, const char *otherwise)
{
  Peer *peer = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_with_unix_fd_list_finish (peer->connection, NULL, result, &error);
  guint32 pid = 0;

  if (answer != NULL)
    g_variant_get (answer, "(u)", &pid);
  if (answer != NULL && (pid_t)pid != expected)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_FAILED, otherwise);
  if (error != NULL && peer->error == NULL)
    peer->error = g_steal_pointer (&error);

  if (--peer->n_unanswered > 0)
    return;
  if (peer->error != NULL)
    return_unknown (task, g_steal_pointer (&peer->error));
  else
    return_identity (task);
}

static void
on_peer_confirmed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Peer *peer = g_task_get_task_data (user_data);

  take_answer (user_data, result, peer->pid, "The bus now says that it is another process");
}

static void
on_self_confirmed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  take_answer (user_data, result, getpid (), "The bus's process ids are not those of this service");
}

static void
confirm (GTask *task)
{
  Peer *peer = g_task_get_task_data (task);

  peer->n_unanswered = 2;
  ask_bus (task, "GetConnectionUnixProcessID", peer->name, "(u)", on_peer_confirmed);
  ask_bus (task, "GetConnectionUnixProcessID", g_dbus_connection_get_unique_name (peer->connection),
           "(u)", on_self_confirmed);
}

/* --- the steps before --- */

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Peer *peer = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  peer->identity = state_sync_looker_look_finish (peer->looker, result, &error);
  if (error != NULL)
    return_unknown (task, g_steal_pointer (&error));
  else if (peer->has_pidfd || peer->name == NULL)
    return_identity (task);
  else
    confirm (task);
}

/* @credentials: (transfer full) */
static void
look (GTask *task, StateSyncCredentials *credentials)
{
  Peer *peer = g_task_get_task_data (task);

  peer->pid = credentials->pid;
  peer->has_pidfd = credentials->pidfd >= 0;
  state_sync_looker_look_async (peer->looker, credentials, g_task_get_cancellable (task), on_looked,
                                task);
}

static void
on_credentials (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Peer *peer = g_task_get_task_data (task);
  g_autoptr (GUnixFDList) files = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_with_unix_fd_list_finish (peer->connection, &files, result, &error);
  StateSyncCredentials *credentials = NULL;

  if (answer != NULL)
    credentials = state_sync_credentials_new_from_bus (answer, files, &error);
  if (credentials != NULL)
    look (task, credentials);
  else
    return_unknown (task, g_steal_pointer (&error));
}

static void
identify_on_socket (GTask *task)
{
  Peer *peer = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  StateSyncCredentials *credentials =
      state_sync_credentials_new_from_socket (peer->connection, &error);

  if (credentials != NULL)
    look (task, credentials);
  else
    return_unknown (task, g_steal_pointer (&error));
}

void
state_sync_identify_async (GDBusConnection *connection,
                           const char *unique_name,
                           StateSyncLooker *looker,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Peer *peer = g_new0 (Peer, 1);

  g_task_set_source_tag (task, state_sync_identify_async);
  g_task_set_task_data (task, peer, peer_free);
  peer->connection = g_object_ref (connection);
  peer->name = g_strdup (unique_name);
  peer->looker = state_sync_looker_ref (looker);

  if (unique_name == NULL)
    identify_on_socket (task);
  else
    ask_bus (task, "GetConnectionCredentials", unique_name, "(a{sv})", on_credentials);
}

/* (transfer full) */
StateSyncIdentity *
state_sync_identify_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, state_sync_identify_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
