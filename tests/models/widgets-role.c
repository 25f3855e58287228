/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/widgets-role.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gio/gunixinputstream.h>
#include <gtk/gtk.h>

#include "statesync/statesync.h"

typedef struct
{
  GtkSingleSelection *selection;
  GtkWidget *tracks;
  GtkWidget *sorted;
  GtkWidget *styles;
  GtkWidget *topics;
  char *told[5];
} Play;

/* --- what is shown --- */

/* The labels that can be seen, in the order of the widgets. */
static void
append_labels (GtkWidget *widget, GString *text)
{
  if (!gtk_widget_get_child_visible (widget))
    return;
  if (GTK_IS_LABEL (widget))
    g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "",
                            gtk_label_get_label (GTK_LABEL (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    append_labels (child, text);
}

static char *
dup_labels (GtkWidget *widget)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_labels (widget, text);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
dup_selected_track (Play *self)
{
  StateSyncItem *item = gtk_single_selection_get_selected_item (self->selection);

  return g_strdup_printf ("%u %s", gtk_single_selection_get_selected (self->selection),
                          item != NULL ? state_sync_item_get_key (item) : "-");
}

static char *
dup_style (Play *self)
{
  GtkDropDown *styles = GTK_DROP_DOWN (self->styles);
  StateSyncItem *item = gtk_drop_down_get_selected_item (styles);
  g_autofree char *string = NULL;

  if (item != NULL)
    g_object_get (item, "string", &string, NULL);
  return g_strdup_printf ("%u %s of %u", gtk_drop_down_get_selected (styles), string,
                          g_list_model_get_n_items (gtk_drop_down_get_model (styles)));
}

/* @text: (transfer full) */
static void
tell (Play *self, guint what, const char *name, char *text)
{
  if (g_strcmp0 (self->told[what], text) != 0)
    {
      printf ("%s %s\n", name, text);
      fflush (stdout);
    }
  g_free (self->told[what]);
  self->told[what] = text;
}

static gboolean
on_tick (GtkWidget *window, GdkFrameClock *clock, gpointer user_data)
{
  Play *self = user_data;

  tell (self, 0, "tracks", dup_labels (self->tracks));
  tell (self, 1, "sorted", dup_labels (self->sorted));
  tell (self, 2, "selected", dup_selected_track (self));
  tell (self, 3, "style", dup_style (self));
  tell (self, 4, "topics", dup_labels (self->topics));
  return G_SOURCE_CONTINUE;
}

/* --- the widgets --- */

static const char *
get_title (JsonNode *track)
{
  return json_object_get_string_member_with_default (json_node_get_object (track), "title",
                                                     "untitled");
}

static char *
title_of (gpointer row, JsonNode *track)
{
  return g_strdup (get_title (track));
}

static int
compare_titles (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp (get_title (state_sync_item_get_value ((StateSyncItem *)a)),
                 get_title (state_sync_item_get_value ((StateSyncItem *)b)));
}

static GtkExpression *
make_title (void)
{
  GtkExpression *value = gtk_property_expression_new (STATE_SYNC_TYPE_ITEM, NULL, "value");

  return gtk_cclosure_expression_new (G_TYPE_STRING, NULL, 1, &value, G_CALLBACK (title_of), NULL,
                                      NULL);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *row)
{
  gtk_list_item_set_child (row, gtk_label_new (NULL));
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *row, gpointer expression)
{
  GtkExpressionWatch *watch =
      gtk_expression_bind (gtk_expression_ref (expression), gtk_list_item_get_child (row), "label",
                           gtk_list_item_get_item (row));

  g_object_set_data (G_OBJECT (row), "watch", watch);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *row)
{
  gtk_expression_watch_unwatch (g_object_steal_data (G_OBJECT (row), "watch"));
}

/* The expressions live as long as the process. */
static GtkListItemFactory *
make_factory (GtkExpression *expression)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), expression);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  return factory;
}

static void
on_changed (StateSyncTopic *topic, const char *const *members, gpointer sorter)
{
  gtk_sorter_changed (sorter, GTK_SORTER_CHANGE_DIFFERENT);
}

static GtkWidget *
make_sorted (StateSyncTopic *player, GListModel *tracks)
{
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (compare_titles, NULL, NULL));
  GtkSortListModel *sorted = gtk_sort_list_model_new (tracks, sorter);
  GtkWidget *view =
      gtk_column_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (sorted))));
  GtkColumnViewColumn *column = gtk_column_view_column_new (NULL, make_factory (make_title ()));

  g_signal_connect (player, "changed", G_CALLBACK (on_changed), sorter);
  gtk_column_view_append_column (GTK_COLUMN_VIEW (view), column);
  g_object_unref (column);
  return view;
}

/* The rows of a template, as an app has them in its resources. */
static GtkListItemFactory *
make_factory_of_template (void)
{
  static const char TEMPLATE[] =
      "<interface><template class='GtkListItem'><property name='child'><object class='GtkLabel'>"
      "<binding name='label'><lookup name='string' type='StateSyncItem'>"
      "<lookup name='item'>GtkListItem</lookup></lookup></binding>"
      "</object></property></template></interface>";
  g_autoptr (GBytes) bytes = g_bytes_new_static (TEMPLATE, sizeof TEMPLATE - 1);

  return gtk_builder_list_item_factory_new_from_bytes (NULL, bytes);
}

static GtkWidget *
make_styles (GListModel *styles)
{
  GtkWidget *drop_down = gtk_drop_down_new (styles, NULL);
  g_autoptr (GtkListItemFactory) factory = make_factory_of_template ();

  gtk_drop_down_set_factory (GTK_DROP_DOWN (drop_down), factory);
  return drop_down;
}

static GtkWidget *
make_topics (GListModel *topics)
{
  GtkExpression *name = gtk_property_expression_new (STATE_SYNC_TYPE_TOPIC_ENTRY, NULL, "name");

  return gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (topics)),
                            make_factory (name));
}

static void
make_window (Play *self, StateSyncClient *client, StateSyncTopic *player)
{
  GListModel *tracks = G_LIST_MODEL (state_sync_list_model_new_for_array (player, "tracks", "id"));
  GListModel *styles = G_LIST_MODEL (state_sync_list_model_new_for_members (player, "styles"));
  GListModel *topics = G_LIST_MODEL (state_sync_topics_model_new (client, NULL));
  GtkWidget *window = gtk_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->selection = gtk_single_selection_new (g_object_ref (tracks));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  self->tracks =
      gtk_list_view_new (GTK_SELECTION_MODEL (self->selection), make_factory (make_title ()));
  self->sorted = make_sorted (player, tracks);
  self->styles = make_styles (styles);
  self->topics = make_topics (topics);
  gtk_box_append (GTK_BOX (box), self->tracks);
  gtk_box_append (GTK_BOX (box), self->sorted);
  gtk_box_append (GTK_BOX (box), self->styles);
  gtk_box_append (GTK_BOX (box), self->topics);
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_set_default_size (GTK_WINDOW (window), 400, 500);
  gtk_widget_add_tick_callback (window, on_tick, self, NULL);
  gtk_window_present (GTK_WINDOW (window));
}

/* --- the process --- */

static void
on_line (GObject *input, GAsyncResult *result, gpointer user_data)
{
  Play *self = user_data;
  g_autofree char *line =
      g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (input), result, NULL, NULL);

  if (line == NULL)
    exit (0);
  gtk_single_selection_set_selected (self->selection, (guint)atoi (line));
  g_data_input_stream_read_line_async (G_DATA_INPUT_STREAM (input), 0, NULL, on_line, self);
}

int
widgets_play (TestClient *client, const char *const *args)
{
  Play self = { 0 };
  g_autoptr (GInputStream) standard_input = g_unix_input_stream_new (0, FALSE);
  GDataInputStream *input = g_data_input_stream_new (standard_input);
  g_autoptr (GError) error = NULL;
  StateSyncClient *app;
  StateSyncTopic *player;

  gtk_init ();
  app = state_sync_client_new_sync ("org.example.App", STATE_SYNC_CLIENT_FLAGS_NONE, NULL, &error);
  g_assert_no_error (error);
  player = state_sync_client_get_topic (app, "player");
  make_window (&self, app, player);
  state_sync_topic_start_async (player, NULL, NULL, NULL);
  g_data_input_stream_read_line_async (input, 0, NULL, on_line, &self);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}
