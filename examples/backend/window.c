/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A window of the egg timer: it shows what the backend says, and asks it for changes. Nothing is
 * shown before it is true (*backend write*), and there is no state here that could differ.
 */

#include <adwaita.h>
#include <statesync/statesync.h>
#include <stdlib.h>

#define APP_ID "org.example.EggTimer"

#define TIMER_TYPE_WINDOW (timer_window_get_type ())
G_DECLARE_FINAL_TYPE (TimerWindow, timer_window, TIMER, WINDOW, AdwApplicationWindow)

struct _TimerWindow
{
  AdwApplicationWindow parent_instance;

  StateSyncTopic *timer;
  AdwToast *trouble; /* (nullable): says why nothing is shown */
  AdwToastOverlay *toasts;
  GtkLabel *left;
  GtkButton *start;
};

G_DEFINE_FINAL_TYPE (TimerWindow, timer_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- what is shown --- */

static gboolean
seconds_to_text (GValue *value, JsonNode *node, gpointer user_data)
{
  const int seconds = JSON_NODE_HOLDS_VALUE (node) ? (int)json_node_get_int (node) : 0;

  g_value_take_string (value, g_strdup_printf ("%d:%02d", seconds / 60, seconds % 60));
  return TRUE;
}

static gboolean
running_to_label (GValue *value, JsonNode *node, gpointer user_data)
{
  const gboolean running = JSON_NODE_HOLDS_VALUE (node) && json_node_get_boolean (node);

  g_value_set_static_string (value, running ? "Pause" : "Start");
  return TRUE;
}

/* What the button does next: true to start, false to pause. */
static gboolean
running_to_target (GValue *value, JsonNode *node, gpointer user_data)
{
  const gboolean running = JSON_NODE_HOLDS_VALUE (node) && json_node_get_boolean (node);

  g_value_take_variant (value, g_variant_ref_sink (g_variant_new_boolean (!running)));
  return TRUE;
}

static AdwToast *
tell (TimerWindow *self, const GError *error)
{
  g_autofree char *title = g_markup_escape_text (error->message, -1);
  AdwToast *toast = adw_toast_new (title);

  adw_toast_overlay_add_toast (self->toasts, g_object_ref (toast));
  return toast;
}

/* --- what is asked for --- */

static void
on_merged (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TimerWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!state_sync_topic_merge_finish (STATE_SYNC_TOPIC (object), result, NULL, &error))
    g_object_unref (tell (self, error));
}

static void
ask_for (TimerWindow *self, const char *member, JsonNode *value)
{
  JsonObject *members = json_object_new ();
  g_autoptr (JsonNode) patch = json_node_init_object (json_node_alloc (), members);

  json_object_unref (members);
  json_object_set_member (members, member, value);
  state_sync_topic_merge_async (self->timer, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, on_merged,
                                g_object_ref (self));
}

static void
boil (GtkWidget *widget, const char *action, GVariant *minutes)
{
  ask_for (TIMER_WINDOW (widget), "seconds",
           json_node_init_int (json_node_alloc (), 60 * g_variant_get_int32 (minutes)));
}

static void
run (GtkWidget *widget, const char *action, GVariant *running)
{
  ask_for (TIMER_WINDOW (widget), "running",
           json_node_init_boolean (json_node_alloc (), g_variant_get_boolean (running)));
}

/* --- the backend, which may not be there yet --- */

/* The toast stays until it has come: then what failed goes on by itself. */
static void
on_available (TimerWindow *self)
{
  if (self->trouble == NULL || !state_sync_topic_get_available (self->timer))
    return;
  adw_toast_dismiss (self->trouble);
  g_clear_object (&self->trouble);
}

static void
on_started (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TimerWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (state_sync_topic_start_finish (STATE_SYNC_TOPIC (object), result, &error))
    return;
  self->trouble = tell (self, error);
  adw_toast_set_timeout (self->trouble, 0);
}

/* --- the window --- */

static void
timer_window_dispose (GObject *object)
{
  g_clear_object (&TIMER_WINDOW (object)->timer);
  g_clear_object (&TIMER_WINDOW (object)->trouble);
  G_OBJECT_CLASS (timer_window_parent_class)->dispose (object);
}

static void
timer_window_class_init (TimerWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = timer_window_dispose;
  gtk_widget_class_install_action (widget_class, "timer.boil", "i", boil);
  gtk_widget_class_install_action (widget_class, "timer.run", "b", run);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/EggTimer/window.ui");
  gtk_widget_class_bind_template_child (widget_class, TimerWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, TimerWindow, left);
  gtk_widget_class_bind_template_child (widget_class, TimerWindow, start);
}

static void
timer_window_init (TimerWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
follow (TimerWindow *self, StateSyncClient *client)
{
  self->timer = state_sync_client_get_topic (client, "timer");
  state_sync_topic_bind_with_mapping (self->timer, "seconds", self->left, "label",
                                      STATE_SYNC_BIND_FLAGS_GET, seconds_to_text, NULL, NULL, NULL);
  state_sync_topic_bind_with_mapping (self->timer, "running", self->start, "label",
                                      STATE_SYNC_BIND_FLAGS_GET, running_to_label, NULL, NULL,
                                      NULL);
  state_sync_topic_bind_with_mapping (self->timer, "running", self->start, "action-target",
                                      STATE_SYNC_BIND_FLAGS_GET, running_to_target, NULL, NULL,
                                      NULL);
  g_signal_connect_object (self->timer, "notify::available", G_CALLBACK (on_available), self,
                           G_CONNECT_SWAPPED);
  state_sync_topic_start_async (self->timer, NULL, on_started, g_object_ref (self));
}

static void
on_activate (GtkApplication *application, GDBusConnection *bus)
{
  TimerWindow *self = g_object_new (TIMER_TYPE_WINDOW, "application", application, NULL);
  g_autoptr (StateSyncClient) client = state_sync_client_new_for_connection (
      bus, APP_ID ".StateSync", "/org/example/EggTimer/StateSync", APP_ID,
      STATE_SYNC_CLIENT_FLAGS_NONE);

  follow (self, client);
  gtk_window_present (GTK_WINDOW (self));
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_autoptr (AdwApplication) application = adw_application_new (APP_ID, G_APPLICATION_NON_UNIQUE);

  if (bus == NULL)
    {
      g_printerr ("egg-timer: %s\n", error->message);
      return EXIT_FAILURE;
    }

  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "window.close",
                                         (const char *const[]){ "<Control>w", NULL });
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), bus);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
