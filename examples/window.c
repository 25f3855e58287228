/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A window without a toolkit: it shows one topic, and each line typed into it is a JSON Merge
 * Patch that changes the topic for everybody. All it knows of Statesync is the generated binding:
 *
 *   cc window.c -o window $(pkg-config --cflags --libs statesync-bus-1)
 *
 * How it follows: the proxy subscribes, then it pulls. A signal that bears a newer revision than
 * its own makes it pull again; while a pull is under way, any number of signals leads to one
 * more. A snapshot is shown only if it is newer than what is shown, except the first one from
 * each instance of the service, which is the truth whatever the last instance said.
 */

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <statesync-bus.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct
{
  GMainLoop *loop;
  const char *topic;
  StateSyncBusService *service;
  gboolean is_current; /* something of the instance that serves now is shown */
  guint64 revision;
  gboolean is_pulling;
  gboolean pull_again;
  gboolean input_ended;
  guint n_writes; /* under way */
} Window;

/* --- reading --- */

static void pull (Window *self);

static void
stop_when_done (Window *self)
{
  if (self->input_ended && self->n_writes == 0 && !self->is_pulling)
    g_main_loop_quit (self->loop);
}

static void
on_snapshot (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Window *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  guint64 revision;

  self->is_pulling = FALSE;
  if (!state_sync_bus_service_call_get_snapshot_finish (self->service, &revision, &data, result,
                                                        &error))
    {
      g_dbus_error_strip_remote_error (error);
      g_print ("cannot read: %s\n", error->message);
    }
  else if (!self->is_current || revision > self->revision)
    {
      self->is_current = TRUE;
      self->revision = revision;
      g_print ("%" G_GUINT64_FORMAT " %s\n", revision, data);
    }

  if (self->pull_again)
    pull (self);
  stop_when_done (self);
}

static void
pull (Window *self)
{
  self->pull_again = self->is_pulling;
  if (self->is_pulling)
    return;

  self->is_pulling = TRUE;
  state_sync_bus_service_call_get_snapshot (self->service, self->topic, G_DBUS_CALL_FLAGS_NONE, -1,
                                            NULL, on_snapshot, self);
}

static void
on_invalidated (StateSyncBusService *service,
                const char *topic,
                guint64 revision,
                gpointer user_data)
{
  Window *self = user_data;

  if (g_str_equal (topic, self->topic) && (!self->is_current || revision > self->revision))
    pull (self);
}

static void
on_owner_changed (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  Window *self = user_data;
  g_autofree char *owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (object));

  self->is_current = FALSE;
  if (owner == NULL)
    g_print ("the service is gone\n");
  else
    pull (self);
}

/* --- writing --- */

static void read_line (Window *self, GDataInputStream *input);

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Window *self = user_data;
  g_autoptr (GError) error = NULL;
  guint64 revision;

  self->n_writes--;
  if (state_sync_bus_service_call_write_finish (self->service, &revision, result, &error))
    {
      g_print ("saved as revision %" G_GUINT64_FORMAT "\n", revision);
    }
  else
    {
      g_dbus_error_strip_remote_error (error);
      g_print ("refused: %s\n", error->message);
    }
  stop_when_done (self);
}

static void
merge (Window *self, const char *patch)
{
  GVariantDict options = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&options, "mode", "s", "merge");
  self->n_writes++;
  state_sync_bus_service_call_write (self->service, self->topic, patch,
                                     g_variant_dict_end (&options), G_DBUS_CALL_FLAGS_NONE, -1,
                                     NULL, on_written, self);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Window *self = user_data;
  GDataInputStream *input = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (input, result, NULL, NULL);

  if (line == NULL)
    {
      self->input_ended = TRUE;
      stop_when_done (self);
      return;
    }

  merge (self, line);
  read_line (self, input);
}

static void
read_line (Window *self, GDataInputStream *input)
{
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GInputStream) typed = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (typed);
  g_autoptr (StateSyncBusService) service = NULL;
  g_autoptr (GError) error = NULL;
  Window self = { .loop = loop, .topic = argc == 2 ? argv[1] : NULL };

  if (self.topic == NULL)
    {
      g_printerr ("window TOPIC: shows a topic; each line typed is a merge patch for it\n");
      return 2;
    }

  /* Making the proxy starts the service, if the bus can. */
  service = state_sync_bus_service_proxy_new_for_bus_sync (
      G_BUS_TYPE_SESSION, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES, "org.statesync.StateSync1",
      "/org/statesync/StateSync1", NULL, &error);
  if (service == NULL)
    {
      g_printerr ("window: %s\n", error->message);
      return EXIT_FAILURE;
    }

  self.service = service;
  g_signal_connect (service, "invalidated", G_CALLBACK (on_invalidated), &self);
  g_signal_connect (service, "notify::g-name-owner", G_CALLBACK (on_owner_changed), &self);
  pull (&self);
  read_line (&self, input);
  g_main_loop_run (loop);
  return EXIT_SUCCESS;
}
