/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/poor-service.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <gio/gunixfdlist.h>

#include "protocol/board.h"
#include "statesync-bus.h"

#define DIRECT_NAME "org.statesync.StateSync1"
#define DIRECT_PATH "/org/statesync/StateSync1"
#define PORTAL_NAME "org.freedesktop.portal.StateSync"
#define PORTAL_PATH "/org/freedesktop/portal/StateSync"

#define BOARD_SIZE 4096
#define STATE_OFFSET 40

/* It has one topic, whatever it is called. */
typedef struct
{
  const char *fault;
  guint64 revision;
  char *data;
  StateSyncBusService *direct; /* where it broadcasts */
  GPtrArray *subscribers;      /* of char *, the unique names of those who are told beside */
} Service;

static gboolean
has_fault (Service *self, const char *fault)
{
  return g_str_equal (self->fault, fault);
}

static void
tell (Service *self, const char *topic)
{
  GDBusConnection *connection =
      g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (self->direct));

  state_sync_bus_service_emit_invalidated (self->direct, topic, self->revision);
  for (guint i = 0; i < self->subscribers->len; i++)
    g_dbus_connection_emit_signal (connection, g_ptr_array_index (self->subscribers, i),
                                   PORTAL_PATH, state_sync_bus_service_interface_info ()->name,
                                   "Invalidated", g_variant_new ("(st)", topic, self->revision),
                                   NULL);
}

static gboolean
on_write (StateSyncBusService *bus,
          GDBusMethodInvocation *invocation,
          const char *topic,
          const char *data,
          GVariant *options,
          Service *self)
{
  g_free (self->data);
  self->data = g_strdup (data);
  self->revision++;
  state_sync_bus_service_complete_write (bus, invocation, self->revision);
  tell (self, topic);
  return TRUE;
}

static gboolean
is_refused (Service *self, const char *const *names)
{
  static const char refuses[] = "refuses ";

  for (gsize i = 0; g_str_has_prefix (self->fault, refuses) && names[i] != NULL; i++)
    {
      if (g_str_has_suffix (names[i], self->fault + strlen (refuses)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
on_subscribe (StateSyncBusService *bus,
              GDBusMethodInvocation *invocation,
              const char *const *names,
              Service *self)
{
  if (is_refused (self, names))
    {
      g_dbus_method_invocation_return_error_literal (invocation, STATE_SYNC_ERROR,
                                                     STATE_SYNC_ERROR_ACCESS_DENIED, "No");
      return TRUE;
    }

  g_ptr_array_add (self->subscribers, g_strdup (g_dbus_method_invocation_get_sender (invocation)));
  state_sync_bus_service_complete_subscribe (bus, invocation);
  return TRUE;
}

static gboolean
on_get_snapshot (StateSyncBusService *bus,
                 GDBusMethodInvocation *invocation,
                 const char *topic,
                 Service *self)
{
  state_sync_bus_service_complete_get_snapshot (bus, invocation, self->revision, self->data);
  return TRUE;
}

static gboolean
on_get_snapshots (StateSyncBusService *bus,
                  GDBusMethodInvocation *invocation,
                  const char *const *topics,
                  Service *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ts)"));
  for (gsize i = 0; topics[i] != NULL; i++)
    g_variant_builder_add (&builder, "(ts)", self->revision, self->data);
  state_sync_bus_service_complete_get_snapshots (bus, invocation, g_variant_builder_end (&builder));
  return TRUE;
}

/* --- boards --- */

static void
write_board (Service *self, StateSyncBoard *board)
{
  state_sync_board_init (board, BOARD_SIZE - STATE_SYNC_BOARD_DATA);
  state_sync_board_write (board, self->revision, self->data, strlen (self->data));
  if (!has_fault (self, "odd"))
    state_sync_board_show (board);
  if (has_fault (self, "closed"))
    state_sync_board_close (board);
  if (has_fault (self, "foreign"))
    memcpy (board, "SSB9", 4);
}

static int
make_board (Service *self)
{
  int fd = memfd_create ("poor-board", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  gpointer board;

  g_assert_no_errno (ftruncate (fd, BOARD_SIZE));
  board = mmap (NULL, BOARD_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  g_assert_true (board != MAP_FAILED);
  write_board (self, board);
  g_assert_no_errno (munmap (board, BOARD_SIZE));
  if (!has_fault (self, "unsealed"))
    g_assert_no_errno (fcntl (fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK));
  return fd;
}

/* @fd: (transfer full) */
static void
answer_fd (GDBusMethodInvocation *invocation, int fd)
{
  g_autoptr (GUnixFDList) fd_list = g_unix_fd_list_new_from_array (&fd, 1);

  g_dbus_method_invocation_return_value_with_unix_fd_list (
      invocation, g_variant_new ("(@h)", g_variant_new_handle (0)), fd_list);
}

static gboolean
on_map_snapshot (StateSyncBusService *bus,
                 GDBusMethodInvocation *invocation,
                 GUnixFDList *fd_list,
                 const char *topic,
                 Service *self)
{
  if (has_fault (self, "old"))
    return FALSE;
  answer_fd (invocation, make_board (self));
  return TRUE;
}

/* A bell that is never rung: nothing here says anything by one. */
static gboolean
on_open_doorbell (StateSyncBusService *bus,
                  GDBusMethodInvocation *invocation,
                  GUnixFDList *fd_list,
                  Service *self)
{
  int fds[2];

  if (has_fault (self, "old") || has_fault (self, "no-doorbell"))
    return FALSE;
  g_assert_no_errno (pipe2 (fds, O_CLOEXEC));
  answer_fd (invocation, fds[0]);
  return TRUE;
}

/* (transfer full) */
static StateSyncBusService *
serve (Service *self, GDBusConnection *connection, const char *name, const char *path)
{
  StateSyncBusService *bus = state_sync_bus_service_skeleton_new ();
  g_autoptr (GError) error = NULL;

  g_signal_connect (bus, "handle-write", G_CALLBACK (on_write), self);
  g_signal_connect (bus, "handle-get-snapshot", G_CALLBACK (on_get_snapshot), self);
  g_signal_connect (bus, "handle-get-snapshots", G_CALLBACK (on_get_snapshots), self);
  g_signal_connect (bus, "handle-map-snapshot", G_CALLBACK (on_map_snapshot), self);
  g_signal_connect (bus, "handle-open-doorbell", G_CALLBACK (on_open_doorbell), self);
  g_signal_connect (bus, "handle-subscribe", G_CALLBACK (on_subscribe), self);
  g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (bus), connection, path, &error);
  g_assert_no_error (error);
  g_bus_own_name_on_connection (connection, name, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL,
                                NULL);
  return bus;
}

int
poor_service_play (TestClient *client, const char *const *args)
{
  GDBusConnection *connection = test_client_get_connection (client);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (StateSyncBusService) portal = NULL;
  Service self = { .fault = args[0], .data = g_strdup ("null") };

  self.subscribers = g_ptr_array_new_with_free_func (g_free);
  portal = serve (&self, connection, PORTAL_NAME, PORTAL_PATH);
  self.direct = serve (&self, connection, DIRECT_NAME, DIRECT_PATH);
  g_main_loop_run (loop);
  return 0;
}

GSubprocess *
poor_service_start (TestSession *session, const char *fault)
{
  const char *args[] = { fault, NULL };
  GSubprocess *service = test_session_spawn_role (session, "poor-service", args);

  g_free (test_session_wait_for_owner (session, NULL));
  return service;
}
