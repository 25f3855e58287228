/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* All that a storage writes is recorded; then the power is lost after each step of it, and what
 * may be left on the disk is opened. All that was acknowledged by then is there, nothing that was
 * refused by then is, and a commit under way is there whole or not at all.
 */

#include <string.h>

#include "storage/disk-record.h"
#include "storage/sqlite-faults.h"
#include "storage/storage-fixture.h"

#define LARGE (1200 * 1024)

typedef enum
{
  OPEN,
  COMMIT,
  TIDY,
  CLOSE,
} ActionKind;

/* A commit writes revision and data to topic `a`, and the same to `b`. */
typedef struct
{
  ActionKind kind;
  guint64 revision;
  gsize size; /* of the data */
  gboolean with_fault;
} Action;

/* Creation, a log that grows, its checkpoint, its restart, a close, and all once more. */
static const Action script[] = {
  { OPEN, 0, 0, FALSE },       { COMMIT, 1, 3, FALSE }, { COMMIT, 2, 3, FALSE },
  { COMMIT, 3, LARGE, FALSE }, { TIDY, 0, 0, FALSE },   { COMMIT, 4, 3, FALSE },
  { COMMIT, 5, 3, TRUE },      { COMMIT, 6, 3, FALSE }, { TIDY, 0, 0, FALSE },
  { CLOSE, 0, 0, FALSE },      { OPEN, 0, 0, FALSE },   { COMMIT, 7, 3, FALSE },
  { CLOSE, 0, 0, FALSE },
};

/* What became of an action: it was under way from after the step `begin` until `end`. */
typedef struct
{
  guint begin;
  guint end;
  guint64 revision_tried; /* 0: none */
  guint64 revision;       /* that is stored at the end; 0: none */
} Happening;

typedef struct
{
  const char *name;
  Fault fault;
} Case;

static const Case cases[] = {
  { "no-fault", { 0, FAULT_IO_ERROR, FALSE } },
  { "sync-error", { FAULT_SYNC, FAULT_IO_ERROR, FALSE } },
  { "sync-too-late", { FAULT_SYNC, FAULT_TOO_LATE, FALSE } },
  { "write-error", { FAULT_WRITE, FAULT_IO_ERROR, FALSE } },
  { "write-too-late", { FAULT_WRITE, FAULT_TOO_LATE, FALSE } },
  { "short-write", { FAULT_WRITE, FAULT_SHORT, FALSE } },
};

static gboolean
commit_both (StateSyncStorage *storage, guint64 revision, gsize size)
{
  g_autofree char *text = g_strnfill (size, '0' + revision % 10);
  g_autoptr (GBytes) data = g_bytes_new_static (text, size);
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new (revision, data);
  const StateSyncChange changes[] = { { "a", snapshot }, { "b", snapshot } };

  return state_sync_storage_commit (storage, changes, G_N_ELEMENTS (changes), NULL);
}

/* The revision that both topics are at, with data to match. */
static guint64
stored_revision (StateSyncStorage *storage)
{
  guint64 revisions[2] = { 0 };
  const char *const topics[] = { "a", "b" };

  for (gsize i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StateSyncSnapshot) snapshot = state_sync_storage_load (storage, topics[i], &error);

      g_assert_no_error (error);
      if (snapshot == NULL)
        continue;
      revisions[i] = state_sync_snapshot_get_revision (snapshot);
      g_assert_cmpint (
          ((const char *)g_bytes_get_data (state_sync_snapshot_get_data (snapshot), NULL))[0], ==,
          '0' + (int)(revisions[i] % 10));
    }
  g_assert_cmpuint (revisions[0], ==, revisions[1]);
  return revisions[0];
}

/* --- the run --- */

static gboolean
act (Fixture *self, const Action *action)
{
  switch (action->kind)
    {
    case OPEN:
      fixture_open (self);
      return TRUE;
    case COMMIT:
      return commit_both (self->storage, action->revision, action->size);
    case TIDY:
      state_sync_storage_tidy (self->storage);
      return TRUE;
    case CLOSE:
      fixture_close (self);
      return TRUE;
    }
  g_assert_not_reached ();
}

/* (transfer full) (element-type Happening) */
static GArray *
run_script (Fixture *self, DiskRecord *record, const Fault *fault, guint nth)
{
  GArray *happenings = g_array_new (FALSE, TRUE, sizeof (Happening));
  guint64 revision = 0;

  sqlite_faults_record (record);
  for (gsize i = 0; i < G_N_ELEMENTS (script); i++)
    {
      Happening happening = { .begin = disk_record_get_n_steps (record) };

      if (script[i].with_fault)
        sqlite_faults_arm (fault, nth);
      if (act (self, &script[i]) && script[i].kind == COMMIT)
        revision = script[i].revision;
      sqlite_faults_disarm ();

      happening.end = disk_record_get_n_steps (record);
      happening.revision_tried = script[i].kind == COMMIT ? script[i].revision : 0;
      happening.revision = revision;
      g_array_append_val (happenings, happening);
    }
  sqlite_faults_record (NULL);
  return happenings;
}

/* --- the loss --- */

/* What may be found after @n_steps: at least `sure`, or else `possible`. */
static void
expect (GArray *happenings, guint n_steps, guint64 *sure, guint64 *possible)
{
  *sure = 0;
  *possible = 0;
  for (guint i = 0; i < happenings->len; i++)
    {
      const Happening *happening = &g_array_index (happenings, Happening, i);

      if (happening->end <= n_steps)
        *sure = *possible = happening->revision;
      else if (happening->begin < n_steps && happening->revision_tried != 0)
        *possible = happening->revision_tried;
    }
}

static void
lose_power (DiskRecord *record, GArray *happenings, guint n_steps, DiskLuck luck, GRand *rand)
{
  Fixture left = { .folder = make_temporary_folder () };
  guint64 sure, possible, found;

  left.path = g_build_filename (left.folder, "statesync.db", NULL);
  disk_record_leave (record, n_steps, luck, rand, left.folder);
  fixture_open (&left);
  fixture_assert_silent (&left);

  expect (happenings, n_steps, &sure, &possible);
  found = stored_revision (left.storage);
  if (found != sure && found != possible)
    g_error ("after %u steps revision %" G_GUINT64_FORMAT " is found, not %" G_GUINT64_FORMAT,
             n_steps, found, sure);

  g_assert_true (commit_both (left.storage, found + 1, 3));
  fixture_reopen (&left);
  g_assert_cmpuint (stored_revision (left.storage), ==, found + 1);
  fixture_close (&left);
  remove_temporary_folder (left.folder);
  g_free (left.folder);
  g_free (left.path);
}

/* All that is near the border of two actions, and a sample of the pages of large data. */
static gboolean
is_interesting (GArray *happenings, guint n_steps)
{
  for (guint i = 0; i < happenings->len; i++)
    {
      const Happening *happening = &g_array_index (happenings, Happening, i);

      if (n_steps >= happening->begin && n_steps <= happening->end)
        return n_steps - happening->begin < 10 || happening->end - n_steps < 10 ||
               n_steps % 151 == 0;
    }
  return TRUE;
}

static void
lose_power_between (DiskRecord *record, GArray *happenings, guint from, guint to)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32)g_test_rand_int ());
  guint n_tries = g_test_thorough () ? 20 : 2;

  for (guint n = from; n <= to; n++)
    {
      if (!is_interesting (happenings, n))
        continue;

      lose_power (record, happenings, n, DISK_NOTHING_UNCERTAIN, rand);
      lose_power (record, happenings, n, DISK_EVERYTHING, rand);
      for (guint i = 0; i < n_tries; i++)
        lose_power (record, happenings, n, DISK_ANY, rand);
    }
}

/* From the action that may fail to the end of the second after it. */
static void
lose_power_around_fault (DiskRecord *record, GArray *happenings)
{
  for (guint i = 0; i < G_N_ELEMENTS (script); i++)
    {
      if (script[i].with_fault)
        lose_power_between (record, happenings, g_array_index (happenings, Happening, i).begin,
                            g_array_index (happenings, Happening, i + 2).end);
    }
}

static void
test_power_loss (Fixture *self, gconstpointer data)
{
  const Case *test = data;
  gboolean fired = TRUE;

  for (guint nth = 1; fired; nth++)
    {
      g_autoptr (DiskRecord) record = disk_record_new ();
      g_autoptr (GArray) happenings = run_script (self, record, &test->fault, nth);

      fired = sqlite_faults_fired ();
      fixture_assert_logged (self, "*");
      if (test->fault.calls == 0)
        lose_power_between (record, happenings, 0, disk_record_get_n_steps (record));
      else if (fired)
        lose_power_around_fault (record, happenings);
      empty_folder (self->folder);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  sqlite_faults_install ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/storage/power-loss/%s", cases[i].name);

      g_test_add (path, Fixture, &cases[i], fixture_set_up, test_power_loss, fixture_tear_down);
    }
  return g_test_run ();
}
