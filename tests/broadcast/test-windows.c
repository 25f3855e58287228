/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Optimistic changes without a service: windows in processes of their own, by the public API. */

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statesync/statesync.h"
#include "support/role.h"
#include "support/session.h"

#define APP_ID "org.example.Editor"

#define N_WINDOWS 3
#define N_UPDATES 500

/* --- a window --- */

typedef struct
{
  GMainLoop *loop;
  StateSyncTopic *topic;
  guint index;
  guint n_ended;
} Window;

/* A member of the window's own, and one over which all windows quarrel. */
static JsonNode *
patch_of (guint index, guint n)
{
  g_autofree char *text = g_strdup_printf ("{\"w%u\":%u,\"last\":\"w%u %u\"}", index, n, index, n);

  return json_from_string (text, NULL);
}

static char *
dup_text (StateSyncTopic *topic)
{
  GBytes *text = state_sync_topic_get_text (topic);

  return g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
}

static gboolean
shows_all (StateSyncTopic *topic)
{
  g_autofree char *text = dup_text (topic);

  for (guint i = 0; i < N_WINDOWS; i++)
    {
      g_autofree char *member = g_strdup_printf ("\"w%u\":%u", i, N_UPDATES - 1);

      if (strstr (text, member) == NULL)
        return FALSE;
    }
  return TRUE;
}

static void
end_if_converged (Window *self)
{
  if (self->n_ended == N_UPDATES && shows_all (self->topic))
    g_main_loop_quit (self->loop);
}

static void
on_changed (StateSyncTopic *topic, const char *const *members, Window *self)
{
  end_if_converged (self);
}

static void
on_updated (GObject *topic, GAsyncResult *result, gpointer user_data)
{
  Window *self = user_data;
  g_autoptr (GError) error = NULL;
  guint64 revision;

  state_sync_topic_update_finish (STATE_SYNC_TOPIC (topic), result, &revision, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (state_sync_topic_get_revision (self->topic), >=, revision);
  self->n_ended++;
  end_if_converged (self);
}

static void
update (Window *self, guint n)
{
  g_autoptr (JsonNode) patch = patch_of (self->index, n);
  g_autofree char *own = g_strdup_printf ("\"w%u\":%u", self->index, n);
  g_autofree char *text = NULL;

  state_sync_topic_update_async (self->topic, patch, STATE_SYNC_WRITE_FLAGS_NOT_DURABLE, 0, NULL,
                                 on_updated, self);
  text = dup_text (self->topic);
  g_assert_nonnull (strstr (text, own));
}

static gboolean
on_idle (gpointer user_data)
{
  Window *self = user_data;
  static guint n_begun = 0;

  update (self, n_begun++);
  return n_begun < N_UPDATES ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static int
play_window (TestClient *client, const char *const *args)
{
  Window self = { .index = (guint)atoi (args[0]) };
  g_autoptr (StateSyncClient) broadcast = state_sync_client_new_broadcast (APP_ID, NULL);

  self.loop = g_main_loop_new (NULL, FALSE);
  self.topic = state_sync_client_get_topic (broadcast, "settings");
  g_signal_connect (self.topic, "changed", G_CALLBACK (on_changed), &self);
  state_sync_topic_start_async (self.topic, NULL, NULL, NULL);
  g_idle_add (on_idle, &self);
  g_main_loop_run (self.loop);

  state_sync_topic_stop (self.topic);
  g_clear_object (&self.topic);
  g_main_loop_unref (self.loop);
  printf ("converged\n");
  return 0;
}

/* --- the test --- */

/* Each window ends only when all of its changes are confirmed and it shows those of all. */
static void
test_converge (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  GSubprocess *windows[N_WINDOWS];

  for (guint i = 0; i < N_WINDOWS; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i);
      const char *args[] = { number, NULL };

      windows[i] = test_session_spawn_role (session, "window", args);
    }
  for (guint i = 0; i < N_WINDOWS; i++)
    {
      g_autofree char *line = test_role_read_line (windows[i]);

      g_assert_cmpstr (line, ==, "converged");
      g_assert_true (g_subprocess_wait_check (windows[i], NULL, NULL));
      g_object_unref (windows[i]);
    }
}

static const TestRole roles[] = {
  { "window", play_window },
  { NULL, NULL },
};

int
main (int argc, char **argv)
{
  /* In memory, as the folder that a sandbox's instances share. */
  if (g_access ("/dev/shm", W_OK) == 0)
    g_setenv ("TMPDIR", "/dev/shm", TRUE);
  test_init (&argc, &argv, roles);

  g_test_add_func ("/broadcast/windows/converge", test_converge);

  return g_test_run ();
}
