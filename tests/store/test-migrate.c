/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An application's data on its way to the version that is wanted, by table. */

#include <string.h>

#include "protocol/error.h"
#include "store/store.h"
#include "store/versioned-storage.h"
#include "support/await.h"
#include "support/memory-storage.h"

#define MAX_DATA_SIZE 64

typedef struct
{
  TestMemoryStorage *storage;
  StateSyncStore *store;
  GString *asked; /* "VERSION TOPIC; " for each step of a topic */
  GThread *thread;
} Fixture;

/* Does what the data says; by default it adds the version to an array. */
static GBytes *
obey (guint32 version, const char *topic, GBytes *data, gpointer user_data, GError **error)
{
  Fixture *self = user_data;
  gsize size = g_bytes_get_size (data);
  const char *text = g_bytes_get_data (data, NULL);
  g_autofree char *wrong = g_strdup_printf ("\"fail %u\"", version);
  g_autoptr (GString) result = g_string_new_len (text, (gssize)size);

  g_assert_true (g_thread_self () == self->thread);
  g_string_append_printf (self->asked, "%u %s; ", version, topic);
  if (g_str_equal (result->str, wrong))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "too old");
      return NULL;
    }
  if (g_str_equal (result->str, "\"nothing\""))
    return NULL;
  if (g_str_equal (result->str, "\"delete\""))
    g_string_assign (result, "null");
  else if (g_str_equal (result->str, "\"break\""))
    g_string_assign (result, "[1");
  else if (g_str_equal (result->str, "\"bloat\""))
    g_string_assign (result,
                     "\"0123456789012345678901234567890123456789012345678901234567890123\"");
  else if (text[0] == '[')
    {
      g_string_truncate (result, size - 1);
      g_string_append_printf (result, ",%u]", version);
    }
  return g_string_free_to_bytes (g_steal_pointer (&result));
}

/* "REVISION DATA", or NULL. */
typedef struct
{
  const char *a;
  const char *b;
  const char *c;
} Topics;

typedef struct
{
  const char *name;
  guint32 stored;
  guint32 wanted;
  Topics before;
  Topics after;
  guint32 version;
  const char *asked;
  const char *message; /* (nullable) of the error with which it does not open */
} Case;

#define STEP(topic, from, to)                                                                      \
  "Topic “" topic "” can't be brought from version " from                                          \
  " of the application's data to version " to ": "

static const Case cases[] = {
  { "new", 0, 5, { 0 }, { 0 }, 5, "", NULL },
  { "wants-none", 0, 0, { "1 [0]", NULL, NULL }, { "1 [0]", NULL, NULL }, 0, "", NULL },
  { "same", 3, 3, { "1 [0]", NULL, NULL }, { "1 [0]", NULL, NULL }, 3, "", NULL },
  { "one-step",
    1,
    2,
    { "4 [0]", "7 [5]", NULL },
    { "5 [0,1]", "8 [5,1]", NULL },
    2,
    "1 a; 1 b; ",
    NULL },
  { "never-told", 0, 1, { "4 [0]", NULL, NULL }, { "5 [0,0]", NULL, NULL }, 1, "0 a; ", NULL },
  { "three-steps",
    2,
    5,
    { "4 [0]", "1 1", NULL },
    { "7 [0,2,3,4]", "1 1", NULL },
    5,
    "2 a; 2 b; 3 a; 3 b; 4 a; 4 b; ",
    NULL },
  { "deleted-is-nothing-to-migrate",
    2,
    4,
    { "4 null", NULL, NULL },
    { "4 null", NULL, NULL },
    4,
    "",
    NULL },
  { "deletes",
    2,
    4,
    { "4 \"delete\"", "1 1", NULL },
    { "5 null", "1 1", NULL },
    4,
    "2 a; 2 b; 3 b; ",
    NULL },
  { "deletes-all",
    2,
    9,
    { "4 \"delete\"", NULL, NULL },
    { "5 null", NULL, NULL },
    9,
    "2 a; ",
    NULL },
  { "newer",
    6,
    5,
    { "1 [0]", NULL, NULL },
    { "1 [0]", NULL, NULL },
    6,
    "",
    "The topics can't be opened: they are of version 6 of the application's data, and it knows "
    "none above 5: update the application" },
  { "first-step-fails",
    2,
    5,
    { "4 [0]", "1 \"fail 2\"", "1 1" },
    { "4 [0]", "1 \"fail 2\"", "1 1" },
    2,
    "2 a; 2 b; ",
    STEP ("b", "2", "3") "too old" },
  { "second-step-fails",
    2,
    5,
    { "4 [0]", "1 \"fail 3\"", "1 1" },
    { "5 [0,2]", "1 \"fail 3\"", "1 1" },
    3,
    "2 a; 2 b; 2 c; 3 a; 3 b; ",
    STEP ("b", "3", "4") "too old" },
  { "no-data-and-no-reason",
    2,
    3,
    { "4 \"nothing\"", NULL, NULL },
    { "4 \"nothing\"", NULL, NULL },
    2,
    "2 a; ",
    STEP ("a", "2", "3") "the application gave neither data nor a reason" },
  { "invalid-data",
    2,
    3,
    { "4 \"break\"", NULL, NULL },
    { "4 \"break\"", NULL, NULL },
    2,
    "2 a; ",
    STEP ("a", "2", "3") "it would be invalid at byte 2: the text ends before its value is "
                         "complete; send all of it" },
  { "too-large",
    2,
    3,
    { "4 \"bloat\"", NULL, NULL },
    { "4 \"bloat\"", NULL, NULL },
    2,
    "2 a; ",
    STEP ("a", "2", "3") "it would be 66 bytes, above the limit of 64" },
  { "last-revision",
    2,
    3,
    { "18446744073709551615 [0]", NULL, NULL },
    { "18446744073709551615 [0]", NULL, NULL },
    2,
    "2 a; ",
    STEP ("a", "2", "3") "it is at the last revision" },
  { "last-revision-kept",
    2,
    3,
    { "18446744073709551615 1", NULL, NULL },
    { "18446744073709551615 1", NULL, NULL },
    3,
    "2 a; ",
    NULL },
};

static void
put (Fixture *self, const char *topic, const char *state)
{
  char *data;
  guint64 revision;

  if (state == NULL)
    return;
  revision = g_ascii_strtoull (state, &data, 10);
  test_memory_storage_put (self->storage, topic, revision, data + 1);
}

static void
assert_stored (Fixture *self, const char *topic, const char *expected)
{
  g_autofree char *state = test_memory_storage_dup_state (self->storage, topic);

  g_assert_cmpstr (state, ==, expected);
}

static void
fixture_set_up (Fixture *self, gconstpointer data)
{
  self->storage = test_memory_storage_new ();
  self->asked = g_string_new (NULL);
  self->thread = g_thread_self ();
}

static void
put_all (Fixture *self, guint32 version, const Topics *topics)
{
  put (self, "a", topics->a);
  put (self, "b", topics->b);
  put (self, "c", topics->c);
  test_memory_storage_put_version (self->storage, version);
}

static void
make_store (Fixture *self, guint32 wanted, StateSyncMigrateFunc migrate)
{
  g_autoptr (StateSyncStorage) versioned = state_sync_versioned_storage_new (
      STATE_SYNC_STORAGE (self->storage), wanted, MAX_DATA_SIZE, migrate, self, NULL);

  self->store = state_sync_store_new (versioned, MAX_DATA_SIZE);
}

/* @message (nullable): of the error */
static void
open_store (Fixture *self, const char *message)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  state_sync_store_open_async (self->store, test_await_callback, &result);
  test_await (&result);
  state_sync_store_open_finish (self->store, result, &error);
  g_assert_cmpstr (error != NULL ? error->message : NULL, ==, message);
  if (error != NULL)
    g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_STORAGE);
}

static void
close_store (Fixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  state_sync_store_close_async (self->store, test_await_callback, &result);
  test_await (&result);
  g_clear_object (&self->store);
  g_assert_true (test_memory_storage_is_closed (self->storage));
}

static void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  if (self->store != NULL)
    close_store (self);
  g_object_unref (self->storage);
  g_string_free (self->asked, TRUE);
}

static void
test_case (Fixture *self, gconstpointer data)
{
  const Case *test = data;

  put_all (self, test->stored, &test->before);
  make_store (self, test->wanted, obey);
  open_store (self, test->message);
  g_assert_cmpstr (self->asked->str, ==, test->asked);
  assert_stored (self, "a", test->after.a);
  assert_stored (self, "b", test->after.b);
  assert_stored (self, "c", test->after.c);
  g_assert_cmpuint (test_memory_storage_get_version (self->storage), ==, test->version);
}

static void
test_new_takes_one_commit (Fixture *self, gconstpointer data)
{
  make_store (self, 5, obey);
  open_store (self, NULL);
  g_assert_cmpuint (test_memory_storage_get_version (self->storage), ==, 5);
  g_assert_cmpuint (test_memory_storage_get_n_commits (self->storage), ==, 1);
}

static void
on_read (GPtrArray *snapshots, const GError *error, gpointer user_data)
{
  char **answer = user_data;

  *answer =
      error != NULL
          ? g_strdup (error->message)
          : g_strdup_printf ("%" G_GUINT64_FORMAT,
                             state_sync_snapshot_get_revision (g_ptr_array_index (snapshots, 0)));
}

static char *
read_a (Fixture *self)
{
  char *answer = NULL;

  state_sync_store_read (self->store, (const char *const[]){ "a", NULL }, G_MAXUINT64, on_read,
                         &answer);
  while (answer == NULL)
    g_main_context_iteration (NULL, TRUE);
  return answer;
}

/* Who asks while it still opens waits until all is migrated. */
static void
test_nobody_sees_what_is_not_migrated (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *answer = NULL;

  put_all (self, 1, &(Topics){ "1 [0]", "1 [0]", NULL });
  make_store (self, 4, obey);
  state_sync_store_open_async (self->store, test_await_callback, &result);
  answer = read_a (self);
  g_assert_cmpstr (answer, ==, "4");
  test_await (&result);
}

/* What was to be migrated and could not be is neither read nor written. */
static void
test_nothing_works_after_a_failure (Fixture *self, gconstpointer data)
{
  const char *message = STEP ("a", "1", "2") "too old";
  g_autofree char *answer = NULL;

  put_all (self, 1, &(Topics){ "1 \"fail 1\"", NULL, NULL });
  make_store (self, 4, obey);
  open_store (self, message);
  answer = read_a (self);
  g_assert_cmpstr (answer, ==, message);
  close_store (self);
  assert_stored (self, "a", "1 \"fail 1\"");
}

static void
test_goes_on_where_it_failed (Fixture *self, gconstpointer data)
{
  put_all (self, 1, &(Topics){ "1 [0]", "1 \"fail 2\"", NULL });
  make_store (self, 3, obey);
  open_store (self, STEP ("b", "2", "3") "too old");
  close_store (self);
  put (self, "b", "2 [0]");
  make_store (self, 3, obey);
  open_store (self, NULL);
  assert_stored (self, "a", "3 [0,1,2]");
  assert_stored (self, "b", "3 [0,2]");
}

static void
test_commit_that_fails (Fixture *self, gconstpointer data)
{
  put_all (self, 1, &(Topics){ "1 [0]", NULL, NULL });
  test_memory_storage_fail_commits (self->storage, 1);
  make_store (self, 3, obey);
  open_store (self, "The test's storage failed: as told");
  assert_stored (self, "a", "1 [0]");
  g_assert_cmpuint (test_memory_storage_get_version (self->storage), ==, 1);
}

static void
test_storage_that_does_not_open (Fixture *self, gconstpointer data)
{
  put_all (self, 1, &(Topics){ "1 [0]", NULL, NULL });
  test_memory_storage_fail_open (self->storage, TRUE);
  make_store (self, 3, obey);
  open_store (self, "The test's storage failed: as told");
  g_assert_cmpstr (self->asked->str, ==, "");
}

static void
test_without_a_function (Fixture *self, gconstpointer data)
{
  put_all (self, 1, &(Topics){ "1 [0]", NULL, NULL });
  make_store (self, 3, NULL);
  open_store (self, NULL);
  assert_stored (self, "a", "1 [0]");
  g_assert_cmpuint (test_memory_storage_get_version (self->storage), ==, 3);
}

/* As if the storage were an application's own that does not know of versions. */
static void
test_storage_without_versions (Fixture *self, gconstpointer data)
{
  StateSyncStorageInterface *iface = STATE_SYNC_STORAGE_GET_IFACE (self->storage);
  StateSyncStorageInterface whole = *iface;

  put_all (self, 0, &(Topics){ "1 [0]", NULL, NULL });
  iface->get_version = NULL;
  iface->commit_version = NULL;
  make_store (self, 1, obey);
  open_store (self,
              "The topics can't be opened: the storage can't keep a version of the application's "
              "data: use another one, or implement get_version and commit_version");
  close_store (self);
  make_store (self, 0, obey);
  open_store (self, NULL);
  close_store (self);
  *iface = whole;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/store/migrate/case/", cases[i].name, NULL);

      g_test_add (path, Fixture, &cases[i], fixture_set_up, test_case, fixture_tear_down);
    }

#define ADD(name, func)                                                                            \
  g_test_add ("/store/migrate/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("new-takes-one-commit", test_new_takes_one_commit);
  ADD ("nobody-sees-what-is-not-migrated", test_nobody_sees_what_is_not_migrated);
  ADD ("nothing-works-after-a-failure", test_nothing_works_after_a_failure);
  ADD ("goes-on-where-it-failed", test_goes_on_where_it_failed);
  ADD ("commit-that-fails", test_commit_that_fails);
  ADD ("storage-that-does-not-open", test_storage_that_does_not_open);
  ADD ("without-a-function", test_without_a_function);
  ADD ("storage-without-versions", test_storage_without_versions);
#undef ADD
  return g_test_run ();
}
