/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A widget takes no input while nobody serves the topic. But the widget that the user is in keeps
 * taking it until the user leaves: a service that is replaced, or killed and started again, would
 * else take the focus away in the middle of a word, and what is typed meanwhile would be lost. It
 * need not be: changes wait in the topic until somebody serves it again.
 *
 * Where the user is, is what GTK's widgets say by their properties: `root`, the root's
 * `focus-widget`, `parent`. This library knows no toolkit; an object without them is one that no
 * user is in.
 */

#include "binding/sensitivity.h"

struct _StateSyncSensitivity
{
  GObject *object; /* not owned: it owns this */
  StateSyncTopic *topic;
  gulong available_handler;

  GObject *root; /* (nullable), not owned: while it is waited for the user to leave */
  gulong focus_handler;
};

/* (transfer full) (nullable): what the property holds, if there is one that holds an object */
static GObject *
dup_object (GObject *object, const char *property)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (object), property);
  GObject *value = NULL;

  if (pspec != NULL && G_IS_PARAM_SPEC_OBJECT (pspec) && (pspec->flags & G_PARAM_READABLE) != 0)
    g_object_get (object, property, &value, NULL);
  return value;
}

static gboolean
has_user (StateSyncSensitivity *self, GObject *root)
{
  g_autoptr (GObject) widget = dup_object (root, "focus-widget");

  while (widget != NULL && widget != self->object)
    {
      GObject *parent = dup_object (widget, "parent");

      g_object_unref (widget);
      widget = parent;
    }
  return widget != NULL;
}

static void
stop_watching (StateSyncSensitivity *self)
{
  if (self->root != NULL)
    g_clear_signal_handler (&self->focus_handler, self->root);
  g_clear_weak_pointer (&self->root);
}

/* The handler of a property that is set here may free it. */
void
state_sync_sensitivity_update (StateSyncSensitivity *self)
{
  gboolean is_sensitive = state_sync_topic_get_available (self->topic);
  gboolean was_sensitive;

  stop_watching (self);
  if (!is_sensitive)
    {
      g_autoptr (GObject) root = dup_object (self->object, "root");

      is_sensitive = root != NULL && has_user (self, root);
      if (is_sensitive)
        {
          self->focus_handler = g_signal_connect_swapped (
              root, "notify::focus-widget", G_CALLBACK (state_sync_sensitivity_update), self);
          g_set_weak_pointer (&self->root, root);
        }
    }

  g_object_get (self->object, "sensitive", &was_sensitive, NULL);
  if (was_sensitive != is_sensitive)
    g_object_set (self->object, "sensitive", is_sensitive, NULL);
}

gboolean
state_sync_sensitivity_can_be (GObject *object)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (object), "sensitive");

  return pspec != NULL && pspec->value_type == G_TYPE_BOOLEAN &&
         (pspec->flags & G_PARAM_READWRITE) == G_PARAM_READWRITE;
}

/* @object has to outlive it, or be disposed of. Nothing is set before the first update. */
StateSyncSensitivity *
state_sync_sensitivity_new (GObject *object, StateSyncTopic *topic)
{
  StateSyncSensitivity *self = g_new0 (StateSyncSensitivity, 1);

  self->object = object;
  self->topic = g_object_ref (topic);
  self->available_handler = g_signal_connect_swapped (
      topic, "notify::available", G_CALLBACK (state_sync_sensitivity_update), self);
  return self;
}

void
state_sync_sensitivity_free (StateSyncSensitivity *self)
{
  stop_watching (self);
  g_clear_signal_handler (&self->available_handler, self->topic);
  g_object_unref (self->topic);
  g_free (self);
}
