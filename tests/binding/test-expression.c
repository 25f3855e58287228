/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Members of topics in GTK's expressions and .ui files. Nothing of this needs a display. */

#include <gtk/gtk.h>

#include "binding/feed.h"
#include "values/many-properties.h"

typedef struct
{
  TestFeed *feed;
  StateSyncTopic *topic;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->feed = test_feed_new ();
  self->topic = test_feed_follow (self->feed);
  test_feed_show (self->feed, self->topic,
                  "{\"look\": {\"theme\": \"dark\", \"size\": 20}, \"tags\": [\"a\"]}");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  state_sync_topic_settle_sync (self->topic, NULL, NULL);
  g_assert_finalize_object (self->topic);
  g_assert_finalize_object (self->feed);
}

static void
count (gpointer user_data)
{
  (*(guint *)user_data)++;
}

static void
test_watch (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncValue) value = state_sync_value_new (self->topic, "look.theme");
  GtkExpression *expression = gtk_property_expression_new (
      STATE_SYNC_TYPE_VALUE, gtk_object_expression_new (G_OBJECT (value)), "string");
  guint n = 0;
  GtkExpressionWatch *watch = gtk_expression_watch (expression, NULL, count, &n, NULL);
  g_auto (GValue) found = G_VALUE_INIT;

  test_feed_show (self->feed, self->topic, "{\"look\": {\"theme\": \"light\"}}");
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (gtk_expression_watch_evaluate (watch, &found));
  g_assert_cmpstr (g_value_get_string (&found), ==, "light");
  test_feed_show (self->feed, self->topic, "{\"look\": {\"theme\": \"light\", \"size\": 1}}");
  g_assert_cmpuint (n, ==, 1);
  gtk_expression_watch_unwatch (watch);
  gtk_expression_unref (expression);
}

/* What an app has in a template. */
#define UI                                                                                         \
  "<interface>"                                                                                    \
  "  <object class='StateSyncValue' id='theme'>"                                                   \
  "    <property name='path'>look.theme</property>"                                                \
  "    <property name='topic'>settings</property>"                                                 \
  "  </object>"                                                                                    \
  "  <object class='StateSyncValue' id='size'>"                                                    \
  "    <property name='topic'>settings</property>"                                                 \
  "    <property name='path'>look.size</property>"                                                 \
  "  </object>"                                                                                    \
  "  <object class='TestMany' id='label'>"                                                         \
  "    <binding name='title'><lookup name='string'>theme</lookup></binding>"                       \
  "    <binding name='note'>"                                                                      \
  "      <closure type='gchararray' function='describe_size'>"                                     \
  "        <lookup name='integer'>size</lookup>"                                                   \
  "      </closure>"                                                                               \
  "    </binding>"                                                                                 \
  "    <property name='font-size' bind-source='size' bind-property='integer'"                      \
  "              bind-flags='sync-create|bidirectional'/>"                                         \
  "  </object>"                                                                                    \
  "</interface>"

static char *
describe_size (gpointer object, gint64 size)
{
  return g_strdup_printf ("%d pt", (int)size);
}

static void
assert_label (GObject *label, const char *title, const char *note, int size)
{
  g_autofree char *found_title = NULL;
  g_autofree char *found_note = NULL;
  int found_size;

  g_object_get (label, "title", &found_title, "note", &found_note, "font-size", &found_size, NULL);
  g_assert_cmpstr (found_title, ==, title);
  g_assert_cmpstr (found_note, ==, note);
  g_assert_cmpint (found_size, ==, size);
}

static void
test_ui (Fixture *self, gconstpointer data)
{
  GtkBuilder *builder = gtk_builder_new ();
  GtkBuilderScope *scope = gtk_builder_cscope_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  GObject *label;

  gtk_builder_cscope_add_callback_symbol (GTK_BUILDER_CSCOPE (scope), "describe_size",
                                          G_CALLBACK (describe_size));
  gtk_builder_set_scope (builder, scope);
  gtk_builder_expose_object (builder, "settings", G_OBJECT (self->topic));
  gtk_builder_add_from_string (builder, UI, -1, &error);
  g_assert_no_error (error);

  label = gtk_builder_get_object (builder, "label");
  assert_label (label, "dark", "20 pt", 20);
  test_feed_show (self->feed, self->topic, "{\"look\": {\"theme\": \"light\", \"size\": 21}}");
  assert_label (label, "light", "21 pt", 21);

  g_object_set (label, "font-size", 30, NULL);
  state_sync_topic_settle_sync (self->topic, NULL, NULL);
  text = test_feed_dup_text (self->feed);
  g_assert_cmpstr (text, ==, "{\"look\": {\"theme\": \"light\", \"size\": 30}}");
  assert_label (label, "light", "30 pt", 30);

  g_object_unref (scope);
  g_object_unref (builder);
}

/* As a list item: a filter over objects that are members. */
static void
test_filter (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncValue) theme = state_sync_value_new (self->topic, "look.theme");
  g_autoptr (StateSyncValue) size = state_sync_value_new (self->topic, "look.size");
  GListStore *store = g_list_store_new (STATE_SYNC_TYPE_VALUE);
  GtkFilter *filter = GTK_FILTER (
      gtk_bool_filter_new (gtk_property_expression_new (STATE_SYNC_TYPE_VALUE, NULL, "exists")));
  GtkFilterListModel *model = gtk_filter_list_model_new (G_LIST_MODEL (store), filter);

  g_list_store_append (store, theme);
  g_list_store_append (store, size);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 2);
  g_object_unref (model);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_type_ensure (TEST_TYPE_MANY);
  g_type_ensure (STATE_SYNC_TYPE_VALUE);
  g_test_add ("/binding/expression/watch", Fixture, NULL, set_up, test_watch, tear_down);
  g_test_add ("/binding/expression/ui", Fixture, NULL, set_up, test_ui, tear_down);
  g_test_add ("/binding/expression/filter", Fixture, NULL, set_up, test_filter, tear_down);

  return g_test_run ();
}
