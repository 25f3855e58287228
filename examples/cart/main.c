/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A shop with any number of windows, each a process, and one cart. No service is needed: the
 * windows share a file, and tell each other (*optimistic + broadcast*).
 *
 *   glib-compile-resources --generate-source cart.gresource.xml
 *   cc *.c -o cart $(pkg-config --cflags --libs statesync-1 libadwaita-1)
 */

#include <adwaita.h>
#include <statesync/statesync.h>

#define APP_ID "org.example.Shop"

#define SHOP_TYPE_WINDOW (shop_window_get_type ())
G_DECLARE_FINAL_TYPE (ShopWindow, shop_window, SHOP, WINDOW, AdwApplicationWindow)

struct _ShopWindow
{
  AdwApplicationWindow parent_instance;

  StateSyncTopic *cart;
  AdwToastOverlay *toasts;
  GtkListBox *items;
};

G_DEFINE_FINAL_TYPE (ShopWindow, shop_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- what is in the cart --- */

/* Each is a member, `{"items": {"Tea": 2}}`, so that windows which add different things at the same
 * moment change different members. */
static gint64
count (StateSyncTopic *cart, const char *item)
{
  g_autofree char *path = state_sync_path_join ((const char *const[]){ "items", item, NULL });
  JsonNode *number = state_sync_topic_get_member (cart, path);

  /* Others may have written anything there. */
  if (number == NULL || json_node_get_value_type (number) != G_TYPE_INT64)
    return 0;
  return json_node_get_int (number);
}

/* @n: 0 to take it out */
static void
put (StateSyncTopic *cart, const char *item, gint64 n)
{
  JsonObject *items = json_object_new ();
  JsonObject *members = json_object_new ();
  g_autoptr (JsonNode) patch = json_node_new (JSON_NODE_OBJECT);

  if (n > 0)
    json_object_set_int_member (items, item, n);
  else
    json_object_set_null_member (items, item);
  json_object_set_object_member (members, "items", items);
  json_node_take_object (patch, members);
  state_sync_topic_update_async (cart, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, NULL, NULL);
}

static void
add (GtkWidget *widget, const char *action, GVariant *item)
{
  StateSyncTopic *cart = SHOP_WINDOW (widget)->cart;
  const char *name = g_variant_get_string (item, NULL);

  put (cart, name, MIN (count (cart, name), G_MAXINT64 - 1) + 1);
}

static void
take_out (GtkWidget *widget, const char *action, GVariant *item)
{
  put (SHOP_WINDOW (widget)->cart, g_variant_get_string (item, NULL), 0);
}

static void
on_rejected (StateSyncTopic *cart, JsonNode *patch, const GError *error, ShopWindow *self)
{
  g_autofree char *title = g_markup_escape_text (error->message, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (title));
}

/* --- the file that the windows share --- */

static void
on_started (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShopWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *title = NULL;
  AdwToast *toast;

  if (state_sync_topic_start_finish (STATE_SYNC_TOPIC (object), result, &error))
    return;
  title = g_markup_escape_text (error->message, -1);
  toast = adw_toast_new (title);
  adw_toast_set_timeout (toast, 0);
  adw_toast_set_button_label (toast, "Try Again");
  adw_toast_set_action_name (toast, "cart.follow");
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
follow (GtkWidget *widget, const char *action, GVariant *parameter)
{
  state_sync_topic_start_async (SHOP_WINDOW (widget)->cart, NULL, on_started,
                                g_object_ref (widget));
}

/* --- what is shown of it --- */

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *number = gtk_label_new (NULL);
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  const char *name = state_sync_item_get_key (item);
  g_autofree char *what = g_strdup_printf ("Remove %s", name);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  g_object_bind_property (item, "integer", number, "label", G_BINDING_SYNC_CREATE);
  gtk_widget_add_css_class (number, "numeric");

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "cart.remove");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", name);
  gtk_widget_set_tooltip_text (button, what);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, what, -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");

  adw_action_row_add_suffix (ADW_ACTION_ROW (row), number);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

/* --- the window --- */

static void
shop_window_dispose (GObject *object)
{
  g_clear_object (&SHOP_WINDOW (object)->cart);
  G_OBJECT_CLASS (shop_window_parent_class)->dispose (object);
}

static void
shop_window_class_init (ShopWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shop_window_dispose;
  gtk_widget_class_install_action (widget_class, "cart.add", "s", add);
  gtk_widget_class_install_action (widget_class, "cart.remove", "s", take_out);
  gtk_widget_class_install_action (widget_class, "cart.follow", NULL, follow);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/Shop/window.ui");
  gtk_widget_class_bind_template_child (widget_class, ShopWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, ShopWindow, items);
}

static void
shop_window_init (ShopWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
on_activate (GtkApplication *application, StateSyncTopic *cart)
{
  ShopWindow *self = g_object_new (SHOP_TYPE_WINDOW, "application", application, NULL);
  g_autoptr (StateSyncListModel) items = state_sync_list_model_new_for_members (cart, "items");

  self->cart = g_object_ref (cart);
  gtk_list_box_bind_model (self->items, G_LIST_MODEL (items), make_row, NULL, NULL);
  g_signal_connect_object (cart, "write-rejected", G_CALLBACK (on_rejected), self, 0);
  gtk_widget_activate_action (GTK_WIDGET (self), "cart.follow", NULL);
  gtk_window_present (GTK_WINDOW (self));
}

/* The window is closed; what was put into the cart is in the file before the process ends. */
static void
on_shutdown (GtkApplication *application, StateSyncTopic *cart)
{
  state_sync_topic_settle_sync (cart, NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (StateSyncClient) client = state_sync_client_new_broadcast (APP_ID, NULL);
  g_autoptr (StateSyncTopic) cart = state_sync_client_get_topic (client, "cart");
  g_autoptr (AdwApplication) application = adw_application_new (APP_ID, G_APPLICATION_NON_UNIQUE);

  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "window.close",
                                         (const char *const[]){ "<Control>w", NULL });
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), cart);
  g_signal_connect (application, "shutdown", G_CALLBACK (on_shutdown), cart);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
