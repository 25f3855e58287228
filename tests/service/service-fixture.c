/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/service-fixture.h"

#include <signal.h>

/* AddressSanitizer keeps what is freed for a while, which is not what is measured here. */
void
fixture_prepare_to_measure_memory (void)
{
  const char *given = g_getenv ("ASAN_OPTIONS");
  g_autofree char *options = g_strconcat (
      given != NULL ? given : "", ":quarantine_size_mb=0:thread_local_quarantine_size_kb=0", NULL);

  g_setenv ("ASAN_OPTIONS", options, TRUE);
}

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  self->daemon = test_session_start_daemon (self->session, data);
  self->client = test_client_new (test_session_get_address (self->session));
  self->other = test_client_new (test_session_get_address (self->session));
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  test_process_end (self->daemon, SIGTERM);
  g_assert_true (g_subprocess_get_if_exited (self->daemon));
  g_assert_cmpint (g_subprocess_get_exit_status (self->daemon), ==, 0);

  test_client_free (self->client);
  test_client_free (self->other);
  g_object_unref (self->daemon);
  test_session_free (self->session);
}

void
fixture_restart_after (Fixture *self, int signal_number)
{
  test_process_end (self->daemon, signal_number);
  test_session_wait_for_no_owner (self->session);
  g_object_unref (self->daemon);
  self->daemon = test_session_start_daemon (self->session, NULL);
}

char *
fixture_dup_state (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      test_client_call (self->client, "ListTopics", g_variant_new ("(s)", ""), &error);
  g_autoptr (GVariantIter) iter = NULL;
  g_autoptr (GString) state = g_string_new (NULL);
  const char *topic;

  g_assert_no_error (error);
  g_variant_get (answer, "(a(st))", &iter);
  while (g_variant_iter_loop (iter, "(&st)", &topic, NULL))
    {
      guint64 revision;
      g_autofree char *data = test_client_dup_snapshot (self->client, topic, &revision);

      g_string_append_printf (state, "%s %" G_GUINT64_FORMAT " %s\n", topic, revision, data);
    }
  return g_string_free (g_steal_pointer (&state), FALSE);
}

GVariant *
write_many_args (GVariant *first, ...)
{
  GVariantBuilder builder;
  GVariant *item = first;
  va_list items;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ssa{sv})"));
  va_start (items, first);
  for (; item != NULL; item = va_arg (items, GVariant *))
    g_variant_builder_add_value (&builder, item);
  va_end (items);
  return g_variant_new ("(a(ssa{sv}))", &builder);
}

char *
json_string_of (gsize length)
{
  char *text = g_strnfill (length, 'x');

  text[0] = text[length - 1] = '"';
  return text;
}

char *
call_to_text (TestClient *client, const char *method, GVariant *args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = test_client_call (client, method, args, &error);

  g_assert_no_error (error);
  return g_variant_print (answer, FALSE);
}
