/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "binding/widgets-role.h"

#include <stdio.h>

#include <adwaita.h>
#include <gio/gunixinputstream.h>

#include "statesync/statesync.h"

static const char *const themes[] = { "system", "light", "dark", NULL };

typedef struct
{
  GMainLoop *loop;
  GDataInputStream *input;
  StateSyncClient *client;
  StateSyncTopic *topic;
  GtkWidget *window;
  GtkWidget *toasts;
  GHashTable *widgets; /* name → GtkWidget */
  gint64 first_change;
} Play;

typedef char *(*DescribeFunc) (GtkWidget *widget);

/* A widget and how it is bound. */
typedef struct
{
  const char *name;
  GtkWidget *(*make) (void);
  const char *signals[3]; /* after which it is told how it is */
  DescribeFunc describe;
} Kind;

/* --- the widgets --- */

static char *
describe_entry (GtkWidget *widget)
{
  GtkEditable *editable = GTK_EDITABLE (widget);

  return g_strdup_printf ("%d %s", gtk_editable_get_position (editable),
                          gtk_editable_get_text (editable));
}

static char *
describe_switch (GtkWidget *widget)
{
  return g_strdup (gtk_switch_get_active (GTK_SWITCH (widget)) ? "yes" : "no");
}

static char *
describe_scale (GtkWidget *widget)
{
  return g_strdup_printf ("%g", gtk_range_get_value (GTK_RANGE (widget)));
}

static char *
describe_spin_button (GtkWidget *widget)
{
  return g_strdup_printf ("%g", gtk_spin_button_get_value (GTK_SPIN_BUTTON (widget)));
}

static char *
describe_combo_row (GtkWidget *widget)
{
  return g_strdup (themes[adw_combo_row_get_selected (ADW_COMBO_ROW (widget))]);
}

static char *
describe_color_button (GtkWidget *widget)
{
  GdkRGBA rgba;

  gtk_color_chooser_get_rgba (GTK_COLOR_CHOOSER (widget), &rgba);
  return gdk_rgba_to_string (&rgba);
}

static GtkWidget *
make_switch (void)
{
  GtkWidget *widget = gtk_switch_new ();

  gtk_widget_set_halign (widget, GTK_ALIGN_START);
  return widget;
}

static GtkWidget *
make_scale (void)
{
  return gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 100, 1);
}

static GtkWidget *
make_spin_button (void)
{
  return gtk_spin_button_new_with_range (0, 100, 1);
}

static GtkWidget *
make_combo_row (void)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) model = gtk_string_list_new (themes);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), "Theme");
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (model));
  return row;
}

static char *
describe_toggle_button (GtkWidget *widget)
{
  return g_strdup (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (widget)) ? "yes" : "no");
}

/* One of several choices: what it stands for is an action's state. */
static GtkWidget *
make_toggle_button (void)
{
  GtkWidget *widget = gtk_toggle_button_new_with_label ("Dark");

  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (widget), "settings.theme::dark");
  return widget;
}

static const Kind kinds[] = {
  { "name", gtk_entry_new, { "notify::text", "notify::cursor-position" }, describe_entry },
  { "on", make_switch, { "notify::active" }, describe_switch },
  { "volume", make_scale, { "value-changed" }, describe_scale },
  { "count", make_spin_button, { "notify::value" }, describe_spin_button },
  { "theme", make_combo_row, { "notify::selected" }, describe_combo_row },
  { "colour", gtk_color_button_new, { "notify::rgba" }, describe_color_button },
  { "dark", make_toggle_button, { "notify::active" }, describe_toggle_button },
};

static void
tell_widget (GtkWidget *widget)
{
  const Kind *kind = g_object_get_data (G_OBJECT (widget), "kind");
  const char *before = g_object_get_data (G_OBJECT (widget), "told");
  g_autofree char *now = kind->describe (widget);

  if (g_strcmp0 (before, now) == 0)
    return;
  printf ("shows %s %s\n", kind->name, now);
  g_object_set_data_full (G_OBJECT (widget), "told", g_steal_pointer (&now), g_free);
}

static void
on_widget_changed (GtkWidget *widget)
{
  Play *self = g_object_get_data (G_OBJECT (widget), "play");

  if (self->first_change == 0)
    self->first_change = g_get_monotonic_time ();
  tell_widget (widget);
}

static void
tell_opened (GtkWidget *popover, GtkWidget *widget)
{
  const Kind *kind = g_object_get_data (G_OBJECT (widget), "kind");

  printf ("opened %s %s\n", kind->name, gtk_widget_get_mapped (popover) ? "yes" : "no");
}

static void
watch_popovers (GtkWidget *inside, GtkWidget *widget)
{
  if (GTK_IS_POPOVER (inside))
    {
      g_signal_connect_after (inside, "map", G_CALLBACK (tell_opened), widget);
      g_signal_connect_after (inside, "unmap", G_CALLBACK (tell_opened), widget);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (inside); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    watch_popovers (child, widget);
}

/* A row is activated by the list that it is in. */
static GtkWidget *
in_list (GtkWidget *widget)
{
  GtkWidget *list;

  if (!GTK_IS_LIST_BOX_ROW (widget))
    return widget;
  list = gtk_list_box_new ();
  gtk_list_box_append (GTK_LIST_BOX (list), widget);
  return list;
}

static void
add_widget (Play *self, const Kind *kind, GtkWidget *box)
{
  GtkWidget *widget = kind->make ();

  g_object_set_data (G_OBJECT (widget), "kind", (gpointer)kind);
  g_object_set_data (G_OBJECT (widget), "play", self);
  for (guint i = 0; kind->signals[i] != NULL; i++)
    g_signal_connect (widget, kind->signals[i], G_CALLBACK (on_widget_changed), NULL);
  watch_popovers (widget, widget);
  g_hash_table_insert (self->widgets, (gpointer)kind->name, widget);
  gtk_box_append (GTK_BOX (box), in_list (widget));
}

/* --- what binds them --- */

static gboolean
theme_to_selected (GValue *value, JsonNode *node, gpointer user_data)
{
  const char *theme = json_node_get_string (node);

  for (guint i = 0; theme != NULL && themes[i] != NULL; i++)
    {
      if (g_str_equal (theme, themes[i]))
        {
          g_value_set_uint (value, i);
          return TRUE;
        }
    }
  return FALSE;
}

static JsonNode *
selected_to_theme (const GValue *value, gpointer user_data)
{
  guint selected = g_value_get_uint (value);

  if (selected >= g_strv_length ((char **)themes))
    return NULL;
  return json_node_init_string (json_node_alloc (), themes[selected]);
}

static gboolean
text_to_rgba (GValue *value, JsonNode *node, gpointer user_data)
{
  const char *text = json_node_get_string (node);
  GdkRGBA rgba;

  if (text == NULL || !gdk_rgba_parse (&rgba, text))
    return FALSE;
  g_value_set_boxed (value, &rgba);
  return TRUE;
}

static JsonNode *
rgba_to_text (const GValue *value, gpointer user_data)
{
  g_autofree char *text = gdk_rgba_to_string (g_value_get_boxed (value));

  return json_node_init_string (json_node_alloc (), text);
}

static void
bind_widgets (Play *self)
{
  GtkWidget *scale = g_hash_table_lookup (self->widgets, "volume");
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();

  state_sync_topic_add_actions (self->topic, G_ACTION_MAP (actions), NULL);
  gtk_widget_insert_action_group (self->window, "settings", G_ACTION_GROUP (actions));

  state_sync_topic_bind (self->topic, "name", g_hash_table_lookup (self->widgets, "name"), "text",
                         STATE_SYNC_BIND_FLAGS_DEFAULT);
  state_sync_topic_bind (self->topic, "on", g_hash_table_lookup (self->widgets, "on"), "active",
                         STATE_SYNC_BIND_FLAGS_DEFAULT);
  state_sync_topic_bind (self->topic, "volume", gtk_range_get_adjustment (GTK_RANGE (scale)),
                         "value", STATE_SYNC_BIND_FLAGS_DEFAULT);
  state_sync_topic_bind (self->topic, "count", g_hash_table_lookup (self->widgets, "count"),
                         "value", STATE_SYNC_BIND_FLAGS_DEFAULT);
  state_sync_topic_bind_with_mapping (
      self->topic, "theme", g_hash_table_lookup (self->widgets, "theme"), "selected",
      STATE_SYNC_BIND_FLAGS_DEFAULT, theme_to_selected, selected_to_theme, NULL, NULL);
  state_sync_topic_bind_with_mapping (
      self->topic, "colour", g_hash_table_lookup (self->widgets, "colour"), "rgba",
      STATE_SYNC_BIND_FLAGS_DEFAULT, text_to_rgba, rgba_to_text, NULL, NULL);
}

/* --- what is told of the topic --- */

static void
on_available (StateSyncTopic *topic, GParamSpec *pspec, Play *self)
{
  printf ("available topic %s\n", state_sync_topic_get_available (topic) ? "yes" : "no");
}

/* As the guide has it. */
static void
on_rejected (StateSyncTopic *topic, JsonNode *patch, const GError *error, Play *self)
{
  g_autofree char *title = g_markup_escape_text (error->message, -1);

  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), adw_toast_new (title));
  printf ("rejected topic %s\n", error->message);
}

static void
on_started (GObject *topic, GAsyncResult *result, gpointer user_data)
{
  Play *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!state_sync_topic_start_finish (STATE_SYNC_TOPIC (topic), result, &error))
    g_error ("%s", error->message);
  bind_widgets (self);
  gtk_window_present (GTK_WINDOW (self->window));
}

/* --- orders --- */

static void
do_where (Play *self, const char *name, GtkWidget *widget)
{
  double x, y, shadow_x, shadow_y;

  gtk_widget_translate_coordinates (widget, self->window, 0, 0, &x, &y);
  gtk_native_get_surface_transform (GTK_NATIVE (self->window), &shadow_x, &shadow_y);
  printf ("where %s %d %d %d %d\n", name, (int)(x + shadow_x), (int)(y + shadow_y),
          gtk_widget_get_width (widget), gtk_widget_get_height (widget));
}

static void
do_show (Play *self, const char *name, GtkWidget *widget)
{
  g_object_set_data (G_OBJECT (widget), "told", NULL);
  tell_widget (widget);
}

static void
do_focus (Play *self, const char *name, GtkWidget *widget)
{
  gtk_widget_grab_focus (widget);
  printf ("focused %s \n", name);
}

static void
on_settled_to_count (GObject *topic, GAsyncResult *result, gpointer user_data)
{
  Play *self = user_data;
  StateSyncCounters counters;

  state_sync_topic_settle_finish (STATE_SYNC_TOPIC (topic), result, NULL);
  state_sync_topic_get_counters (self->topic, &counters);
  printf ("counts topic writes=%" G_GUINT64_FORMAT " span=%" G_GINT64_FORMAT "\n", counters.writes,
          (g_get_monotonic_time () - self->first_change) / 1000);
}

static void
do_count (Play *self, const char *name, GtkWidget *widget)
{
  state_sync_topic_settle_async (self->topic, NULL, on_settled_to_count, self);
}

static void
on_settled (GObject *topic, GAsyncResult *result, gpointer user_data)
{
  Play *self = user_data;

  state_sync_topic_settle_finish (STATE_SYNC_TOPIC (topic), result, NULL);
  puts ("closed window ");
  g_main_loop_quit (self->loop);
}

static void
do_close (Play *self, const char *name, GtkWidget *widget)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  state_sync_topic_settle_async (self->topic, NULL, on_settled, self);
}

static const struct
{
  const char *verb;
  void (*act) (Play *self, const char *name, GtkWidget *widget);
} acts[] = {
  { "where", do_where }, { "show", do_show },   { "focus", do_focus },
  { "count", do_count }, { "close", do_close },
};

static void
obey (Play *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 2);

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      if (g_str_equal (words[0], acts[i].verb))
        {
          acts[i].act (self, words[1], g_hash_table_lookup (self->widgets, words[1]));
          return;
        }
    }
  g_error ("a window can't “%s”", line);
}

static void
on_line (GObject *input, GAsyncResult *result, gpointer user_data)
{
  Play *self = user_data;
  g_autofree char *line =
      g_data_input_stream_read_line_finish_utf8 (self->input, result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (self->loop);
      return;
    }
  obey (self, line);
  g_data_input_stream_read_line_async (self->input, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

/* --- the window --- */

static void
on_painted (GdkFrameClock *clock, Play *self)
{
  g_signal_handlers_disconnect_by_func (clock, on_painted, self);
  self->first_change = 0;
  puts ("ready window ");
}

static void
on_mapped (GtkWidget *window, Play *self)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (on_painted),
                    self);
}

static void
on_toplevels (GListModel *toplevels, guint position, guint removed, guint added, Play *self)
{
  if (g_list_model_get_n_items (toplevels) != 1)
    printf ("opened colour %s\n", added > 0 ? "yes" : "no");
}

static void
make_window (Play *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->window = gtk_window_new ();
  self->toasts = adw_toast_overlay_new ();
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    add_widget (self, &kinds[i], box);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (self->toasts), box);
  gtk_window_set_child (GTK_WINDOW (self->window), self->toasts);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 400, 400);
  g_signal_connect_after (self->window, "map", G_CALLBACK (on_mapped), self);
}

int
widgets_play (TestClient *client, const char *const *args)
{
  Play self = { 0 };
  g_autoptr (GInputStream) stdin_stream = g_unix_input_stream_new (0, FALSE);
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GError) error = NULL;

  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  self.loop = g_main_loop_new (NULL, FALSE);
  self.input = g_data_input_stream_new (stdin_stream);
  self.widgets = g_hash_table_new (g_str_hash, g_str_equal);
  self.client = state_sync_client_new_sync (NULL, STATE_SYNC_CLIENT_FLAGS_NONE, NULL, &error);
  g_assert_no_error (error);
  self.topic = state_sync_client_get_topic (self.client, "settings");
  g_signal_connect (self.topic, "notify::available", G_CALLBACK (on_available), &self);
  g_signal_connect (self.topic, "write-rejected", G_CALLBACK (on_rejected), &self);

  make_window (&self);
  g_signal_connect (gtk_window_get_toplevels (), "items-changed", G_CALLBACK (on_toplevels), &self);
  state_sync_topic_start_async (self.topic, NULL, on_started, &self);
  g_data_input_stream_read_line_async (self.input, G_PRIORITY_DEFAULT, NULL, on_line, &self);
  g_main_loop_run (self.loop);

  g_hash_table_unref (self.widgets);
  g_object_unref (self.topic);
  g_object_unref (self.client);
  g_object_unref (self.input);
  g_main_loop_unref (self.loop);
  return 0;
}
