/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A member of a topic as a GAction with a state. It has no state of its own: what the topic says
 * is the state, and to change the state is to change the topic. So it toggles, and is one of
 * several choices, in all windows alike.
 *
 * The type never changes once it is known: menus ask for it once. A member that becomes something
 * else disables the action, and its last state stays.
 */

#include "binding/action.h"

#include "binding/action-state.h"
#include "binding/member.h"

struct _StateSyncAction
{
  GObject parent_instance;

  StateSyncTopic *topic;
  StateSyncPath *path;
  char *name;
  GVariantType *type; /* (nullable): until it is known */
  GVariant *state;    /* (nullable): likewise */
  gboolean is_enabled;
  gboolean fits;

  gulong changed_handler;
  gulong available_handler;
};

#define STATE_SYNC_TYPE_ACTION (state_sync_action_get_type ())
G_DECLARE_FINAL_TYPE (StateSyncAction, state_sync_action, STATE_SYNC, ACTION, GObject)

static void action_iface_init (GActionInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StateSyncAction,
                               state_sync_action,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_ACTION, action_iface_init))

enum
{
  PROP_NAME = 1,
  PROP_PARAMETER_TYPE,
  PROP_ENABLED,
  PROP_STATE_TYPE,
  PROP_STATE,
};

/* --- following the member --- */

static void
take_type (StateSyncAction *self, const GVariantType *type)
{
  self->type = g_variant_type_copy (type);
  g_object_notify (G_OBJECT (self), "state-type");
  g_object_notify (G_OBJECT (self), "parameter-type");
}

static void
take_state (StateSyncAction *self, GVariant *state)
{
  if (self->state != NULL && g_variant_equal (self->state, state))
    return;
  g_clear_pointer (&self->state, g_variant_unref);
  self->state = g_variant_ref (state);
  g_object_notify (G_OBJECT (self), "state");
}

static void
update_enabled (StateSyncAction *self)
{
  gboolean is_enabled = self->fits && state_sync_topic_get_available (self->topic);

  if (self->is_enabled == is_enabled)
    return;
  self->is_enabled = is_enabled;
  g_object_notify (G_OBJECT (self), "enabled");
}

/* (transfer full) (nullable): what the member is as a state, if it can be one */
static GVariant *
make_state (StateSyncAction *self)
{
  JsonNode *node = state_sync_member_find (self->topic, self->path);
  GVariant *state = self->type != NULL ? state_sync_node_to_state (node, self->type) : NULL;

  return state != NULL ? g_variant_ref_sink (state) : NULL;
}

static void
update_state (StateSyncAction *self)
{
  g_autoptr (StateSyncAction) held G_GNUC_UNUSED = g_object_ref (self);
  const GVariantType *type =
      state_sync_get_state_type (state_sync_member_find (self->topic, self->path));
  g_autoptr (GVariant) state = NULL;

  if (self->type == NULL && type != NULL)
    take_type (self, type);
  state = make_state (self);
  self->fits = state != NULL;
  if (state != NULL)
    take_state (self, state);
  update_enabled (self);
}

gboolean
state_sync_action_fits (GAction *action)
{
  g_autoptr (GVariant) state = make_state (STATE_SYNC_ACTION (action));

  return state != NULL;
}

static void
on_changed (StateSyncTopic *topic, const char *const *members, StateSyncAction *self)
{
  if (state_sync_path_is_touched (self->path, members))
    update_state (self);
}

/* --- what a GAction does --- */

static const char *
action_get_name (GAction *action)
{
  return STATE_SYNC_ACTION (action)->name;
}

static const GVariantType *
action_get_state_type (GAction *action)
{
  return STATE_SYNC_ACTION (action)->type;
}

/* What is on or off is toggled; of anything else it is told what to be. */
static const GVariantType *
action_get_parameter_type (GAction *action)
{
  const GVariantType *type = STATE_SYNC_ACTION (action)->type;

  if (type == NULL || g_variant_type_equal (type, G_VARIANT_TYPE_BOOLEAN))
    return NULL;
  return type;
}

static gboolean
action_get_enabled (GAction *action)
{
  return STATE_SYNC_ACTION (action)->is_enabled;
}

static GVariant *
action_get_state (GAction *action)
{
  GVariant *state = STATE_SYNC_ACTION (action)->state;

  return state != NULL ? g_variant_ref (state) : NULL;
}

static GVariant *
action_get_state_hint (GAction *action)
{
  return NULL;
}

static void
action_change_state (GAction *action, GVariant *value)
{
  StateSyncAction *self = STATE_SYNC_ACTION (action);
  g_autoptr (GVariant) sunk G_GNUC_UNUSED = g_variant_ref_sink (value);
  g_autoptr (JsonNode) node = NULL;

  g_return_if_fail (self->type != NULL && g_variant_is_of_type (value, self->type));

  node = state_sync_state_to_node (value);
  if (!state_sync_member_is (self->topic, self->path, node))
    state_sync_member_update (self->topic, self->path, node, STATE_SYNC_TEMPO_DRAGGED);
}

static void
action_activate (GAction *action, GVariant *parameter)
{
  StateSyncAction *self = STATE_SYNC_ACTION (action);
  const GVariantType *type = action_get_parameter_type (action);
  g_autoptr (GVariant) sunk G_GNUC_UNUSED =
      parameter != NULL ? g_variant_ref_sink (parameter) : NULL;

  g_return_if_fail (type == NULL ? parameter == NULL
                                 : parameter != NULL && g_variant_is_of_type (parameter, type));

  if (!self->is_enabled)
    return;
  if (type != NULL)
    action_change_state (action, parameter);
  else
    action_change_state (action, g_variant_new_boolean (!g_variant_get_boolean (self->state)));
}

static void
action_iface_init (GActionInterface *iface)
{
  iface->get_name = action_get_name;
  iface->get_parameter_type = action_get_parameter_type;
  iface->get_state_type = action_get_state_type;
  iface->get_state_hint = action_get_state_hint;
  iface->get_enabled = action_get_enabled;
  iface->get_state = action_get_state;
  iface->change_state = action_change_state;
  iface->activate = action_activate;
}

/* --- the object --- */

static void
state_sync_action_get_property (GObject *object,
                                guint property_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  GAction *action = G_ACTION (object);

  switch (property_id)
    {
    case PROP_NAME:
      g_value_set_string (value, action_get_name (action));
      break;
    case PROP_PARAMETER_TYPE:
      g_value_set_boxed (value, action_get_parameter_type (action));
      break;
    case PROP_ENABLED:
      g_value_set_boolean (value, action_get_enabled (action));
      break;
    case PROP_STATE_TYPE:
      g_value_set_boxed (value, action_get_state_type (action));
      break;
    case PROP_STATE:
      g_value_take_variant (value, action_get_state (action));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

/* What was not sent yet is: who drops an action may be about to end. */
static void
state_sync_action_finalize (GObject *object)
{
  StateSyncAction *self = STATE_SYNC_ACTION (object);

  g_clear_signal_handler (&self->changed_handler, self->topic);
  g_clear_signal_handler (&self->available_handler, self->topic);
  state_sync_topic_release (self->topic);
  g_object_unref (self->topic);
  g_clear_pointer (&self->state, g_variant_unref);
  g_clear_pointer (&self->type, g_variant_type_free);
  g_clear_pointer (&self->path, state_sync_path_free);
  g_free (self->name);

  G_OBJECT_CLASS (state_sync_action_parent_class)->finalize (object);
}

static void
state_sync_action_class_init (StateSyncActionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = state_sync_action_get_property;
  object_class->finalize = state_sync_action_finalize;

  g_object_class_override_property (object_class, PROP_NAME, "name");
  g_object_class_override_property (object_class, PROP_PARAMETER_TYPE, "parameter-type");
  g_object_class_override_property (object_class, PROP_ENABLED, "enabled");
  g_object_class_override_property (object_class, PROP_STATE_TYPE, "state-type");
  g_object_class_override_property (object_class, PROP_STATE, "state");
}

static void
state_sync_action_init (StateSyncAction *self)
{
}

GAction *
state_sync_action_new (StateSyncTopic *topic,
                       StateSyncPath *path,
                       const char *name,
                       const GVariantType *type)
{
  StateSyncAction *self = g_object_new (STATE_SYNC_TYPE_ACTION, NULL);

  self->topic = g_object_ref (topic);
  self->path = path;
  self->name = g_strdup (name);
  if (type != NULL)
    {
      self->type = g_variant_type_copy (type);
      self->state = g_variant_ref_sink (state_sync_node_to_state (NULL, type));
    }
  self->changed_handler = g_signal_connect (topic, "changed", G_CALLBACK (on_changed), self);
  self->available_handler =
      g_signal_connect_swapped (topic, "notify::available", G_CALLBACK (update_enabled), self);
  update_state (self);
  return G_ACTION (self);
}

/* What can't be in an action's name becomes a hyphen. */
char *
state_sync_action_dup_name (const char *path)
{
  char *name = g_strdup (path);
  char *end = name;

  for (const char *p = path; *p != '\0'; p = g_utf8_next_char (p))
    *end++ = g_ascii_isalnum (*p) || *p == '.' ? *p : '-';
  *end = '\0';
  return name;
}

static GAction *
create (StateSyncTopic *self, const char *path, const GVariantType *type)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  StateSyncPath *parsed = state_sync_path_parse (path, &error);

  if (parsed == NULL)
    {
      g_critical ("%s", error->message);
      return NULL;
    }
  name = state_sync_action_dup_name (path);
  return state_sync_action_new (self, parsed, name, type);
}

/**
 * state_sync_topic_create_action:
 * @self: a topic
 * @path: which member: its name, or the names that lead to it, as in `appearance.theme`
 *
 * Makes an action whose state is the member: a menu item or a button that shows it and changes it.
 * What is true or false is toggled; of a string or a number the activation says what it shall be,
 * so that several menu items with one target each are a choice of one.
 *
 * The action's name is the path, in which what can't be in a name is a hyphen. It is enabled while
 * somebody serves the topic. A change is made as by [method@Topic.update_async].
 *
 * The type of the state is that of the member: `b`, `s`, `i` for a whole number (`x` if it is a
 * large one), `d` for any other. It is taken once. As long as the topic has no such member the
 * action is disabled and has no state, and a menu that was shown then does not ask again: where
 * the topic may not be known yet, name the type with [method@Topic.create_action_with_type].
 *
 * Returns: (transfer full): the action; it holds a reference to the topic
 */
GAction *
state_sync_topic_create_action (StateSyncTopic *self, const char *path)
{
  g_return_val_if_fail (state_sync_topic_is_made (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  return create (self, path, NULL);
}

/**
 * state_sync_topic_create_action_with_type:
 * @self: a topic
 * @path: which member
 * @type: the type of the state: `b`, `s`, `d`, or of a whole number `y`, `n`, `q`, `i`, `u`, `x`
 *
 * As [method@Topic.create_action], with a state of this type. While the topic has no such member
 * the state is false, 0 or the empty string. While the member holds what is not of this type, the
 * action is disabled.
 *
 * Returns: (transfer full): the action; it holds a reference to the topic
 */
GAction *
state_sync_topic_create_action_with_type (StateSyncTopic *self,
                                          const char *path,
                                          const GVariantType *type)
{
  g_return_val_if_fail (state_sync_topic_is_made (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (type != NULL && state_sync_is_state_type (type), NULL);

  return create (self, path, type);
}
