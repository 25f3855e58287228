/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A member of a topic and a property of an object.
 *
 *   topic ── changed ──▶ take ──▶ the object has it already? ──▶ property
 *   topic ◀── update ─── give ◀── the topic says so already? ◀── notify
 *
 * Nothing is kept here. What the user does is in the topic before the notification ends, shown
 * first and sent a moment later (client/topic-soon.c): so an echo finds the object as it is, what
 * others change goes under what the user does, and a widget that goes takes nothing along. While
 * one side is told the other is not heard: a widget that makes something else of a value, because
 * it rounds or is full, does not write that back, or two that differ would never end.
 *
 * A change that is refused leaves the topic, and the property follows it as it follows any.
 *
 * A member that the topic never had is no value: the property keeps what it was made with. One
 * that goes away is: the property returns to its default.
 *
 * The object owns the binding and the binding owns the topic, so following lasts as long as
 * somebody shows it. A handler may release the binding under the hands of any function here: each
 * that calls out holds it meanwhile.
 */

#include "binding/binding.h"

#include "binding/editable.h"
#include "binding/member.h"
#include "binding/sensitivity.h"
#include "values/gvalue.h"

typedef struct
{
  StateSyncTopic *topic;
  StateSyncPath *path;
  GObject *object; /* NULL once it is released */
  GParamSpec *pspec;
  StateSyncBindFlags flags;
  StateSyncMapping mapping;

  StateSyncSensitivity *sensitivity; /* (nullable) */
  gulong changed_handler;
  gulong state_handler;
  gulong notify_handler;

  gboolean is_telling; /* one side is told, and the other not heard */
  gboolean had_member;
} StateSyncBinding;

static void
binding_clear (gpointer data)
{
  StateSyncBinding *self = data;

  if (self->mapping.destroy != NULL)
    self->mapping.destroy (self->mapping.user_data);
  state_sync_path_free (self->path);
  g_param_spec_unref (self->pspec);
  g_object_unref (self->topic);
}

static void
binding_unref (StateSyncBinding *self)
{
  g_rc_box_release_full (self, binding_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncBinding, binding_unref)

/* --- values --- */

static void
invert (StateSyncBinding *self, GValue *value)
{
  if (self->flags & STATE_SYNC_BIND_FLAGS_INVERT_BOOLEAN)
    g_value_set_boolean (value, !g_value_get_boolean (value));
}

static gboolean
map_to_value (StateSyncBinding *self, JsonNode *node, GValue *value)
{
  g_autoptr (JsonNode) absent = json_node_new (JSON_NODE_NULL);

  g_value_init (value, self->pspec->value_type);
  return self->mapping.get (value, node != NULL ? node : absent, self->mapping.user_data);
}

/* @node: (nullable) @value: zeroed */
static gboolean
make_value (StateSyncBinding *self, JsonNode *node, GValue *value)
{
  g_autoptr (GError) error = NULL;

  if (self->mapping.get != NULL)
    {
      if (!map_to_value (self, node, value))
        return FALSE;
    }
  else if (!state_sync_json_to_gvalue (node, self->pspec, value, &error))
    {
      state_sync_topic_report (self->topic, STATE_SYNC_PHASE_APPLY, error);
      return FALSE;
    }
  invert (self, value);
  return TRUE;
}

/* (transfer full) (nullable) */
static JsonNode *
make_node (StateSyncBinding *self, GValue *value)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node;

  invert (self, value);
  if (self->mapping.set != NULL)
    return self->mapping.set (value, self->mapping.user_data);

  node = state_sync_gvalue_to_json (value, self->pspec, &error);
  if (node == NULL)
    state_sync_topic_report (self->topic, STATE_SYNC_PHASE_WRITE, error);
  return node;
}

static void
get_property (StateSyncBinding *self, GValue *value)
{
  g_value_init (value, self->pspec->value_type);
  g_object_get_property (self->object, self->pspec->name, value);
}

/* --- from the topic to the object --- */

static const char *
text_of (const GValue *value)
{
  const char *text = g_value_get_string (value);

  return text != NULL ? text : "";
}

static void
set_property (StateSyncBinding *self, const GValue *value)
{
  g_auto (GValue) current = G_VALUE_INIT;

  if (self->pspec->flags & G_PARAM_READABLE)
    {
      get_property (self, &current);
      if (state_sync_gvalue_equal (&current, value, self->pspec))
        return;
    }

  self->is_telling = TRUE;
  if (state_sync_is_edited_text (self->object, self->pspec))
    state_sync_change_edited_text (self->object, text_of (&current), text_of (value));
  else
    g_object_set_property (self->object, self->pspec->name, value);
  self->is_telling = FALSE;
}

/* FALSE if the member is another by now: who was told has changed it. */
static gboolean
take_member (StateSyncBinding *self)
{
  JsonNode *found = state_sync_member_find (self->topic, self->path);
  g_autoptr (JsonNode) node = found != NULL ? json_node_ref (found) : NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  self->had_member = node != NULL;
  if (make_value (self, node, &value) && self->object != NULL)
    set_property (self, &value);
  return state_sync_nodes_equal (node, state_sync_member_find (self->topic, self->path));
}

/* Once more, and not again: two that never agree would go on for ever. */
static void
take (StateSyncBinding *self)
{
  g_autoptr (StateSyncBinding) held G_GNUC_UNUSED = g_rc_box_acquire (self);
  g_autoptr (GObject) object G_GNUC_UNUSED = g_object_ref (self->object);

  if (!take_member (self) && self->object != NULL &&
      (self->flags & STATE_SYNC_BIND_FLAGS_GET_NO_CHANGES) == 0)
    take_member (self);
}

static void
on_changed (StateSyncTopic *topic, const char *const *members, StateSyncBinding *self)
{
  gboolean had_member = self->had_member;
  gboolean has_member;

  if (self->is_telling || !state_sync_path_is_touched (self->path, members))
    return;

  has_member = state_sync_member_find (self->topic, self->path) != NULL;
  if (!has_member && !had_member)
    return;
  if (has_member && (self->flags & STATE_SYNC_BIND_FLAGS_GET_NO_CHANGES) != 0)
    g_clear_signal_handler (&self->changed_handler, topic);
  take (self);
}

/* --- from the object to the topic --- */

/* What is typed waits for a pause; anything else is chosen, or dragged. */
static StateSyncTempo
get_tempo (StateSyncBinding *self)
{
  return self->pspec->value_type == G_TYPE_STRING ? STATE_SYNC_TEMPO_TYPED
                                                  : STATE_SYNC_TEMPO_DRAGGED;
}

static void
update_topic (StateSyncBinding *self, JsonNode *node)
{
  self->is_telling = TRUE;
  self->had_member = TRUE;
  state_sync_member_update (self->topic, self->path, node, get_tempo (self));
  self->is_telling = FALSE;
}

static gboolean
says (StateSyncBinding *self, JsonNode *node)
{
  return state_sync_member_is (self->topic, self->path, node);
}

static gboolean
is_two_way (StateSyncBinding *self)
{
  return (self->flags & STATE_SYNC_BIND_FLAGS_GET) != 0 &&
         (self->flags & STATE_SYNC_BIND_FLAGS_GET_NO_CHANGES) == 0;
}

/* What the topic is afterwards may be another: it was not taken, or somebody who was told of it
 * has changed it again. */
static void
give (StateSyncBinding *self)
{
  g_autoptr (StateSyncBinding) held G_GNUC_UNUSED = g_rc_box_acquire (self);
  g_autoptr (JsonNode) node = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  get_property (self, &value);
  node = make_node (self, &value);
  if (node == NULL ? self->mapping.set != NULL : says (self, node))
    return;

  if (node != NULL)
    update_topic (self, node);
  if (self->object != NULL && is_two_way (self) && (node == NULL || !says (self, node)))
    take (self);
}

static void
on_notify (GObject *object, GParamSpec *pspec, StateSyncBinding *self)
{
  if (!self->is_telling)
    give (self);
}

/* --- binding and letting go --- */

static GQuark
key_of (GParamSpec *pspec)
{
  g_autofree char *key = g_strconcat ("state-sync-binding-", pspec->name, NULL);

  return g_quark_from_string (key);
}

static void
disconnect (gpointer instance, gulong *handler)
{
  if (*handler != 0 && g_signal_handler_is_connected (instance, *handler))
    g_signal_handler_disconnect (instance, *handler);
  *handler = 0;
}

/* What the user did last is sent at once: who lets go may be about to end. */
static void
detach (StateSyncBinding *self)
{
  GObject *object = g_steal_pointer (&self->object);

  g_object_set_qdata (object, key_of (self->pspec), NULL);
  disconnect (object, &self->notify_handler);
  disconnect (self->topic, &self->changed_handler);
  disconnect (self->topic, &self->state_handler);
  g_clear_pointer (&self->sensitivity, state_sync_sensitivity_free);
  if (self->flags & STATE_SYNC_BIND_FLAGS_SET)
    state_sync_topic_release (self->topic);
  binding_unref (self);
}

static void
on_disposed (gpointer data, GObject *object)
{
  detach (data);
}

static void
release (StateSyncBinding *self)
{
  g_object_weak_unref (self->object, on_disposed, self);
  detach (self);
}

void
state_sync_binding_release (GObject *object, GParamSpec *pspec)
{
  StateSyncBinding *self = g_object_get_qdata (object, key_of (pspec));

  if (self != NULL)
    release (self);
}

static void
on_state (StateSyncTopic *topic, GParamSpec *pspec, StateSyncBinding *self)
{
  if (state_sync_topic_is_stopped (topic))
    release (self);
}

static void
connect_get (StateSyncBinding *self)
{
  self->changed_handler = g_signal_connect (self->topic, "changed", G_CALLBACK (on_changed), self);
}

static void
connect_set (StateSyncBinding *self)
{
  g_autofree char *signal = g_strconcat ("notify::", self->pspec->name, NULL);

  self->notify_handler = g_signal_connect (self->object, signal, G_CALLBACK (on_notify), self);
  if ((self->flags & STATE_SYNC_BIND_FLAGS_NO_SENSITIVITY) == 0 &&
      state_sync_sensitivity_can_be (self->object))
    {
      self->sensitivity = state_sync_sensitivity_new (self->object, self->topic);
      state_sync_sensitivity_update (self->sensitivity);
    }
}

/* One side wins: the member, unless the flags say otherwise or it has nothing to say. */
static void
begin (StateSyncBinding *self)
{
  gboolean has_member = state_sync_member_find (self->topic, self->path) != NULL;

  self->had_member = has_member;
  if (self->flags & STATE_SYNC_BIND_FLAGS_OBJECT_FIRST)
    give (self);
  else if (has_member && (self->flags & STATE_SYNC_BIND_FLAGS_GET) != 0)
    take (self);
}

void
state_sync_binding_new (StateSyncTopic *topic,
                        StateSyncPath *path,
                        GObject *object,
                        GParamSpec *pspec,
                        StateSyncBindFlags flags,
                        const StateSyncMapping *mapping)
{
  g_autoptr (StateSyncBinding) self = g_rc_box_new0 (StateSyncBinding);

  state_sync_binding_release (object, pspec);

  self->topic = g_object_ref (topic);
  self->path = path;
  self->object = object;
  self->pspec = g_param_spec_ref (pspec);
  self->flags = flags;
  self->mapping = *mapping;
  g_object_set_qdata (object, key_of (pspec), g_rc_box_acquire (self));
  g_object_weak_ref (object, on_disposed, self);

  self->state_handler = g_signal_connect (topic, "notify::state", G_CALLBACK (on_state), self);
  if (flags & STATE_SYNC_BIND_FLAGS_SET)
    connect_set (self);
  if (self->object != NULL)
    begin (self);
  if (self->object == NULL)
    return;
  if ((flags & STATE_SYNC_BIND_FLAGS_GET) != 0 &&
      ((flags & STATE_SYNC_BIND_FLAGS_GET_NO_CHANGES) == 0 || !self->had_member))
    connect_get (self);
}
