/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Snapshots are answered on two ways, on the bus's thread and in the main loop. Nobody can tell
 * which one it was.
 */

#include "service/service-fixture.h"

#define SOFT "{'durable': <false>}"

typedef struct
{
  guint64 written;
  guint64 read;
  guint n_left;
} Pair;

static guint64
finish (GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = test_client_call_finish (result, &error);
  guint64 revision;

  g_assert_no_error (error);
  g_variant_get_child (answer, 0, "t", &revision);
  return revision;
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Pair *pair = user_data;

  pair->written = finish (result);
  pair->n_left--;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Pair *pair = user_data;

  pair->read = finish (result);
  pair->n_left--;
}

/* Both are sent before either is answered. The topic is in memory, so neither waits for storage. */
static void
test_read_behind_a_write_sees_it (Fixture *self, gconstpointer data)
{
  test_client_write (self->client, "t", "1");
  for (guint i = 2; i <= 1000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      Pair pair = { .n_left = 2 };

      test_client_call_async (self->client, "Write", test_client_write_args ("t", text, SOFT),
                              on_written, &pair);
      test_client_call_async (self->client, "GetSnapshot", g_variant_new ("(s)", "t"), on_read,
                              &pair);
      while (pair.n_left > 0)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (pair.written, ==, i);
      g_assert_cmpuint (pair.read, ==, i);
    }
}

/* Many more bytes than a peer is sent before the main loop hears of it, some of them in answers
 * that are too large for the bus's thread. */
static void
test_every_snapshot_is_served_and_counted (Fixture *self, gconstpointer data)
{
  const gsize lengths[] = { 1024, 60 * 1024, 70 * 1024 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *topic = g_strdup_printf ("t%u", i);
      g_autofree char *text = json_string_of (lengths[i]);

      test_client_write_with (self->client, topic, text, SOFT);
      for (guint n = 0; n < 300; n++)
        test_client_assert_snapshot (self->other, topic, 1, text);
    }
  g_assert_cmpuint (test_client_get_statistic (self->client, "snapshots"), ==, 900);
}

static void
test_topics_that_differ_are_told_apart (Fixture *self, gconstpointer data)
{
  test_client_write (self->client, "a", "1");
  test_client_write (self->client, "a.b", "2");
  test_client_write (self->client, "a", "null");
  for (guint i = 0; i < 3; i++)
    {
      test_client_assert_snapshot (self->other, "a", 2, "null");
      test_client_assert_snapshot (self->other, "a.b", 1, "2");
      test_client_assert_snapshot (self->other, "never", 0, "null");
      test_client_assert_refused (self->other, "GetSnapshot", g_variant_new ("(s)", " a"),
                                  STATE_SYNC_ERROR_INVALID_TOPIC, NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/service/direct-reads/read-behind-a-write-sees-it", test_read_behind_a_write_sees_it);
  test_add ("/service/direct-reads/every-snapshot-is-served-and-counted",
            test_every_snapshot_is_served_and_counted);
  test_add ("/service/direct-reads/topics-that-differ-are-told-apart",
            test_topics_that_differ_are_told_apart);
  return g_test_run ();
}
