/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/client-fixture.h"

#include <string.h>

#include "statesync/statesync.h"
#include "support/sandboxed-app.h"

#define APP_ID "org.example.App"

#define BY_SIGNAL STATE_SYNC_CLIENT_FLAGS_BY_SIGNAL
#define ON_BOARDS STATE_SYNC_CLIENT_FLAGS_NONE

typedef struct
{
  const char *name;
  StateSyncClientFlags flags[2];
  enum
  {
    SESSION,
    SANDBOX,
    EMBEDDED,
  } place;
} Way;

static const Way ways[] = {
  { "by-signal", { BY_SIGNAL, BY_SIGNAL }, SESSION },
  { "on-boards", { ON_BOARDS, ON_BOARDS }, SESSION },
  { "mixed", { ON_BOARDS, BY_SIGNAL }, SESSION },
  { "portal-by-signal", { BY_SIGNAL, BY_SIGNAL }, SANDBOX },
  { "portal-on-boards", { ON_BOARDS, ON_BOARDS }, SANDBOX },
  { "peer-by-signal", { BY_SIGNAL, BY_SIGNAL }, EMBEDDED },
  { "peer-on-boards", { ON_BOARDS, ON_BOARDS }, EMBEDDED },
};

/* @args: (nullable) */
static GSubprocess *
start_app (Fixture *self, const char *const *args)
{
  g_autofree char *path = embedding_app_get_path (self->session);
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  GSubprocess *app;

  g_ptr_array_add (all, path);
  for (guint i = 0; args != NULL && args[i] != NULL; i++)
    g_ptr_array_add (all, (gpointer)args[i]);
  g_ptr_array_add (all, NULL);
  app = test_session_spawn_role (self->session, "embedding-app", (const char *const *)all->pdata);
  g_free (test_session_wait_for_owner (self->session, NULL));
  return app;
}

void
client_start_daemon (Fixture *self, const char *const *args)
{
  g_clear_object (&self->daemon);
  if (self->is_embedded)
    self->daemon = start_app (self, args);
  else
    self->daemon = test_session_start_daemon (self->session, args);
}

void
client_end_daemon (Fixture *self, int signal_number)
{
  test_process_end (self->daemon, signal_number);
  g_clear_object (&self->daemon);
  test_session_wait_for_no_owner (self->session);
}

void
client_assert_converged (Fixture *self, Window *const *windows, guint n_windows, const char *topic)
{
  guint64 revision;
  g_autofree char *data = test_client_dup_snapshot (self->writer, topic, &revision);
  g_autofree char *description = window_describe (data, strlen (data));
  g_autofree char *expected = g_strdup_printf ("%" G_GUINT64_FORMAT " %s", revision, description);

  for (guint i = 0; i < n_windows; i++)
    {
      g_autofree char *shown = window_wait_for_revision (windows[i], topic, revision);

      g_assert_cmpstr (shown, ==, expected);
    }
}

static void
set_up_without_service (Fixture *self, gconstpointer data)
{
  const Way *way = data;

  self->is_sandboxed = way->place == SANDBOX;
  self->is_embedded = way->place == EMBEDDED;
  window_set_defaults (way->flags[0], way->flags[1], self->is_sandboxed ? APP_ID : NULL,
                       self->is_embedded);
  self->is_by_signal = (way->flags[0] & way->flags[1] & BY_SIGNAL) != 0;
  self->session = test_session_new ();
  self->writer = test_client_new (test_session_get_address (self->session));
  if (self->is_sandboxed)
    test_client_set_namespace (self->writer, APP_ID);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  set_up_without_service (self, data);
  client_start_daemon (self, NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_client_free (self->writer);
  g_clear_object (&self->daemon);
  test_session_free (self->session);
}

/* Where sandboxes can't be, what is to happen in them is skipped. */
static void
skip (gconstpointer data)
{
  g_assert_false (test_app_can_be ());
}

static void
add_one (const Way *way, const char *path, SituationFunc before, SituationFunc func)
{
  static gboolean can_be_sandboxed = -1;

  if (can_be_sandboxed < 0)
    can_be_sandboxed = test_app_can_be ();
  if (way->place == SANDBOX && !can_be_sandboxed)
    g_test_add_data_func (path, NULL, skip);
  else
    g_test_add (path, Fixture, way, before, func, tear_down);
}

static void
add (const char *subject,
     const char *name,
     SituationFunc before,
     SituationFunc func,
     gboolean on_bus)
{
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_build_path ("/", "/client", subject, ways[i].name, name, NULL);

      if (ways[i].place != EMBEDDED || !on_bus)
        add_one (&ways[i], path, before, func);
    }
}

void
client_add (const char *subject, const char *name, SituationFunc func)
{
  add (subject, name, set_up, func, FALSE);
}

void
client_add_without_service (const char *subject, const char *name, SituationFunc func)
{
  add (subject, name, set_up_without_service, func, FALSE);
}

void
client_add_on_bus (const char *subject, const char *name, SituationFunc func)
{
  add (subject, name, set_up, func, TRUE);
}

void
client_add_on_bus_without_service (const char *subject, const char *name, SituationFunc func)
{
  add (subject, name, set_up_without_service, func, TRUE);
}
