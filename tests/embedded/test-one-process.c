/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Both libraries in one process, and nothing else of Statesync. */

#include <glib/gstdio.h>
#include <string.h>

#include "embedded/pair.h"

#define SETTINGS "org.example.Editor.settings"

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static gboolean
says (GBytes *bytes, const char *text)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return g_strstr_len (data, (gssize)size, text) != NULL;
}

/* --- what the application says to writes --- */

typedef struct
{
  StateSyncValidation *kept;
  guint n_asked;
} App;

static void
on_validate (StateSyncService *service, StateSyncValidation *validation, App *app)
{
  g_autoptr (GBytes) limit = bytes_of ("{\"volume\":10}");
  GBytes *data = state_sync_validation_get_data (validation);

  app->n_asked++;
  if (says (data, "\"volume\":11"))
    state_sync_validation_reject (validation, "The volume goes to ten");
  else if (says (data, "\"volume\":99"))
    state_sync_validation_replace (validation, limit);
  else if (says (data, "\"volume\":5"))
    app->kept = g_object_ref (validation);
  else
    state_sync_validation_accept (validation);
}

static void
on_rejected (StateSyncTopic *topic, JsonNode *patch, const GError *error, gpointer place)
{
  *(GError **)place = g_error_copy (error);
}

static void
update (StateSyncTopic *topic, const char *patch, GAsyncResult **place)
{
  g_autoptr (JsonNode) node = json_from_string (patch, NULL);

  state_sync_topic_update_async (topic, node, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL,
                                 test_await_callback, place);
}

static void
test_refusal (void)
{
  g_autoptr (GError) told = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (StateSyncTopic) topic = NULL;
  GAsyncResult *place = NULL;
  App app = { 0 };
  Pair pair;

  pair_init (&pair, pair_new_service ());
  g_signal_connect (pair.service, "validate", G_CALLBACK (on_validate), &app);
  g_assert_true (pair_write (pair.service, SETTINGS, "{\"volume\":3}", NULL, NULL));

  topic = pair_follow (&pair, SETTINGS);
  g_signal_connect (topic, "write-rejected", G_CALLBACK (on_rejected), &told);
  update (topic, "{\"volume\":11}", &place);
  pair_wait_until (topic, "{\"volume\":11}");

  result = pair_wait_for (&place);
  g_assert_false (state_sync_topic_update_finish (topic, result, NULL, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED);
  g_assert_cmpstr (error->message, ==, "The volume goes to ten");
  pair_wait_until (topic, "{\"volume\":3}");
  g_assert_error (told, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED);
  g_assert_cmpuint (app.n_asked, ==, 2);
  g_clear_object (&topic);
  pair_clear (&pair);
}

static void
test_replacement (void)
{
  g_autoptr (StateSyncTopic) topic = NULL;
  GAsyncResult *place = NULL;
  App app = { 0 };
  Pair pair;

  pair_init (&pair, pair_new_service ());
  g_signal_connect (pair.service, "validate", G_CALLBACK (on_validate), &app);
  topic = pair_follow (&pair, SETTINGS);
  update (topic, "{\"volume\":99}", &place);
  pair_wait_until (topic, "{\"volume\":10}");
  g_object_unref (pair_wait_for (&place));
  pair_assert_holds (pair.service, SETTINGS, 2, "{\"volume\":10}");
  g_clear_object (&topic);
  pair_clear (&pair);
}

static void
test_later_answer (void)
{
  g_autoptr (GBytes) data = bytes_of ("{\"volume\":5}");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *place = NULL;
  guint64 revision;
  App app = { 0 };
  Pair pair;

  pair_init (&pair, pair_new_service ());
  g_signal_connect (pair.service, "validate::" SETTINGS, G_CALLBACK (on_validate), &app);
  state_sync_service_write_async (pair.service, SETTINGS, data, STATE_SYNC_WRITE_FLAGS_NONE, 0,
                                  NULL, test_await_callback, &place);
  while (app.kept == NULL)
    g_main_context_iteration (NULL, TRUE);

  /* Reads go on. */
  pair_assert_holds (pair.service, SETTINGS, 0, "null");
  g_assert_null (place);
  state_sync_validation_accept (app.kept);
  result = pair_wait_for (&place);
  state_sync_service_write_finish (pair.service, result, &revision, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (revision, ==, 1);
  g_clear_object (&app.kept);
  pair_clear (&pair);
}

/* A handler for one topic is not asked about others. */
static void
test_detail (void)
{
  App app = { 0 };
  Pair pair;

  pair_init (&pair, pair_new_service ());
  g_signal_connect (pair.service, "validate::" SETTINGS, G_CALLBACK (on_validate), &app);
  g_assert_true (
      pair_write (pair.service, "org.example.Editor.other", "{\"volume\":11}", NULL, NULL));
  g_assert_cmpuint (app.n_asked, ==, 0);
  g_assert_false (pair_write (pair.service, SETTINGS, "{\"volume\":11}", NULL, NULL));
  g_assert_cmpuint (app.n_asked, ==, 1);
  pair_clear (&pair);
}

static void
on_validate_forgotten (StateSyncService *service, StateSyncValidation *validation, gpointer unused)
{
}

static void
test_nobody_answers (void)
{
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_init (&pair, pair_new_service ());
  g_signal_connect (pair.service, "validate", G_CALLBACK (on_validate_forgotten), NULL);
  g_assert_false (pair_write (pair.service, SETTINGS, "1", NULL, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED);
  pair_clear (&pair);
}

/* --- what it says of its data --- */

static GBytes *
begin_open (const char *topic, gpointer user_data)
{
  return strstr (topic, ".window.") != NULL ? bytes_of ("{\"open\":true}") : NULL;
}

static void
test_initial_data (void)
{
  g_autoptr (GBytes) settings = bytes_of ("{\"volume\":5}");
  g_autoptr (StateSyncTopic) topic = NULL;
  StateSyncService *service = pair_new_service ();
  g_auto (GStrv) names = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *place = NULL;
  Pair pair;

  state_sync_service_set_initial_data (service, SETTINGS, settings);
  state_sync_service_set_initial_data_func (service, begin_open, NULL, NULL);
  pair_init (&pair, service);
  pair_assert_holds (service, SETTINGS, 0, "{\"volume\":5}");
  pair_assert_holds (service, "org.example.Editor.window.1", 0, "{\"open\":true}");
  pair_assert_holds (service, "org.example.Editor.other", 0, "null");
  topic = pair_follow (&pair, SETTINGS);
  pair_wait_until (topic, "{\"volume\":5}");

  g_assert_true (pair_write (service, "org.example.Editor", "1", NULL, NULL));
  g_assert_true (pair_write (service, "org.example.Other", "1", NULL, NULL));
  state_sync_service_list_async (service, "org.example.Editor", NULL, test_await_callback, &place);
  result = pair_wait_for (&place);
  names = state_sync_service_list_finish (service, result, NULL);
  g_assert_cmpuint (g_strv_length (names), ==, 1);
  g_assert_cmpstr (names[0], ==, "org.example.Editor");
  g_clear_object (&topic);
  pair_clear (&pair);
}

static GBytes *
add_version (guint32 version, const char *topic, GBytes *data, gpointer user_data, GError **error)
{
  g_autofree char *text = g_strdup_printf ("[%.*s,%u]", (int)g_bytes_get_size (data),
                                           (const char *)g_bytes_get_data (data, NULL), version);

  if (version < 2)
    return bytes_of (text);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "nobody knows how");
  return NULL;
}

static StateSyncService *
service_of_version (StateSyncMemoryStorage *storage, guint version)
{
  StateSyncService *service =
      g_object_new (STATE_SYNC_TYPE_SERVICE, "storage", storage, "data-version", version, NULL);

  state_sync_service_set_migrate_func (service, add_version, NULL, NULL);
  return service;
}

static void
assert_refuses_to_open (StateSyncService *service, const char *pattern)
{
  GAsyncResult *place = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  state_sync_service_open_async (service, NULL, test_await_callback, &place);
  result = pair_wait_for (&place);
  g_assert_false (state_sync_service_open_finish (service, result, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_STORAGE);
  g_assert_true (g_pattern_match_simple (pattern, error->message));
  g_assert_false (pair_write (service, "t", "1", NULL, NULL));
  pair_close_service (service);
}

static void
test_migration (void)
{
  g_autoptr (StateSyncMemoryStorage) storage = state_sync_memory_storage_new ();
  g_autoptr (StateSyncService) old = state_sync_service_new (STATE_SYNC_STORAGE (storage));
  g_autoptr (StateSyncService) new = service_of_version (storage, 2);
  g_autoptr (StateSyncService) newer = service_of_version (storage, 3);
  g_autoptr (StateSyncService) oldest = service_of_version (storage, 1);

  pair_open_service (old);
  g_assert_true (pair_write (old, "t", "7", NULL, NULL));
  pair_close_service (old);

  pair_open_service (new);
  pair_assert_holds (new, "t", 3, "[[7,0],1]");
  pair_close_service (new);

  assert_refuses_to_open (newer, "*nobody knows how*");
  assert_refuses_to_open (oldest, "*update the application*");
}

static void
test_schemas (void)
{
  g_autofree char *root = g_dir_make_tmp ("statesync-XXXXXX", NULL);
  g_autofree char *parent = g_build_filename (root, "statesync", NULL);
  g_autofree char *folder = g_build_filename (parent, "schemas", NULL);
  g_autofree char *path = g_build_filename (folder, SETTINGS ".json", NULL);
  g_autoptr (StateSyncMemoryStorage) storage = state_sync_memory_storage_new ();
  g_autoptr (GError) error = NULL;
  App app = { 0 };
  StateSyncService *service;
  Pair pair;

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (path, "{\"type\":\"object\",\"default\":{\"volume\":1}}", -1, &error);
  g_assert_no_error (error);
  g_setenv ("XDG_DATA_DIRS", root, TRUE);
  service = g_object_new (STATE_SYNC_TYPE_SERVICE, "storage", storage, "uses-schemas", TRUE, NULL);
  pair_init (&pair, service);
  g_signal_connect (service, "validate", G_CALLBACK (on_validate), &app);

  pair_assert_holds (service, SETTINGS, 0, "{\"volume\":1}");
  g_assert_false (pair_write (service, SETTINGS, "11", NULL, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED);
  g_assert_cmpuint (app.n_asked, ==, 0);
  g_assert_false (pair_write (service, SETTINGS, "{\"volume\":11}", NULL, NULL));
  g_assert_true (pair_write (service, SETTINGS, "{\"volume\":2}", NULL, NULL));
  g_assert_cmpuint (app.n_asked, ==, 2);

  pair_clear (&pair);
  g_unlink (path);
  g_rmdir (folder);
  g_rmdir (parent);
  g_rmdir (root);
}

/* --- its life --- */

static void
test_not_open (void)
{
  g_autoptr (StateSyncService) service = pair_new_service ();
  g_autoptr (GError) error = NULL;
  Pair pair;

  g_assert_false (pair_write (service, "t", "1", NULL, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_UNAVAILABLE);
  g_clear_error (&error);

  pair_init (&pair, pair_new_service ());
  g_assert_false (state_sync_service_export (service, pair.server_end, "/other",
                                             STATE_SYNC_EXPORT_FLAGS_NONE, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_UNAVAILABLE);
  pair_close_service (service);
  pair_clear (&pair);
}

static gboolean
answers (Pair *pair)
{
  g_autoptr (GVariant) answer = pair_call (pair, "GetSnapshot", g_variant_new ("(s)", "t"), NULL);

  return answer != NULL;
}

static void
test_unexport (void)
{
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_init (&pair, pair_new_service ());
  g_assert_false (state_sync_service_export (pair.service, pair.server_end, PAIR_PATH,
                                             STATE_SYNC_EXPORT_FLAGS_NONE, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_true (answers (&pair));

  state_sync_service_unexport (pair.service, pair.server_end, "/other");
  g_assert_true (answers (&pair));
  state_sync_service_unexport (pair.service, pair.server_end, PAIR_PATH);
  g_assert_false (answers (&pair));
  state_sync_service_export (pair.service, pair.server_end, PAIR_PATH, STATE_SYNC_EXPORT_FLAGS_NONE,
                             &error);
  g_assert_no_error (error);
  g_assert_true (answers (&pair));
  pair_clear (&pair);
}

static void
on_signal (GDBusConnection *connection,
           const char *sender,
           const char *path,
           const char *interface,
           const char *signal,
           GVariant *args,
           gpointer log)
{
  g_string_append_printf (log, "%s;", path);
}

/* Where it is no more, nothing is told. */
static void
test_unexport_one_of_two (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  guint subscription;
  Pair pair;

  pair_init (&pair, pair_new_service ());
  subscription =
      g_dbus_connection_signal_subscribe (pair.client_end, NULL, "org.statesync.StateSync1",
                                          "Invalidated", NULL, NULL, 0, on_signal, log, NULL);
  state_sync_service_export (pair.service, pair.server_end, "/other", STATE_SYNC_EXPORT_FLAGS_NONE,
                             &error);
  g_assert_no_error (error);
  state_sync_service_unexport (pair.service, pair.server_end, "/other");
  g_assert_true (pair_write (pair.service, "t", "1", NULL, NULL));
  g_assert_true (answers (&pair));
  g_assert_cmpstr (log->str, ==, PAIR_PATH ";");
  g_dbus_connection_signal_unsubscribe (pair.client_end, subscription);
  pair_clear (&pair);
}

static void
on_changed (StateSyncService *service, const char *topic, StateSyncSnapshot *snapshot, GString *log)
{
  g_string_append_printf (log, "%s=%" G_GUINT64_FORMAT ";", topic,
                          state_sync_snapshot_get_revision (snapshot));
}

static void
test_in_process (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GBytes) patch = bytes_of ("{\"b\":2}");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *place = NULL;
  guint64 revision = 0;
  Pair pair;

  pair_init (&pair, pair_new_service ());
  g_signal_connect (pair.service, "changed::t", G_CALLBACK (on_changed), log);
  g_assert_true (pair_write (pair.service, "t", "{\"a\":1}", &revision, NULL));
  g_assert_true (pair_write (pair.service, "u", "1", NULL, NULL));
  g_assert_cmpuint (revision, ==, 1);
  state_sync_service_merge_async (pair.service, "t", patch,
                                  STATE_SYNC_WRITE_FLAGS_IF_REVISION |
                                      STATE_SYNC_WRITE_FLAGS_NOT_DURABLE,
                                  1, NULL, test_await_callback, &place);
  result = pair_wait_for (&place);
  state_sync_service_merge_finish (pair.service, result, &revision, &error);
  g_assert_no_error (error);
  pair_assert_holds (pair.service, "t", 2, "{\"a\":1,\"b\":2}");
  g_assert_cmpstr (log->str, ==, "t=1;t=2;");
  g_clear_object (&result);

  state_sync_service_merge_async (pair.service, "t", patch, STATE_SYNC_WRITE_FLAGS_IF_REVISION, 1,
                                  NULL, test_await_callback, &place);
  result = pair_wait_for (&place);
  g_assert_false (state_sync_service_merge_finish (pair.service, result, NULL, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_CONFLICT);
  g_assert_cmpint (state_sync_service_get_idle_since (pair.service), >=, 0);
  pair_clear (&pair);
}

/* --- a storage of its own --- */

#define EXAMPLE_TYPE_STORAGE (example_storage_get_type ())
G_DECLARE_FINAL_TYPE (ExampleStorage, example_storage, EXAMPLE, STORAGE, GObject)

/* One that refuses what it is told to, before another. */
struct _ExampleStorage
{
  GObject parent_instance;

  StateSyncStorage *inner;
  gint refuses; /* atomic, like all that follow */
  gint is_closed;
};

static gboolean
example_open (StateSyncStorage *storage, GError **error)
{
  return state_sync_storage_open (EXAMPLE_STORAGE (storage)->inner, error);
}

static StateSyncSnapshot *
example_load (StateSyncStorage *storage, const char *topic, GError **error)
{
  return state_sync_storage_load (EXAMPLE_STORAGE (storage)->inner, topic, error);
}

static gboolean
example_commit (StateSyncStorage *storage,
                const StateSyncChange *changes,
                gsize n_changes,
                GError **error)
{
  ExampleStorage *self = EXAMPLE_STORAGE (storage);

  if (!g_atomic_int_get (&self->refuses))
    return state_sync_storage_commit (self->inner, changes, n_changes, error);

  g_set_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_STORAGE, "%s does not fit",
               changes[0].topic);
  return FALSE;
}

static gboolean
example_list (StateSyncStorage *storage,
              const char *namespace_,
              StateSyncStorageListFunc func,
              gpointer user_data,
              GError **error)
{
  return state_sync_storage_list (EXAMPLE_STORAGE (storage)->inner, namespace_, func, user_data,
                                  error);
}

static gboolean
example_total (StateSyncStorage *storage, StateSyncStorageTotals *totals, GError **error)
{
  return state_sync_storage_total (EXAMPLE_STORAGE (storage)->inner, totals, error);
}

static void
example_close (StateSyncStorage *storage)
{
  state_sync_storage_close (EXAMPLE_STORAGE (storage)->inner);
  g_atomic_int_set (&EXAMPLE_STORAGE (storage)->is_closed, TRUE);
}

static void
iface_init (StateSyncStorageInterface *iface)
{
  iface->open = example_open;
  iface->load = example_load;
  iface->commit = example_commit;
  iface->list = example_list;
  iface->total = example_total;
  iface->close = example_close;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ExampleStorage,
                               example_storage,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_STORAGE, iface_init))

static void
example_storage_finalize (GObject *object)
{
  g_object_unref (EXAMPLE_STORAGE (object)->inner);
  G_OBJECT_CLASS (example_storage_parent_class)->finalize (object);
}

static void
example_storage_class_init (ExampleStorageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = example_storage_finalize;
}

static void
example_storage_init (ExampleStorage *self)
{
  self->inner = STATE_SYNC_STORAGE (state_sync_memory_storage_new ());
}

static void
test_own_storage (void)
{
  g_autoptr (ExampleStorage) storage = g_object_new (EXAMPLE_TYPE_STORAGE, NULL);
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_init (&pair, state_sync_service_new (STATE_SYNC_STORAGE (storage)));
  g_assert_true (pair_write (pair.service, "t", "1", NULL, NULL));
  g_atomic_int_set (&storage->refuses, TRUE);
  g_assert_false (pair_write (pair.service, "t", "2", NULL, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_STORAGE);
  pair_assert_holds (pair.service, "t", 1, "1");
  pair_clear (&pair);
  g_assert_true (g_atomic_int_get (&storage->is_closed));
}

/* A service that is dropped closes its storage by itself, and lets go of it. */
static void
test_dropped (void)
{
  ExampleStorage *storage = g_object_new (EXAMPLE_TYPE_STORAGE, NULL);
  StateSyncService *service = state_sync_service_new (STATE_SYNC_STORAGE (storage));

  pair_open_service (service);
  g_assert_true (pair_write (service, "t", "1", NULL, NULL));
  g_object_add_weak_pointer (G_OBJECT (storage), (gpointer *)&storage);
  g_object_unref (service);
  g_object_unref (storage);
  while (storage != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_its_version_can_not_be_kept (void)
{
  g_autoptr (ExampleStorage) storage = g_object_new (EXAMPLE_TYPE_STORAGE, NULL);
  g_autoptr (StateSyncService) service =
      g_object_new (STATE_SYNC_TYPE_SERVICE, "storage", storage, "data-version", 1, NULL);

  assert_refuses_to_open (service, "*can't keep a version*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/embedded/one-process/refusal", test_refusal);
  g_test_add_func ("/embedded/one-process/replacement", test_replacement);
  g_test_add_func ("/embedded/one-process/later-answer", test_later_answer);
  g_test_add_func ("/embedded/one-process/detail", test_detail);
  g_test_add_func ("/embedded/one-process/nobody-answers", test_nobody_answers);
  g_test_add_func ("/embedded/one-process/initial-data", test_initial_data);
  g_test_add_func ("/embedded/one-process/migration", test_migration);
  g_test_add_func ("/embedded/one-process/schemas", test_schemas);
  g_test_add_func ("/embedded/one-process/not-open", test_not_open);
  g_test_add_func ("/embedded/one-process/unexport", test_unexport);
  g_test_add_func ("/embedded/one-process/unexport-one-of-two", test_unexport_one_of_two);
  g_test_add_func ("/embedded/one-process/in-process", test_in_process);
  g_test_add_func ("/embedded/one-process/own-storage", test_own_storage);
  g_test_add_func ("/embedded/one-process/dropped", test_dropped);
  g_test_add_func ("/embedded/one-process/no-version", test_its_version_can_not_be_kept);

  return g_test_run ();
}
