/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Schemas in the folders of the system; here two of the test's own. */

#include "schema/schema-file.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/error.h"
#include "protocol/name.h"
#include "schema/schema-fixture.h"

static char *top;

/* (transfer full): of the file @name in the first or second folder. */
static char *
get_path (guint folder, const char *name)
{
  return g_strdup_printf ("%s/%u/statesync/schemas/%s", top, folder, name);
}

static char *
put (guint folder, const char *name, const char *text)
{
  char *path = get_path (folder, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

static void
assert_fails (const char *topic, const char *format, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) parts = g_strsplit (format, "PATH", -1);
  g_autofree char *expected = g_strjoinv (path, parts);

  g_assert_null (state_sync_schema_load (topic, &error));
  g_assert_nonnull (error);
  g_assert_cmpstr (error->message, ==, expected);
}

static void
test_names (void)
{
  static const struct
  {
    const char *topic;
    const char *file;
  } rows[] = {
    { "settings", "settings.json" },
    { "org.example.Editor.settings", "org.example.Editor.settings.json" },
    { "cache:user:123", "cache:user:123.json" },
    { "a b\xc3\xa9", "a b\xc3\xa9.json" },
    { "a/b", "a%2Fb.json" },
    { "/", "%2F.json" },
    { "../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd.json" },
    { "50%", "50%25.json" },
    { "a%2Fb", "a%252Fb.json" },
    { ".", "%2E.json" },
    { "..", "%2E..json" },
    { ".hidden", "%2Ehidden.json" },
    { "-", "-.json" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *name = state_sync_schema_file_name (rows[i].topic);

      g_assert_cmpstr (name, ==, rows[i].file);
    }
}

/* Each leads back to the topic that it is of. */
static void
test_names_differ (void)
{
  static const char *const parts[] = { "a", "/", "%", ".", "2F", "25", "2E", "\xc3\xa9", ".json" };

  for (guint i = 0; i < 5000; i++)
    {
      g_autoptr (GString) topic = g_string_new (NULL);
      g_autofree char *name = NULL;
      g_autofree char *back = NULL;

      for (gint n = g_test_rand_int_range (1, 6); n > 0; n--)
        g_string_append (topic, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
      name = state_sync_schema_file_name (topic->str);
      g_assert_null (strchr (name, '/'));
      g_assert_true (name[0] != '.');
      g_assert_true (g_str_has_suffix (name, ".json"));
      name[strlen (name) - strlen (".json")] = '\0';
      back = g_uri_unescape_string (name, NULL);
      g_assert_cmpstr (back, ==, topic->str);
    }
}

static void
test_first_folder_wins (void)
{
  g_autofree char *second = put (1, "t.json", "{'type':'null'}");
  g_autofree char *first = NULL;
  g_autofree char *found = NULL;
  g_autofree char *found_first = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncSchema) schema = NULL;
  g_autoptr (GBytes) data = test_json ("true");

  found = state_sync_schema_find ("t", &error);
  g_assert_cmpstr (found, ==, second);

  first = put (0, "t.json", "{\"type\":\"boolean\"}");
  found_first = state_sync_schema_find ("t", &error);
  g_assert_cmpstr (found_first, ==, first);
  schema = state_sync_schema_load ("t", &error);
  g_assert_no_error (error);
  test_assert_check (schema, data, NULL);
}

static void
test_none (void)
{
  g_autofree char *longest = g_strnfill (STATE_SYNC_NAME_MAX, 'x');
  g_autofree char *slashes = g_strnfill (STATE_SYNC_NAME_MAX, '/');
  const char *topics[] = { "none", longest, slashes, "." };

  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (state_sync_schema_load (topics[i], &error));
      g_assert_no_error (error);
    }
}

/* Whoever starts the program chooses its working folder, not its schemas. */
static void
test_relative_folder (void)
{
  g_autofree char *folder = g_strconcat (top, "/relative/0/statesync/schemas", NULL);
  g_autofree char *path = g_strconcat (folder, "/near.json", NULL);
  g_autofree char *before = g_get_current_dir ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "{}", -1, NULL));
  g_assert_cmpint (g_chdir (top), ==, 0);
  g_assert_null (state_sync_schema_find ("near", &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_chdir (before), ==, 0);
}

static void
test_bad_topic (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (state_sync_schema_load ("", &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_TOPIC);
}

static void
test_bad_files (void)
{
  g_autofree char *space = g_strnfill (1024 * 1024 - 3, ' ');
  g_autofree char *largest = g_strconcat ("true", space + 1, NULL);
  g_autofree char *too_large = g_strconcat ("true ", space + 1, NULL);
  g_autofree char *folder = get_path (0, "folder.json");
  g_autofree char *fifo = get_path (0, "fifo.json");
  g_autofree char *loop = get_path (0, "loop.json");
  g_autofree char *lost = get_path (0, "lost.json");
  g_autofree char *linking = get_path (0, "link.json");
  g_autofree char *broken = put (0, "broken.json", "{\"type\": }");
  g_autofree char *unknown = put (0, "unknown.json", "{\"frob\": 1}");
  g_autofree char *latin = put (0, "latin.json", "{\"title\": \"\xe9\"}");
  g_autofree char *huge = put (0, "huge.json", too_large);
  g_autofree char *large = put (0, "large.json", largest);
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncSchema) schema = NULL;
  g_autoptr (StateSyncSchema) linked = NULL;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_cmpint (symlink ("loop.json", loop), ==, 0);
  g_assert_cmpint (symlink ("/nowhere", lost), ==, 0);
  g_assert_cmpint (symlink ("large.json", linking), ==, 0);

  assert_fails ("folder", "Schema file PATH is refused: it is no regular file", folder);
  assert_fails ("fifo", "Schema file PATH is refused: it is no regular file", fifo);
  assert_fails ("loop", "Schema file PATH can't be read: Too many levels of symbolic links", loop);
  assert_fails ("lost", "Schema file PATH can't be read: No such file or directory", lost);
  assert_fails ("huge", "Schema file PATH is refused: it is larger than 1 MiB", huge);
  assert_fails ("broken",
                "PATH: The schema is refused at byte 9: a value is expected; write an object, "
                "array, string, number, true, false or null",
                broken);
  assert_fails ("latin",
                "PATH: The schema is refused at byte 11: this is not valid UTF-8; encode the text "
                "as UTF-8",
                latin);
  assert_fails ("unknown",
                "PATH: The schema is refused at “#/frob”: this keyword is unknown; see the list in "
                "the manual",
                unknown);

  schema = state_sync_schema_load ("large", &error);
  g_assert_no_error (error);
  linked = state_sync_schema_load ("link", &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_autofree char *folders = NULL;
  g_autofree char *remove = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  top = g_dir_make_tmp ("statesync-schema-XXXXXX", NULL);
  folders = g_strdup_printf ("relative/0:/nowhere:%s/0:%s/1", top, top);
  g_setenv ("XDG_DATA_DIRS", folders, TRUE);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *folder = get_path (i, "");

      g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
    }

  g_test_add_func ("/schema/file/names", test_names);
  g_test_add_func ("/schema/file/names-differ", test_names_differ);
  g_test_add_func ("/schema/file/first-folder-wins", test_first_folder_wins);
  g_test_add_func ("/schema/file/none", test_none);
  g_test_add_func ("/schema/file/relative-folder", test_relative_folder);
  g_test_add_func ("/schema/file/bad-topic", test_bad_topic);
  g_test_add_func ("/schema/file/bad-files", test_bad_files);
  status = g_test_run ();

  remove = g_strdup_printf ("rm -r %s", top);
  g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL);
  g_free (top);
  return status;
}
