/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* All members of a topic as actions of a map. Those that the map has from elsewhere are left
 * alone. An action lives as long as its member can be its state: one that becomes something else
 * gets a new action, for the type of an action never changes.
 *
 * A map tells of each action that comes or goes, and who is told may change the topic, end this or
 * drop the map. What the topic is then is taken up when the map has told what was before.
 */

#include "binding/action.h"

#include "binding/action-state.h"
#include "client/topic-private.h"

typedef struct
{
  GActionMap *map; /* not owned: it owns this; NULL once this has ended */
  StateSyncTopic *topic;
  char *prefix;
  GHashTable *actions; /* member → GAction */
  gulong changed_handler;
  gboolean is_busy;
  gboolean is_stale; /* the topic has changed since */
} Filler;

static void
filler_clear (gpointer data)
{
  Filler *self = data;

  g_hash_table_unref (self->actions);
  g_object_unref (self->topic);
  g_free (self->prefix);
}

static void
filler_unref (Filler *self)
{
  g_rc_box_release_full (self, filler_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Filler, filler_unref)

/* --- adding and removing --- */

/* The map may have another of that name by now. */
static void
remove_action (GActionMap *map, GAction *action)
{
  if (g_action_map_lookup_action (map, g_action_get_name (action)) == action)
    g_action_map_remove_action (map, g_action_get_name (action));
}

static void
add_action (Filler *self, const char *member)
{
  const char *names[] = { member, NULL };
  g_autofree char *text = state_sync_path_join (names);
  g_autofree char *name = state_sync_action_dup_name (member);
  g_autofree char *full_name = g_strconcat (self->prefix, name, NULL);
  g_autoptr (GAction) action = NULL;

  if (g_action_map_lookup_action (self->map, full_name) != NULL)
    return;

  action = state_sync_action_new (self->topic, state_sync_path_parse (text, NULL), full_name, NULL);
  g_hash_table_insert (self->actions, g_strdup (member), g_object_ref (action));
  g_action_map_add_action (self->map, action);
}

static gboolean
has_state (JsonObject *members, const char *member)
{
  return members != NULL && json_object_has_member (members, member) &&
         state_sync_get_state_type (json_object_get_member (members, member)) != NULL;
}

static void
remove_gone (Filler *self, JsonObject *members)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GActionMap) map = g_object_ref (self->map);
  GHashTableIter iter;
  gpointer member, action;

  g_hash_table_iter_init (&iter, self->actions);
  while (g_hash_table_iter_next (&iter, &member, &action))
    {
      if (has_state (members, member) && state_sync_action_fits (action))
        continue;
      g_ptr_array_add (gone, g_object_ref (action));
      g_hash_table_iter_remove (&iter);
    }
  for (guint i = 0; i < gone->len; i++)
    remove_action (map, g_ptr_array_index (gone, i));
}

static void
add_new (Filler *self, JsonObject *members)
{
  g_autoptr (GList) names = members != NULL ? json_object_get_members (members) : NULL;

  for (GList *l = names; l != NULL && self->map != NULL && !self->is_stale; l = l->next)
    {
      if (has_state (members, l->data) && !g_hash_table_contains (self->actions, l->data))
        add_action (self, l->data);
    }
}

static void
take_members (Filler *self)
{
  g_autoptr (JsonNode) data = json_node_ref (state_sync_topic_get_data (self->topic));
  JsonObject *members = JSON_NODE_HOLDS_OBJECT (data) ? json_node_get_object (data) : NULL;

  remove_gone (self, members);
  add_new (self, members);
}

static void
update (Filler *self)
{
  g_autoptr (Filler) held G_GNUC_UNUSED = g_rc_box_acquire (self);

  self->is_stale = TRUE;
  if (self->is_busy)
    return;

  self->is_busy = TRUE;
  while (self->is_stale && self->map != NULL)
    {
      self->is_stale = FALSE;
      take_members (self);
    }
  self->is_busy = FALSE;
}

/* --- fillers of a map --- */

/* The actions stay where they are. */
static void
filler_end (gpointer data)
{
  Filler *self = data;

  g_clear_signal_handler (&self->changed_handler, self->topic);
  self->map = NULL;
  filler_unref (self);
}

static GHashTable *
ensure_fillers (GActionMap *map)
{
  static GQuark key;
  GHashTable *fillers;

  if (key == 0)
    key = g_quark_from_static_string ("state-sync-action-fillers");
  fillers = g_object_get_qdata (G_OBJECT (map), key);
  if (fillers == NULL)
    {
      fillers = g_hash_table_new_full (NULL, NULL, NULL, filler_end);
      g_object_set_qdata_full (G_OBJECT (map), key, fillers, (GDestroyNotify)g_hash_table_unref);
    }
  return fillers;
}

/**
 * state_sync_topic_add_actions:
 * @self: a topic
 * @map: where to put actions: an application, a window, an action group
 * @prefix: (nullable): what their names begin with
 *
 * Puts an action for each member of the topic into a map, as by [method@Topic.create_action]:
 * for each whose value is true or false, a string or a number. Actions come and go with the
 * members. An action that the map has already under the name is left alone, and what can't be in a
 * name is a hyphen.
 *
 * This lasts until the map ends, which holds a reference to the topic, or until
 * [method@Topic.remove_actions]. Called again for the same map it begins anew.
 */
void
state_sync_topic_add_actions (StateSyncTopic *self, GActionMap *map, const char *prefix)
{
  Filler *filler;

  g_return_if_fail (state_sync_topic_is_made (self));
  g_return_if_fail (G_IS_ACTION_MAP (map));

  state_sync_topic_remove_actions (self, map);
  filler = g_rc_box_new0 (Filler);
  filler->map = map;
  filler->topic = g_object_ref (self);
  filler->prefix = g_strdup (prefix != NULL ? prefix : "");
  filler->actions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_hash_table_insert (ensure_fillers (map), self, filler);
  filler->changed_handler = g_signal_connect_swapped (self, "changed", G_CALLBACK (update), filler);
  update (filler);
}

/**
 * state_sync_topic_remove_actions:
 * @self: a topic
 * @map: where they are
 *
 * Takes the actions of [method@Topic.add_actions] out of the map again.
 */
void
state_sync_topic_remove_actions (StateSyncTopic *self, GActionMap *map)
{
  g_autoptr (GActionMap) held = NULL;
  g_autoptr (Filler) filler = NULL;
  GHashTable *fillers;
  GHashTableIter iter;
  gpointer action;

  g_return_if_fail (state_sync_topic_is_made (self));
  g_return_if_fail (G_IS_ACTION_MAP (map));

  fillers = ensure_fillers (map);
  if (!g_hash_table_contains (fillers, self))
    return;

  held = g_object_ref (map);
  filler = g_rc_box_acquire (g_hash_table_lookup (fillers, self));
  g_hash_table_remove (fillers, self);
  g_hash_table_iter_init (&iter, filler->actions);
  while (g_hash_table_iter_next (&iter, NULL, &action))
    remove_action (held, action);
}
