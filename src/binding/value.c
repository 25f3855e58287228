/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "statesync/value.h"

#include <float.h>

#include "binding/member.h"
#include "values/gvalue.h"

struct _StateSyncValue
{
  GObject parent_instance;

  StateSyncTopic *topic; /* (nullable) */
  StateSyncPath *path;   /* (nullable) */
  JsonNode *member;      /* (nullable): what is there, as was told last */
};

G_DEFINE_FINAL_TYPE (StateSyncValue, state_sync_value, G_TYPE_OBJECT)

enum
{
  PROP_TOPIC = 1,
  PROP_PATH,
  PROP_EXISTS,
  /* What the member is, as each type. */
  PROP_VALUE,
  PROP_STRING,
  PROP_BOOLEAN,
  PROP_INTEGER,
  PROP_NUMBER,
  PROP_STRINGS,
  N_PROPERTIES,
};

#define FIRST_TYPED PROP_VALUE

static GParamSpec *properties[N_PROPERTIES];

/* --- following --- */

/* (transfer none) (nullable) */
static JsonNode *
find_member (StateSyncValue *self)
{
  if (self->topic == NULL || self->path == NULL)
    return NULL;
  return state_sync_member_find (self->topic, self->path);
}

/* All properties are new before the first handler runs. */
static void
follow (StateSyncValue *self)
{
  GObject *object = G_OBJECT (self);
  g_autoptr (JsonNode) before = g_steal_pointer (&self->member);
  JsonNode *now = find_member (self);

  if (now != NULL)
    self->member = json_node_ref (now);
  if (state_sync_nodes_equal (before, now))
    return;

  g_object_freeze_notify (object);
  if ((before == NULL) != (now == NULL))
    g_object_notify_by_pspec (object, properties[PROP_EXISTS]);
  for (guint i = FIRST_TYPED; i < N_PROPERTIES; i++)
    {
      if (!state_sync_json_reads_the_same (before, now, properties[i]))
        g_object_notify_by_pspec (object, properties[i]);
    }
  g_object_thaw_notify (object);
}

static void
on_changed (StateSyncTopic *topic, const char *const *members, StateSyncValue *self)
{
  if (self->path != NULL && state_sync_path_is_touched (self->path, members))
    follow (self);
}

/* --- changing --- */

/* What is typed waits for a pause; anything else is chosen, or dragged. */
static StateSyncTempo
get_tempo (GParamSpec *pspec)
{
  return pspec == properties[PROP_STRING] ? STATE_SYNC_TEMPO_TYPED : STATE_SYNC_TEMPO_DRAGGED;
}

static void
set_member (StateSyncValue *self, const GValue *value, GParamSpec *pspec)
{
  g_autoptr (JsonNode) member = NULL;
  g_auto (GValue) current = G_VALUE_INIT;

  if (self->topic == NULL || self->path == NULL)
    return;

  state_sync_json_read (find_member (self), pspec, &current);
  if (state_sync_gvalue_equal (&current, value, pspec))
    return;

  /* Each of these types has a form in JSON, and GObject lets no number through that has none. */
  member = state_sync_gvalue_to_json (value, pspec, NULL);
  state_sync_member_update (self->topic, self->path, member, get_tempo (pspec));
}

/* --- which member --- */

/**
 * state_sync_value_get_topic:
 * @self: a value
 *
 * Gives the topic.
 *
 * Returns: (transfer none) (nullable): the topic
 */
StateSyncTopic *
state_sync_value_get_topic (StateSyncValue *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_VALUE (self), NULL);

  return self->topic;
}

/* What was set last is sent at once: who lets go may be about to end. */
static void
let_go (StateSyncValue *self)
{
  if (self->topic == NULL)
    return;
  g_signal_handlers_disconnect_by_func (self->topic, on_changed, self);
  state_sync_topic_release (self->topic);
  g_clear_object (&self->topic);
}

/**
 * state_sync_value_set_topic:
 * @self: a value
 * @topic: (nullable): the topic
 *
 * Sets the topic, and holds it.
 */
void
state_sync_value_set_topic (StateSyncValue *self, StateSyncTopic *topic)
{
  g_return_if_fail (STATE_SYNC_IS_VALUE (self));
  g_return_if_fail (topic == NULL || state_sync_topic_is_made (topic));

  if (topic == self->topic)
    return;

  let_go (self);
  if (topic != NULL)
    {
      self->topic = g_object_ref (topic);
      g_signal_connect (topic, "changed", G_CALLBACK (on_changed), self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOPIC]);
  follow (self);
}

/**
 * state_sync_value_get_path:
 * @self: a value
 *
 * Gives the path of the member.
 *
 * Returns: (transfer none) (nullable): the path
 */
const char *
state_sync_value_get_path (StateSyncValue *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_VALUE (self), NULL);

  return self->path != NULL ? state_sync_path_get_text (self->path) : NULL;
}

/**
 * state_sync_value_set_path:
 * @self: a value
 * @path: (nullable): the path of the member, as [func@path_is_valid] describes it
 *
 * Sets which member it is. What is no path is a mistake in the program: it is told on the console,
 * and there is no member then.
 */
void
state_sync_value_set_path (StateSyncValue *self, const char *path)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (STATE_SYNC_IS_VALUE (self));

  if (g_strcmp0 (path, state_sync_value_get_path (self)) == 0)
    return;

  g_clear_pointer (&self->path, state_sync_path_free);
  if (path != NULL)
    self->path = state_sync_path_parse (path, &error);
  if (error != NULL)
    g_critical ("%s", error->message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATH]);
  follow (self);
}

/**
 * state_sync_value_new:
 * @topic: (nullable): the topic, which it holds
 * @path: (nullable): the path of the member, as [func@path_is_valid] describes it
 *
 * Makes an object of a member.
 *
 * Returns: (transfer full): a new value
 */
StateSyncValue *
state_sync_value_new (StateSyncTopic *topic, const char *path)
{
  return g_object_new (STATE_SYNC_TYPE_VALUE, "topic", topic, "path", path, NULL);
}

/* --- the object --- */

static void
state_sync_value_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  StateSyncValue *self = STATE_SYNC_VALUE (object);
  g_auto (GValue) read = G_VALUE_INIT;

  switch (property_id)
    {
    case PROP_TOPIC:
      g_value_set_object (value, self->topic);
      break;
    case PROP_PATH:
      g_value_set_string (value, state_sync_value_get_path (self));
      break;
    case PROP_EXISTS:
      g_value_set_boolean (value, self->member != NULL);
      break;
    default:
      state_sync_json_read (self->member, pspec, &read);
      g_value_copy (&read, value);
    }
}

static void
state_sync_value_set_property (GObject *object,
                               guint property_id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  StateSyncValue *self = STATE_SYNC_VALUE (object);

  switch (property_id)
    {
    case PROP_TOPIC:
      state_sync_value_set_topic (self, g_value_get_object (value));
      break;
    case PROP_PATH:
      state_sync_value_set_path (self, g_value_get_string (value));
      break;
    default:
      set_member (self, value, pspec);
    }
}

static void
state_sync_value_dispose (GObject *object)
{
  let_go (STATE_SYNC_VALUE (object));

  G_OBJECT_CLASS (state_sync_value_parent_class)->dispose (object);
}

static void
state_sync_value_finalize (GObject *object)
{
  StateSyncValue *self = STATE_SYNC_VALUE (object);

  g_clear_pointer (&self->path, state_sync_path_free);
  g_clear_pointer (&self->member, json_node_unref);

  G_OBJECT_CLASS (state_sync_value_parent_class)->finalize (object);
}

static void
install_typed (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * StateSyncValue:value:
   *
   * What the member is, whatever that is; `NULL` if there is none. To set `NULL`, or a null node,
   * removes it. An object that is set takes the place of the one that was there.
   */
  properties[PROP_VALUE] = g_param_spec_boxed ("value", NULL, NULL, JSON_TYPE_NODE, flags);

  /**
   * StateSyncValue:string:
   *
   * The member if it is a string, else `NULL`. To set `NULL` removes it.
   */
  properties[PROP_STRING] = g_param_spec_string ("string", NULL, NULL, NULL, flags);

  /**
   * StateSyncValue:boolean:
   *
   * The member if it is a boolean, else `FALSE`.
   */
  properties[PROP_BOOLEAN] = g_param_spec_boolean ("boolean", NULL, NULL, FALSE, flags);

  /**
   * StateSyncValue:integer:
   *
   * The member if it is a whole number, else 0.
   */
  properties[PROP_INTEGER] =
      g_param_spec_int64 ("integer", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);

  /**
   * StateSyncValue:number:
   *
   * The member if it is a number, else 0.
   */
  properties[PROP_NUMBER] = g_param_spec_double ("number", NULL, NULL, -DBL_MAX, DBL_MAX, 0, flags);

  /**
   * StateSyncValue:strings:
   *
   * The member if it is an array of strings, else `NULL`. To set `NULL` removes it.
   */
  properties[PROP_STRINGS] = g_param_spec_boxed ("strings", NULL, NULL, G_TYPE_STRV, flags);
}

static void
state_sync_value_class_init (StateSyncValueClass *klass)
{
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = state_sync_value_get_property;
  object_class->set_property = state_sync_value_set_property;
  object_class->dispose = state_sync_value_dispose;
  object_class->finalize = state_sync_value_finalize;

  /**
   * StateSyncValue:topic:
   *
   * The topic, which it holds.
   */
  properties[PROP_TOPIC] =
      g_param_spec_object ("topic", NULL, NULL, STATE_SYNC_TYPE_TOPIC, G_PARAM_READWRITE | flags);

  /**
   * StateSyncValue:path:
   *
   * Which member it is, as in `appearance.theme`.
   */
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, G_PARAM_READWRITE | flags);

  /**
   * StateSyncValue:exists:
   *
   * Whether there is such a member. One that is `null` is none.
   */
  properties[PROP_EXISTS] =
      g_param_spec_boolean ("exists", NULL, NULL, FALSE, G_PARAM_READABLE | flags);

  install_typed (object_class);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
state_sync_value_init (StateSyncValue *self)
{
}
