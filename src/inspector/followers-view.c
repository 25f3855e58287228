/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Nobody tells of followers that come and go, so as long as the page is seen it is asked again. */

#include "inspector/followers-view.h"

#include "inspector/followers.h"
#include "inspector/pages.h"

#define PERIOD_SECONDS 2

struct _InspectorFollowersView
{
  AdwBin parent_instance;

  GtkStack *stack;
  AdwStatusPage *unknown;
  GtkListBox *list;

  char *topic; /* (nullable) */
  GCancellable *cancellable;
  guint timer;
  char *shown; /* (nullable): what is in the list, as text */
};

G_DEFINE_FINAL_TYPE (InspectorFollowersView, inspector_followers_view, ADW_TYPE_BIN)

/* --- the list --- */

static GtkWidget *
make_row (InspectorFollower *follower)
{
  g_autofree char *name = inspector_follower_dup_name (follower);
  g_autofree char *way = inspector_follower_dup_way (follower);

  return g_object_new (ADW_TYPE_ACTION_ROW, "title", name, "subtitle", way, "use-markup", FALSE,
                       "activatable", FALSE, NULL);
}

static void
fill (InspectorFollowersView *self, GPtrArray *followers)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, row);
  for (guint i = 0; i < followers->len; i++)
    gtk_list_box_append (self->list, make_row (g_ptr_array_index (followers, i)));
}

static char *
describe (GPtrArray *followers)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < followers->len; i++)
    {
      g_autofree char *way = inspector_follower_dup_way (g_ptr_array_index (followers, i));

      g_string_append_printf (text, "%s\n", way);
    }
  return g_string_free (text, FALSE);
}

/* Rows that are still right stay, with the focus that is on them. */
static void
show (InspectorFollowersView *self, GPtrArray *followers)
{
  g_autofree char *text = describe (followers);

  if (g_strcmp0 (text, self->shown) != 0)
    fill (self, followers);
  g_free (self->shown);
  self->shown = g_steal_pointer (&text);
  inspector_pages_show (self->stack, followers->len > 0 ? "list" : "nobody");
}

static void
show_trouble (InspectorFollowersView *self, const GError *error)
{
  g_autofree char *text = g_strdup_printf (
      "The service tells nobody who follows a topic, and this bus doesn’t show its rules: %s",
      error->message);

  adw_status_page_set_description (self->unknown, text);
  inspector_pages_show (self->stack, "unknown");
}

/* --- asking --- */

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (InspectorFollowersView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) followers = inspector_followers_find_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->cancellable);
  if (followers != NULL)
    show (self, followers);
  else
    {
      g_dbus_error_strip_remote_error (error);
      show_trouble (self, error);
    }
}

static gboolean
ask (gpointer user_data)
{
  InspectorFollowersView *self = user_data;
  GDBusConnection *connection = g_application_get_dbus_connection (g_application_get_default ());

  if (self->cancellable != NULL || self->topic == NULL || connection == NULL)
    return G_SOURCE_CONTINUE;

  self->cancellable = g_cancellable_new ();
  inspector_followers_find_async (connection, self->topic, self->cancellable, on_found,
                                  g_object_ref (self));
  return G_SOURCE_CONTINUE;
}

static void
forget_question (InspectorFollowersView *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

void
inspector_followers_view_set_topic (InspectorFollowersView *self, const char *name)
{
  if (g_strcmp0 (name, self->topic) == 0)
    return;

  g_free (self->topic);
  self->topic = g_strdup (name);
  forget_question (self);
  inspector_pages_show (self->stack, "loading");
  if (self->timer != 0)
    ask (self);
}

/* --- the object --- */

static void
inspector_followers_view_map (GtkWidget *widget)
{
  InspectorFollowersView *self = INSPECTOR_FOLLOWERS_VIEW (widget);

  GTK_WIDGET_CLASS (inspector_followers_view_parent_class)->map (widget);
  self->timer = g_timeout_add_seconds (PERIOD_SECONDS, ask, self);
  ask (self);
}

static void
inspector_followers_view_unmap (GtkWidget *widget)
{
  InspectorFollowersView *self = INSPECTOR_FOLLOWERS_VIEW (widget);

  g_clear_handle_id (&self->timer, g_source_remove);
  forget_question (self);
  GTK_WIDGET_CLASS (inspector_followers_view_parent_class)->unmap (widget);
}

static void
inspector_followers_view_finalize (GObject *object)
{
  InspectorFollowersView *self = INSPECTOR_FOLLOWERS_VIEW (object);

  g_free (self->topic);
  g_free (self->shown);

  G_OBJECT_CLASS (inspector_followers_view_parent_class)->finalize (object);
}

static void
inspector_followers_view_class_init (InspectorFollowersViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = inspector_followers_view_finalize;
  widget_class->map = inspector_followers_view_map;
  widget_class->unmap = inspector_followers_view_unmap;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/statesync/Inspector/followers-view.ui");
  gtk_widget_class_bind_template_child (widget_class, InspectorFollowersView, stack);
  gtk_widget_class_bind_template_child (widget_class, InspectorFollowersView, unknown);
  gtk_widget_class_bind_template_child (widget_class, InspectorFollowersView, list);
}

static void
inspector_followers_view_init (InspectorFollowersView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  inspector_pages_show (self->stack, "loading");
}
