/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "permission-store.h"

#include <glib/gstdio.h>

#define PROGRAM "/usr/libexec/xdg-permission-store"
#define STORE_NAME "org.freedesktop.impl.portal.PermissionStore"
#define STORE_PATH "/org/freedesktop/impl/portal/PermissionStore"

gboolean
test_permission_store_is_possible (void)
{
  if (g_file_test (PROGRAM, G_FILE_TEST_IS_EXECUTABLE))
    return TRUE;

  g_test_skip ("there is no " PROGRAM);
  return FALSE;
}

/* "XDG_DATA_HOME=…" */
static char *
make_setting (TestSession *session, const char *folder)
{
  g_autofree char *path = g_build_filename (test_session_get_folder (session), folder, NULL);

  g_assert_no_errno (g_mkdir_with_parents (path, 0700));
  return g_strconcat ("XDG_DATA_HOME=", path, NULL);
}

static GVariant *
call (GDBusConnection *connection,
      const char *name,
      const char *path,
      const char *method,
      GVariant *args,
      GError **error)
{
  return g_dbus_connection_call_sync (connection, name, path, name, method, args, NULL,
                                      G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, error);
}

static gboolean
has_owner (GDBusConnection *connection)
{
  g_autoptr (GVariant) answer = call (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                      "NameHasOwner", g_variant_new ("(s)", STORE_NAME), NULL);
  gboolean has;

  g_variant_get (answer, "(b)", &has);
  return has;
}

GSubprocess *
test_permission_store_start (TestSession *session, GDBusConnection *connection, const char *folder)
{
  g_autofree char *setting = make_setting (session, folder);
  GSubprocess *store = test_session_spawn (session, G_SUBPROCESS_FLAGS_NONE,
                                           (const char *const[]){ "env", setting, PROGRAM, NULL });

  while (!has_owner (connection))
    g_thread_yield ();
  return store;
}

static void
set_command (TestSession *session, GDBusConnection *connection, const char *command)
{
  g_autofree char *path = g_build_filename (test_session_get_folder (session), "data", "dbus-1",
                                            "services", STORE_NAME ".service", NULL);
  g_autofree char *text =
      g_strdup_printf ("[D-BUS Service]\nName=" STORE_NAME "\nExec=%s\n", command);
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  answer = call (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "ReloadConfig", NULL,
                 &error);
  g_assert_no_error (error);
}

void
test_permission_store_forbid (TestSession *session, GDBusConnection *connection)
{
  set_command (session, connection, "/usr/bin/false");
}

void
test_permission_store_make_activatable (TestSession *session,
                                        GDBusConnection *connection,
                                        const char *folder)
{
  g_autofree char *setting = make_setting (session, folder);
  g_autofree char *command = g_strdup_printf ("/usr/bin/env '%s' " PROGRAM, setting);

  set_command (session, connection, command);
}

static void
tell_store (GDBusConnection *connection, const char *method, GVariant *args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer G_GNUC_UNUSED =
      call (connection, STORE_NAME, STORE_PATH, method, args, &error);

  g_assert_no_error (error);
}

void
test_permission_store_set (GDBusConnection *connection,
                           const char *table,
                           const char *name,
                           const char *app,
                           const char *right)
{
  if (right != NULL)
    tell_store (
        connection, "SetPermission",
        g_variant_new ("(sbss^as)", table, TRUE, name, app, (const char *const[]){ right, NULL }));
  else
    tell_store (connection, "DeletePermission", g_variant_new ("(sss)", table, name, app));
}

void
test_permission_store_delete (GDBusConnection *connection, const char *name)
{
  tell_store (connection, "Delete", g_variant_new ("(ss)", TEST_TABLE, name));
}
