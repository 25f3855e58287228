/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An application that is asked about each write, by table. */

#include <string.h>

#include "store/store-fixture.h"
#include "store/verdict.h"

static guint n_warnings;

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if (level != G_LOG_LEVEL_WARNING)
    return g_log_writer_default (level, fields, n_fields, user_data);

  n_warnings++;
  return G_LOG_WRITER_HANDLED;
}

static char *
text_of (GBytes *data)
{
  return g_strndup (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
}

static void
note_question (Fixture *self, StateSyncValidation *validation)
{
  StateSyncSnapshot *before = state_sync_validation_get_before (validation);
  g_autofree char *old = text_of (state_sync_snapshot_get_data (before));
  g_autofree char *new = text_of (state_sync_validation_get_data (validation));

  g_ptr_array_add (self->events,
                   g_strdup_printf ("%s? %" G_GUINT64_FORMAT " %s -> %s",
                                    state_sync_validation_get_topic (validation),
                                    state_sync_snapshot_get_revision (before), old, new));
}

static void
replace (StateSyncValidation *validation, const char *text)
{
  g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));

  state_sync_validation_replace (validation, data);
}

static void
replace_by_before (StateSyncValidation *validation)
{
  state_sync_validation_replace (
      validation, state_sync_snapshot_get_data (state_sync_validation_get_before (validation)));
}

static void
accept_and_reject (StateSyncValidation *validation)
{
  state_sync_validation_accept (validation);
  state_sync_validation_reject (validation, "But no.");
}

static void
write_and_accept (Fixture *self, StateSyncValidation *validation)
{
  fixture_write_soft (self, "nested", "v", "\"ok\"");
  state_sync_validation_accept (validation);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  g_assert_true (state_sync_store_close_finish (self->store, result, NULL));
  g_clear_object (&self->store);
}

/* Does what the data says. */
static void
obey (StateSyncValidation *validation, gpointer user_data)
{
  Fixture *self = user_data;
  g_autofree char *text = text_of (state_sync_validation_get_data (validation));

  note_question (self, validation);
  if (strstr (text, "refuse") != NULL)
    state_sync_validation_reject (validation, "Not today.");
  else if (strstr (text, "garble") != NULL)
    state_sync_validation_reject (validation, "No\xff.");
  else if (strstr (text, "replace") != NULL)
    replace (validation, "\"other\"");
  else if (strstr (text, "delete") != NULL)
    replace (validation, "null");
  else if (strstr (text, "same") != NULL)
    state_sync_validation_replace (validation, state_sync_validation_get_data (validation));
  else if (strstr (text, "undo") != NULL)
    replace_by_before (validation);
  else if (strstr (text, "break") != NULL)
    replace (validation, "[1,}");
  else if (strstr (text, "bloat") != NULL)
    replace (validation, "\"0123456789012345678901234567890123456789012345678901234567890123\"");
  else if (strstr (text, "twice") != NULL)
    accept_and_reject (validation);
  else if (strstr (text, "wait") != NULL)
    g_ptr_array_add (self->kept, g_object_ref (validation));
  else if (strstr (text, "write") != NULL)
    write_and_accept (self, validation);
  else if (strstr (text, "close") != NULL)
    state_sync_store_close_async (self->store, on_closed, self);
  else if (strstr (text, "ok") != NULL)
    state_sync_validation_accept (validation);
}

static const FixtureRules rules = { .validate = obey };

static GPtrArray *
writes_new (const char *first_topic, ...)
{
  GPtrArray *writes = g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);
  va_list list;

  va_start (list, first_topic);
  for (const char *topic = first_topic; topic != NULL; topic = va_arg (list, const char *))
    g_ptr_array_add (writes,
                     write_of (topic, va_arg (list, const char *), STATE_SYNC_WRITE_REPLACE, TRUE));
  va_end (list);
  return writes;
}

static void
load (Fixture *self)
{
  fixture_read_topics (self, "load", "t", "u", "v");
  fixture_settle (self);
  g_ptr_array_set_size (self->events, 0);
}

/* The questions and the replies, each in order. How many writes went together is left open: it
 * depends on the time that an answer took. */
static void
assert_asked (Fixture *self, const char *asked, const char *replies)
{
  g_autoptr (GString) found_asked = g_string_new (NULL);
  g_autoptr (GString) found_replies = g_string_new (NULL);

  for (guint i = 0; i < self->events->len; i++)
    {
      const char *event = g_ptr_array_index (self->events, i);

      if (strstr (event, "? ") != NULL)
        g_string_append_printf (found_asked, "%s; ", event);
      else if (!g_str_has_prefix (event, "changed"))
        g_string_append_printf (found_replies, "%s; ", event);
    }
  g_assert_cmpstr (found_asked->str, ==, asked);
  g_assert_cmpstr (found_replies->str, ==, replies);
}

/* --- answers within the call --- */

typedef struct
{
  FixtureRules rules;
  const char *name;
  const char *reply;
  const char *stored; /* of a topic that was at revision 4, 1 */
  const char *message;
  guint n_warnings;
} Answer;

#define RULES                                                                                      \
  {                                                                                                \
    .validate = obey                                                                               \
  }
#define BLAME "The write to topic “t” is refused because its validator gave "
#define ADVICE ": tell the author of the service"

static const Answer answers[] = {
  { RULES, "ok", "w: 5", "5 \"ok\"", NULL, 0 },
  { RULES, "refuse", "w: Rejected", "4 1", "Not today.", 0 },
  { RULES, "garble", "w: Rejected", "4 1", "No\357\277\275.", 0 },
  { RULES, "replace", "w: 6", "6 \"other\"", NULL, 0 },
  { RULES, "delete", "w: 6", "6 null", NULL, 0 },
  { RULES, "same", "w: 5", "5 \"same\"", NULL, 0 },
  { RULES, "undo", "w: 4", "4 1", NULL, 0 },
  { RULES, "break", "w: Rejected", "4 1",
    BLAME
    "invalid data at byte 3 (a value is expected; write an object, array, string, number, true, "
    "false or null)" ADVICE,
    0 },
  { RULES, "bloat", "w: Rejected", "4 1", BLAME "data of 66 bytes, above the limit of 64" ADVICE,
    0 },
  { RULES, "drop", "w: Rejected", "4 1", BLAME "no answer" ADVICE, 0 },
  { RULES, "twice", "w: 5", "5 \"twice\"", NULL, 1 },
};

static void
test_answer (Fixture *self, gconstpointer data)
{
  const Answer *answer = data;
  g_autofree char *text = g_strdup_printf ("\"%s\"", answer->name);
  g_autofree char *question = g_strdup_printf ("t? 4 1 -> %s", text);
  g_autofree char *changed = g_strdup_printf ("changed t %c", answer->stored[0]);
  gboolean is_changed = !g_str_equal (answer->stored, "4 1");

  n_warnings = 0;
  test_memory_storage_put (self->storage, "t", 4, "1");
  fixture_write (self, "w", "t", text);
  fixture_settle (self);
  fixture_assert (self, question, answer->reply, is_changed ? changed : NULL);
  fixture_assert_stored (self, "t", answer->stored);
  g_assert_cmpstr (self->refusal, ==, answer->message);
  g_assert_cmpuint (n_warnings, ==, answer->n_warnings);
}

static void
test_sees_what_would_be (Fixture *self, gconstpointer data)
{
  test_memory_storage_put (self->storage, "t", 4, "{\"a\": 1}");
  fixture_merge (self, "patch", "t", "{\"b\":\"ok\"}");
  fixture_settle (self);
  fixture_merge (self, "refused patch", "t", "{\"b\":\"refuse\"}");
  fixture_write (self, "delete", "t", "null");
  fixture_settle (self);
  fixture_assert (self, "t? 4 {\"a\": 1} -> {\"a\": 1,\"b\":\"ok\"}", "patch: 5", "changed t 5",
                  "t? 5 {\"a\": 1,\"b\":\"ok\"} -> {\"a\": 1,\"b\":\"refuse\"}",
                  "t? 5 {\"a\": 1,\"b\":\"ok\"} -> null", "refused patch: Rejected",
                  "delete: Rejected");
}

/* What would not change the topic, or is refused by the rules, is nothing to ask about. */
static void
test_not_asked_in_vain (Fixture *self, gconstpointer data)
{
  g_autofree char *large = g_strnfill (65, '1');

  test_memory_storage_put (self->storage, "t", 4, "1");
  test_memory_storage_put (self->storage, "u", G_MAXUINT64, "1");
  fixture_write (self, "unchanged", "t", "1");
  fixture_write_if (self, "conflict", "t", "\"ok\"", 3);
  fixture_write (self, "too large", "t", large);
  fixture_write (self, "exhausted", "u", "\"ok\"");
  fixture_settle (self);
  fixture_assert (self, "too large: TooLarge", "unchanged: 4", "conflict: Conflict",
                  "exhausted: RevisionExhausted");
}

static void
test_no_revision_left_for_a_replacement (Fixture *self, gconstpointer data)
{
  test_memory_storage_put (self->storage, "t", G_MAXUINT64 - 1, "1");
  fixture_write (self, "replaced", "t", "\"replace\"");
  fixture_settle (self);
  fixture_write (self, "accepted", "t", "\"ok\"");
  fixture_settle (self);
  fixture_assert (self, "t? 18446744073709551614 1 -> \"replace\"", "replaced: RevisionExhausted",
                  "t? 18446744073709551614 1 -> \"ok\"", "accepted: 18446744073709551615",
                  "changed t 18446744073709551615");
}

/* --- several writes --- */

static void
test_many_all_or_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) bad =
      writes_new ("t", "\"ok\"", "t", "\"replace\"", "u", "\"refuse\"", "v", "\"ok\"", NULL);

  load (self);
  fixture_write_array (self, "bad", bad);
  fixture_settle (self);
  g_assert_cmpstr (self->refusal, ==, "Not today.");
  fixture_read_topics (self, "read", "t", "u", "v");
  fixture_assert (self, "t? 0 null -> \"ok\"", "t? 1 \"ok\" -> \"replace\"",
                  "u? 0 null -> \"refuse\"", "bad: Rejected", "read: 0 null, 0 null, 0 null");
  g_assert_cmpuint (test_memory_storage_get_n_commits (self->storage), ==, 0);
}

/* The second change counts for those that come after, as if it had been written. */
static void
test_later_writes_see_the_replacement (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) writes = writes_new ("t", "\"replace\"", "t", "\"ok 2\"", NULL);
  StateSyncWrite *guarded = g_ptr_array_index (writes, 1);

  guarded->has_expected_revision = TRUE;
  guarded->expected_revision = 2;
  load (self);
  fixture_write_array (self, "many", writes);
  fixture_write (self, "next", "t", "\"ok 3\"");
  fixture_settle (self);
  fixture_assert (self, "t? 0 null -> \"replace\"", "t? 2 \"other\" -> \"ok 2\"",
                  "t? 3 \"ok 2\" -> \"ok 3\"", "many: 2 3", "next: 4", "changed t 4");
  g_assert_cmpuint (test_memory_storage_get_n_commits (self->storage), ==, 1);
}

static void
note_committed (StateSyncStore *store,
                const char *topic,
                StateSyncSnapshot *before,
                StateSyncSnapshot *snapshot,
                gpointer user_data)
{
  Fixture *self = user_data;

  g_ptr_array_add (self->events, g_strdup_printf ("committed %s %" G_GUINT64_FORMAT, topic,
                                                  state_sync_snapshot_get_revision (snapshot)));
}

/* Neither in storage, nor to readers, nor by signal. */
static void
test_both_changes_at_once (Fixture *self, gconstpointer data)
{
  load (self);
  g_signal_connect (self->store, "committed", G_CALLBACK (note_committed), self);
  fixture_write (self, "w", "t", "\"replace\"");
  fixture_settle (self);
  fixture_write_soft (self, "soft", "u", "\"replace\"");
  fixture_assert (self, "t? 0 null -> \"replace\"", "committed t 2", "w: 2", "changed t 2",
                  "u? 0 null -> \"replace\"", "committed u 2", "soft: 2", "changed u 2");
  g_assert_cmpuint (test_memory_storage_get_n_commits (self->storage), ==, 1);
}

/* --- answers that come later --- */

static void
accept_next (Fixture *self)
{
  g_autoptr (StateSyncValidation) validation = fixture_next_kept (self);

  state_sync_validation_accept (validation);
}

static void
test_all_writes_wait_and_reads_go_on (Fixture *self, gconstpointer data)
{
  load (self);
  fixture_write (self, "before", "u", "\"ok\"");
  fixture_write (self, "slow", "t", "\"wait\"");
  fixture_write (self, "same topic", "t", "\"ok\"");
  fixture_write (self, "other topic", "u", "\"ok 2\"");
  while (self->kept->len == 0)
    g_main_context_iteration (NULL, TRUE);

  fixture_write_soft (self, "soft", "v", "\"ok\"");
  fixture_read_topics (self, "read", "t", "u", "v");
  fixture_list (self, "list", "");
  while (self->n_waiting > 5)
    g_main_context_iteration (NULL, TRUE);
  fixture_assert (self, "u? 0 null -> \"ok\"", "t? 0 null -> \"wait\"",
                  "read: 0 null, 0 null, 0 null", "list: ");

  accept_next (self);
  fixture_settle (self);
  fixture_assert (self, "t? 1 \"wait\" -> \"ok\"", "u? 1 \"ok\" -> \"ok 2\"", "v? 0 null -> \"ok\"",
                  "soft: 1", "changed v 1", "before: 1", "slow: 1", "same topic: 2",
                  "other topic: 2", "changed u 2", "changed t 2");
  g_assert_cmpuint (test_memory_storage_get_n_commits (self->storage), ==, 1);
}

static void
test_late_answers (Fixture *self, gconstpointer data)
{
  StateSyncValidation *validation;

  load (self);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *text = g_strdup_printf ("\"wait %u\"", i);

      fixture_write (self, text, "t", text);
    }

  validation = fixture_next_kept (self);
  state_sync_validation_reject (validation, "Not today.");
  g_object_unref (validation);
  validation = fixture_next_kept (self);
  replace (validation, "\"other\"");
  g_object_unref (validation);
  validation = fixture_next_kept (self);
  replace_by_before (validation);
  g_object_unref (validation);
  g_object_unref (fixture_next_kept (self));
  n_warnings = 0;
  validation = fixture_next_kept (self);
  state_sync_validation_accept (validation);
  state_sync_validation_reject (validation, "But no.");
  g_object_unref (validation);
  g_assert_cmpuint (n_warnings, ==, 1);

  fixture_settle (self);
  assert_asked (self,
                "t? 0 null -> \"wait 0\"; t? 0 null -> \"wait 1\"; t? 2 \"other\" -> \"wait 2\"; "
                "t? 2 \"other\" -> \"wait 3\"; t? 2 \"other\" -> \"wait 4\"; ",
                "\"wait 0\": Rejected; \"wait 1\": 2; \"wait 2\": 2; \"wait 3\": Rejected; "
                "\"wait 4\": 3; ");
}

static gpointer
accept_in_thread (gpointer data)
{
  g_autoptr (StateSyncValidation) validation = data;

  state_sync_validation_accept (validation);
  return NULL;
}

static void
test_answers_from_a_thread (Fixture *self, gconstpointer data)
{
  load (self);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *text = g_strdup_printf ("\"wait %u\"", i);
      StateSyncWrite *write = write_of ("t", text, STATE_SYNC_WRITE_REPLACE, i % 2 == 0);
      g_autoptr (GPtrArray) writes =
          g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);

      g_ptr_array_add (writes, write);
      fixture_write_array (self, "w", writes);
      g_thread_join (g_thread_new ("validator", accept_in_thread, fixture_next_kept (self)));
    }
  fixture_settle (self);
  fixture_read_topics (self, "read", "t");
  g_assert_cmpstr (g_ptr_array_index (self->events, self->events->len - 1), ==,
                   "read: 200 \"wait 199\"");
}

/* While the validator takes its time, its answer comes from a thread at any moment. */
static void
test_answers_while_it_is_asked (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *text = g_strdup_printf ("\"wait %u\"", i);
      GThread *thread;

      fixture_write (self, "w", "t", text);
      thread = g_thread_new ("validator", accept_in_thread, fixture_next_kept (self));
      fixture_settle (self);
      g_thread_join (thread);
    }
  fixture_assert_stored (self, "t", "500 \"wait 499\"");
}

static gboolean
on_given (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* As when a thread answers right after it was seen that there is no answer yet. */
static void
test_given_before_it_is_waited_for (void)
{
  g_autoptr (StateSyncVerdict) verdict = state_sync_verdict_new ();
  gboolean is_heard = FALSE;

  state_sync_verdict_give (verdict, NULL, NULL);
  state_sync_verdict_wait (verdict, on_given, &is_heard);
  while (!is_heard)
    g_main_context_iteration (NULL, TRUE);
}

/* One that was judged does not wait for the answers to all that follow. */
static void
test_a_batch_does_not_wait_for_ever (Fixture *self, gconstpointer data)
{
  gint64 long_enough;

  load (self);
  fixture_write (self, "first", "t", "\"wait 1\"");
  fixture_write (self, "second", "t", "\"wait 2\"");
  while (self->kept->len == 0)
    g_main_context_iteration (NULL, TRUE);

  long_enough = g_get_monotonic_time () + 150 * G_TIME_SPAN_MILLISECOND;
  while (g_get_monotonic_time () < long_enough)
    g_main_context_iteration (NULL, FALSE);
  accept_next (self);
  while (self->n_waiting > 1)
    g_main_context_iteration (NULL, TRUE);
  accept_next (self);
  fixture_settle (self);
  fixture_assert (self, "t? 0 null -> \"wait 1\"", "first: 1", "changed t 1",
                  "t? 1 \"wait 1\" -> \"wait 2\"", "second: 2", "changed t 2");
}

static void
test_failed_commit_refuses_what_was_accepted (Fixture *self, gconstpointer data)
{
  load (self);
  test_memory_storage_fail_commits (self->storage, 1);
  fixture_write (self, "slow", "t", "\"wait\"");
  fixture_write (self, "refused", "u", "\"refuse\"");
  accept_next (self);
  fixture_settle (self);
  fixture_write (self, "after", "t", "\"ok\"");
  fixture_settle (self);
  assert_asked (self, "t? 0 null -> \"wait\"; u? 0 null -> \"refuse\"; t? 0 null -> \"ok\"; ",
                "slow: Storage; refused: Rejected; after: 1; ");
  fixture_assert_stored (self, "t", "1 \"ok\"");
}

/* --- not durable --- */

static void
test_soft_writes_keep_their_order (Fixture *self, gconstpointer data)
{
  load (self);
  fixture_write_soft (self, "slow", "t", "\"wait\"");
  fixture_write_soft (self, "same topic", "t", "\"ok\"");
  fixture_write_soft (self, "other topic", "u", "\"ok\"");
  fixture_write (self, "durable", "t", "\"ok 2\"");
  fixture_assert (self, "t? 0 null -> \"wait\"");
  accept_next (self);
  fixture_settle (self);
  fixture_assert (self, "slow: 1", "changed t 1", "t? 1 \"wait\" -> \"ok\"", "same topic: 2",
                  "changed t 2", "u? 0 null -> \"ok\"", "other topic: 1", "changed u 1",
                  "t? 2 \"ok\" -> \"ok 2\"", "durable: 3", "changed t 3");
}

static void
wait_until_stored (Fixture *self, const char *topic, const char *expected)
{
  for (;;)
    {
      g_autofree char *state = test_memory_storage_dup_state (self->storage, topic);

      if (g_strcmp0 (state, expected) == 0)
        return;
      g_main_context_iteration (NULL, TRUE);
    }
}

/* What is visible is stored though a batch waits, and without anything of the batch. */
static void
test_flush_goes_on (Fixture *self, gconstpointer data)
{
  load (self);
  fixture_write_soft (self, "soft", "t", "\"ok\"");
  fixture_write (self, "on top", "t", "\"ok 2\"");
  fixture_write (self, "slow", "u", "\"wait\"");
  wait_until_stored (self, "t", "1 \"ok\"");
  g_assert_cmpuint (self->n_waiting, ==, 2);
  fixture_read_topics (self, "read", "t");
  fixture_assert (self, "t? 0 null -> \"ok\"", "soft: 1", "changed t 1", "t? 1 \"ok\" -> \"ok 2\"",
                  "u? 0 null -> \"wait\"", "read: 1 \"ok\"");
  accept_next (self);
  fixture_settle (self);
  fixture_assert (self, "on top: 2", "slow: 1", "changed t 2", "changed u 1");
  fixture_assert_stored (self, "t", "2 \"ok 2\"");
}

static void
test_answer_during_a_flush (Fixture *self, gconstpointer data)
{
  load (self);
  fixture_write_soft (self, "soft", "t", "\"ok\"");
  fixture_write (self, "on top", "t", "\"ok 2\"");
  fixture_write (self, "slow", "u", "\"wait\"");
  test_memory_storage_hold (self->storage);
  fixture_wait_for_hold (self);
  accept_next (self);
  fixture_write (self, "more", "v", "\"ok\"");
  fixture_list (self, "list", "");
  test_memory_storage_let_go (self->storage);
  fixture_settle (self);
  fixture_assert (self, "t? 0 null -> \"ok\"", "soft: 1", "changed t 1", "t? 1 \"ok\" -> \"ok 2\"",
                  "u? 0 null -> \"wait\"", "list: t 1", "on top: 2", "slow: 1", "changed t 2",
                  "changed u 1", "v? 0 null -> \"ok\"", "more: 1", "changed v 1");
  g_assert_cmpuint (test_memory_storage_get_n_commits (self->storage), ==, 3);
}

/* --- from within, and at the end --- */

static void
test_writes_from_within (Fixture *self, gconstpointer data)
{
  load (self);
  fixture_write_soft (self, "soft", "t", "\"write\"");
  fixture_settle (self);
  fixture_write (self, "durable", "t", "\"write 2\"");
  fixture_settle (self);
  fixture_assert (self, "t? 0 null -> \"write\"", "soft: 1", "changed t 1", "v? 0 null -> \"ok\"",
                  "nested: 1", "changed v 1", "t? 1 \"write\" -> \"write 2\"", "nested: 1",
                  "durable: 2", "changed t 2");
}

static void
test_closes_from_within (Fixture *self, gconstpointer data)
{
  load (self);
  fixture_write (self, "before", "t", "\"ok\"");
  fixture_write (self, "close", "t", "\"close\"");
  fixture_write (self, "after", "u", "\"wait\"");
  while (self->store != NULL)
    g_main_context_iteration (NULL, TRUE);
  fixture_assert (self, "t? 0 null -> \"ok\"", "t? 1 \"ok\" -> \"close\"", "u? 0 null -> \"wait\"",
                  "before: 1", "close: Unavailable", "after: Unavailable", "changed t 1");
  fixture_assert_stored (self, "t", "1 \"ok\"");
}

/* A validator that never answers does not hang the end; one that does goes on being asked. */
static void
close_while_it_is_asked (Fixture *self)
{
  g_autoptr (StateSyncValidation) validation = fixture_next_kept (self);
  g_autoptr (GCancellable) cancellable =
      g_object_ref (state_sync_validation_get_cancellable (validation));

  fixture_write (self, "quick", "u", "\"ok\"");
  fixture_write (self, "slow too", "v", "\"wait\"");
  g_assert_false (g_cancellable_is_cancelled (cancellable));

  n_warnings = 0;
  fixture_close (self);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
  state_sync_validation_accept (validation);
  g_assert_cmpuint (n_warnings, ==, 0);
  assert_asked (self, "t? 0 null -> \"wait\"; u? 0 null -> \"ok\"; v? 0 null -> \"wait\"; ",
                "slow: Unavailable; quick: 1; slow too: Unavailable; ");
  fixture_assert_stored (self, "t", NULL);
  fixture_assert_stored (self, "u", "1 \"ok\"");
  fixture_assert_stored (self, "v", NULL);
}

static void
test_close_while_it_is_asked (Fixture *self, gconstpointer data)
{
  load (self);
  fixture_write (self, "slow", "t", "\"wait\"");
  close_while_it_is_asked (self);
}

static void
test_close_while_it_is_asked_of_a_soft_write (Fixture *self, gconstpointer data)
{
  load (self);
  fixture_write_soft (self, "slow", "t", "\"wait\"");
  close_while_it_is_asked (self);
}

/* There is nothing else to wait for. */
static void
test_close_with_one_soft_write_alone (Fixture *self, gconstpointer data)
{
  load (self);
  fixture_write_soft (self, "slow", "t", "\"wait\"");
  fixture_close (self);
  fixture_assert (self, "t? 0 null -> \"wait\"", "slow: Unavailable");
}

static void
add_answer (const Answer *answer)
{
  g_autofree char *path = g_strconcat ("/store/validate/answer/", answer->name, NULL);

  test_add_with (path, answer, test_answer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_warnings, NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    add_answer (&answers[i]);
  g_test_add_func ("/store/validate/given-before-it-is-waited-for",
                   test_given_before_it_is_waited_for);

#define ADD(name, func) test_add_with ("/store/validate/" name, &rules, func)
  ADD ("sees-what-would-be", test_sees_what_would_be);
  ADD ("not-asked-in-vain", test_not_asked_in_vain);
  ADD ("no-revision-left-for-a-replacement", test_no_revision_left_for_a_replacement);
  ADD ("many-all-or-nothing", test_many_all_or_nothing);
  ADD ("later-writes-see-the-replacement", test_later_writes_see_the_replacement);
  ADD ("both-changes-at-once", test_both_changes_at_once);
  ADD ("all-writes-wait-and-reads-go-on", test_all_writes_wait_and_reads_go_on);
  ADD ("late-answers", test_late_answers);
  ADD ("answers-from-a-thread", test_answers_from_a_thread);
  ADD ("answers-while-it-is-asked", test_answers_while_it_is_asked);
  ADD ("a-batch-does-not-wait-for-ever", test_a_batch_does_not_wait_for_ever);
  ADD ("failed-commit-refuses-what-was-accepted", test_failed_commit_refuses_what_was_accepted);
  ADD ("soft-writes-keep-their-order", test_soft_writes_keep_their_order);
  ADD ("flush-goes-on", test_flush_goes_on);
  ADD ("answer-during-a-flush", test_answer_during_a_flush);
  ADD ("writes-from-within", test_writes_from_within);
  ADD ("closes-from-within", test_closes_from_within);
  ADD ("close-while-it-is-asked", test_close_while_it_is_asked);
  ADD ("close-while-it-is-asked-of-a-soft-write", test_close_while_it_is_asked_of_a_soft_write);
  ADD ("close-with-one-soft-write-alone", test_close_with_one_soft_write_alone);
#undef ADD
  return g_test_run ();
}
