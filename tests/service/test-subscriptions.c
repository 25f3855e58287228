/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Following by signals of one's own, and the sandbox-facing path, where there are no others. */

#include "service/service-fixture.h"
#include "support/raw-client.h"

#define MIB ((gsize)1024 * 1024)

/* Sends all that is to be told, and hears what came. */
static void
settle (Fixture *self)
{
  g_autoptr (GVariant) answer G_GNUC_UNUSED = NULL;
  g_autoptr (GError) error = NULL;

  answer = test_client_call (self->other, "ListTopics", g_variant_new ("(s)", ""), &error);
  g_assert_no_error (error);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static GVariant *
names_args (const char *first, ...)
{
  GVariantBuilder builder;
  const char *name = first;
  va_list names;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("as"));
  va_start (names, first);
  for (; name != NULL; name = va_arg (names, const char *))
    g_variant_builder_add (&builder, "s", name);
  va_end (names);
  return g_variant_new ("(as)", &builder);
}

static void
assert_told (Fixture *self, const char *topic, guint n_signals)
{
  settle (self);
  g_assert_cmpuint (test_client_get_n_signals (self->other, topic), ==, n_signals);
}

/* --- what a name stands for --- */

static const struct
{
  const char *name;
  const char *topic;
  gboolean is_told;
} matches[] = {
  { "a", "a", TRUE },       { "a", "a.b", TRUE },     { "a", "a.b.c", TRUE },
  { "a", "a..b", TRUE },    { "a.", "a..b", TRUE },   { "a", "ab", FALSE },
  { "a", "b", FALSE },      { "a.b", "a", FALSE },    { "a.b", "a.bc", FALSE },
  { "a.b", "a.b", TRUE },   { ".a", ".a.b", TRUE },   { "a", ".a", FALSE },
  { "ä.ö", "ä.ö.ü", TRUE }, { "a", "a.", TRUE },      { "a.", "a.", TRUE },
  { "a.", "a", FALSE },     { "a b", "a b.c", TRUE }, { "a'b", "a'b.\"c\"", TRUE },
};

static void
test_names (Fixture *self, gconstpointer data)
{
  test_client_listen (self->other);
  for (gsize i = 0; i < G_N_ELEMENTS (matches); i++)
    {
      guint before = test_client_get_n_signals (self->other, matches[i].topic);
      g_autofree char *text = g_strdup_printf ("%" G_GSIZE_FORMAT, i);

      assert_call (self->other, "Subscribe", names_args (matches[i].name, NULL), "()");
      test_client_write (self->client, matches[i].topic, text);
      g_test_message ("“%s” and topic “%s”", matches[i].name, matches[i].topic);
      assert_told (self, matches[i].topic, before + matches[i].is_told);
      assert_call (self->other, "Unsubscribe", names_args (matches[i].name, NULL), "()");
    }
}

static void
test_told_once_and_only_what_was_asked_for (Fixture *self, gconstpointer data)
{
  test_client_listen (self->other);
  assert_call (self->other, "Subscribe", names_args ("a", "a.b", "a.b.c", "a.b", NULL), "()");
  assert_call (self->other, "Subscribe", names_args ("a", NULL), "()");
  test_client_write (self->client, "a.b.c", "1");
  assert_told (self, "a.b.c", 1);
  test_client_write (self->client, "other", "1");
  assert_told (self, "other", 0);

  assert_call (self->other, "Unsubscribe", names_args ("a", "a.b", "unknown", NULL), "()");
  test_client_write (self->client, "a.b.c", "2");
  test_client_write (self->client, "a.b", "2");
  assert_told (self, "a.b.c", 2);
  assert_told (self, "a.b", 0);
  assert_call (self->other, "Unsubscribe", names_args ("a.b.c", NULL), "()");
  test_client_write (self->client, "a.b.c", "3");
  assert_told (self, "a.b.c", 2);
}

static void
test_nobody_else_is_told (Fixture *self, gconstpointer data)
{
  test_client_use_portal (self->client);
  test_client_listen (self->client);
  test_client_use_portal (self->other);
  test_client_listen (self->other);
  assert_call (self->other, "Subscribe", names_args ("a", NULL), "()");
  test_client_write (self->client, "a", "1");
  assert_told (self, "a", 1);
  g_assert_cmpuint (test_client_get_n_signals (self->client, "a"), ==, 0);
}

/* --- the sandbox-facing path --- */

/* Not even with a match rule. */
static void
test_nothing_is_broadcast (Fixture *self, gconstpointer data)
{
  test_client_use_portal (self->other);
  test_client_follow (self->other, NULL);
  test_client_write (self->client, "a", "1");
  assert_told (self, "a", 0);

  assert_call (self->other, "Subscribe", names_args ("a", NULL), "()");
  test_client_write (self->client, "a", "2");
  assert_told (self, "a", 1);
  g_assert_cmpuint (test_client_get_last_signal (self->other, "a"), ==, 2);
}

static void
test_the_same_topics_at_both_paths (Fixture *self, gconstpointer data)
{
  test_client_use_portal (self->other);
  test_client_write (self->client, "a", "1");
  test_client_assert_snapshot (self->other, "a", 1, "1");
  test_client_write (self->other, "a", "2");
  test_client_assert_snapshot (self->client, "a", 2, "2");
  assert_call (self->other, "ListTopics", g_variant_new ("(s)", ""), "([('a', 2)],)");
}

/* What is subscribed to at one path is told there. */
static void
test_paths_are_subscribed_apart (Fixture *self, gconstpointer data)
{
  assert_call (self->other, "Subscribe", names_args ("a", NULL), "()");
  test_client_use_portal (self->other);
  test_client_listen (self->other);
  test_client_write (self->client, "a", "1");
  assert_told (self, "a", 0);
  assert_call (self->other, "Subscribe", names_args ("a", NULL), "()");
  test_client_write (self->client, "a", "2");
  assert_told (self, "a", 1);
}

/* --- bad input --- */

static void
test_refusals (Fixture *self, gconstpointer data)
{
  GVariantBuilder many;
  g_autoptr (GVariant) args = NULL;

  test_client_listen (self->other);
  test_client_assert_refused (self->other, "Subscribe", names_args ("good", "", NULL),
                              STATE_SYNC_ERROR_INVALID_TOPIC, NULL);
  test_client_assert_refused (self->other, "Unsubscribe", names_args (" ", NULL),
                              STATE_SYNC_ERROR_INVALID_TOPIC, NULL);
  test_client_write (self->client, "good", "1");
  assert_told (self, "good", 0);

  /* All or nothing, and what there was before stays. */
  assert_call (self->other, "Subscribe", names_args ("mine", NULL), "()");
  g_variant_builder_init (&many, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < 4096; i++)
    {
      g_autofree char *name = g_strdup_printf ("name%u", i);

      g_variant_builder_add (&many, "s", name);
    }
  args = g_variant_ref_sink (g_variant_new ("(as)", &many));
  test_client_assert_refused (self->other, "Subscribe", args, STATE_SYNC_ERROR_LIMIT_EXCEEDED,
                              "This connection would subscribe to more than 4096 names: subscribe "
                              "to a namespace, which stands for all topics inside it");
  test_client_write (self->client, "name0", "1");
  test_client_write (self->client, "mine", "1");
  assert_told (self, "name0", 0);
  assert_told (self, "mine", 1);
  assert_call (self->other, "Unsubscribe", names_args ("mine", NULL), "()");
  assert_call (self->other, "Subscribe", args, "()");
  assert_call (self->other, "Subscribe", args, "()");
  assert_call (self->other, "Subscribe", names_args (NULL), "()");
}

/* --- peers that come to an end, or don't read --- */

static void
test_gone_with_the_connection (Fixture *self, gconstpointer data)
{
  TestRawClient *peer = test_raw_client_new (test_session_get_address (self->session));
  guint64 before;

  g_object_unref (test_raw_client_wait_for_answer (
      peer, test_raw_client_call (peer, "Subscribe", names_args ("a", NULL))));
  before = test_client_get_statistic (self->client, "signals");
  test_client_write (self->client, "a", "1");
  g_assert_cmpuint (test_client_get_statistic (self->client, "signals"), ==, before + 2);

  /* Writes until one is told to all alone. */
  test_raw_client_free (peer);
  for (guint i = 2;; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      before = test_client_get_statistic (self->client, "signals");
      test_client_write (self->client, "a", text);
      if (test_client_get_statistic (self->client, "signals") == before + 1)
        break;
    }
}

static void
write_many_topics (Fixture *self, guint round)
{
  g_autofree char *filler = g_strnfill (200, 'x');
  g_autofree char *text = g_strdup_printf ("%u", round);
  g_autoptr (GVariant) answer G_GNUC_UNUSED = NULL;
  g_autoptr (GError) error = NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ssa{sv})"));
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *topic = g_strdup_printf ("many.%03u.%s", i, filler);

      g_variant_builder_add_value (&builder,
                                   test_client_write_args (topic, text, "{'durable': <false>}"));
    }
  answer = test_client_call (self->client, "WriteMany", g_variant_new ("(a(ssa{sv}))", &builder),
                             &error);
  g_assert_no_error (error);
}

/* 40 MB of signals are to be told. It gets less, and in the end the newest of each. */
static void
test_peer_does_not_read_its_signals (Fixture *self, gconstpointer data)
{
  g_autoptr (TestRawClient) peer = test_raw_client_new (test_session_get_address (self->session));
  g_autoptr (GHashTable) newest = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const guint n_rounds = 100;
  guint n_newest = 0;
  guint n_signals = 0;

  g_object_unref (test_raw_client_wait_for_answer (
      peer, test_raw_client_call (peer, "Subscribe", names_args ("many", NULL))));
  for (guint round = 1; round <= n_rounds; round++)
    {
      write_many_topics (self, round);
      g_assert_cmpuint (
          test_client_get_unread (self->client, test_raw_client_get_name (peer), "OutgoingBytes"),
          <, 24 * MIB);
    }

  while (n_newest < 1000)
    {
      g_autoptr (GDBusMessage) message = test_raw_client_receive (peer);
      guint64 revision;
      const char *topic;

      if (g_strcmp0 (g_dbus_message_get_member (message), "Invalidated") != 0)
        continue;
      n_signals++;
      g_variant_get (g_dbus_message_get_body (message), "(&st)", &topic, &revision);
      if (revision == n_rounds && g_hash_table_add (newest, g_strdup (topic)))
        n_newest++;
    }
  g_assert_cmpuint (n_signals, <, 90 * 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/service/subscriptions/names", test_names);
  test_add ("/service/subscriptions/told-once-and-only-what-was-asked-for",
            test_told_once_and_only_what_was_asked_for);
  test_add ("/service/subscriptions/nobody-else-is-told", test_nobody_else_is_told);
  test_add ("/service/subscriptions/nothing-is-broadcast", test_nothing_is_broadcast);
  test_add ("/service/subscriptions/the-same-topics-at-both-paths",
            test_the_same_topics_at_both_paths);
  test_add ("/service/subscriptions/paths-are-subscribed-apart", test_paths_are_subscribed_apart);
  test_add ("/service/subscriptions/refusals", test_refusals);
  test_add ("/service/subscriptions/gone-with-the-connection", test_gone_with_the_connection);
  test_add ("/service/subscriptions/peer-does-not-read-its-signals",
            test_peer_does_not_read_its_signals);

  return g_test_run ();
}
