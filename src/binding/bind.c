/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What apps call to bind: what they ask for is checked here and made in binding.c. */

#include "binding/binding.h"

#include "client/topic-private.h"

/* (nullable): NULL, and said so, if it can't be bound like that */
static GParamSpec *
find_property (GObject *object, const char *name, StateSyncBindFlags flags)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (object), name);
  const char *fault = NULL;

  if (pspec == NULL)
    fault = "there is no such property";
  else if ((flags & STATE_SYNC_BIND_FLAGS_SET) != 0 && (pspec->flags & G_PARAM_READABLE) == 0)
    fault = "it can't be read";
  else if ((flags & STATE_SYNC_BIND_FLAGS_GET) != 0 &&
           ((pspec->flags & G_PARAM_WRITABLE) == 0 || (pspec->flags & G_PARAM_CONSTRUCT_ONLY) != 0))
    fault = "it can't be set";
  else if ((flags & STATE_SYNC_BIND_FLAGS_INVERT_BOOLEAN) != 0 &&
           pspec->value_type != G_TYPE_BOOLEAN)
    fault = "only what is true or false can be inverted";

  if (fault == NULL)
    return pspec;
  g_critical ("Property “%s” of %s can't be bound to a topic: %s", name,
              G_OBJECT_TYPE_NAME (object), fault);
  return NULL;
}

static StateSyncBindFlags
with_directions (StateSyncBindFlags flags)
{
  const StateSyncBindFlags both = STATE_SYNC_BIND_FLAGS_GET | STATE_SYNC_BIND_FLAGS_SET;

  return (flags & both) == 0 ? flags | both : flags;
}

static void
bind (StateSyncTopic *self,
      const char *path,
      GObject *object,
      const char *property,
      StateSyncBindFlags flags,
      const StateSyncMapping *mapping)
{
  g_autoptr (StateSyncPath) parsed = NULL;
  g_autoptr (GError) error = NULL;
  GParamSpec *pspec;

  pspec = find_property (object, property, flags);
  parsed = state_sync_path_parse (path, &error);
  if (parsed == NULL)
    g_critical ("%s", error->message);

  if (pspec != NULL && parsed != NULL && !state_sync_topic_is_stopped (self))
    state_sync_binding_new (self, g_steal_pointer (&parsed), object, pspec, flags, mapping);
  else if (mapping->destroy != NULL)
    mapping->destroy (mapping->user_data);
}

/**
 * state_sync_topic_bind:
 * @self: a topic
 * @path: which member: its name, or the names that lead to it, as in `appearance.theme`
 * @object: (type GObject.Object): an object
 * @property: one of its properties
 * @flags: how to bind them
 *
 * Binds a member of the topic and a property to each other: what the one becomes, the other
 * becomes.
 *
 * What the user does in a widget is shown in this process at once, as by
 * [method@Topic.update_async]. It is sent when typing pauses, and a few times a second while
 * something is dragged, the last value in any case; what is refused is taken back from the widget
 * too, and [signal@Topic::write-rejected] tells why. What others change arrives, and the cursor
 * of a text stays where it was.
 *
 * At first the property becomes what the member is. If the topic has no such member, or is not
 * known yet, the property keeps what it is, and it is not written before it changes. A member that
 * is removed later returns the property to its default.
 *
 * A value that the property does not take is a failure of phase `STATE_SYNC_PHASE_APPLY`, of
 * which [signal@Topic::sync-error] tells, and the property is left as it is.
 *
 * With `STATE_SYNC_BIND_FLAGS_SET`, an object that has a property `sensitive` is not sensitive
 * while nobody serves the topic. A widget that the user is in stays so until the user leaves it:
 * what is typed meanwhile waits in the topic.
 *
 * A property is bound once: what it was bound to before is let go. It is let go, too, when the
 * object is disposed of and when the topic is stopped. What was not sent by then is sent. The
 * binding holds a reference to the topic.
 */
void
state_sync_topic_bind (StateSyncTopic *self,
                       const char *path,
                       gpointer object,
                       const char *property,
                       StateSyncBindFlags flags)
{
  state_sync_topic_bind_with_mapping (self, path, object, property, flags, NULL, NULL, NULL, NULL);
}

/**
 * state_sync_topic_bind_with_mapping: (skip)
 * @self: a topic
 * @path: which member
 * @object: (type GObject.Object): an object
 * @property: one of its properties
 * @flags: how to bind them
 * @get_mapping: (nullable): makes the property's value
 * @set_mapping: (nullable): makes the member's value
 * @user_data: for both
 * @destroy: (nullable): for `user_data`
 *
 * As [method@Topic.bind], for a member and a property that hold the same in different forms.
 */
void
state_sync_topic_bind_with_mapping (StateSyncTopic *self,
                                    const char *path,
                                    gpointer object,
                                    const char *property,
                                    StateSyncBindFlags flags,
                                    StateSyncBindGetMapping get_mapping,
                                    StateSyncBindSetMapping set_mapping,
                                    gpointer user_data,
                                    GDestroyNotify destroy)
{
  const StateSyncMapping mapping = { get_mapping, set_mapping, user_data, destroy };

  g_return_if_fail (state_sync_topic_is_made (self));
  g_return_if_fail (path != NULL);
  g_return_if_fail (G_IS_OBJECT (object));
  g_return_if_fail (property != NULL);

  bind (self, path, object, property, with_directions (flags), &mapping);
}

/* --- mapping by closures --- */

typedef struct
{
  GClosure *get; /* (nullable) */
  GClosure *set; /* (nullable) */
} Closures;

/* (transfer full) (nullable) */
static GClosure *
take_closure (GClosure *closure)
{
  if (closure == NULL)
    return NULL;

  g_closure_ref (closure);
  g_closure_sink (closure);
  if (G_CLOSURE_NEEDS_MARSHAL (closure))
    g_closure_set_marshal (closure, g_cclosure_marshal_generic);
  return closure;
}

static void
closures_free (gpointer data)
{
  Closures *closures = data;

  g_clear_pointer (&closures->get, g_closure_unref);
  g_clear_pointer (&closures->set, g_closure_unref);
  g_free (closures);
}

static gboolean
get_by_closure (GValue *value, JsonNode *node, gpointer user_data)
{
  Closures *closures = user_data;
  g_auto (GValue) param = G_VALUE_INIT;

  g_value_init (&param, JSON_TYPE_NODE);
  g_value_set_boxed (&param, node);
  g_closure_invoke (closures->get, value, 1, &param, NULL);
  return TRUE;
}

static JsonNode *
set_by_closure (const GValue *value, gpointer user_data)
{
  Closures *closures = user_data;
  g_auto (GValue) result = G_VALUE_INIT;

  g_value_init (&result, JSON_TYPE_NODE);
  g_closure_invoke (closures->set, &result, 1, value, NULL);
  return g_value_dup_boxed (&result);
}

/**
 * state_sync_topic_bind_with_closures: (rename-to state_sync_topic_bind_with_mapping)
 * @self: a topic
 * @path: which member
 * @object: (type GObject.Object): an object
 * @property: one of its properties
 * @flags: how to bind them
 * @get_mapping: (nullable): makes the property's value: takes a [struct@Json.Node] and returns what
 *   the property shall be
 * @set_mapping: (nullable): makes the member's value: takes what the property is and returns a
 *   [struct@Json.Node], or `NULL` to leave the member as it is
 *
 * As [method@Topic.bind], for a member and a property that hold the same in different forms.
 */
void
state_sync_topic_bind_with_closures (StateSyncTopic *self,
                                     const char *path,
                                     gpointer object,
                                     const char *property,
                                     StateSyncBindFlags flags,
                                     GClosure *get_mapping,
                                     GClosure *set_mapping)
{
  Closures *closures = g_new0 (Closures, 1);

  closures->get = take_closure (get_mapping);
  closures->set = take_closure (set_mapping);
  state_sync_topic_bind_with_mapping (
      self, path, object, property, flags, closures->get != NULL ? get_by_closure : NULL,
      closures->set != NULL ? set_by_closure : NULL, closures, closures_free);
}

/**
 * state_sync_unbind:
 * @object: (type GObject.Object): an object
 * @property: a property of it
 *
 * Ends what was bound by [method@Topic.bind]. What the user did last is sent at once. Nothing
 * happens if the property is not bound.
 */
void
state_sync_unbind (gpointer object, const char *property)
{
  GParamSpec *pspec;

  g_return_if_fail (G_IS_OBJECT (object));
  g_return_if_fail (property != NULL);

  pspec = find_property (object, property, 0);
  if (pspec != NULL)
    state_sync_binding_release (object, pspec);
}
