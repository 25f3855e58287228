/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* What the kernel said of a peer when it connected. */
typedef struct
{
  uid_t user;
  pid_t pid;   /* may be another process's by now */
  int pidfd;   /* of the one that connected; -1 if that was not to be had */
  char *label; /* (nullable): of its security module */
} StateSyncCredentials;

/* NULL if the user or the process is not told. */
StateSyncCredentials *state_sync_credentials_new_from_bus    (GVariant *answer, GUnixFDList *files, GError **error);
StateSyncCredentials *state_sync_credentials_new_from_socket (GDBusConnection *connection, GError **error);
void                  state_sync_credentials_free            (StateSyncCredentials *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncCredentials, state_sync_credentials_free)

G_END_DECLS
