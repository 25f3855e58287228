/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/engine-fixture.h"

#include "engine/log.h"

typedef struct
{
  Fixture *fixture;
  char *name;
} Waiter;

static Waiter *
waiter_new (Fixture *self, const char *name)
{
  Waiter *waiter = g_new (Waiter, 1);

  *waiter = (Waiter){ self, g_strdup (name) };
  return waiter;
}

static void
on_done (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Waiter *waiter = user_data;
  StateSyncEngine *engine = STATE_SYNC_ENGINE (object);
  g_autoptr (GError) error = NULL;
  gboolean ok = g_async_result_is_tagged (result, state_sync_engine_start_async)
                    ? state_sync_engine_start_finish (engine, result, &error)
                    : state_sync_engine_refresh_finish (engine, result, &error);

  g_assert_cmpint (ok, ==, error == NULL);
  g_ptr_array_add (waiter->fixture->events,
                   error == NULL
                       ? g_strdup_printf ("%s: ok", waiter->name)
                       : g_strdup_printf ("%s: %s %d", waiter->name,
                                          g_quark_to_string (error->domain), error->code));
  g_free (waiter->name);
  g_free (waiter);
}

static void
call_hook (Fixture *self, FixtureHook *hook)
{
  FixtureHook func = *hook;

  *hook = NULL;
  if (func != NULL)
    func (self);
}

static gboolean
on_apply (StateSyncEngine *engine, StateSyncSnapshot *snapshot, gpointer user_data, GError **error)
{
  Fixture *self = user_data;
  gboolean fails = self->n_failing_applies > 0;

  g_ptr_array_add (self->events, g_strdup_printf ("apply %" G_GUINT64_FORMAT "%s",
                                                  state_sync_snapshot_get_revision (snapshot),
                                                  fails ? " fails" : ""));
  call_hook (self, &self->in_apply);
  if (!fails)
    return TRUE;

  self->n_failing_applies--;
  if (!self->fail_without_reason)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "refused by the test");
  return FALSE;
}

static void
on_sync_error (StateSyncEngine *engine, StateSyncFailure *failure, Fixture *self)
{
  GString *text = g_string_new ("error ");
  guint attempt = state_sync_failure_get_attempt (failure);
  guint64 revision;

  g_assert_cmpstr (state_sync_failure_get_topic (failure), ==,
                   state_sync_engine_get_topic (engine));
  g_assert_cmpuint (state_sync_failure_get_local_revision (failure), ==,
                    state_sync_engine_get_revision (engine));
  g_assert_nonnull (state_sync_failure_get_error (failure));

  g_string_append (text, state_sync_phase_name (state_sync_failure_get_phase (failure)));
  if (state_sync_failure_get_event_revision (failure, &revision))
    g_string_append_printf (text, ", event %" G_GUINT64_FORMAT, revision);
  if (state_sync_failure_get_snapshot_revision (failure, &revision))
    g_string_append_printf (text, ", snapshot %" G_GUINT64_FORMAT, revision);
  if (attempt > 0)
    g_string_append_printf (text, ", attempt %u", attempt);
  if (state_sync_failure_get_will_retry (failure))
    g_string_append_printf (text, ", again in %u", state_sync_failure_get_next_delay (failure));

  g_ptr_array_add (self->events, g_string_free (text, FALSE));
  call_hook (self, &self->in_error);
}

static void
on_available (StateSyncEngine *engine, GParamSpec *pspec, Fixture *self)
{
  g_ptr_array_add (
      self->events,
      g_strdup (state_sync_engine_get_available (engine) ? "available" : "unavailable"));
}

static void
make_engine (Fixture *self, const char *topic, StateSyncPolicy *policy)
{
  self->engine = state_sync_engine_new_with_clock (STATE_SYNC_INVALIDATION_SOURCE (self->transport),
                                                   STATE_SYNC_SNAPSHOT_PROVIDER (self->transport),
                                                   topic, policy, on_apply, self, NULL,
                                                   STATE_SYNC_CLOCK (self->clock));
  g_signal_connect (self->engine, "sync-error", G_CALLBACK (on_sync_error), self);
  g_signal_connect (self->engine, "notify::available", G_CALLBACK (on_available), self);
}

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  self->clock = test_virtual_clock_new ();
  self->transport = test_memory_transport_new (":1.1");
  self->events = g_ptr_array_new_with_free_func (g_free);
  self->cancellable = g_cancellable_new ();
  test_memory_transport_set (self->transport, 1);
  make_engine (self, "org.example.topic", NULL);
}

void
fixture_remake (Fixture *self, const char *topic, const char *first_property, ...)
{
  g_autoptr (StateSyncPolicy) policy = NULL;
  va_list args;

  va_start (args, first_property);
  policy = STATE_SYNC_POLICY (g_object_new_valist (STATE_SYNC_TYPE_POLICY, first_property, args));
  va_end (args);

  g_object_unref (self->engine);
  make_engine (self, topic, policy);
}

/* Whatever was tried, nothing is left behind. */
void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  if (self->engine != NULL)
    {
      state_sync_engine_stop (self->engine);
      g_ptr_array_set_size (self->events, 0);
      test_memory_transport_let_go (self->transport);
      fixture_advance (self, 1000 * 1000);
      fixture_assert_nothing (self);
      g_assert_finalize_object (self->engine);
    }
  fixture_run (self);

  g_assert_cmpuint (test_memory_transport_get_n_listening (self->transport), ==, 0);
  g_assert_cmpuint (test_virtual_clock_get_n_timers (self->clock), ==, 0);
  g_assert_finalize_object (self->transport);
  g_assert_finalize_object (self->clock);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->events);
}

void
fixture_begin_start (Fixture *self, const char *name)
{
  state_sync_engine_start_async (self->engine, self->cancellable, on_done, waiter_new (self, name));
}

void
fixture_begin_refresh (Fixture *self, const char *name)
{
  state_sync_engine_refresh_async (self->engine, self->cancellable, on_done,
                                   waiter_new (self, name));
}

void
fixture_start (Fixture *self, const char *name)
{
  state_sync_engine_start_async (self->engine, NULL, on_done, waiter_new (self, name));
  fixture_run (self);
}

void
fixture_refresh (Fixture *self, const char *name)
{
  state_sync_engine_refresh_async (self->engine, NULL, on_done, waiter_new (self, name));
  fixture_run (self);
}

void
fixture_follow (Fixture *self)
{
  fixture_start (self, "start");
  g_assert_cmpint (state_sync_engine_get_state (self->engine), ==, STATE_SYNC_LIFECYCLE_RUNNING);
  g_ptr_array_set_size (self->events, 0);
}

void
fixture_change (Fixture *self)
{
  test_memory_transport_write (self->transport);
  fixture_tell (self, test_memory_transport_get_revision (self->transport));
}

void
fixture_tell (Fixture *self, guint64 revision)
{
  test_memory_transport_tell (self->transport, revision,
                              test_memory_transport_get_instance (self->transport));
}

void
fixture_accept (Fixture *self, guint64 revision, const char *instance)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("1", 1);
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new_from (revision, data, instance);

  state_sync_engine_accept (self->engine, snapshot);
}

void
fixture_run (Fixture *self)
{
  fixture_advance (self, 0);
}

void
fixture_advance (Fixture *self, guint msec)
{
  test_virtual_clock_advance (self->clock, msec);
}

/* Nothing else has happened since the last time. */
void
fixture_assert_events (Fixture *self, const char *const *expected)
{
  g_autofree char *wanted = g_strjoinv ("\n", (char **)expected);
  g_autofree char *found = NULL;

  g_ptr_array_add (self->events, NULL);
  found = g_strjoinv ("\n", (char **)self->events->pdata);
  g_assert_cmpstr (found, ==, wanted);
  g_ptr_array_set_size (self->events, 0);
}

void
fixture_assert_pulls (Fixture *self, guint n_pulls)
{
  g_assert_cmpuint (test_memory_transport_get_n_pulls (self->transport), ==, n_pulls);
  g_assert_cmpuint (fixture_get_counters (self).pulls, ==, n_pulls);
}

/* Nothing is under way, and nothing waits. */
void
fixture_assert_idle (Fixture *self)
{
  g_assert_cmpuint (test_memory_transport_get_n_wanted (self->transport), ==, 0);
  g_assert_cmpuint (test_virtual_clock_get_n_timers (self->clock), ==, 0);
}

StateSyncCounters
fixture_get_counters (Fixture *self)
{
  StateSyncCounters counters;

  state_sync_engine_get_counters (self->engine, &counters);
  return counters;
}
