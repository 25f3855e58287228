/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-store.h"

#define STORE_NAME "org.freedesktop.impl.portal.PermissionStore"
#define STORE_PATH "/org/freedesktop/impl/portal/PermissionStore"

static const char xml[] = "<node><interface name='" STORE_NAME "'>"
                          "<method name='List'>"
                          "<arg type='s' direction='in'/><arg type='as' direction='out'/></method>"
                          "<method name='Lookup'>"
                          "<arg type='s' direction='in'/><arg type='s' direction='in'/>"
                          "<arg type='a{sas}' direction='out'/><arg type='v' direction='out'/>"
                          "</method></interface></node>";

struct _TestFakeStore
{
  GDBusConnection *connection;
  GPtrArray *names;
  GHashTable *gone; /* set of names */
  char *app;
  guint object_id;
  gboolean is_holding;
  GQueue held; /* of GDBusMethodInvocation */
};

static void
answer_lookup (TestFakeStore *self, GDBusMethodInvocation *invocation)
{
  GVariant *args = g_dbus_method_invocation_get_parameters (invocation);
  GVariantBuilder permissions;
  const char *name;

  g_variant_get (args, "(&s&s)", NULL, &name);
  if (g_hash_table_contains (self->gone, name))
    {
      g_dbus_method_invocation_return_dbus_error (
          invocation, "org.freedesktop.portal.Error.NotFound", "No entry");
      return;
    }
  g_variant_builder_init (&permissions, G_VARIANT_TYPE ("a{sas}"));
  g_variant_builder_add (&permissions, "{s^as}", self->app, (const char *const[]){ "write", NULL });
  g_dbus_method_invocation_return_value (
      invocation, g_variant_new ("(a{sas}v)", &permissions, g_variant_new_byte (0)));
}

static void
on_call (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *method,
         GVariant *args,
         GDBusMethodInvocation *invocation,
         gpointer user_data)
{
  TestFakeStore *self = user_data;

  if (g_str_equal (method, "List"))
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(^as)", self->names->pdata));
  else if (self->is_holding)
    g_queue_push_tail (&self->held, invocation);
  else
    answer_lookup (self, invocation);
}

void
test_fake_store_own_name (TestFakeStore *self)
{
  const guint32 flags = 1 | 2; /* to be replaced, and to replace */
  g_autoptr (GError) error = NULL;

  g_variant_unref (g_dbus_connection_call_sync (
      self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "RequestName", g_variant_new ("(su)", STORE_NAME, flags), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
      NULL, &error));
  g_assert_no_error (error);
}

void
test_fake_store_hold (TestFakeStore *self)
{
  self->is_holding = TRUE;
}

void
test_fake_store_wait_for_lookups (TestFakeStore *self, guint n)
{
  while (g_queue_get_length (&self->held) < n)
    g_main_context_iteration (NULL, TRUE);
}

void
test_fake_store_release (TestFakeStore *self)
{
  self->is_holding = FALSE;
  while (!g_queue_is_empty (&self->held))
    answer_lookup (self, g_queue_pop_head (&self->held));
}

TestFakeStore *
test_fake_store_new (GDBusConnection *connection, const char *const *names, const char *app)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_call };
  TestFakeStore *self = g_new0 (TestFakeStore, 1);
  g_autoptr (GDBusNodeInfo) node = NULL;
  g_autoptr (GError) error = NULL;

  self->connection = g_object_ref (connection);
  self->app = g_strdup (app);
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->gone = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->held);
  for (guint i = 0; names[i] != NULL; i++)
    {
      gboolean is_gone = names[i][0] == '!';

      g_ptr_array_add (self->names, g_strdup (names[i] + is_gone));
      if (is_gone)
        g_hash_table_add (self->gone, self->names->pdata[i]);
    }
  g_ptr_array_add (self->names, NULL);

  node = g_dbus_node_info_new_for_xml (xml, &error);
  g_assert_no_error (error);
  self->object_id = g_dbus_connection_register_object (connection, STORE_PATH, node->interfaces[0],
                                                       &vtable, self, NULL, &error);
  g_assert_no_error (error);
  return self;
}

void
test_fake_store_free (TestFakeStore *self)
{
  test_fake_store_release (self);
  g_dbus_connection_unregister_object (self->connection, self->object_id);
  g_object_unref (self->connection);
  g_hash_table_unref (self->gone);
  g_ptr_array_unref (self->names);
  g_free (self->app);
  g_free (self);
}
