/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An applier stands between a topic and an object. It holds the topic, so that it is followed for
 * as long as the object shows it, and watches the object; from start to stop it holds itself, so
 * that the app need not. What is set, and what is not, property-set.c decides.
 */

#include "statesync/applier.h"

#include "binding/property-set.h"
#include "client/topic-private.h"
#include "engine/callback.h"
#include "protocol/error.h"
#include "statesync/enum-types.h"

struct _StateSyncApplier
{
  GObject parent_instance;

  /* As it was asked for. */
  StateSyncTopic *topic;
  GWeakRef object;
  StateSyncApplierMode mode;
  char **pick; /* (nullable) */
  char **omit; /* (nullable) */
  gboolean is_strict;
  StateSyncCallback *map; /* (nullable) */

  StateSyncPropertySet *properties; /* (nullable): before it is initialised, and if that fails */
  JsonNode *applied;                /* (nullable): the topic's data, as it was applied last */
  gboolean is_started;
};

static void initable_iface_init (GInitableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StateSyncApplier,
                               state_sync_applier,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_iface_init))

enum
{
  PROP_TOPIC = 1,
  PROP_OBJECT,
  PROP_MODE,
  PROP_PICK,
  PROP_OMIT,
  PROP_STRICT,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

/* Languages can make the bare object, which has nothing to apply. */
static gboolean
is_made (StateSyncApplier *self)
{
  return STATE_SYNC_IS_APPLIER (self) && self->properties != NULL;
}

/* --- applying --- */

/* Before the first state came there is nothing to apply: that is not the same as a topic that
 * nobody has written. */
static gboolean
is_known (StateSyncTopic *topic)
{
  return state_sync_topic_get_revision (topic) > 0 ||
         state_sync_topic_get_state (topic) == STATE_SYNC_LIFECYCLE_RUNNING ||
         !JSON_NODE_HOLDS_NULL (state_sync_topic_get_data (topic));
}

/* (transfer full) (nullable): what to apply. NULL without an error: nothing is. */
static JsonNode *
make_members (StateSyncApplier *self, JsonNode *data, GObject *object, GError **error)
{
  g_autoptr (StateSyncCallback) callback = NULL;
  JsonNode *mapped;

  if (self->map == NULL)
    return json_node_ref (data);

  callback = state_sync_callback_hold (self->map);
  mapped = ((StateSyncApplierMapFunc)callback->func) (data, object, callback->user_data, error);
  if (mapped != NULL)
    json_node_seal (mapped);
  return mapped;
}

static void
add_no_object (StateSyncApplier *self, JsonNode *mapped, GObject *object, GPtrArray *errors)
{
  g_autofree char *topic = state_sync_error_quote (state_sync_topic_get_name (self->topic));
  const char *holder = self->map != NULL ? "What the mapping makes of topic" : "Topic";
  const char *found = JSON_NODE_HOLDS_ARRAY (mapped) ? "an array" : "a single value";

  if (self->is_strict)
    g_ptr_array_add (errors, g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_DATA,
                                          "%s %s is %s, which has no members to apply to a %s",
                                          holder, topic, found, G_OBJECT_TYPE_NAME (object)));
}

static void
apply_mapped (StateSyncApplier *self, JsonNode *mapped, GObject *object, GPtrArray *errors)
{
  g_autoptr (JsonObject) members = NULL;

  if (JSON_NODE_HOLDS_OBJECT (mapped))
    members = json_node_dup_object (mapped);
  else if (JSON_NODE_HOLDS_NULL (mapped))
    members = json_object_new ();

  if (members != NULL)
    state_sync_property_set_apply (self->properties, object, members, self->is_strict,
                                   state_sync_topic_get_name (self->topic), errors);
  else
    add_no_object (self, mapped, object, errors);
}

static void
add_map_error (StateSyncApplier *self, const GError *reason, GPtrArray *errors)
{
  g_autofree char *topic = state_sync_error_quote (state_sync_topic_get_name (self->topic));
  GError *error = g_error_copy (reason);

  g_prefix_error (&error, "Topic %s could not be mapped: ", topic);
  g_ptr_array_add (errors, error);
}

/* Brings the object to what the topic shows; does nothing where that was done. */
static void
apply (StateSyncApplier *self)
{
  g_autoptr (StateSyncApplier) alive G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (GObject) object = g_weak_ref_get (&self->object);
  g_autoptr (GPtrArray) errors = NULL;
  g_autoptr (JsonNode) data = NULL;
  g_autoptr (JsonNode) mapped = NULL;
  g_autoptr (GError) error = NULL;

  if (object == NULL || !is_known (self->topic))
    return;

  data = json_node_ref (state_sync_topic_get_data (self->topic));
  if (data == self->applied)
    return;
  g_clear_pointer (&self->applied, json_node_unref);
  self->applied = json_node_ref (data);

  errors = g_ptr_array_new_with_free_func ((GDestroyNotify)g_error_free);
  mapped = make_members (self, data, object, &error);
  if (self->applied != data)
    return; /* The mapping has changed the topic, and what it is now is applied. */
  if (mapped != NULL)
    apply_mapped (self, mapped, object, errors);
  else if (error != NULL)
    add_map_error (self, error, errors);

  /* After all is set: a handler may change the topic again. */
  for (guint i = 0; i < errors->len; i++)
    state_sync_topic_report (self->topic, STATE_SYNC_PHASE_APPLY, g_ptr_array_index (errors, i));
}

static void
apply_anew (StateSyncApplier *self)
{
  g_clear_pointer (&self->applied, json_node_unref);
  state_sync_property_set_forget (self->properties);
  apply (self);
}

/* --- from start to stop --- */

static void
on_object_gone (gpointer user_data, GObject *object)
{
  StateSyncApplier *self = user_data;

  g_signal_handlers_disconnect_by_func (self->topic, apply, self);
  self->is_started = FALSE;
  g_object_unref (self);
}

/**
 * state_sync_applier_start:
 * @self: an applier
 *
 * Begins to apply: what the topic shows at once, if anything is known of it yet, and from then on
 * every change. The topic is followed when [method@Topic.start_async] is called, before or after
 * this. Does nothing if it has begun already, or the object is gone.
 *
 * From here to [method@Applier.stop], or the end of the object, the applier stays alive by itself.
 */
void
state_sync_applier_start (StateSyncApplier *self)
{
  g_autoptr (GObject) object = NULL;

  g_return_if_fail (is_made (self));

  object = g_weak_ref_get (&self->object);
  if (self->is_started || object == NULL)
    return;

  self->is_started = TRUE;
  g_object_ref (self);
  g_object_weak_ref (object, on_object_gone, self);
  g_signal_connect_swapped (self->topic, "changed", G_CALLBACK (apply), self);
  /* The first state of a topic that nobody has written comes without a change. */
  g_signal_connect_swapped (self->topic, "notify::state", G_CALLBACK (apply), self);
  apply_anew (self);
}

/**
 * state_sync_applier_stop:
 * @self: an applier
 *
 * Ends applying: the object keeps what it has. Does nothing if it has ended, or not begun.
 */
void
state_sync_applier_stop (StateSyncApplier *self)
{
  g_autoptr (GObject) object = NULL;

  g_return_if_fail (is_made (self));

  object = g_weak_ref_get (&self->object);
  if (!self->is_started || object == NULL)
    return;

  g_object_weak_unref (object, on_object_gone, self);
  on_object_gone (self, object);
}

/**
 * state_sync_applier_apply:
 * @self: an applier
 *
 * Applies what the topic shows once more and all of it: also to properties that the app has changed
 * since. What can't be applied is reported again.
 */
void
state_sync_applier_apply (StateSyncApplier *self)
{
  g_return_if_fail (is_made (self));

  apply_anew (self);
}

/**
 * state_sync_applier_set_map:
 * @self: an applier
 * @map: (scope notified) (nullable): makes members out of what the topic holds; `NULL` to take them
 *   as they are
 * @user_data: (closure): for `map`
 * @destroy: (nullable): called on `user_data` when `map` is no longer needed
 *
 * Sets what is done with the topic's data before it is applied. A started applier applies anew.
 */
void
state_sync_applier_set_map (StateSyncApplier *self,
                            StateSyncApplierMapFunc map,
                            gpointer user_data,
                            GDestroyNotify destroy)
{
  g_return_if_fail (is_made (self));

  g_clear_pointer (&self->map, state_sync_callback_release);
  if (map != NULL)
    self->map = state_sync_callback_new (G_CALLBACK (map), user_data, destroy);
  if (self->is_started)
    apply_anew (self);
}

/**
 * state_sync_applier_get_topic:
 * @self: an applier
 *
 * Gives the topic, which the applier holds.
 *
 * Returns: (transfer none): the topic
 */
StateSyncTopic *
state_sync_applier_get_topic (StateSyncApplier *self)
{
  g_return_val_if_fail (is_made (self), NULL);

  return self->topic;
}

/**
 * state_sync_applier_dup_object:
 * @self: an applier
 *
 * Gives the object, which the applier does not hold.
 *
 * Returns: (transfer full) (nullable): the object; `NULL` if it is gone
 */
GObject *
state_sync_applier_dup_object (StateSyncApplier *self)
{
  g_return_val_if_fail (is_made (self), NULL);

  return g_weak_ref_get (&self->object);
}

/* --- the object --- */

/**
 * state_sync_applier_new:
 * @topic: the topic
 * @object: (type GObject.Object): the object that is set; it is not held
 * @mode: what becomes of properties without a member
 * @pick: (nullable) (array zero-terminated=1): the members that are applied; `NULL` for all
 * @omit: (nullable) (array zero-terminated=1): the members that are not applied; `NULL` for none
 * @error: where to put what is wrong: both lists are given, or a picked key is none of a property
 *
 * Makes an applier, which does nothing before [method@Applier.start].
 *
 * Keys are of members at the top level, after the mapping, if there is one. They may be written as
 * members or as properties: `fontSize` also picks `font-size`. In replace mode every property that
 * JSON can be made to and that is not left out by `pick` or `omit` belongs to the topic: for a
 * widget, pick.
 *
 * It is strict; for a lenient one set [property@Applier:strict] before it is started.
 *
 * Returns: (transfer full): a new applier
 */
StateSyncApplier *
state_sync_applier_new (StateSyncTopic *topic,
                        gpointer object,
                        StateSyncApplierMode mode,
                        const char *const *pick,
                        const char *const *omit,
                        GError **error)
{
  g_return_val_if_fail (G_IS_OBJECT (object), NULL);

  return g_initable_new (STATE_SYNC_TYPE_APPLIER, NULL, error, "topic", topic, "object", object,
                         "mode", mode, "pick", pick, "omit", omit, NULL);
}

static gboolean
state_sync_applier_initable_init (GInitable *initable, GCancellable *cancellable, GError **error)
{
  StateSyncApplier *self = STATE_SYNC_APPLIER (initable);
  g_autoptr (GObject) object = g_weak_ref_get (&self->object);
  const StateSyncPropertyRules rules = {
    .mode = self->mode,
    .pick = (const char *const *)self->pick,
    .omit = (const char *const *)self->omit,
  };

  g_return_val_if_fail (state_sync_topic_is_made (self->topic), FALSE);
  g_return_val_if_fail (object != NULL, FALSE);

  if (self->properties == NULL)
    self->properties = state_sync_property_set_new (G_OBJECT_GET_CLASS (object), &rules, error);
  return self->properties != NULL;
}

static void
initable_iface_init (GInitableIface *iface)
{
  iface->init = state_sync_applier_initable_init;
}

static void
state_sync_applier_get_property (GObject *object,
                                 guint property_id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  StateSyncApplier *self = STATE_SYNC_APPLIER (object);

  switch (property_id)
    {
    case PROP_TOPIC:
      g_value_set_object (value, self->topic);
      break;
    case PROP_OBJECT:
      g_value_take_object (value, g_weak_ref_get (&self->object));
      break;
    case PROP_MODE:
      g_value_set_enum (value, self->mode);
      break;
    case PROP_PICK:
      g_value_set_boxed (value, self->pick);
      break;
    case PROP_OMIT:
      g_value_set_boxed (value, self->omit);
      break;
    case PROP_STRICT:
      g_value_set_boolean (value, self->is_strict);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
set_strict (StateSyncApplier *self, gboolean is_strict)
{
  if (self->is_strict == is_strict)
    return;
  self->is_strict = is_strict;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STRICT]);
}

static void
state_sync_applier_set_property (GObject *object,
                                 guint property_id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  StateSyncApplier *self = STATE_SYNC_APPLIER (object);

  switch (property_id)
    {
    case PROP_TOPIC:
      self->topic = g_value_dup_object (value);
      break;
    case PROP_OBJECT:
      g_weak_ref_set (&self->object, g_value_get_object (value));
      break;
    case PROP_MODE:
      self->mode = g_value_get_enum (value);
      break;
    case PROP_PICK:
      self->pick = g_value_dup_boxed (value);
      break;
    case PROP_OMIT:
      self->omit = g_value_dup_boxed (value);
      break;
    case PROP_STRICT:
      set_strict (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
state_sync_applier_finalize (GObject *object)
{
  StateSyncApplier *self = STATE_SYNC_APPLIER (object);

  g_clear_pointer (&self->map, state_sync_callback_release);
  g_clear_pointer (&self->properties, state_sync_property_set_free);
  g_clear_pointer (&self->applied, json_node_unref);
  g_strfreev (self->pick);
  g_strfreev (self->omit);
  g_weak_ref_clear (&self->object);
  g_clear_object (&self->topic);

  G_OBJECT_CLASS (state_sync_applier_parent_class)->finalize (object);
}

static void
state_sync_applier_class_init (StateSyncApplierClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = state_sync_applier_get_property;
  object_class->set_property = state_sync_applier_set_property;
  object_class->finalize = state_sync_applier_finalize;

  /**
   * StateSyncApplier:topic:
   *
   * The topic, which the applier holds.
   */
  properties[PROP_TOPIC] = g_param_spec_object ("topic", NULL, NULL, STATE_SYNC_TYPE_TOPIC, flags);

  /**
   * StateSyncApplier:object:
   *
   * The object that is set, which the applier does not hold; `NULL` once it is gone.
   */
  properties[PROP_OBJECT] = g_param_spec_object ("object", NULL, NULL, G_TYPE_OBJECT, flags);

  /**
   * StateSyncApplier:mode:
   *
   * What becomes of properties without a member.
   */
  properties[PROP_MODE] = g_param_spec_enum ("mode", NULL, NULL, STATE_SYNC_TYPE_APPLIER_MODE,
                                             STATE_SYNC_APPLIER_MODE_PATCH, flags);

  /**
   * StateSyncApplier:pick:
   *
   * The members that are applied; `NULL` for all that [property@Applier:omit] does not name. Only
   * one of the two may be given.
   */
  properties[PROP_PICK] = g_param_spec_boxed ("pick", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * StateSyncApplier:omit:
   *
   * The members that are not applied; `NULL` for none.
   */
  properties[PROP_OMIT] = g_param_spec_boxed ("omit", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * StateSyncApplier:strict:
   *
   * Whether it is an error when the topic, or what the mapping makes of it, is no object (`null`
   * counts as an empty one), and when a member that is not left out is about no property. If not,
   * both are passed over. A value that a property does not take is an error in any case. What is
   * set here holds for the states that are applied from now on.
   */
  properties[PROP_STRICT] =
      g_param_spec_boolean ("strict", NULL, NULL, TRUE,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
state_sync_applier_init (StateSyncApplier *self)
{
  g_weak_ref_init (&self->object, NULL);
  self->is_strict = TRUE;
}
