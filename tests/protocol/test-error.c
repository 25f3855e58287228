/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/error.h"

/* --- names on the bus --- */

static const struct
{
  StateSyncError code;
  const char *name;
} names[] = {
  { STATE_SYNC_ERROR_INVALID_TOPIC, "InvalidTopic" },
  { STATE_SYNC_ERROR_INVALID_DATA, "InvalidData" },
  { STATE_SYNC_ERROR_INVALID_OPTION, "InvalidOption" },
  { STATE_SYNC_ERROR_CONFLICT, "Conflict" },
  { STATE_SYNC_ERROR_TOO_LARGE, "TooLarge" },
  { STATE_SYNC_ERROR_LIMIT_EXCEEDED, "LimitExceeded" },
  { STATE_SYNC_ERROR_ACCESS_DENIED, "AccessDenied" },
  { STATE_SYNC_ERROR_REVISION_EXHAUSTED, "RevisionExhausted" },
  { STATE_SYNC_ERROR_REJECTED, "Rejected" },
  { STATE_SYNC_ERROR_STORAGE, "Storage" },
  { STATE_SYNC_ERROR_UNAVAILABLE, "Unavailable" },
};

static void
test_names (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (names), ==, STATE_SYNC_N_ERRORS);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *full = g_strconcat ("org.statesync.StateSync1.Error.", names[i].name, NULL);
      g_autoptr (GError) sent = g_error_new_literal (STATE_SYNC_ERROR, names[i].code, "why");
      g_autofree char *on_the_bus = g_dbus_error_encode_gerror (sent);
      g_autoptr (GError) received = g_dbus_error_new_for_dbus_error (on_the_bus, "why");

      g_assert_cmpstr (state_sync_error_name (names[i].code), ==, names[i].name);
      g_assert_cmpstr (on_the_bus, ==, full);
      g_assert_error (received, STATE_SYNC_ERROR, (gint)names[i].code);
    }
}

/* --- messages --- */

static void
assert_message (GError *error, StateSyncError code, const char *message)
{
  g_assert_error (error, STATE_SYNC_ERROR, (gint)code);
  g_assert_cmpstr (error->message, ==, message);
  g_error_free (error);
}

static void
test_messages (void)
{
  assert_message (state_sync_error_invalid_topic (" t", "it begins with white space; trim it"),
                  STATE_SYNC_ERROR_INVALID_TOPIC,
                  "Topic name “ t” is refused: it begins with white space; trim it");
  assert_message (state_sync_error_invalid_data ("t", 7, "a digit is expected; write one"),
                  STATE_SYNC_ERROR_INVALID_DATA,
                  "Data for topic “t” is refused at byte 7: a digit is expected; write one");
  assert_message (state_sync_error_invalid_option ("t", "mode", "it is unknown; use “merge”"),
                  STATE_SYNC_ERROR_INVALID_OPTION,
                  "Option “mode” of the write to topic “t” is refused: it is unknown; use “merge”");
  assert_message (state_sync_error_conflict ("t", G_MAXUINT64, 41), STATE_SYNC_ERROR_CONFLICT,
                  "Topic “t” is at revision 18446744073709551615, not at the expected 41: "
                  "read it again and retry");
  assert_message (state_sync_error_too_large ("t", 17000000, 16777216), STATE_SYNC_ERROR_TOO_LARGE,
                  "Data for topic “t” would be 17000000 bytes, above the limit of 16777216: "
                  "divide it among several topics");
  assert_message (state_sync_error_answer_too_large ("The list", 1000, "ask for less"),
                  STATE_SYNC_ERROR_TOO_LARGE,
                  "The list would be more than the 1000 bytes of one answer: ask for less");
  assert_message (state_sync_error_limit_exceeded ("257 calls are under way", 256),
                  STATE_SYNC_ERROR_LIMIT_EXCEEDED,
                  "257 calls are under way, above the limit of 256: "
                  "wait for answers before sending more");
  assert_message (state_sync_error_quota_exceeded ("App org.x would have too many", 256, "wait"),
                  STATE_SYNC_ERROR_LIMIT_EXCEEDED,
                  "App org.x would have too many, above the limit of 256 for sandboxed apps: wait");
  assert_message (state_sync_error_access_denied ("t\n", "ask the user"),
                  STATE_SYNC_ERROR_ACCESS_DENIED, "Topic “t\\u000a” is refused: ask the user");
  assert_message (state_sync_error_revision_exhausted ("t"), STATE_SYNC_ERROR_REVISION_EXHAUSTED,
                  "Topic “t” is at the last revision, 18446744073709551615: "
                  "continue under another name");
  assert_message (state_sync_error_storage ("Topic “t” could not be stored", "disk full"),
                  STATE_SYNC_ERROR_STORAGE, "Topic “t” could not be stored: disk full");
  assert_message (state_sync_error_outcome_unknown ("t", "others have written since"),
                  STATE_SYNC_ERROR_OUTCOME_UNKNOWN,
                  "It is not known whether a change of topic “t” took effect: its reply was lost "
                  "(others have written since). Look at the topic and make the change again if it "
                  "is missing");
  assert_message (state_sync_error_unavailable (), STATE_SYNC_ERROR_UNAVAILABLE,
                  "The service is shutting down: call again, which starts it anew");
}

/* A name comes from anyone, and a message goes to a terminal. */
static void
test_names_are_quoted_safely (void)
{
  g_autofree char *eighty = g_strnfill (80, 'x');
  g_autofree char *more = g_strnfill (5000, 'x');
  g_autofree char *whole = g_strdup_printf ("Topic name “%s” is refused: why", eighty);
  g_autofree char *cut = g_strdup_printf ("Topic name “%s…” is refused: why", eighty);

  assert_message (state_sync_error_invalid_topic (eighty, "why"), STATE_SYNC_ERROR_INVALID_TOPIC,
                  whole);
  assert_message (state_sync_error_invalid_topic (more, "why"), STATE_SYNC_ERROR_INVALID_TOPIC,
                  cut);
  assert_message (state_sync_error_invalid_topic ("a\x1b[2Jb\n\x7f", "why"),
                  STATE_SYNC_ERROR_INVALID_TOPIC,
                  "Topic name “a\\u001b[2Jb\\u000a\\u007f” is refused: why");
  assert_message (state_sync_error_invalid_topic ("a\xff", "why"), STATE_SYNC_ERROR_INVALID_TOPIC,
                  "Topic name “a\xef\xbf\xbd” is refused: why");
  assert_message (state_sync_error_invalid_topic ("%s%n", "why"), STATE_SYNC_ERROR_INVALID_TOPIC,
                  "Topic name “%s%n” is refused: why");
  assert_message (state_sync_error_invalid_option ("a\n", "\x1b", "why"),
                  STATE_SYNC_ERROR_INVALID_OPTION,
                  "Option “\\u001b” of the write to topic “a\\u000a” is refused: why");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/error/names", test_names);
  g_test_add_func ("/protocol/error/messages", test_messages);
  g_test_add_func ("/protocol/error/names-are-quoted-safely", test_names_are_quoted_safely);

  return g_test_run ();
}
