/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Each error of the interface with its message, as far as arguments and stored state bring it
 * about; a failing disk is in test-faults.c, floods in test-flood.c, stopping in the daemon's
 * tests. Whatever is refused changes nothing and announces nothing.
 */

#include "service/service-fixture.h"
#include "statesync-service/sqlite-storage.h"

#define MAX_DATA_SIZE "65536"

static const char *const small_limit[] = { "--max-data-size=" MAX_DATA_SIZE, NULL };

typedef struct
{
  const char *method;
  const char *args; /* as GVariant text */
  StateSyncError code;
  const char *message;
} Refusal;

#define NAME_74 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define NAME_80 NAME_74 "aaaaaa"

/* Before them topic “t” is at revision 2 with data {"a":1}. */
static const Refusal refusals[] = {
  { "Write", "('', '1', @a{sv} {})", STATE_SYNC_ERROR_INVALID_TOPIC,
    "Topic name “” is refused: it is empty; name the topic under your application id" },
  { "Write", "(' t', '1', @a{sv} {})", STATE_SYNC_ERROR_INVALID_TOPIC,
    "Topic name “ t” is refused: it begins or ends with white space; trim it" },
  { "Write", "('a\\nb', '1', @a{sv} {})", STATE_SYNC_ERROR_INVALID_TOPIC,
    "Topic name “a\\u000ab” is refused: it contains a control character; leave it out" },
  { "Write", "('" NAME_80 NAME_80 NAME_80 NAME_80 "', '1', @a{sv} {})",
    STATE_SYNC_ERROR_INVALID_TOPIC,
    "Topic name “" NAME_80 "…” is refused: it is longer than 255 bytes; shorten it" },
  { "GetSnapshot", "('',)", STATE_SYNC_ERROR_INVALID_TOPIC,
    "Topic name “” is refused: it is empty; name the topic under your application id" },
  { "GetSnapshots", "(['t', 'a\\tb'],)", STATE_SYNC_ERROR_INVALID_TOPIC,
    "Topic name “a\\u0009b” is refused: it contains a control character; leave it out" },
  { "OpenSnapshot", "('t ',)", STATE_SYNC_ERROR_INVALID_TOPIC,
    "Topic name “t ” is refused: it begins or ends with white space; trim it" },
  { "ListTopics", "(' ',)", STATE_SYNC_ERROR_INVALID_TOPIC,
    "Topic name “ ” is refused: it begins or ends with white space; trim it" },

  { "Write", "('t', '', @a{sv} {})", STATE_SYNC_ERROR_INVALID_DATA,
    "Data for topic “t” is refused at byte 0: the text is empty; write null where there is nothing "
    "to say" },
  { "Write", "('t', '{\"a\":01}', @a{sv} {})", STATE_SYNC_ERROR_INVALID_DATA,
    "Data for topic “t” is refused at byte 6: a number has a leading zero; leave it out" },
  { "Write", "('t', '{\"a\":1,\"a\":2}', @a{sv} {})", STATE_SYNC_ERROR_INVALID_DATA,
    "Data for topic “t” is refused at byte 7: this member name occurs twice in its object; keep "
    "one of the two" },
  { "Write", "('t', '{]', {'mode': <'merge'>})", STATE_SYNC_ERROR_INVALID_DATA,
    "Data for topic “t” is refused at byte 1: a member name in double quotes is expected; write "
    "one" },

  { "Write", "('t', '1', {'expected-revision': <uint64 7>, 'expected-revision': <uint64 2>})",
    STATE_SYNC_ERROR_INVALID_OPTION,
    "Option “expected-revision” of the write to topic “t” is refused: it is given twice; give it "
    "once" },
  { "Write", "('t', '1', {'color': <'red'>})", STATE_SYNC_ERROR_INVALID_OPTION,
    "Option “color” of the write to topic “t” is refused: there is no such option; leave it out, "
    "or give mode, expected-revision or durable" },
  { "Write", "('t', '1', {'Mode': <'merge'>})", STATE_SYNC_ERROR_INVALID_OPTION,
    "Option “Mode” of the write to topic “t” is refused: there is no such option; leave it out, "
    "or give mode, expected-revision or durable" },
  { "Write", "('t', '1', {'mode': <true>})", STATE_SYNC_ERROR_INVALID_OPTION,
    "Option “mode” of the write to topic “t” is refused: it is of type b; give the string (s) "
    "“replace” or “merge”" },
  { "Write", "('t', '1', {'mode': <'Merge'>})", STATE_SYNC_ERROR_INVALID_OPTION,
    "Option “mode” of the write to topic “t” is refused: it is “Merge”; give the string (s) "
    "“replace” or “merge”" },
  { "Write", "('t', '1', {'mode': <'merge\\n" NAME_80 "'>})", STATE_SYNC_ERROR_INVALID_OPTION,
    "Option “mode” of the write to topic “t” is refused: it is “merge\\u000a" NAME_74
    "…”; give the string (s) “replace” or “merge”" },
  { "Write", "('t', '1', {'mode': <''>})", STATE_SYNC_ERROR_INVALID_OPTION,
    "Option “mode” of the write to topic “t” is refused: it is “”; give the string (s) “replace” "
    "or “merge”" },
  { "Write", "('t', '1', {'expected-revision': <2>})", STATE_SYNC_ERROR_INVALID_OPTION,
    "Option “expected-revision” of the write to topic “t” is refused: it is of type i; give an "
    "unsigned 64 bit integer (t)" },
  { "Write", "('t', '1', {'expected-revision': <'2'>})", STATE_SYNC_ERROR_INVALID_OPTION,
    "Option “expected-revision” of the write to topic “t” is refused: it is of type s; give an "
    "unsigned 64 bit integer (t)" },
  { "Write", "('t', '1', {'durable': <uint32 1>})", STATE_SYNC_ERROR_INVALID_OPTION,
    "Option “durable” of the write to topic “t” is refused: it is of type u; give a boolean "
    "(b)" },
  { "Write", "('t', '1', {'durable': <false>, 'mode': <<'merge'>>})",
    STATE_SYNC_ERROR_INVALID_OPTION,
    "Option “mode” of the write to topic “t” is refused: it is of type v; give the string (s) "
    "“replace” or “merge”" },

  { "Write", "('t', '1', {'expected-revision': <uint64 1>})", STATE_SYNC_ERROR_CONFLICT,
    "Topic “t” is at revision 2, not at the expected 1: read it again and retry" },
  { "Write", "('t', '{\"a\":1}', {'expected-revision': <uint64 0>})", STATE_SYNC_ERROR_CONFLICT,
    "Topic “t” is at revision 2, not at the expected 0: read it again and retry" },
  { "Write", "('never', 'null', {'expected-revision': <uint64 18446744073709551615>})",
    STATE_SYNC_ERROR_CONFLICT,
    "Topic “never” is at revision 0, not at the expected 18446744073709551615: read it again and "
    "retry" },
  { "Write", "('t', '1', {'expected-revision': <uint64 1>, 'durable': <false>})",
    STATE_SYNC_ERROR_CONFLICT,
    "Topic “t” is at revision 2, not at the expected 1: read it again and retry" },

  /* The arguments come first, whatever the topic's state is. */
  { "Write", "('t', 'x', {'expected-revision': <uint64 1>})", STATE_SYNC_ERROR_INVALID_DATA,
    "Data for topic “t” is refused at byte 0: a value is expected; write an object, array, string, "
    "number, true, false or null" },

  /* All or nothing, and told which one it was. */
  { "WriteMany", "([('t', '1', {}), ('', '2', {})],)", STATE_SYNC_ERROR_INVALID_TOPIC,
    "Write 2 of 2: Topic name “” is refused: it is empty; name the topic under your application "
    "id" },
  { "WriteMany", "([('t', '1', {}), ('u', '[', {}), ('v', '1', {})],)",
    STATE_SYNC_ERROR_INVALID_DATA,
    "Write 2 of 3: Data for topic “u” is refused at byte 1: the text ends before its value is "
    "complete; send all of it" },
  { "WriteMany", "([('t', '1', {}), ('u', '1', {'mode': <1>})],)", STATE_SYNC_ERROR_INVALID_OPTION,
    "Write 2 of 2: Option “mode” of the write to topic “u” is refused: it is of type i; give the "
    "string (s) “replace” or “merge”" },
  { "WriteMany",
    "([('u', '1', {}), ('t', '1', {}), ('t', '2', {'expected-revision': <uint64 2>}), "
    "('v', '1', {})],)",
    STATE_SYNC_ERROR_CONFLICT,
    "Write 3 of 4: Topic “t” is at revision 3, not at the expected 2: read it again and retry" },
  { "WriteMany",
    "([('u', '1', {'durable': <false>}), ('t', '2', {'expected-revision': <uint64 1>, "
    "'durable': <false>})],)",
    STATE_SYNC_ERROR_CONFLICT,
    "Write 2 of 2: Topic “t” is at revision 2, not at the expected 1: read it again and retry" },
  { "WriteMany", "([('t', '1', {'expected-revision': <uint64 1>}), ('u', 'x', {})],)",
    STATE_SYNC_ERROR_INVALID_DATA,
    "Write 2 of 2: Data for topic “u” is refused at byte 0: a value is expected; write an object, "
    "array, string, number, true, false or null" },
};

static const char *
args_type (const char *method)
{
  if (g_str_equal (method, "Write"))
    return "(ssa{sv})";
  if (g_str_equal (method, "WriteMany"))
    return "(a(ssa{sv}))";
  return g_str_equal (method, "GetSnapshots") ? "(as)" : "(s)";
}

static void
test_refusals (Fixture *self, gconstpointer data)
{
  g_autofree char *before = NULL;

  test_client_write (self->client, "t", "0");
  test_client_write (self->client, "t", "{\"a\":1}");
  before = fixture_dup_state (self);

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      const Refusal *refusal = &refusals[i];
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) args = g_variant_parse (G_VARIANT_TYPE (args_type (refusal->method)),
                                                   refusal->args, NULL, NULL, &error);
      g_autofree char *after = NULL;

      g_assert_no_error (error);
      g_test_message ("%s %s", refusal->method, refusal->args);
      test_client_assert_refused (self->client, refusal->method, args, refusal->code,
                                  refusal->message);
      after = fixture_dup_state (self);
      g_assert_cmpstr (after, ==, before);
    }
}

static void
test_refusals_are_not_announced (Fixture *self, gconstpointer data)
{
  test_client_follow (self->other, NULL);
  test_client_write (self->client, "t", "1");
  test_client_assert_refused (self->client, "Write", test_client_write_args ("t", "x", NULL),
                              STATE_SYNC_ERROR_INVALID_DATA, NULL);
  test_client_assert_refused (
      self->client, "WriteMany",
      write_many_args (test_client_write_args ("u", "1", NULL),
                       test_client_write_args ("t", "2", "{'expected-revision': <@t 9>}"), NULL),
      STATE_SYNC_ERROR_CONFLICT, NULL);
  test_client_write (self->client, "t", "2");

  test_client_wait_for_signal (self->other, "t", 2);
  g_assert_cmpuint (test_client_get_n_signals (self->other, "t"), ==, 2);
  g_assert_cmpuint (test_client_get_n_signals (self->other, "u"), ==, 0);
}

/* --- TooLarge --- */

static void
test_too_large_data (Fixture *self, gconstpointer data)
{
  g_autofree char *text = json_string_of (65537);
  g_autofree char *half = json_string_of (40000);
  g_autofree char *a = g_strdup_printf ("{\"a\":%s}", half);
  g_autofree char *b = g_strdup_printf ("{\"b\":%s}", half);
  const char *message = "Data for topic “t” would be 65537 bytes, above the limit of " MAX_DATA_SIZE
                        ": divide it among several topics";

  test_client_assert_refused (self->client, "Write", test_client_write_args ("t", text, NULL),
                              STATE_SYNC_ERROR_TOO_LARGE, message);

  /* Each patch is within the limit, what they make together is not. */
  test_client_write_with (self->client, "t", a, "{'mode': <'merge'>}");
  test_client_assert_refused (
      self->client, "Write", test_client_write_args ("t", b, "{'mode': <'merge'>}"),
      STATE_SYNC_ERROR_TOO_LARGE,
      "Data for topic “t” would be 80011 bytes, above the limit of " MAX_DATA_SIZE
      ": divide it among several topics");
  test_client_assert_snapshot (self->client, "t", 1, a);
}

/* Whether the topics are in memory or only on disk. */
static void
test_too_large_answer (Fixture *self, gconstpointer data)
{
  g_autofree char *text = json_string_of (16 * 1024 * 1024);
  const char *const topics[] = { "a", "a", "a", "a", NULL };
  const char *const one[] = { "a", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  test_client_write (self->client, "a", text);
  test_client_assert_refused (
      self->client, "GetSnapshots", g_variant_new ("(^as)", topics), STATE_SYNC_ERROR_TOO_LARGE,
      "The topics asked for would be more than the 62914432 bytes of one answer: ask for fewer at "
      "a time");

  answer = test_client_call (self->client, "GetSnapshots", g_variant_new ("(^as)", one), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_variant_get_size (answer), >, strlen (text));
}

/* --- RevisionExhausted --- */

/* Written where the daemon will look for it. */
static void
prepare_topic (TestSession *session, const char *topic, guint64 revision)
{
  g_autoptr (StateSyncStorage) storage =
      STATE_SYNC_STORAGE (state_sync_sqlite_storage_new (test_session_get_database (session)));
  g_autoptr (GBytes) data = g_bytes_new_static ("1", 1);
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new (revision, data);
  StateSyncChange change = { topic, snapshot };
  g_autoptr (GError) error = NULL;

  state_sync_storage_open (storage, &error);
  g_assert_no_error (error);
  state_sync_storage_commit (storage, &change, 1, &error);
  g_assert_no_error (error);
  state_sync_storage_close (storage);
}

static void
test_revision_exhausted (void)
{
  static const char message[] = "Topic “t” is at the last revision, 18446744073709551615: continue "
                                "under another name";
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autoptr (GSubprocess) daemon = NULL;

  prepare_topic (session, "t", G_MAXUINT64 - 1);
  daemon = test_session_start_daemon (session, NULL);

  g_assert_cmpuint (test_client_write (client, "t", "2"), ==, G_MAXUINT64);
  test_client_assert_refused (client, "Write", test_client_write_args ("t", "3", NULL),
                              STATE_SYNC_ERROR_REVISION_EXHAUSTED, message);
  test_client_assert_refused (client, "Write", test_client_write_args ("t", "null", NULL),
                              STATE_SYNC_ERROR_REVISION_EXHAUSTED, message);
  g_assert_cmpuint (test_client_write (client, "t", "2"), ==, G_MAXUINT64);
  test_client_assert_snapshot (client, "t", G_MAXUINT64, "2");
}

/* --- what the bus and GDBus refuse --- */

static void
assert_not_known (Fixture *self,
                  const char *path,
                  const char *interface,
                  const char *method,
                  const char *args,
                  GDBusError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) parsed = g_variant_parse (NULL, args, NULL, NULL, &error);
  g_autoptr (GVariant) answer = NULL;

  g_assert_no_error (error);
  answer = g_dbus_connection_call_sync (test_client_get_connection (self->client),
                                        "org.statesync.StateSync1", path, interface, method, parsed,
                                        NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_null (answer);
  g_assert_error (error, G_DBUS_ERROR, (int)code);
}

static void
test_standard_errors (Fixture *self, gconstpointer data)
{
  static const char path[] = "/org/statesync/StateSync1";
  static const char interface[] = "org.statesync.StateSync1";
  static const char properties[] = "org.freedesktop.DBus.Properties";

  assert_not_known (self, path, interface, "Frobnicate", "()", G_DBUS_ERROR_UNKNOWN_METHOD);
  assert_not_known (self, path, "org.statesync.Other", "Write", "()", G_DBUS_ERROR_UNKNOWN_METHOD);
  assert_not_known (self, "/org", interface, "GetSnapshot", "('t',)", G_DBUS_ERROR_UNKNOWN_METHOD);
  assert_not_known (self, path, interface, "GetSnapshot", "()", G_DBUS_ERROR_INVALID_ARGS);
  assert_not_known (self, path, interface, "GetSnapshot", "(1,)", G_DBUS_ERROR_INVALID_ARGS);
  assert_not_known (self, path, interface, "Write", "('t', '1')", G_DBUS_ERROR_INVALID_ARGS);
  assert_not_known (self, path, interface, "Write", "('t', '1', {'mode': 'merge'})",
                    G_DBUS_ERROR_INVALID_ARGS);
  assert_not_known (self, path, interface, "WriteMany", "([('t', '1')],)",
                    G_DBUS_ERROR_INVALID_ARGS);
  assert_not_known (self, path, properties, "Get", "('org.statesync.StateSync1', 'None')",
                    G_DBUS_ERROR_INVALID_ARGS);
  assert_not_known (self, path, properties, "Set",
                    "('org.statesync.StateSync1', 'MaxDataSize', <uint64 1>)",
                    G_DBUS_ERROR_INVALID_ARGS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/service/errors/refusals", test_refusals);
  test_add ("/service/errors/refusals-are-not-announced", test_refusals_are_not_announced);
  test_add_with ("/service/errors/too-large-data", test_too_large_data, small_limit);
  test_add ("/service/errors/too-large-answer", test_too_large_answer);
  g_test_add_func ("/service/errors/revision-exhausted", test_revision_exhausted);
  test_add ("/service/errors/standard-errors", test_standard_errors);

  return g_test_run ();
}
