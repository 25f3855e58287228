/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What open makes, refuses, and sets aside. */

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/storage-fixture.h"

/* Many names, and data in all shapes of page that SQLite has: inner and leaf, of the tables of
 * topics and of data, and the overflow pages of large data. */
#define N_TOPICS 60

static guint
mode_of (const char *path)
{
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  return status.st_mode & 0777;
}

static char *
topic_name (guint i)
{
  return g_strdup_printf ("org.example.Application.with-a-long-name.topic-%u", i);
}

static char *
topic_data (guint i)
{
  g_autofree char *text = g_strnfill (i % 20 == 7 ? 20000 : 40 * i, 'a' + i % 26);

  return g_strdup_printf ("\"%s\"", text);
}

static void
fill (Fixture *self)
{
  fixture_open (self);
  for (guint i = 0; i < N_TOPICS; i++)
    {
      g_autofree char *name = topic_name (i);
      g_autofree char *data = topic_data (i);

      fixture_commit (self, name, i + 1, data);
    }
}

/* --- new --- */

static void
test_makes_private_folders_and_file (Fixture *self, gconstpointer data)
{
  g_autofree char *outer = g_build_filename (self->folder, "a", NULL);
  g_autofree char *inner = g_build_filename (outer, "b", NULL);
  g_autofree char *path = g_build_filename (inner, "statesync.db", NULL);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  mode_t mask = umask (0);

  g_free (self->path);
  self->path = g_steal_pointer (&path);
  fixture_open (self);
  fixture_commit (self, "t", 1, "1");
  umask (mask);

  g_assert_cmpuint (mode_of (outer), ==, 0700);
  g_assert_cmpuint (mode_of (inner), ==, 0700);
  g_assert_cmpuint (mode_of (self->path), ==, 0600);
  g_assert_cmpuint (mode_of (log), ==, 0600);
}

static void
test_empty_file_is_new (Fixture *self, gconstpointer data)
{
  g_assert_true (g_file_set_contents (self->path, "", 0, NULL));
  fixture_open (self);
  fixture_commit (self, "t", 1, "1");
  fixture_reopen (self);
  fixture_assert_state (self, "t", "1 1");
}

static void
test_odd_path (Fixture *self, gconstpointer data)
{
  g_free (self->path);
  self->path = g_build_filename (self->folder, "ü %41?mode=memory#x .db", NULL);
  fixture_open (self);
  fixture_commit (self, "t", 1, "1");
  fixture_reopen (self);
  fixture_assert_state (self, "t", "1 1");
  fixture_close (self);
  g_assert_true (g_file_test (self->path, G_FILE_TEST_IS_REGULAR));
}

static void
test_marks_of_the_file (Fixture *self, gconstpointer data)
{
  g_autofree char *marks = NULL;

  fixture_open (self);
  fixture_close (self);
  marks = fixture_sql (self, "SELECT application_id || ' ' || user_version || ' ' || journal_mode "
                             "FROM pragma_application_id, pragma_user_version, "
                             "pragma_journal_mode");
  g_assert_cmpstr (marks, ==, "1397969713 1 wal");
}

/* --- refused, untouched --- */

static void
assert_refused_untouched (Fixture *self, const char *pattern)
{
  g_autofree char *names_before = fixture_dup_names (self);
  g_autoptr (GBytes) before = read_file (self->path);
  g_autofree char *message = fixture_open_error (self);
  g_autofree char *names_after = fixture_dup_names (self);
  g_autoptr (GBytes) after = read_file (self->path);

  if (!g_pattern_match_simple (pattern, message))
    g_error ("refused with “%s”, not “%s”", message, pattern);
  g_assert_nonnull (strstr (message, self->path));
  g_assert_cmpstr (names_after, ==, names_before);
  if (before != NULL)
    g_assert_true (g_bytes_equal (before, after));
}

static void
test_newer_version (Fixture *self, gconstpointer data)
{
  fill (self);
  fixture_close (self);
  g_free (fixture_sql (self, "PRAGMA user_version=2"));
  assert_refused_untouched (self, "*newer version*update*");
}

/* As after a crash of the newer service: its log is still to be recovered. */
static void
test_newer_version_with_a_log (Fixture *self, gconstpointer data)
{
  g_autofree char *copy = make_temporary_folder ();

  fill (self);
  fixture_close (self);
  g_free (fixture_sql (self, "PRAGMA user_version=2"));
  {
    sqlite3 *newer;

    g_assert_cmpint (sqlite3_open (self->path, &newer), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_exec (newer, "PRAGMA locking_mode=EXCLUSIVE; UPDATE topic SET bytes=1",
                                   NULL, NULL, NULL),
                     ==, SQLITE_OK);
    copy_folder (self->folder, copy);
    sqlite3_close (newer);
  }
  empty_folder (self->folder);
  copy_folder (copy, self->folder);
  remove_temporary_folder (copy);
  fixture_assert_names (self, "statesync.db statesync.db-wal");
  assert_refused_untouched (self, "*newer version*update*");
}

static void
test_other_application (Fixture *self, gconstpointer data)
{
  g_free (fixture_sql (self, "PRAGMA application_id=42; CREATE TABLE topic (name)"));
  assert_refused_untouched (self, "*another application*use another file");
  g_free (fixture_sql (self, "PRAGMA application_id=0; PRAGMA journal_mode=WAL"));
  assert_refused_untouched (self, "*another application*use another file");
}

/* After a crash its log lies beside one of its names; by another the database would be opened
 * without it. */
static void
test_second_name (Fixture *self, gconstpointer data)
{
  g_autofree char *second = g_build_filename (self->folder, "second.db", NULL);
  g_autofree char *log = g_strconcat (self->path, "-wal", NULL);
  g_autoptr (GBytes) log_before = NULL;
  g_autoptr (GBytes) log_after = NULL;

  fill (self);
  log_before = read_file (log);
  fixture_close (self);
  write_file (log, log_before);
  g_assert_no_errno (link (self->path, second));
  assert_refused_untouched (self, "*it has another name as well (a hard link)*");
  log_after = read_file (log);
  g_assert_true (g_bytes_equal (log_after, log_before));

  g_assert_no_errno (unlink (second));
  fixture_open (self);
  fixture_close (self);
}

static void
test_folder_in_place_of_the_file (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (g_mkdir (self->path, 0700), ==, 0);
  assert_refused_untouched (self, "*it is a folder: use another path");
}

static void
test_file_in_place_of_the_folder (Fixture *self, gconstpointer data)
{
  g_autofree char *message = NULL;

  g_assert_true (g_file_set_contents (self->path, "x", 1, NULL));
  g_free (self->path);
  self->path = g_build_filename (self->folder, "statesync.db", "a", "statesync.db", NULL);
  message = fixture_open_error (self);
  g_assert_nonnull (strstr (message, "Not a directory"));
}

/* --- set aside --- */

static void
assert_set_aside (Fixture *self, const char *why)
{
  g_autofree char *pattern =
      g_strdup_printf ("*%s” is damaged (%s)*set aside as “%s.corrupt-????????T??????Z*”*",
                       self->path, why, self->path);

  fixture_open (self);
  fixture_assert_logged (self, pattern);
  fixture_assert_list (self, "", "");
  fixture_commit (self, "new", 1, "1");
  fixture_reopen (self);
  fixture_assert_state (self, "new", "1 1");
  fixture_close (self);
}

static void
test_not_a_database (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) garbage = g_bytes_new_static ("not a database, but a letter", 28);

  write_file (self->path, garbage);
  assert_set_aside (self, "*not a database*");
  fixture_assert_names (self, "statesync.db statesync.db.corrupt-????????T??????Z");
}

static void
test_set_aside_as_it_is (Fixture *self, gconstpointer data)
{
  const char *const suffixes[] = { "", "-wal", "-journal" };
  g_autoptr (GPtrArray) before = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autofree char *names = NULL;
  g_auto (GStrv) parts = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (self->path, suffixes[i], NULL);
      GBytes *bytes = g_bytes_new_take (g_strnfill (5000 + i, 'x'), 5000 + i);

      g_ptr_array_add (before, bytes);
      write_file (path, bytes);
    }
  assert_set_aside (self, "*");

  names = fixture_dup_names (self);
  parts = g_strsplit (names, " ", -1);
  g_assert_cmpuint (g_strv_length (parts), ==, 4);
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (self->folder, "/", parts[1], suffixes[i], NULL);
      g_autoptr (GBytes) after = read_file (path);

      g_assert_true (g_bytes_equal (after, g_ptr_array_index (before, i)));
    }
}

static void
test_never_over_an_earlier_one (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) garbage = g_bytes_new_static ("garbage", 7);
  g_auto (GStrv) parts = NULL;
  g_autofree char *names = NULL;

  for (guint i = 0; i < 5; i++)
    {
      write_file (self->path, garbage);
      assert_set_aside (self, "*");
    }
  names = fixture_dup_names (self);
  parts = g_strsplit (names, " ", -1);
  g_assert_cmpuint (g_strv_length (parts), ==, 6);
}

static void
test_table_missing (Fixture *self, gconstpointer data)
{
  fill (self);
  fixture_close (self);
  g_free (fixture_sql (self, "DROP TABLE data"));
  assert_set_aside (self, "a table is missing");
}

static void
test_table_different (Fixture *self, gconstpointer data)
{
  fill (self);
  fixture_close (self);
  g_free (fixture_sql (self, "ALTER TABLE topic DROP COLUMN checksum"));
  assert_set_aside (self, "a table is missing");
}

static void
test_version_missing (Fixture *self, gconstpointer data)
{
  fill (self);
  fixture_close (self);
  g_free (fixture_sql (self, "PRAGMA user_version=0"));
  assert_set_aside (self, "it has no version");
}

/* SQLite would delete the log, and with it what was never checkpointed. */
static void
test_log_without_its_database (Fixture *self, gconstpointer data)
{
  g_autofree char *log = g_strconcat (self->path, "-wal", NULL);
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autofree char *names = NULL;
  g_autofree char *aside = NULL;

  fill (self);
  before = read_file (log);
  fixture_close (self);
  write_file (log, before);
  g_assert_cmpint (truncate (self->path, 0), ==, 0);

  assert_set_aside (self, "its log is there, but the database is empty");
  names = fixture_dup_names (self);
  aside = g_build_filename (self->folder, strrchr (names, ' ') + 1, NULL);
  g_assert_true (g_str_has_suffix (aside, "-wal"));
  after = read_file (aside);
  g_assert_true (g_bytes_equal (after, before));
}

static void
test_through_a_link (Fixture *self, gconstpointer data)
{
  g_autofree char *elsewhere = make_temporary_folder ();
  g_autofree char *target = g_build_filename (elsewhere, "real.db", NULL);
  g_autoptr (GBytes) garbage = g_bytes_new_static ("garbage", 7);
  g_autoptr (GBytes) after = NULL;

  write_file (target, garbage);
  g_assert_cmpint (symlink (target, self->path), ==, 0);
  fixture_open (self);
  fixture_assert_logged (self, "*set aside*real.db.corrupt-*");
  fixture_commit (self, "t", 1, "1");
  fixture_close (self);
  fixture_assert_names (self, "statesync.db");
  after = read_file (target);
  g_assert_cmpuint (g_bytes_get_size (after), >, 4096);
  remove_temporary_folder (elsewhere);
}

/* The log that lies where the links lead is that of the database which is not there any more. */
static void
test_log_without_its_database_behind_links (Fixture *self, gconstpointer data)
{
  g_autofree char *elsewhere = make_temporary_folder ();
  g_autofree char *link = g_build_filename (elsewhere, "link.db", NULL);
  g_autofree char *target = g_build_filename (elsewhere, "real.db", NULL);
  g_autofree char *log = g_strconcat (target, "-wal", NULL);
  g_autoptr (GBytes) before = g_bytes_new_static ("what was never checkpointed", 27);
  g_autoptr (GBytes) after = NULL;
  g_autofree char *logged = NULL;
  g_autofree char *aside = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  write_file (log, before);
  g_assert_no_errno (symlink ("real.db", link));
  g_assert_no_errno (symlink (link, self->path));
  fixture_open (self);
  logged =
      g_strdup_printf ("*“%s” is damaged (its log is there, but the database is empty)*", target);
  fixture_assert_logged (self, logged);
  fixture_commit (self, "t", 1, "1");
  fixture_reopen (self);
  fixture_assert_state (self, "t", "1 1");
  fixture_close (self);

  fixture_assert_names (self, "statesync.db");
  g_assert_true (g_file_test (target, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpuint (mode_of (target), ==, 0600);
  dir = g_dir_open (elsewhere, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (g_pattern_match_simple ("real.db.corrupt-*-wal", name))
        aside = g_build_filename (elsewhere, name, NULL);
    }
  g_assert_nonnull (aside);
  after = read_file (aside);
  g_assert_true (g_bytes_equal (after, before));
  remove_temporary_folder (elsewhere);
}

static void
test_links_in_a_circle (Fixture *self, gconstpointer data)
{
  g_autofree char *other = g_build_filename (self->folder, "other.db", NULL);

  g_assert_no_errno (symlink (other, self->path));
  g_assert_no_errno (symlink (self->path, other));
  assert_refused_untouched (self, "*Too many levels of symbolic links*");
}

/* Where it leads to may just not be mounted: no folder is made there. */
static void
test_link_into_a_folder_that_is_not_there (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->folder, "disk", NULL);
  g_autofree char *target = g_build_filename (folder, "statesync.db", NULL);
  g_autofree char *message = NULL;

  g_assert_no_errno (symlink (target, self->path));
  message = fixture_open_error (self);
  if (strstr (message, folder) == NULL || strstr (message, "No such file or directory") == NULL)
    g_error ("%s", message);
  fixture_assert_names (self, "statesync.db");
}

/* --- damage of all kinds --- */

typedef enum
{
  RIGHT,     /* all that was stored is served */
  PARTLY,    /* what is served is right, the rest is refused */
  HIDDEN,    /* a damaged name is another name */
  ASIDE,     /* set aside as it was, and begun anew */
  UNTOUCHED, /* refused as it was */
  N_FATES
} Fate;

static gboolean
is_refusal (const char *state)
{
  return strstr (state, " can't be ") != NULL;
}

static Fate
judge_topics (Fixture *self)
{
  guint n_refused = 0, n_hidden = 0;

  for (guint i = 0; i < N_TOPICS; i++)
    {
      g_autofree char *name = topic_name (i);
      g_autofree char *text = topic_data (i);
      g_autofree char *expected = g_strdup_printf ("%u %s", i + 1, text);
      g_autofree char *state = fixture_dup_state (self, name);

      if (is_refusal (state))
        n_refused++;
      else if (g_str_equal (state, "absent"))
        n_hidden++;
      else
        g_assert_cmpstr (state, ==, expected);
    }
  if (n_hidden > 0)
    return HIDDEN;
  return n_refused == 0 ? RIGHT : PARTLY;
}

static GBytes *
content_set_aside (Fixture *self)
{
  g_autofree char *names = fixture_dup_names (self);
  g_auto (GStrv) parts = g_strsplit (names, " ", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (self->folder, parts[i], NULL);

      if (strstr (parts[i], ".db.corrupt-") != NULL && !g_str_has_suffix (parts[i], "-wal"))
        return read_file (path);
    }
  return NULL;
}

/* Whatever @content is, the file is never destroyed and nothing wrong is served. */
static Fate
open_damaged (Fixture *self, GBytes *content)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) after = NULL;
  Fate fate;

  empty_folder (self->folder);
  write_file (self->path, content);
  self->storage = STATE_SYNC_STORAGE (state_sync_sqlite_storage_new (self->path));
  if (!state_sync_storage_open (self->storage, &error))
    {
      assert_storage_error (error);
      fate = UNTOUCHED;
      after = read_file (self->path);
      g_assert_true (g_bytes_equal (after, content));
    }
  else if ((after = content_set_aside (self)) != NULL)
    {
      fate = ASIDE;
      g_assert_true (g_bytes_equal (after, content));
      fixture_assert_list (self, "", "");
    }
  else
    {
      fate = judge_topics (self);
    }
  fixture_close (self);
  fixture_assert_logged (self, "*");
  return fate;
}

static GBytes *
filled_database (Fixture *self)
{
  fill (self);
  fixture_close (self);
  return read_file (self->path);
}

static void
print_fates (const char *what, const guint *n_fates)
{
  g_test_message ("%-12s right %u, partly %u, hidden %u, set aside %u, untouched %u", what,
                  n_fates[RIGHT], n_fates[PARTLY], n_fates[HIDDEN], n_fates[ASIDE],
                  n_fates[UNTOUCHED]);
}

static void
test_cut_short_anywhere (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) whole = filled_database (self);
  guint n_fates[N_FATES] = { 0 };

  for (gsize size = 512; size < g_bytes_get_size (whole); size += 512)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, size);

      n_fates[open_damaged (self, cut)]++;
    }
  print_fates ("cut short", n_fates);
  g_assert_cmpuint (n_fates[ASIDE], >, 0);
  g_assert_cmpuint (n_fates[HIDDEN] + n_fates[UNTOUCHED], ==, 0);
}

static Fate
open_flipped (Fixture *self, GBytes *whole, gsize at)
{
  gsize size = g_bytes_get_size (whole);
  g_autofree guchar *flipped = g_memdup2 (g_bytes_get_data (whole, NULL), size);
  g_autoptr (GBytes) content = NULL;

  flipped[at] ^= 1u << g_test_rand_int_range (0, 8);
  content = g_bytes_new_take (g_steal_pointer (&flipped), size);
  return open_damaged (self, content);
}

/* All of the header, and every so many bytes of each other page: so of each kind there is. */
static void
test_byte_flipped_anywhere (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) whole = filled_database (self);
  g_autofree char *page_list =
      fixture_sql (self, "SELECT group_concat (name || ' ' || pagetype, ',') FROM "
                         "(SELECT name, pagetype FROM dbstat ORDER BY pageno)");
  g_auto (GStrv) pages = g_strsplit (page_list, ",", -1);
  guint stride = g_test_thorough () ? 7 : 199;

  for (guint page = 0; pages[page] != NULL; page++)
    {
      guint n_fates[N_FATES] = { 0 };

      for (gsize at = 0; at < 4096; at += page == 0 && at < 100 ? 1 : stride)
        n_fates[open_flipped (self, whole, page * 4096 + at)]++;

      print_fates (pages[page], n_fates);
      if (!g_str_has_prefix (pages[page], "topic "))
        g_assert_cmpuint (n_fates[HIDDEN], ==, 0);
      if (g_str_has_suffix (pages[page], "overflow"))
        g_assert_cmpuint (n_fates[PARTLY], >, 0);
    }
}

/* A flipped bit in data is found by nobody but the checksum. */
static void
test_row_damaged (Fixture *self, gconstpointer data)
{
  g_autofree char *state = NULL;

  fixture_open (self);
  fixture_commit (self, "t", 1, "[1]");
  fixture_commit (self, "u", 1, "[2]");
  fixture_close (self);
  g_free (fixture_sql (self, "UPDATE data SET data = CAST ('[3]' AS BLOB) WHERE id = 1"));

  fixture_open (self);
  state = fixture_dup_state (self, "t");
  g_assert_true (
      g_pattern_match_simple ("Topic “t” can't be read: it is damaged in*restore*", state));
  fixture_assert_state (self, "u", "1 [2]");
}

static void
test_row_missing (Fixture *self, gconstpointer data)
{
  g_autofree char *state = NULL;

  fixture_open (self);
  fixture_commit (self, "t", 1, "[1]");
  fixture_close (self);
  g_free (fixture_sql (self, "DELETE FROM data"));

  fixture_open (self);
  state = fixture_dup_state (self, "t");
  g_assert_true (is_refusal (state));
}

/* Too large to be checked at each start: the damage is met later, told, and found at the next. */
static void
test_damage_met_later (Fixture *self, gconstpointer data)
{
  g_autofree char *text = g_strnfill (1000, '7');
  g_autofree guchar *bytes = NULL;
  g_autofree char *state = NULL;
  g_autofree char *root = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) damaged = NULL;
  g_autoptr (GBytes) after = NULL;
  gsize size;

  fixture_open (self);
  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *name = topic_name (i);

      fixture_commit (self, name, 1, text);
    }
  fixture_close (self);
  root = fixture_sql (self, "SELECT rootpage FROM sqlite_schema WHERE name = 'data'");
  before = read_file (self->path);
  size = g_bytes_get_size (before);
  bytes = g_memdup2 (g_bytes_get_data (before, NULL), size);
  memset (bytes + (g_ascii_strtoull (root, NULL, 10) - 1) * 4096, 0xff, 4096);
  damaged = g_bytes_new_take (g_steal_pointer (&bytes), size);
  write_file (self->path, damaged);

  fixture_open (self);
  fixture_assert_silent (self);
  {
    g_autofree char *name = topic_name (7);

    state = fixture_dup_state (self, name);
  }
  g_assert_true (g_pattern_match_simple ("Topic *can't be read*damaged: restart*", state));
  fixture_assert_logged (self, "*damaged; all of it will be checked at the next start");
  fixture_close (self);

  assert_set_aside (self, "*");
  after = content_set_aside (self);
  g_assert_cmpuint (g_bytes_get_size (after), ==, size);
}

static void
test_false_alarm_is_forgotten (Fixture *self, gconstpointer data)
{
  g_autofree char *mark = NULL;

  fill (self);
  fixture_close (self);
  g_free (fixture_sql (self, "UPDATE condition SET damaged = 1"));
  fixture_open (self);
  g_assert_cmpint (judge_topics (self), ==, RIGHT);
  fixture_close (self);
  mark = fixture_sql (self, "SELECT damaged FROM condition");
  g_assert_cmpstr (mark, ==, "0");
}

/* --- under way --- */

static void
test_moved_while_in_use (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fill (self);
  empty_folder (self->folder);
  g_assert_false (commit_text (self->storage, "t", 1, "1", &error));
  assert_storage_error (error);
  g_assert_nonnull (strstr (error->message, "moved or deleted: restart the service"));
  fixture_assert_logged (self, "*moved or deleted*");
  g_assert_cmpint (judge_topics (self), ==, RIGHT);
  fixture_reopen (self);
  fixture_assert_list (self, "", "");
}

static void
test_one_process_can_not_open_twice (Fixture *self, gconstpointer data)
{
  Fixture second = { .folder = self->folder, .path = self->path };
  g_autofree char *message = NULL;

  fill (self);
  message = fixture_open_error (&second);
  g_assert_nonnull (strstr (message, "another service uses it: stop that one"));
  g_assert_cmpint (judge_topics (self), ==, RIGHT);
  fixture_commit (self, "t", 1, "1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/storage/open/makes-private-folders-and-file", test_makes_private_folders_and_file);
  test_add ("/storage/open/empty-file-is-new", test_empty_file_is_new);
  test_add ("/storage/open/odd-path", test_odd_path);
  test_add ("/storage/open/marks-of-the-file", test_marks_of_the_file);
  test_add ("/storage/open/newer-version", test_newer_version);
  test_add ("/storage/open/newer-version-with-a-log", test_newer_version_with_a_log);
  test_add ("/storage/open/other-application", test_other_application);
  test_add ("/storage/open/second-name", test_second_name);
  test_add ("/storage/open/folder-in-place-of-the-file", test_folder_in_place_of_the_file);
  test_add ("/storage/open/file-in-place-of-the-folder", test_file_in_place_of_the_folder);
  test_add ("/storage/open/not-a-database", test_not_a_database);
  test_add ("/storage/open/set-aside-as-it-is", test_set_aside_as_it_is);
  test_add ("/storage/open/never-over-an-earlier-one", test_never_over_an_earlier_one);
  test_add ("/storage/open/table-missing", test_table_missing);
  test_add ("/storage/open/table-different", test_table_different);
  test_add ("/storage/open/version-missing", test_version_missing);
  test_add ("/storage/open/log-without-its-database", test_log_without_its_database);
  test_add ("/storage/open/through-a-link", test_through_a_link);
  test_add ("/storage/open/log-without-its-database-behind-links",
            test_log_without_its_database_behind_links);
  test_add ("/storage/open/links-in-a-circle", test_links_in_a_circle);
  test_add ("/storage/open/link-into-a-folder-that-is-not-there",
            test_link_into_a_folder_that_is_not_there);
  test_add ("/storage/open/cut-short-anywhere", test_cut_short_anywhere);
  test_add ("/storage/open/byte-flipped-anywhere", test_byte_flipped_anywhere);
  test_add ("/storage/open/row-damaged", test_row_damaged);
  test_add ("/storage/open/row-missing", test_row_missing);
  test_add ("/storage/open/damage-met-later", test_damage_met_later);
  test_add ("/storage/open/false-alarm-is-forgotten", test_false_alarm_is_forgotten);
  test_add ("/storage/open/moved-while-in-use", test_moved_while_in_use);
  test_add ("/storage/open/one-process-can-not-open-twice", test_one_process_can_not_open_twice);

  return g_test_run ();
}
