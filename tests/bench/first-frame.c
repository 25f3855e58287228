/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* first-frame plain|cached|fill: how many microseconds pass until a window has been painted for the
 * first time, with texts of its own, or with what an earlier run has left in the cache, while
 * nobody serves; `fill` is that earlier run.
 */

#include <gtk/gtk.h>
#include <stdlib.h>
#include <statesync/statesync.h>

#include "bench/clock.h"

#define APP_ID "org.statesync.FirstFrame"
#define N_LABELS 20
#define TEXT "The quick brown fox jumps over the lazy dog, %u times and then once more"

typedef struct
{
  gint64 begun;
  GMainLoop *loop;
  GtkWidget *window;
  GtkWidget *labels[N_LABELS];
  StateSyncTopic *topic; /* (nullable) */
} Run;

static void
on_painted (GdkFrameClock *clock, Run *run)
{
  if (!gtk_widget_get_mapped (run->window))
    return;
  g_print ("%.1f\n", (double)(bench_now () - run->begun) / 1000);
  g_main_loop_quit (run->loop);
}

static void
present (Run *run)
{
  gtk_window_present (GTK_WINDOW (run->window));
  g_signal_connect (gtk_widget_get_frame_clock (run->window), "after-paint",
                    G_CALLBACK (on_painted), run);
}

static void
make_window (Run *run)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  run->window = gtk_window_new ();
  for (guint i = 0; i < N_LABELS; i++)
    {
      run->labels[i] = gtk_label_new (NULL);
      gtk_box_append (GTK_BOX (box), run->labels[i]);
    }
  gtk_window_set_child (GTK_WINDOW (run->window), box);
}

static char *
name_of (guint i)
{
  return g_strdup_printf ("label%u", i);
}

static void
show_own (Run *run)
{
  for (guint i = 0; i < N_LABELS; i++)
    {
      g_autofree char *text = g_strdup_printf (TEXT, i);

      gtk_label_set_text (GTK_LABEL (run->labels[i]), text);
    }
}

static void
show_topic (Run *run)
{
  JsonObject *members = json_node_get_object (state_sync_topic_get_data (run->topic));

  for (guint i = 0; i < N_LABELS; i++)
    {
      g_autofree char *name = name_of (i);

      gtk_label_set_text (GTK_LABEL (run->labels[i]),
                          json_object_get_string_member (members, name));
    }
}

static void
on_loaded (GObject *topic, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;

  if (!state_sync_topic_load_cached_finish (run->topic, result, NULL) ||
      !state_sync_topic_get_cached (run->topic))
    g_error ("nothing is cached");
  show_topic (run);
  present (run);
}

static StateSyncTopic *
open_topic (StateSyncClient *client)
{
  g_autoptr (StateSyncCache) cache = state_sync_cache_new (APP_ID);

  state_sync_client_set_cache (client, cache);
  return state_sync_client_get_topic (client, "settings");
}

static void
on_client (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncClient) client = state_sync_client_new_finish (result, &error);

  if (client == NULL)
    g_error ("%s", error->message);
  run->topic = open_topic (client);
  state_sync_topic_start_async (run->topic, NULL, NULL, NULL);
  state_sync_topic_load_cached_async (run->topic, NULL, on_loaded, run);
}

static void
fill (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncClient) client =
      state_sync_client_new_sync (APP_ID, STATE_SYNC_CLIENT_FLAGS_NONE, NULL, &error);
  g_autoptr (StateSyncTopic) topic = client != NULL ? open_topic (client) : NULL;
  g_autoptr (JsonObject) members = json_object_new ();
  g_autoptr (JsonNode) data = json_node_init_object (json_node_alloc (), members);

  for (guint i = 0; i < N_LABELS; i++)
    {
      g_autofree char *name = name_of (i);
      g_autofree char *text = g_strdup_printf (TEXT, i);

      json_object_set_string_member (members, name, text);
    }
  if (topic == NULL || !state_sync_topic_start_sync (topic, NULL, &error) ||
      !state_sync_topic_write_sync (topic, data, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, NULL,
                                    &error) ||
      !state_sync_cache_flush_sync (state_sync_client_get_cache (client), NULL, &error))
    g_error ("%s", error->message);
}

int
main (int argc, char **argv)
{
  Run run = { .begun = bench_now () };

  if (argc != 2)
    g_error ("usage: first-frame plain|cached|fill");
  if (g_str_equal (argv[1], "fill"))
    {
      fill ();
      return EXIT_SUCCESS;
    }

  run.loop = g_main_loop_new (NULL, FALSE);
  if (g_str_equal (argv[1], "cached"))
    state_sync_client_new_async (APP_ID, STATE_SYNC_CLIENT_FLAGS_NONE, NULL, on_client, &run);
  gtk_init ();
  make_window (&run);
  if (g_str_equal (argv[1], "plain"))
    {
      show_own (&run);
      present (&run);
    }
  g_main_loop_run (run.loop);
  return EXIT_SUCCESS;
}
