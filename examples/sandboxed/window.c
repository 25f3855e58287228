/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a window is here: it shows the app's settings whenever somebody changes them, and each line
 * typed into it is a JSON Merge Patch for them. Where the settings are kept is for the client to
 * know.
 */

#include "window.h"

#include <gio/gunixinputstream.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct
{
  GMainLoop *loop;
  GDataInputStream *input;
  StateSyncTopic *settings;
  int status;
} App;

static void
on_changed (StateSyncTopic *settings)
{
  gsize size;
  const char *text = g_bytes_get_data (state_sync_topic_get_text (settings), &size);

  g_print ("%.*s\n", (int)size, text);
}

static void
on_rejected (StateSyncTopic *settings, JsonNode *patch, const GError *error)
{
  g_print ("taken back: %s\n", error->message);
}

/* All that was typed is on disk, or was refused. */
static void
on_settled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  App *self = user_data;

  g_main_loop_quit (self->loop);
}

static void read_line (App *self);

static void
on_line (GObject *object, GAsyncResult *result, gpointer user_data)
{
  App *self = user_data;
  g_autofree char *line =
      g_data_input_stream_read_line_finish_utf8 (self->input, result, NULL, NULL);
  g_autoptr (JsonNode) patch = NULL;
  g_autoptr (GError) error = NULL;

  if (line == NULL)
    {
      state_sync_topic_settle_async (self->settings, NULL, on_settled, self);
      return;
    }

  patch = json_from_string (line, &error);
  if (patch != NULL)
    state_sync_topic_update_async (self->settings, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL,
                                   NULL, NULL);
  else
    g_print ("not JSON: %s\n", error != NULL ? error->message : "there is nothing");
  read_line (self);
}

static void
read_line (App *self)
{
  g_data_input_stream_read_line_async (self->input, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

static void
on_started (GObject *object, GAsyncResult *result, gpointer user_data)
{
  App *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!state_sync_topic_start_finish (self->settings, result, &error))
    {
      g_printerr ("window: %s\n", error->message);
      self->status = EXIT_FAILURE;
      g_main_loop_quit (self->loop);
      return;
    }

  on_changed (self->settings);
  g_signal_connect (self->settings, "changed", G_CALLBACK (on_changed), NULL);
  g_signal_connect (self->settings, "write-rejected", G_CALLBACK (on_rejected), NULL);
  read_line (self);
}

int
window_run (StateSyncClient *client)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GInputStream) typed = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (typed);
  g_autoptr (StateSyncTopic) settings = state_sync_client_get_topic (client, "settings");
  App self = { loop, input, settings, EXIT_SUCCESS };

  state_sync_topic_start_async (settings, NULL, on_started, &self);
  g_main_loop_run (loop);
  return self.status;
}
