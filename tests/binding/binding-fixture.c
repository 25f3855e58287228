/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "binding/binding-fixture.h"

#include <signal.h>
#include <string.h>

#include <glib/gstdio.h>

static void
on_rejected (StateSyncTopic *topic, JsonNode *patch, const GError *error, gpointer user_data)
{
  Fixture *self = user_data;
  g_autofree char *text = json_to_string (patch, FALSE);

  g_ptr_array_add (self->told, g_strdup_printf ("rejected %s: %s", text, error->message));
}

/* What is tried again is no event here. */
static void
on_sync_error (StateSyncTopic *topic, StateSyncFailure *failure, gpointer user_data)
{
  Fixture *self = user_data;
  StateSyncPhase phase = state_sync_failure_get_phase (failure);

  if (state_sync_failure_get_will_retry (failure))
    return;
  g_ptr_array_add (self->told,
                   g_strdup_printf ("%s: %s", phase == STATE_SYNC_PHASE_APPLY ? "apply" : "other",
                                    state_sync_failure_get_error (failure)->message));
}

void
binding_set_up (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  self->connection = test_bus_connect (test_session_get_address (self->session));
  self->other = test_client_new (test_session_get_address (self->session));
  self->client = state_sync_client_new_for_connection (self->connection, "org.statesync.StateSync1",
                                                       "/org/statesync/StateSync1", NULL,
                                                       STATE_SYNC_CLIENT_FLAGS_NONE);
  self->told = g_ptr_array_new_with_free_func (g_free);
  self->topic = state_sync_client_get_topic (self->client, "t");
  g_signal_connect (self->topic, "write-rejected", G_CALLBACK (on_rejected), self);
  g_signal_connect (self->topic, "sync-error", G_CALLBACK (on_sync_error), self);
  self->lamp = test_lamp_new ();
}

void
binding_tear_down (Fixture *self, gconstpointer data)
{
  binding_assert_silent (self);
  g_clear_object (&self->lamp);
  g_clear_object (&self->topic);
  g_clear_object (&self->client);
  g_clear_object (&self->connection);
  test_client_free (self->other);
  g_clear_object (&self->daemon);
  test_session_free (self->session);
  g_ptr_array_unref (self->told);
}

void
binding_put_schema (TestSession *session, const char *topic, const char *schema)
{
  g_autofree char *folder =
      g_build_filename (test_session_get_folder (session), "share", "statesync", "schemas", NULL);
  g_autofree char *file = g_strconcat (topic, ".json", NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_no_errno (g_mkdir_with_parents (folder, 0700));
  g_file_set_contents (path, schema, -1, &error);
  g_assert_no_error (error);
}

void
binding_start (Fixture *self, const char *data)
{
  g_autoptr (GError) error = NULL;

  self->daemon = test_session_start_daemon (self->session, NULL);
  if (data != NULL)
    test_client_write (self->other, "t", data);
  state_sync_topic_start_sync (self->topic, NULL, &error);
  g_assert_no_error (error);
}

void
binding_write (Fixture *self, const char *data)
{
  guint64 revision = test_client_write (self->other, "t", data);

  while (state_sync_topic_get_revision (self->topic) < revision)
    g_main_context_iteration (NULL, TRUE);
}

void
binding_settle (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  state_sync_topic_settle_sync (self->topic, NULL, &error);
  g_assert_no_error (error);
}

void
binding_assert_data (Fixture *self, const char *data)
{
  g_autofree char *there = NULL;
  g_autofree char *here = NULL;
  guint64 revision;

  binding_settle (self);
  here = json_to_string (state_sync_topic_get_data (self->topic), FALSE);
  g_assert_cmpstr (here, ==, data);
  there = test_client_dup_snapshot (self->other, "t", &revision);
  g_assert_cmpstr (there, ==, data);
}

void
binding_end_service (Fixture *self)
{
  test_process_end (self->daemon, SIGKILL);
  g_clear_object (&self->daemon);
  while (state_sync_topic_get_available (self->topic))
    g_main_context_iteration (NULL, TRUE);
  test_session_wait_for_no_owner (self->session);
}

void
binding_resume_service (Fixture *self)
{
  self->daemon = test_session_start_daemon (self->session, NULL);
  while (!state_sync_topic_get_available (self->topic))
    g_main_context_iteration (NULL, TRUE);
}

void
binding_assert_told (Fixture *self, const char *what)
{
  g_autofree char *first = NULL;

  g_assert_cmpuint (self->told->len, >, 0);
  first = g_ptr_array_steal_index (self->told, 0);
  g_assert_cmpstr (first, ==, what);
}

void
binding_assert_silent (Fixture *self)
{
  if (self->told->len > 0)
    g_error ("it was not silent: %s", (char *)self->told->pdata[0]);
}
