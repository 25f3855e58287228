/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Each thing that a storage does is done again and again, and at each time the next of the calls
 * that SQLite makes fails, until it is through with all of them. Whatever fails: what was refused
 * is not there, neither now nor for who finds the files after a kill; what was acknowledged is;
 * and when the fault ends, all works again.
 */

#include <string.h>

#include "storage/sqlite-faults.h"
#include "storage/storage-fixture.h"

#define LARGE (1200 * 1024)

/* How it begins: a folder, and what is stored in it. */
typedef struct
{
  void (*prepare) (Fixture *self); /* leaves the folder as a kill would */
  const char *a;
  const char *b;
} Start;

/* What is done. */
typedef struct
{
  const char *name;
  const Start *start;
  void (*begin) (Fixture *self); /* (nullable) before faults begin */
  gboolean (*run) (Fixture *self, GError **error);
  const char *after; /* what topic `a` is once it succeeded */
  guint n_dense;     /* how many calls fail one by one, before only a sample does */
  guint32 version;   /* of the application's data, once it succeeded; 0 before */
} Operation;

typedef struct
{
  const Operation *operation;
  Fault fault;
} Case;

static gboolean
commit (Fixture *self, const char *topic, guint64 revision, const char *data, GError **error)
{
  return commit_text (self->storage, topic, revision, data, error);
}

/* --- prepare: topic a at revision 1, unless the folder is empty --- */

static void
prepare_nothing (Fixture *self)
{
}

static void
prepare_closed (Fixture *self)
{
  fixture_open (self);
  fixture_commit (self, "a", 1, "[1]");
  fixture_commit (self, "b", 1, "[1]");
  fixture_close (self);
}

/* What a kill leaves is what the kernel has, that is, the files as they are. */
static void
kill_storage (Fixture *self)
{
  g_autofree char *copy = make_temporary_folder ();

  copy_folder (self->folder, copy);
  fixture_close (self);
  empty_folder (self->folder);
  copy_folder (copy, self->folder);
  remove_temporary_folder (copy);
}

static void
prepare_killed (Fixture *self)
{
  prepare_closed (self);
  fixture_open (self);
  fixture_commit (self, "b", 2, "[2]");
  kill_storage (self);
}

static void
prepare_large_log (Fixture *self)
{
  g_autofree char *large = g_strnfill (LARGE, '1');

  prepare_closed (self);
  fixture_open (self);
  fixture_commit (self, "large", 1, large);
  kill_storage (self);
}

/* --- run --- */

static gboolean
run_open (Fixture *self, GError **error)
{
  self->storage = STATE_SYNC_STORAGE (state_sync_sqlite_storage_new (self->path));
  if (state_sync_storage_open (self->storage, error))
    return TRUE;

  fixture_close (self);
  return FALSE;
}

static gboolean
run_load (Fixture *self, GError **error)
{
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_storage_load (self->storage, "a", error);

  return snapshot != NULL;
}

static void
ignore_topic (const char *topic, guint64 revision, guint64 bytes, gpointer user_data)
{
}

static gboolean
run_list (Fixture *self, GError **error)
{
  return state_sync_storage_list (self->storage, "", ignore_topic, NULL, error);
}

static gboolean
run_total (Fixture *self, GError **error)
{
  StateSyncStorageTotals totals;

  return state_sync_storage_total (self->storage, &totals, error);
}

static gboolean
run_commit (Fixture *self, GError **error)
{
  return commit (self, "a", 2, "[2]", error);
}

static gboolean
run_first_commit (Fixture *self, GError **error)
{
  return commit (self, "a", 1, "[1]", error);
}

/* A hundred topics, one of them larger than SQLite's cache, so that pages are in the log before
 * the transaction ends. */
static gboolean
run_commit_many (Fixture *self, GError **error)
{
  g_autofree char *large = g_strnfill (LARGE, '2');
  g_autoptr (GBytes) large_data = g_bytes_new_static (large, LARGE);
  g_autoptr (GBytes) data = g_bytes_new_static ("[2]", 3);
  g_autoptr (StateSyncSnapshot) large_snapshot = state_sync_snapshot_new (2, large_data);
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new (2, data);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  StateSyncChange changes[100];

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_ptr_array_add (names, i == 50 ? g_strdup ("a") : g_strdup_printf ("many %u", i));
      changes[i] =
          (StateSyncChange){ g_ptr_array_index (names, i), i == 70 ? large_snapshot : snapshot };
    }
  return state_sync_storage_commit (self->storage, changes, G_N_ELEMENTS (changes), error);
}

static gboolean
run_commit_version (Fixture *self, GError **error)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("[2]", 3);
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new (2, data);
  const StateSyncChange change = { "a", snapshot };

  return state_sync_storage_commit_version (self->storage, 7, &change, 1, error);
}

static gboolean
run_get_version (Fixture *self, GError **error)
{
  guint32 version;

  return state_sync_storage_get_version (self->storage, &version, error);
}

static gboolean
run_tidy (Fixture *self, GError **error)
{
  state_sync_storage_tidy (self->storage);
  return TRUE;
}

static gboolean
run_close (Fixture *self, GError **error)
{
  fixture_close (self);
  return TRUE;
}

/* --- begin --- */

static void
begin_open (Fixture *self)
{
  fixture_open (self);
}

/* Up to where a commit has to checkpoint by itself. */
static void
begin_ceiling (Fixture *self)
{
  g_autofree char *large = g_strnfill (5 * 1024 * 1024, '1');

  fixture_open (self);
  fixture_commit (self, "large", 1, large);
}

static void
begin_version (Fixture *self)
{
  fixture_open (self);
  g_assert_true (state_sync_storage_commit_version (self->storage, 7, NULL, 0, NULL));
}

static const Start nothing = { prepare_nothing, "absent", "absent" };
static const Start closed = { prepare_closed, "1 [1]", "1 [1]" };
static const Start killed = { prepare_killed, "1 [1]", "2 [2]" };
static const Start large_log = { prepare_large_log, "1 [1]", "1 [1]" };

static const Operation operations[] = {
  { "open-new", &nothing, NULL, run_open, "absent", 80, 0 },
  { "open-closed", &closed, NULL, run_open, "1 [1]", 80, 0 },
  { "open-killed", &killed, NULL, run_open, "1 [1]", 80, 0 },
  { "load", &killed, begin_open, run_load, "1 [1]", 80, 0 },
  { "list", &closed, begin_open, run_list, "1 [1]", 80, 0 },
  { "total", &closed, begin_open, run_total, "1 [1]", 80, 0 },
  { "first-commit", &nothing, begin_open, run_first_commit, "1 [1]", 80, 0 },
  { "commit", &closed, begin_open, run_commit, "2 [2]", 80, 0 },
  { "commit-after-kill", &killed, begin_open, run_commit, "2 [2]", 80, 0 },
  { "commit-many", &closed, begin_open, run_commit_many, "2 [2]", 30, 0 },
  { "commit-at-ceiling", &closed, begin_ceiling, run_commit, "2 [2]", 6, 0 },
  { "commit-version", &closed, begin_open, run_commit_version, "2 [2]", 80, 7 },
  { "get-version", &closed, begin_version, run_get_version, "1 [1]", 80, 7 },
  { "tidy", &large_log, begin_open, run_tidy, "1 [1]", 20, 0 },
  { "close", &killed, begin_open, run_close, "1 [1]", 80, 0 },
};

static const struct
{
  const char *name;
  Fault fault;
} faults[] = {
  { "io-error", { FAULT_ANY_CALL, FAULT_IO_ERROR, FALSE } },
  { "disk-full", { FAULT_CHANGING, FAULT_DISK_FULL, FALSE } },
  { "short-write", { FAULT_WRITE, FAULT_SHORT, FALSE } },
  { "too-late", { FAULT_CHANGING, FAULT_TOO_LATE, FALSE } },
  { "no-memory", { FAULT_MEMORY, FAULT_IO_ERROR, FALSE } },
  { "lasting-io-error", { FAULT_ANY_CALL, FAULT_IO_ERROR, TRUE } },
  { "lasting-disk-full", { FAULT_WRITE, FAULT_DISK_FULL, TRUE } },
  { "lasting-short-write", { FAULT_WRITE, FAULT_SHORT, TRUE } },
  { "lasting-sync-error", { FAULT_SYNC, FAULT_IO_ERROR, TRUE } },
  { "lasting-sync-too-late", { FAULT_SYNC, FAULT_TOO_LATE, TRUE } },
  { "lasting-too-late", { FAULT_CHANGING, FAULT_TOO_LATE, TRUE } },
  { "lasting-no-memory", { FAULT_MEMORY, FAULT_IO_ERROR, TRUE } },
};

/* --- judge --- */

/* A disk that takes nothing any more can't be made to forget what it has: if it fails for good
 * between the end of the log and its sync, what is refused may be found after a kill, until there
 * has been a pause in which it works again. All else never is. */
static gboolean
can_forget (const Fault *fault)
{
  return !(fault->lasts && (fault->calls & FAULT_SYNC) != 0 && (fault->calls & FAULT_WRITE) != 0 &&
           fault->kind != FAULT_TOO_LATE);
}

/* The version and the topics go together. */
static void
assert_version (Fixture *self, const Operation *operation, const char *a)
{
  guint32 version = G_MAXUINT32;

  g_assert_true (state_sync_storage_get_version (self->storage, &version, NULL));
  g_assert_cmpuint (version, ==, g_str_equal (a, operation->after) ? operation->version : 0);
}

/* @but (nullable): what may be found instead. */
static void
assert_found_after_kill (Fixture *self, const Operation *operation, const char *a, const char *but)
{
  Fixture found = { .folder = make_temporary_folder () };
  g_autofree char *state = NULL;

  found.path = g_build_filename (found.folder, "statesync.db", NULL);
  copy_folder (self->folder, found.folder);
  fixture_open (&found);
  state = fixture_dup_state (&found, "a");
  if (g_strcmp0 (state, but) != 0)
    g_assert_cmpstr (state, ==, a);
  fixture_assert_state (&found, "b", operation->start->b);
  assert_version (&found, operation, state);
  fixture_commit (&found, "after the kill", 1, "1");
  fixture_close (&found);
  remove_temporary_folder (found.folder);
  g_free (found.folder);
  g_free (found.path);
}

static void
assert_works_again (Fixture *self, const char *expected)
{
  if (self->storage == NULL)
    fixture_open (self);
  fixture_assert_state (self, "a", expected);
  fixture_commit (self, "again", 1, "1");
  fixture_commit (self, "b", 9, "[9]");
  fixture_reopen (self);
  fixture_assert_state (self, "a", expected);
  fixture_assert_state (self, "again", "1 1");
  fixture_assert_state (self, "b", "9 [9]");
  fixture_close (self);
}

static void
try (Fixture *self, const Case *test, guint nth)
{
  const Operation *operation = test->operation;
  g_autoptr (GError) error = NULL;
  const char *expected;
  gboolean done;

  sqlite_faults_arm (&test->fault, nth);
  done = operation->run (self, &error);
  sqlite_faults_disarm ();

  if (!done)
    assert_storage_error (error);
  expected = done ? operation->after : operation->start->a;
  if (self->storage != NULL)
    {
      fixture_assert_state (self, "a", expected);
      fixture_assert_state (self, "b", operation->start->b);
      assert_version (self, operation, expected);
    }
  assert_found_after_kill (self, operation, expected,
                           can_forget (&test->fault) ? NULL : operation->after);
  if (self->storage != NULL)
    {
      state_sync_storage_tidy (self->storage);
      assert_found_after_kill (self, operation, expected, NULL);
    }
  assert_works_again (self, expected);
  fixture_assert_names (self, "statesync.db");
}

/* Each of the first calls, then ever fewer: the pages of a large checkpoint are all alike. */
static guint
next (const Operation *operation, guint nth)
{
  return nth < operation->n_dense ? nth + 1 : nth * 3;
}

static void
test_fault (Fixture *self, gconstpointer data)
{
  const Case *test = data;
  g_autofree char *prepared = make_temporary_folder ();
  gboolean fired = TRUE;
  guint nth;

  test->operation->start->prepare (self);
  copy_folder (self->folder, prepared);

  for (nth = 1; fired; nth = next (test->operation, nth))
    {
      empty_folder (self->folder);
      copy_folder (prepared, self->folder);
      if (test->operation->begin != NULL)
        test->operation->begin (self);
      try (self, test, nth);
      fired = sqlite_faults_fired ();
    }

  fixture_assert_logged (self, "*");
  remove_temporary_folder (prepared);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func (g_free);

  g_test_init (&argc, &argv, NULL);
  sqlite_faults_install ();

  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (faults); j++)
        {
          g_autofree char *path =
              g_strdup_printf ("/storage/faults/%s/%s", operations[i].name, faults[j].name);
          Case *test = g_new (Case, 1);

          *test = (Case){ &operations[i], faults[j].fault };
          g_ptr_array_add (cases, test);
          g_test_add (path, Fixture, test, fixture_set_up, test_fault, fixture_tear_down);
        }
    }
  return g_test_run ();
}
