/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "access/credentials.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* Linux 6.5; not in the C library that is the floor. */
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

static StateSyncCredentials *
credentials_new (uid_t user, pid_t pid)
{
  StateSyncCredentials *self = g_new0 (StateSyncCredentials, 1);

  self->user = user;
  self->pid = pid;
  self->pidfd = -1;
  return self;
}

void
state_sync_credentials_free (StateSyncCredentials *self)
{
  if (self->pidfd >= 0)
    close (self->pidfd);
  g_free (self->label);
  g_free (self);
}

/* @answer: of GetConnectionCredentials, with the @files (nullable) that came with it. */
StateSyncCredentials *
state_sync_credentials_new_from_bus (GVariant *answer, GUnixFDList *files, GError **error)
{
  g_autoptr (GVariant) facts = g_variant_get_child_value (answer, 0);
  StateSyncCredentials *self;
  guint32 user, pid;
  gint32 handle;

  if (!g_variant_lookup (facts, "UnixUserID", "u", &user) ||
      !g_variant_lookup (facts, "ProcessID", "u", &pid))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           "The bus does not say which process it is");
      return NULL;
    }

  self = credentials_new ((uid_t)user, (pid_t)pid);
  g_variant_lookup (facts, "LinuxSecurityLabel", "^ay", &self->label);
  if (files != NULL && g_variant_lookup (facts, "ProcessFD", "h", &handle))
    self->pidfd = g_unix_fd_list_get (files, handle, NULL);
  return self;
}

/* Where the kernel has no pidfds to give, there is none; where it has but not of this peer, that is
 * because it has ended. */
static gboolean
get_pidfd (GDBusConnection *connection, int *pidfd, GError **error)
{
  GIOStream *stream = g_dbus_connection_get_stream (connection);
  socklen_t size = sizeof *pidfd;
  int socket;

  if (!G_IS_SOCKET_CONNECTION (stream))
    return TRUE;

  socket = g_socket_get_fd (g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream)));
  if (getsockopt (socket, SOL_SOCKET, SO_PEERPIDFD, pidfd, &size) == 0)
    return TRUE;

  *pidfd = -1;
  if (errno == ENOPROTOOPT)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
               "The process that connected can't be had: %s", g_strerror (errno));
  return FALSE;
}

/* @connection: one that its other end has opened, without a bus between. */
StateSyncCredentials *
state_sync_credentials_new_from_socket (GDBusConnection *connection, GError **error)
{
  GCredentials *peer = g_dbus_connection_get_peer_credentials (connection);
  StateSyncCredentials *self;
  pid_t pid = -1;
  uid_t user = (uid_t)-1;

  if (peer != NULL)
    {
      pid = g_credentials_get_unix_pid (peer, NULL);
      user = g_credentials_get_unix_user (peer, NULL);
    }
  if (pid <= 0 || user == (uid_t)-1)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           "The connection does not say which process it is");
      return NULL;
    }

  self = credentials_new (user, pid);
  if (get_pidfd (connection, &self->pidfd, error))
    return self;
  state_sync_credentials_free (self);
  return NULL;
}
