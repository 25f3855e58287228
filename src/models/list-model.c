/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Each state of the topic is compared with the list, as text: what is written as before is not
 * looked at again, and nothing is parsed before somebody asks an item for its value.
 *
 *   text ─► elements ─► which items they are ─► the new list ─► items-changed ─► notify
 *
 * Handlers may change the topic while they are told. What it is then is taken up when all has been
 * told of the state before: a list model can't change in the middle of `items-changed`.
 */

#include <statesync/list-model.h>

#include "models/elements.h"
#include "models/list-diff.h"
#include "models/live-list.h"
#include "values/path.h"

struct _StateSyncListModel
{
  GObject parent_instance;

  StateSyncTopic *topic;
  StateSyncPath *path; /* (nullable): NULL is all of the data */
  char *key_member;    /* (nullable) */
  char kind;           /* of container: '[' or '{' */
  gulong changed_handler;
  StateSyncElements elements; /* in the text that the list was made from */
  StateSyncLiveList list;     /* of StateSyncItem, one for each */
  gboolean is_busy;
  gboolean is_stale; /* the topic has changed since */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StateSyncListModel,
                               state_sync_list_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  PROP_TOPIC = 1,
  PROP_PATH,
  PROP_KEY_MEMBER,
  PROP_N_ITEMS,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

/* --- from one state to the next --- */

static StateSyncElements
read_elements (StateSyncListModel *self)
{
  static const char *const no_names[] = { NULL };
  const char *const *names = self->path != NULL ? state_sync_path_get_names (self->path) : no_names;

  return state_sync_elements_read (state_sync_topic_get_text (self->topic), names, self->kind,
                                   &self->elements);
}

/* The items of the new list. Those that were edited hold what is new, and are in @edited too. */
static GPtrArray *
make_items (StateSyncListModel *self,
            const StateSyncElements *state,
            const guint *origins,
            StateSyncJsonDecoder *decoder,
            GPtrArray *edited)
{
  const char *text = g_bytes_get_data (state->text, NULL);
  GArray *elements = state->elements;
  GPtrArray *items = g_ptr_array_new ();

  g_ptr_array_set_size (items, (gint)elements->len);
  for (guint i = 0; i < elements->len; i++)
    {
      const StateSyncElement *element = &g_array_index (elements, StateSyncElement, i);
      StateSyncItem *item;

      if (origins[i] == STATE_SYNC_LIST_DIFF_NEW)
        item = state_sync_item_new (
            text, element, state_sync_element_identify (text, element, self->key_member, decoder));
      else
        item = g_ptr_array_index (self->list.items, origins[i]);

      if (origins[i] != element->twin && state_sync_item_set (item, text, element))
        g_ptr_array_add (edited, g_object_ref (item));
      items->pdata[i] = item;
    }
  return items;
}

static void
take_state (StateSyncListModel *self)
{
  g_autoptr (StateSyncJsonDecoder) decoder = state_sync_json_decoder_new ();
  StateSyncElements elements = read_elements (self);
  g_autofree guint *origins =
      state_sync_elements_pair (&elements, self->list.items, self->key_member, decoder);
  g_autoptr (GPtrArray) edited = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *items = make_items (self, &elements, origins, decoder, edited);
  guint n_before = self->list.items->len;
  guint n_after = items->len;

  state_sync_elements_clear (&self->elements);
  self->elements = elements;
  state_sync_live_list_replace (&self->list, G_LIST_MODEL (self), items, origins);
  for (guint i = 0; i < edited->len; i++)
    state_sync_item_tell (g_ptr_array_index (edited, i));
  if (n_after != n_before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
}

static void
follow (StateSyncListModel *self)
{
  self->is_stale = TRUE;
  if (self->is_busy)
    return;

  g_object_ref (self);
  self->is_busy = TRUE;
  while (self->is_stale && self->topic != NULL)
    {
      self->is_stale = FALSE;
      take_state (self);
    }
  self->is_busy = FALSE;
  g_object_unref (self);
}

static void
on_changed (StateSyncTopic *topic, const char *const *members, StateSyncListModel *self)
{
  if (self->path == NULL || state_sync_path_is_touched (self->path, members))
    follow (self);
}

/* --- the list model --- */

static GType
get_item_type (GListModel *model)
{
  return STATE_SYNC_TYPE_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return state_sync_live_list_get_length (&STATE_SYNC_LIST_MODEL (model)->list);
}

static gpointer
get_item (GListModel *model, guint position)
{
  return state_sync_live_list_dup_item (&STATE_SYNC_LIST_MODEL (model)->list, position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- making one --- */

/* (nullable): NULL if @path is none */
static StateSyncListModel *
make (StateSyncTopic *topic, const char *path, const char *key_member, char kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncPath) parsed = NULL;
  StateSyncListModel *self;

  if (path != NULL && (parsed = state_sync_path_parse (path, &error)) == NULL)
    {
      g_critical ("A list of topic “%s”: %s", state_sync_topic_get_name (topic), error->message);
      return NULL;
    }

  self = g_object_new (STATE_SYNC_TYPE_LIST_MODEL, NULL);
  self->topic = g_object_ref (topic);
  self->path = g_steal_pointer (&parsed);
  self->key_member = g_strdup (key_member);
  self->kind = kind;
  self->changed_handler = g_signal_connect (topic, "changed", G_CALLBACK (on_changed), self);
  follow (self);
  return self;
}

/**
 * state_sync_list_model_new_for_array:
 * @topic: the topic
 * @path: (nullable): the path of the array, or `NULL` if the topic is the array; see
 *   [func@path_is_valid]
 * @key_member: (nullable): the member of each element by which it is known, or `NULL` if elements
 *   are known by their content
 *
 * Makes a list of the elements of an array. The topic may have been started or not.
 *
 * Returns: (transfer full): a list of [class@Item]
 */
StateSyncListModel *
state_sync_list_model_new_for_array (StateSyncTopic *topic,
                                     const char *path,
                                     const char *key_member)
{
  g_return_val_if_fail (STATE_SYNC_IS_TOPIC (topic), NULL);

  return make (topic, path, key_member, '[');
}

/**
 * state_sync_list_model_new_for_members:
 * @topic: the topic
 * @path: (nullable): the path of the object, or `NULL` if the topic is the object; see
 *   [func@path_is_valid]
 *
 * Makes a list of the members of an object, in their order. The topic may have been started or
 * not.
 *
 * Returns: (transfer full): a list of [class@Item]
 */
StateSyncListModel *
state_sync_list_model_new_for_members (StateSyncTopic *topic, const char *path)
{
  g_return_val_if_fail (STATE_SYNC_IS_TOPIC (topic), NULL);

  return make (topic, path, NULL, '{');
}

/* --- properties --- */

/**
 * state_sync_list_model_get_topic:
 * @self: a list
 *
 * Gives what the list follows.
 *
 * Returns: (transfer none) (nullable): the topic
 */
StateSyncTopic *
state_sync_list_model_get_topic (StateSyncListModel *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_LIST_MODEL (self), NULL);

  return self->topic;
}

/**
 * state_sync_list_model_get_path:
 * @self: a list
 *
 * Tells where in the topic the array or object is.
 *
 * Returns: (transfer none) (nullable): the path; `NULL` if it is all of the topic
 */
const char *
state_sync_list_model_get_path (StateSyncListModel *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_LIST_MODEL (self), NULL);

  return self->path != NULL ? state_sync_path_get_text (self->path) : NULL;
}

/**
 * state_sync_list_model_get_key_member:
 * @self: a list
 *
 * Tells by which of their members elements are known.
 *
 * Returns: (transfer none) (nullable): the member's name; `NULL` if there is none
 */
const char *
state_sync_list_model_get_key_member (StateSyncListModel *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_LIST_MODEL (self), NULL);

  return self->key_member;
}

static void
state_sync_list_model_get_property (GObject *object,
                                    guint property_id,
                                    GValue *value,
                                    GParamSpec *pspec)
{
  StateSyncListModel *self = STATE_SYNC_LIST_MODEL (object);

  switch (property_id)
    {
    case PROP_TOPIC:
      g_value_set_object (value, self->topic);
      break;
    case PROP_PATH:
      g_value_set_string (value, state_sync_list_model_get_path (self));
      break;
    case PROP_KEY_MEMBER:
      g_value_set_string (value, self->key_member);
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, get_n_items (G_LIST_MODEL (self)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
state_sync_list_model_dispose (GObject *object)
{
  StateSyncListModel *self = STATE_SYNC_LIST_MODEL (object);

  if (self->topic != NULL)
    g_clear_signal_handler (&self->changed_handler, self->topic);
  g_clear_object (&self->topic);

  G_OBJECT_CLASS (state_sync_list_model_parent_class)->dispose (object);
}

static void
state_sync_list_model_finalize (GObject *object)
{
  StateSyncListModel *self = STATE_SYNC_LIST_MODEL (object);

  state_sync_elements_clear (&self->elements);
  state_sync_live_list_clear (&self->list);
  g_clear_pointer (&self->path, state_sync_path_free);
  g_free (self->key_member);

  G_OBJECT_CLASS (state_sync_list_model_parent_class)->finalize (object);
}

static void
state_sync_list_model_class_init (StateSyncListModelClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = state_sync_list_model_get_property;
  object_class->dispose = state_sync_list_model_dispose;
  object_class->finalize = state_sync_list_model_finalize;

  /**
   * StateSyncListModel:topic: (getter get_topic)
   *
   * What the list follows.
   */
  properties[PROP_TOPIC] = g_param_spec_object ("topic", NULL, NULL, STATE_SYNC_TYPE_TOPIC, flags);

  /**
   * StateSyncListModel:path: (getter get_path)
   *
   * Where in the topic the array or object is; `NULL` if it is all of it.
   */
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);

  /**
   * StateSyncListModel:key-member: (getter get_key_member)
   *
   * By which of their members elements are known; `NULL` if there is none.
   */
  properties[PROP_KEY_MEMBER] = g_param_spec_string ("key-member", NULL, NULL, NULL, flags);

  /**
   * StateSyncListModel:n-items:
   *
   * How many items there are: to show something else while there are none.
   */
  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
state_sync_list_model_init (StateSyncListModel *self)
{
  self->elements = (StateSyncElements){
    g_bytes_new_static ("", 0),
    g_array_new (FALSE, FALSE, sizeof (StateSyncElement)),
  };
  state_sync_live_list_init (&self->list);
}
