/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/window.h"

#include "client/embedding-app.h"
#include "support/sandbox.h"
#include "support/sandboxed-app.h"

#include <signal.h>
#include <string.h>

#define MAX_TOLD 8192

struct _Window
{
  GSubprocess *process;
};

static guint default_flags[2];
static const char *default_app_id;
static gboolean default_is_peer;
static guint n_opened;

void
window_set_defaults (guint one, guint other, const char *app_id, gboolean is_peer)
{
  n_opened = 0;
  default_flags[0] = one;
  default_flags[1] = other;
  default_app_id = app_id;
  default_is_peer = is_peer;
}

/* @peer: (nullable): the path of the app that has the service */
static Window *
open_with (TestSession *session, const char *namespace_, const char *how, const char *peer)
{
  Window *self = g_new0 (Window, 1);
  const char *args[] = { namespace_ != NULL ? namespace_ : "", how, peer, NULL };

  if (default_app_id != NULL)
    self->process = test_app_spawn_role (session, default_app_id, "window", args);
  else
    self->process = test_session_spawn_role (session, "window", args);
  return self;
}

Window *
window_open (TestSession *session, const char *namespace_)
{
  g_autofree char *flags = g_strdup_printf ("%u", default_flags[n_opened++ % 2]);

  g_autofree char *peer = default_is_peer ? embedding_app_get_path (session) : NULL;

  return open_with (session, namespace_ != NULL ? namespace_ : default_app_id, flags, peer);
}

Window *
window_open_own (TestSession *session,
                 const char *namespace_,
                 const char *bus_name,
                 const char *object_path)
{
  const char *args[] = { namespace_, WINDOW_OWN_SERVICE, bus_name, object_path, NULL };
  Window *self = g_new0 (Window, 1);

  self->process = test_session_spawn_role (session, "window", args);
  return self;
}

Window *
window_open_broadcast (TestSession *session, const char *app_id, const char *how)
{
  return open_with (session, app_id, how, NULL);
}

Window *
window_of (GSubprocess *process)
{
  Window *self = g_new0 (Window, 1);

  self->process = process;
  return self;
}

void
window_close (Window *self)
{
  g_object_unref (self->process);
  g_free (self);
}

GSubprocess *
window_get_process (Window *self)
{
  return self->process;
}

guint
window_get_n_files (Window *self)
{
  return test_pid_get_n_files (test_sandbox_get_pid (self->process));
}

void
window_do (Window *self, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  test_role_tell (self->process, line);
}

/* Messages name topics in full. */
static char *
read_line (Window *self)
{
  g_autofree char *line = test_role_read_line (self->process);
  g_autofree char *full = NULL;
  g_auto (GStrv) parts = NULL;

  g_assert_nonnull (line);
  g_test_message ("window: %s", line);
  if (default_app_id == NULL)
    return g_steal_pointer (&line);

  full = g_strconcat ("“", default_app_id, ".", NULL);
  parts = g_strsplit (line, full, -1);
  return g_strjoinv ("“", parts);
}

/* What follows "KIND TOPIC " in @line; NULL if it is another line. */
static const char *
match (const char *line, const char *kind, const char *topic)
{
  g_autofree char *start = g_strconcat (kind != NULL ? kind : "", " ", topic, " ", NULL);
  const char *found = kind != NULL ? line : strchr (line, ' ');

  return found != NULL && g_str_has_prefix (found, start) ? found + strlen (start) : NULL;
}

char *
window_wait_for (Window *self, const char *kind, const char *topic)
{
  for (;;)
    {
      g_autofree char *line = read_line (self);
      const char *rest;

      rest = match (line, kind, topic);
      if (rest != NULL)
        return g_strdup (rest);
    }
}

void
window_assert_outcome (Window *self, const char *kind, const char *topic, const char *rest)
{
  g_autofree char *told = window_wait_for (self, kind, topic);

  g_assert_cmpstr (told, ==, rest);
}

char *
window_describe (const char *data, gsize length)
{
  g_autofree char *digest = NULL;

  if (length <= MAX_TOLD)
    return g_strndup (data, length);
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)data, length);
  return g_strdup_printf ("%" G_GSIZE_FORMAT " bytes %s", length, digest);
}

void
window_wait_until (Window *self, const char *topic, guint64 revision, const char *data)
{
  g_autofree char *description = window_describe (data, strlen (data));
  g_autofree char *expected = g_strdup_printf ("%" G_GUINT64_FORMAT " %s", revision, description);
  g_autofree char *rest = NULL;

  window_do (self, "show %s", topic);
  do
    {
      g_clear_pointer (&rest, g_free);
      rest = window_wait_for (self, "shows", topic);
    }
  while (!g_str_equal (rest, expected));
}

void
window_assert_told (Window *self, const char *kind, const char *topic, const char *rest)
{
  for (;;)
    {
      g_autofree char *line = read_line (self);
      g_autofree char *expected = g_strdup_printf ("%s %s %s", kind, topic, rest);

      if (match (line, NULL, topic) == NULL)
        continue;
      g_assert_cmpstr (line, ==, expected);
      return;
    }
}

void
window_assert_silent (Window *self, const char *topic)
{
  window_do (self, "settle the-end-of-silence");
  for (;;)
    {
      g_autofree char *line = read_line (self);

      if (match (line, NULL, topic) != NULL)
        g_error ("it was not silent: %s", line);
      if (match (line, "settled", "the-end-of-silence") != NULL)
        return;
    }
}

char *
window_wait_for_revision (Window *self, const char *topic, guint64 revision)
{
  window_do (self, "await %s %" G_GUINT64_FORMAT, topic, revision);
  return window_wait_for (self, "awaited", topic);
}

void
window_start (Window *self, const char *topic)
{
  g_autofree char *rest = NULL;

  window_do (self, "start %s", topic);
  rest = window_wait_for (self, "started", topic);
  g_assert_false (g_str_has_prefix (rest, "not:"));
}

guint64
window_get_counter (Window *self, const char *topic, const char *counter)
{
  g_autofree char *rest = NULL;
  g_autofree char *key = g_strconcat (counter, "=", NULL);
  const char *value;

  window_do (self, "count %s", topic);
  rest = window_wait_for (self, "counts", topic);
  value = strstr (rest, key);
  g_assert_nonnull (value);
  return g_ascii_strtoull (value + strlen (key), NULL, 10);
}
