/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What each method and property of the interface gives when nothing goes wrong. */

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <gio/gunixfdlist.h>

#include "protocol/name.h"
#include "service/service-fixture.h"
#include "support/raw-client.h"

#define MAX_DATA_SIZE 65536

static const char *const small_limit[] = { "--max-data-size=65536", NULL };

/* --- Write --- */

static void
test_write_adds_one (Fixture *self, gconstpointer data)
{
  for (guint64 revision = 1; revision <= 3; revision++)
    {
      g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, revision);

      g_assert_cmpuint (test_client_write (self->client, "t", text), ==, revision);
      test_client_assert_snapshot (self->other, "t", revision, text);
    }
  g_assert_cmpuint (test_client_write (self->client, "another", "1"), ==, 1);
}

static void
test_replace_keeps_the_bytes (Fixture *self, gconstpointer data)
{
  static const char *const texts[] = {
    " {\t\"b\" :1.10,\r\n \"a\":[ 1e2 , -0 ] } ",
    "\"\\u0041\\/é🙂\"",
    "0",
    "false",
    "[]",
    "9223372036854775807",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_cmpuint (
          test_client_write_with (self->client, "t", texts[i], "{'mode': <'replace'>}"), ==, i + 1);
      test_client_assert_snapshot (self->other, "t", i + 1, texts[i]);
    }
}

static void
test_merge_changes_what_the_patch_names (Fixture *self, gconstpointer data)
{
  test_client_write (self->client, "t", "{\"a\": 1.10, \"b\": {\"c\": 1e2, \"d\": 2}}");
  g_assert_cmpuint (
      test_client_write_with (self->client, "t", "{\"b\":{\"d\":null}}", "{'mode': <'merge'>}"), ==,
      2);
  test_client_assert_snapshot (self->other, "t", 2, "{\"a\": 1.10, \"b\": {\"c\": 1e2}}");
}

static void
test_merge_into_nothing (Fixture *self, gconstpointer data)
{
  g_assert_cmpuint (
      test_client_write_with (self->client, "t", "{\"a\":1,\"b\":null}", "{'mode': <'merge'>}"), ==,
      1);
  test_client_assert_snapshot (self->other, "t", 1, "{\"a\":1}");
}

static void
test_expected_revision_matches (Fixture *self, gconstpointer data)
{
  g_assert_cmpuint (
      test_client_write_with (self->client, "t", "1", "{'expected-revision': <@t 0>}"), ==, 1);
  g_assert_cmpuint (
      test_client_write_with (self->client, "t", "2", "{'expected-revision': <@t 1>}"), ==, 2);
}

static void
test_same_data_is_no_change (Fixture *self, gconstpointer data)
{
  test_client_write (self->client, "t", "{\"a\":1}");
  g_assert_cmpuint (test_client_write (self->client, "t", "{\"a\":1}"), ==, 1);
  g_assert_cmpuint (test_client_write_with (self->client, "t", "{\"a\":1}", "{'mode': <'merge'>}"),
                    ==, 1);
  g_assert_cmpuint (test_client_write (self->client, "t", "{\"a\": 1}"), ==, 2);
  g_assert_cmpuint (test_client_write (self->client, "never", "null"), ==, 0);
  test_client_assert_snapshot (self->other, "never", 0, "null");
}

static void
test_null_deletes_and_the_counter_goes_on (Fixture *self, gconstpointer data)
{
  test_client_write (self->client, "t", "1");
  g_assert_cmpuint (test_client_write (self->client, "t", "null"), ==, 2);
  test_client_assert_snapshot (self->other, "t", 2, "null");
  assert_call (self->other, "ListTopics", g_variant_new ("(s)", ""), "([],)");
  g_assert_cmpuint (test_client_write (self->client, "t", "1"), ==, 3);
}

static void
test_any_well_formed_name (Fixture *self, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (STATE_SYNC_NAME_MAX, 'n');
  const char *const names[] = {
    "settings",  "cache:user:123", "org.example.Editor.settings", "a b/../c", ".", "été 🙂",
    "'\"`;--%s", longest
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_cmpuint (test_client_write (self->client, names[i], "1"), ==, 1);
      test_client_assert_snapshot (self->other, names[i], 1, "1");
    }
}

static void
test_data_up_to_the_limit (Fixture *self, gconstpointer data)
{
  g_autofree char *text = json_string_of (MAX_DATA_SIZE);

  g_assert_cmpuint (test_client_write (self->client, "t", text), ==, 1);
  test_client_assert_snapshot (self->other, "t", 1, text);
}

static void
test_data_of_16_mib_by_default (Fixture *self, gconstpointer data)
{
  g_autofree char *text = json_string_of (16 * 1024 * 1024);

  g_assert_cmpuint (test_client_write (self->client, "t", text), ==, 1);
  test_client_assert_snapshot (self->other, "t", 1, text);
}

/* --- WriteMany --- */

static void
test_write_many_in_order (Fixture *self, gconstpointer data)
{
  test_client_write (self->client, "b", "0");
  assert_call (self->client, "WriteMany",
               write_many_args (test_client_write_args ("a", "1", NULL),
                                test_client_write_args ("b", "1", "{'expected-revision': <@t 1>}"),
                                test_client_write_args ("c", "null", NULL), NULL),
               "([1, 2, 0],)");
  test_client_assert_snapshot (self->other, "a", 1, "1");
  test_client_assert_snapshot (self->other, "b", 2, "1");
}

static void
test_write_many_of_one_topic (Fixture *self, gconstpointer data)
{
  assert_call (
      self->client, "WriteMany",
      write_many_args (test_client_write_args ("t", "{\"a\":1}", NULL),
                       test_client_write_args ("t", "{\"b\":2}", "{'mode': <'merge'>}"),
                       test_client_write_args ("t", "{\"b\":2}", "{'mode': <'merge'>}"),
                       test_client_write_args ("t", "{\"a\":null}",
                                               "{'mode': <'merge'>, 'expected-revision': <@t 2>}"),
                       NULL),
      "([1, 2, 2, 3],)");
  test_client_assert_snapshot (self->other, "t", 3, "{\"b\":2}");
}

static void
test_write_many_of_nothing (Fixture *self, gconstpointer data)
{
  assert_call (self->client, "WriteMany", g_variant_new ("(a(ssa{sv}))", NULL), "([],)");
}

/* --- reads --- */

static void
test_absent_topic_is_null (Fixture *self, gconstpointer data)
{
  assert_call (self->client, "GetSnapshot", g_variant_new ("(s)", "t"), "(0, 'null')");
}

static void
test_get_snapshots_in_the_order_asked (Fixture *self, gconstpointer data)
{
  const char *const topics[] = { "b", "never", "a", "b", NULL };

  test_client_write (self->client, "a", "1");
  test_client_write (self->client, "b", "2");
  test_client_write (self->client, "b", "3");
  assert_call (self->other, "GetSnapshots", g_variant_new ("(^as)", topics),
               "([(2, '3'), (0, 'null'), (1, '1'), (2, '3')],)");
  assert_call (self->other, "GetSnapshots", g_variant_new ("(as)", NULL), "([],)");
}

static void
test_list_by_name (Fixture *self, gconstpointer data)
{
  static const char *const topics[] = { "org.b", "org.a.x", "org.a", "org.a-", "org.ab", "Z" };

  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    test_client_write (self->client, topics[i], "1");
  test_client_write (self->client, "org.b", "2");

  assert_call (self->other, "ListTopics", g_variant_new ("(s)", ""),
               "([('Z', 1), ('org.a', 1), ('org.a-', 1), ('org.a.x', 1), ('org.ab', 1), "
               "('org.b', 2)],)");
  assert_call (self->other, "ListTopics", g_variant_new ("(s)", "org.a"),
               "([('org.a', 1), ('org.a.x', 1)],)");
  assert_call (self->other, "ListTopics", g_variant_new ("(s)", "org"),
               "([('org.a', 1), ('org.a-', 1), ('org.a.x', 1), ('org.ab', 1), ('org.b', 2)],)");
  assert_call (self->other, "ListTopics", g_variant_new ("(s)", "none"), "([],)");
}

/* --- OpenSnapshot --- */

/* The file of the only descriptor in the answer; @revision is that of the answer. */
static int
open_snapshot (TestClient *client, const char *topic, guint64 *revision)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUnixFDList) fd_list = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_with_unix_fd_list_sync (
      test_client_get_connection (client), "org.statesync.StateSync1", "/org/statesync/StateSync1",
      "org.statesync.StateSync1", "OpenSnapshot", g_variant_new ("(s)", topic),
      G_VARIANT_TYPE ("(th)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, &fd_list, NULL, &error);
  int index;
  int fd;

  g_assert_no_error (error);
  g_assert_cmpint (g_unix_fd_list_get_length (fd_list), ==, 1);
  g_variant_get (answer, "(th)", revision, &index);
  fd = g_unix_fd_list_get (fd_list, index, &error);
  g_assert_no_error (error);
  return fd;
}

static void
assert_file_holds (int fd, const char *expected)
{
  gsize length = strlen (expected);
  g_autofree char *text = g_malloc0 (length + 2);

  g_assert_cmpint (lseek (fd, 0, SEEK_CUR), ==, 0);
  g_assert_cmpint (read (fd, text, length + 1), ==, length);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_open_snapshot_bears_the_data (Fixture *self, gconstpointer data)
{
  g_autofree char *text = json_string_of (1024 * 1024);
  guint64 revision;
  int fd;

  test_client_write (self->client, "t", text);
  fd = open_snapshot (self->other, "t", &revision);
  g_assert_cmpuint (revision, ==, 1);
  assert_file_holds (fd, text);
  close (fd);

  fd = open_snapshot (self->other, "never", &revision);
  g_assert_cmpuint (revision, ==, 0);
  assert_file_holds (fd, "null");
  close (fd);
}

/* The bus keeps such an answer back; the caller is told all the same, and can go on. */
static void
test_caller_that_takes_no_files_is_told (Fixture *self, gconstpointer data)
{
  g_autoptr (TestRawClient) peer =
      test_raw_client_new_without_files (test_session_get_address (self->session));
  const struct
  {
    const char *method;
    GVariant *args;
  } calls[] = {
    { "OpenSnapshot", g_variant_new ("(s)", "t") },
    { "OpenDoorbell", NULL },
    { "MapSnapshot", g_variant_new ("(s)", "t") },
  };
  g_autoptr (GDBusMessage) answer = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      guint32 serial = test_raw_client_call (peer, calls[i].method, calls[i].args);
      g_autoptr (GDBusMessage) refusal = test_raw_client_wait_for_answer (peer, serial);
      const char *message = NULL;

      g_assert_cmpint (g_dbus_message_get_message_type (refusal), ==, G_DBUS_MESSAGE_TYPE_ERROR);
      g_assert_cmpstr (g_dbus_message_get_error_name (refusal), ==,
                       "org.freedesktop.DBus.Error.NotSupported");
      g_variant_get (g_dbus_message_get_body (refusal), "(&s)", &message);
      g_assert_cmpstr (message, ==,
                       "The answer is a file, which this connection can't receive: negotiate the "
                       "passing of file descriptors, or read with GetSnapshot and follow with "
                       "Invalidated");
    }

  answer = test_raw_client_wait_for_answer (
      peer, test_raw_client_call (peer, "GetSnapshot", g_variant_new ("(s)", "t")));
  g_assert_cmpint (g_dbus_message_get_message_type (answer), ==, G_DBUS_MESSAGE_TYPE_METHOD_RETURN);
}

static void
test_open_snapshot_is_sealed (Fixture *self, gconstpointer data)
{
  const int seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
  g_autofree char *path = NULL;
  guint64 revision;
  int fd, again;

  test_client_write (self->client, "t", "1");
  fd = open_snapshot (self->other, "t", &revision);
  g_assert_cmpint (fcntl (fd, F_GET_SEALS) & seals, ==, seals);
  g_assert_cmpint (fcntl (fd, F_GETFL) & O_ACCMODE, ==, O_RDONLY);

  /* Whoever has a descriptor can open the file anew, and for writing; the seals hold there too. */
  path = g_strdup_printf ("/proc/self/fd/%d", fd);
  again = open (path, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (again, >=, 0);
  g_assert_cmpint (write (again, "2", 1), ==, -1);
  g_assert_cmpint (errno, ==, EPERM);
  g_assert_cmpint (ftruncate (again, 0), ==, -1);
  g_assert_cmpint (errno, ==, EPERM);
  g_assert_true (mmap (NULL, 1, PROT_WRITE, MAP_SHARED, again, 0) == MAP_FAILED);
  close (again);

  assert_file_holds (fd, "1");
  close (fd);
}

/* One reader's place in the file is not another's. */
static void
test_open_snapshot_has_an_offset_of_its_own (Fixture *self, gconstpointer data)
{
  guint64 revision;
  int first, second;

  test_client_write (self->client, "t", "[1,2]");
  first = open_snapshot (self->client, "t", &revision);
  second = open_snapshot (self->other, "t", &revision);
  assert_file_holds (first, "[1,2]");
  assert_file_holds (second, "[1,2]");
  close (first);
  close (second);
}

/* --- properties and statistics --- */

static void
test_properties (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      test_client_get_connection (self->client), "org.statesync.StateSync1",
      "/org/statesync/StateSync1", "org.freedesktop.DBus.Properties", "GetAll",
      g_variant_new ("(s)", "org.statesync.StateSync1"), G_VARIANT_TYPE ("(a{sv})"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = g_variant_print (answer, TRUE);
  g_assert_cmpstr (text, ==,
                   "({'Version': <'" STATESYNC_VERSION
                   "'>, 'MaxDataSize': <uint64 65536>, 'MaxTopicLength': <uint32 255>},)");
}

static void
test_statistics_of_a_new_service (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = test_client_call (self->client, "Get", NULL, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = g_variant_print (answer, TRUE);
  g_assert_cmpstr (
      text, ==,
      "({'topics': <uint64 0>, 'bytes-stored': <uint64 0>, 'writes': <uint64 0>, "
      "'unchanged': <uint64 0>, 'commits': <uint64 0>, 'signals': <uint64 0>, "
      "'snapshots': <uint64 0>, 'boards': <uint64 0>, 'rings': <uint64 0>, "
      "'refusals': <@a{st} {}>, 'commit-latency-mean': <0.0>, 'commit-latency-max': <0.0>},)");
}

static guint64
get_refusals (TestClient *client, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = test_client_call (client, "Get", NULL, &error);
  g_autoptr (GVariant) statistics = g_variant_get_child_value (answer, 0);
  g_autoptr (GVariant) refusals =
      g_variant_lookup_value (statistics, "refusals", G_VARIANT_TYPE ("a{st}"));
  guint64 n = 0;

  g_variant_lookup (refusals, name, "t", &n);
  return n;
}

static void
test_statistics_count (Fixture *self, gconstpointer data)
{
  const char *const topics[] = { "a", "b", NULL };
  guint64 revision;

  test_client_write (self->client, "a", "[1,2,3]");
  test_client_write (self->client, "a", "[1,2,3]");
  assert_call (self->client, "WriteMany",
               write_many_args (test_client_write_args ("b", "1", NULL),
                                test_client_write_args ("c", "1", NULL),
                                test_client_write_args ("c", "null", NULL), NULL),
               "([1, 1, 2],)");
  g_free (test_client_dup_snapshot (self->client, "a", &revision));
  close (open_snapshot (self->client, "a", &revision));
  g_variant_unref (
      test_client_call (self->client, "GetSnapshots", g_variant_new ("(^as)", topics), NULL));
  test_client_assert_refused (self->client, "Write", test_client_write_args ("a", "x", NULL),
                              STATE_SYNC_ERROR_INVALID_DATA, NULL);
  test_client_assert_refused (self->client, "GetSnapshot", g_variant_new ("(s)", ""),
                              STATE_SYNC_ERROR_INVALID_TOPIC, NULL);
  test_client_assert_refused (self->client, "ListTopics", g_variant_new ("(s)", " "),
                              STATE_SYNC_ERROR_INVALID_TOPIC, NULL);

  g_assert_cmpuint (test_client_get_statistic (self->client, "topics"), ==, 2);
  g_assert_cmpuint (test_client_get_statistic (self->client, "bytes-stored"), ==, 8);
  g_assert_cmpuint (test_client_get_statistic (self->client, "writes"), ==, 4);
  g_assert_cmpuint (test_client_get_statistic (self->client, "unchanged"), ==, 1);
  g_assert_cmpuint (test_client_get_statistic (self->client, "commits"), ==, 2);
  g_assert_cmpuint (test_client_get_statistic (self->client, "signals"), ==, 3);
  g_assert_cmpuint (test_client_get_statistic (self->client, "snapshots"), ==, 4);
  g_assert_cmpuint (get_refusals (self->client, "InvalidData"), ==, 1);
  g_assert_cmpuint (get_refusals (self->client, "InvalidTopic"), ==, 2);
  g_assert_cmpuint (get_refusals (self->client, "Conflict"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/service/write/adds-one", test_write_adds_one);
  test_add ("/service/write/replace-keeps-the-bytes", test_replace_keeps_the_bytes);
  test_add ("/service/write/merge-changes-what-the-patch-names",
            test_merge_changes_what_the_patch_names);
  test_add ("/service/write/merge-into-nothing", test_merge_into_nothing);
  test_add ("/service/write/expected-revision-matches", test_expected_revision_matches);
  test_add ("/service/write/same-data-is-no-change", test_same_data_is_no_change);
  test_add ("/service/write/null-deletes-and-the-counter-goes-on",
            test_null_deletes_and_the_counter_goes_on);
  test_add ("/service/write/any-well-formed-name", test_any_well_formed_name);
  test_add_with ("/service/write/data-up-to-the-limit", test_data_up_to_the_limit, small_limit);
  test_add ("/service/write/data-of-16-mib-by-default", test_data_of_16_mib_by_default);

  test_add ("/service/write-many/in-order", test_write_many_in_order);
  test_add ("/service/write-many/of-one-topic", test_write_many_of_one_topic);
  test_add ("/service/write-many/of-nothing", test_write_many_of_nothing);

  test_add ("/service/read/absent-topic-is-null", test_absent_topic_is_null);
  test_add ("/service/read/get-snapshots-in-the-order-asked",
            test_get_snapshots_in_the_order_asked);
  test_add ("/service/read/list-by-name", test_list_by_name);

  test_add ("/service/open-snapshot/bears-the-data", test_open_snapshot_bears_the_data);
  test_add ("/service/open-snapshot/caller-that-takes-no-files-is-told",
            test_caller_that_takes_no_files_is_told);
  test_add ("/service/open-snapshot/is-sealed", test_open_snapshot_is_sealed);
  test_add ("/service/open-snapshot/has-an-offset-of-its-own",
            test_open_snapshot_has_an_offset_of_its_own);

  test_add_with ("/service/properties", test_properties, small_limit);
  test_add ("/service/statistics/of-a-new-service", test_statistics_of_a_new_service);
  test_add ("/service/statistics/count", test_statistics_count);

  return g_test_run ();
}
