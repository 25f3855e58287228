/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/list-world.h"

static void
on_value_changed (StateSyncItem *item, GParamSpec *pspec, gpointer user_data)
{
  ListWorld *self = user_data;
  const char *key = state_sync_item_get_key (item);

  g_string_append_printf (self->edits, "%s ", key != NULL ? key : "?");
}

static void
assert_same (ListWorld *self)
{
  GListModel *list = G_LIST_MODEL (self->list);

  g_assert_cmpuint (g_list_model_get_n_items (list), ==, self->shadow->len);
  for (guint i = 0; i < self->shadow->len; i++)
    {
      g_autoptr (StateSyncItem) item = g_list_model_get_item (list, i);

      g_assert_true (item == g_ptr_array_index (self->shadow, i));
    }
  g_assert_null (g_list_model_get_item (list, self->shadow->len));
}

static void
on_items_changed (
    GListModel *list, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  ListWorld *self = user_data;

  g_string_append_printf (self->changes, "%u-%u+%u ", position, n_removed, n_added);
  g_assert_cmpuint (position + n_removed, <=, self->shadow->len);
  if (n_removed > 0)
    g_ptr_array_remove_range (self->shadow, position, n_removed);
  for (guint i = 0; i < n_added; i++)
    g_ptr_array_insert (self->shadow, (gint)(position + i),
                        g_list_model_get_item (list, position + i));
  assert_same (self);
}

/* An item may go and come again in one state of the list; it is listened to once. */
static void
listen_to_items (ListWorld *self)
{
  for (guint i = 0; i < self->shadow->len; i++)
    {
      StateSyncItem *item = g_ptr_array_index (self->shadow, i);

      if (g_object_get_data (G_OBJECT (item), "is-heard") != NULL)
        continue;
      g_object_set_data (G_OBJECT (item), "is-heard", self);
      g_signal_connect (item, "notify::value", G_CALLBACK (on_value_changed), self);
    }
}

ListWorld *
list_world_new (const char *path, const char *key_member)
{
  ListWorld *self = g_new0 (ListWorld, 1);

  self->transport = test_text_transport_new ();
  self->topic = test_text_transport_follow (self->transport);
  self->list = g_strcmp0 (key_member, "{") == 0
                   ? state_sync_list_model_new_for_members (self->topic, path)
                   : state_sync_list_model_new_for_array (self->topic, path, key_member);
  self->shadow = g_ptr_array_new_with_free_func (g_object_unref);
  self->changes = g_string_new (NULL);
  self->edits = g_string_new (NULL);
  g_signal_connect (self->list, "items-changed", G_CALLBACK (on_items_changed), self);
  return self;
}

static void
unref_last (gpointer object)
{
  gpointer last = object;

  g_object_add_weak_pointer (object, &last);
  g_object_unref (object);
  g_assert_null (last);
}

/* Nobody is left who holds any of it. */
void
list_world_free (ListWorld *self)
{
  for (guint i = 0; i < self->shadow->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->shadow, i), self);
  g_signal_handlers_disconnect_by_data (self->list, self);
  g_ptr_array_unref (self->shadow);
  unref_last (self->list);
  unref_last (self->topic);
  unref_last (self->transport);
  g_string_free (self->changes, TRUE);
  g_string_free (self->edits, TRUE);
  g_free (self);
}

void
list_world_set (ListWorld *self, const char *text)
{
  test_text_transport_set (self->transport, text);
  assert_same (self);
  listen_to_items (self);
}

void
list_world_assert_told (ListWorld *self, const char *changes, const char *edits)
{
  g_assert_cmpstr (self->changes->str, ==, changes);
  g_assert_cmpstr (self->edits->str, ==, edits);
  g_string_truncate (self->changes, 0);
  g_string_truncate (self->edits, 0);
}

void
list_world_assert_items (ListWorld *self, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->shadow->len; i++)
    {
      g_autofree char *item =
          json_to_string (state_sync_item_get_value (g_ptr_array_index (self->shadow, i)), FALSE);

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", item);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

StateSyncItem *
list_world_get (ListWorld *self, guint position)
{
  g_assert_cmpuint (position, <, self->shadow->len);
  return g_ptr_array_index (self->shadow, position);
}
