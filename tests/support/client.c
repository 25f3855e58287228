/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* It calls by the well-known name each time, not through a proxy, which would go on calling an
 * owner that is gone until the main loop tells it so.
 */

#include "support/client.h"

#define SERVICE_NAME "org.statesync.StateSync1"
#define SERVICE_PATH "/org/statesync/StateSync1"
#define PORTAL_NAME "org.freedesktop.portal.StateSync"
#define PORTAL_PATH "/org/freedesktop/portal/StateSync"

/* What was heard of one topic. */
typedef struct
{
  guint64 last;
  guint n_signals;
} Heard;

struct _TestClient
{
  GDBusConnection *connection;
  const char *name;
  const char *path;
  char *namespace_;  /* (nullable) */
  GHashTable *heard; /* topic → Heard */
  guint subscription;
};

TestClient *
test_client_new (const char *address)
{
  TestClient *self = g_new0 (TestClient, 1);

  /* So that the service's errors are known by their names. */
  state_sync_error_quark ();

  self->heard = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->connection = test_bus_connect (address);
  test_client_use_direct (self);
  return self;
}

void
test_client_use_direct (TestClient *self)
{
  self->name = SERVICE_NAME;
  self->path = SERVICE_PATH;
}

void
test_client_use_portal (TestClient *self)
{
  self->name = PORTAL_NAME;
  self->path = PORTAL_PATH;
}

void
test_client_set_namespace (TestClient *self, const char *namespace_)
{
  g_free (self->namespace_);
  self->namespace_ = g_strdup (namespace_);
}

static gboolean
is_full_name (TestClient *self, const char *topic)
{
  return self->namespace_ == NULL || g_str_has_prefix (topic, self->namespace_);
}

char *
test_client_dup_name (TestClient *self, const char *topic)
{
  return is_full_name (self, topic) ? g_strdup (topic)
                                    : g_strconcat (self->namespace_, ".", topic, NULL);
}

void
test_client_free (TestClient *self)
{
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->connection, self->subscription);
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_object_unref (self->connection);
  g_hash_table_unref (self->heard);
  g_free (self->namespace_);
  g_free (self);
}

const char *
test_client_get_name (TestClient *self)
{
  return self->name;
}

const char *
test_client_get_path (TestClient *self)
{
  return self->path;
}

GDBusConnection *
test_client_get_connection (TestClient *self)
{
  return self->connection;
}

/* --- calls --- */

static const char *
interface_of (const char *method)
{
  return g_str_equal (method, "Get") ? SERVICE_NAME ".Statistics" : SERVICE_NAME;
}

GVariant *
test_client_call (TestClient *self, const char *method, GVariant *args, GError **error)
{
  GVariant *answer = g_dbus_connection_call_sync (self->connection, self->name, self->path,
                                                  interface_of (method), method, args, NULL,
                                                  G_DBUS_CALL_FLAGS_NONE, G_MAXINT, NULL, error);

  if (answer == NULL && error != NULL)
    g_dbus_error_strip_remote_error (*error);
  return answer;
}

void
test_client_call_async (TestClient *self,
                        const char *method,
                        GVariant *args,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_dbus_connection_call (self->connection, self->name, self->path, interface_of (method), method,
                          args, NULL, G_DBUS_CALL_FLAGS_NONE, G_MAXINT, NULL, callback, user_data);
}

GVariant *
test_client_call_finish (GAsyncResult *result, GError **error)
{
  g_autoptr (GObject) connection = g_async_result_get_source_object (result);
  GVariant *answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (connection), result, error);

  if (answer == NULL && error != NULL)
    g_dbus_error_strip_remote_error (*error);
  return answer;
}

GVariant *
test_client_write_args (const char *topic, const char *data, const char *options)
{
  g_autoptr (GError) error = NULL;
  GVariant *dict = g_variant_parse (G_VARIANT_TYPE_VARDICT, options != NULL ? options : "{}", NULL,
                                    NULL, &error);
  GVariant *args;

  g_assert_no_error (error);
  args = g_variant_new ("(ss@a{sv})", topic, data, dict);
  g_variant_unref (dict);
  return args;
}

gboolean
test_client_try_write (TestClient *self,
                       const char *topic,
                       const char *data,
                       const char *options,
                       guint64 *revision,
                       GError **error)
{
  g_autofree char *name = test_client_dup_name (self, topic);
  g_autoptr (GVariant) answer =
      test_client_call (self, "Write", test_client_write_args (name, data, options), error);

  if (answer == NULL)
    return FALSE;
  g_variant_get (answer, "(t)", revision);
  return TRUE;
}

guint64
test_client_write_with (TestClient *self, const char *topic, const char *data, const char *options)
{
  g_autoptr (GError) error = NULL;
  guint64 revision = 0;

  test_client_try_write (self, topic, data, options, &revision, &error);
  g_assert_no_error (error);
  return revision;
}

guint64
test_client_write (TestClient *self, const char *topic, const char *data)
{
  return test_client_write_with (self, topic, data, NULL);
}

char *
test_client_dup_snapshot (TestClient *self, const char *topic, guint64 *revision)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = test_client_dup_name (self, topic);
  g_autoptr (GVariant) answer =
      test_client_call (self, "GetSnapshot", g_variant_new ("(s)", name), &error);
  char *data;

  g_assert_no_error (error);
  g_variant_get (answer, "(ts)", revision, &data);
  return data;
}

void
test_client_assert_snapshot (TestClient *self,
                             const char *topic,
                             guint64 revision,
                             const char *data)
{
  guint64 actual_revision;
  g_autofree char *actual_data = test_client_dup_snapshot (self, topic, &actual_revision);

  g_assert_cmpstr (actual_data, ==, data);
  g_assert_cmpuint (actual_revision, ==, revision);
}

guint64
test_client_get_statistic (TestClient *self, const char *key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = test_client_call (self, "Get", NULL, &error);
  g_autoptr (GVariant) statistics = NULL;
  guint64 value;

  g_assert_no_error (error);
  statistics = g_variant_get_child_value (answer, 0);
  g_assert_true (g_variant_lookup (statistics, key, "t", &value));
  return value;
}

void
test_client_assert_refused (
    TestClient *self, const char *method, GVariant *args, StateSyncError code, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = test_client_call (self, method, args, &error);

  g_assert_null (answer);
  g_assert_error (error, STATE_SYNC_ERROR, (int)code);
  if (message != NULL)
    g_assert_cmpstr (error->message, ==, message);
}

/* --- signals --- */

static Heard *
heard_of (TestClient *self, const char *topic)
{
  g_autofree char *name = test_client_dup_name (self, topic);
  Heard *heard = g_hash_table_lookup (self->heard, name);

  if (heard == NULL)
    {
      heard = g_new0 (Heard, 1);
      g_hash_table_insert (self->heard, g_steal_pointer (&name), heard);
    }
  return heard;
}

static void
on_invalidated (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *signal,
                GVariant *args,
                gpointer user_data)
{
  const char *topic;
  guint64 revision;
  Heard *heard;

  g_variant_get (args, "(&st)", &topic, &revision);
  heard = heard_of (user_data, topic);
  heard->last = revision;
  heard->n_signals++;
}

void
test_client_sync (TestClient *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer G_GNUC_UNUSED = g_dbus_connection_call_sync (
      self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "GetId", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
}

guint
test_client_get_unread (TestClient *self, const char *peer, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
      "org.freedesktop.DBus.Debug.Stats", "GetConnectionStats", g_variant_new ("(s)", peer),
      G_VARIANT_TYPE ("(a{sv})"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_autoptr (GVariant) statistics = NULL;
  guint32 value;

  g_assert_no_error (error);
  statistics = g_variant_get_child_value (answer, 0);
  g_assert_true (g_variant_lookup (statistics, what, "u", &value));
  return value;
}

/* Once for each client; the rule is on the bus when this returns. */
void
test_client_follow (TestClient *self, const char *topic)
{
  g_autofree char *name = topic != NULL ? test_client_dup_name (self, topic) : NULL;

  g_assert_cmpuint (self->subscription, ==, 0);
  self->subscription = g_dbus_connection_signal_subscribe (
      self->connection, self->name, SERVICE_NAME, "Invalidated", self->path, name,
      G_DBUS_SIGNAL_FLAGS_NONE, on_invalidated, self, NULL);
  test_client_sync (self);
}

void
test_client_listen (TestClient *self)
{
  g_assert_cmpuint (self->subscription, ==, 0);
  self->subscription = g_dbus_connection_signal_subscribe (
      self->connection, NULL, SERVICE_NAME, "Invalidated", self->path, NULL,
      G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE, on_invalidated, self, NULL);
}

guint64
test_client_get_last_signal (TestClient *self, const char *topic)
{
  return heard_of (self, topic)->last;
}

guint
test_client_get_n_signals (TestClient *self, const char *topic)
{
  return heard_of (self, topic)->n_signals;
}

/* Until a signal of this revision or a newer one has come. */
void
test_client_wait_for_signal (TestClient *self, const char *topic, guint64 revision)
{
  while (test_client_get_last_signal (self, topic) < revision)
    g_main_context_iteration (NULL, TRUE);
}
