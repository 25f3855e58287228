/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inspector/node.h"

struct _InspectorNode
{
  GObject parent_instance;

  char *name;
  char *label;
  GListStore *children; /* of InspectorNode */
  GObject *topic;       /* (nullable) */
};

G_DEFINE_FINAL_TYPE (InspectorNode, inspector_node, G_TYPE_OBJECT)

enum
{
  PROP_TOPIC = 1,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

/* @label: what of the name is to be read below its parent */
InspectorNode *
inspector_node_new (const char *name, const char *label)
{
  InspectorNode *self = g_object_new (INSPECTOR_TYPE_NODE, NULL);

  self->name = g_strdup (name);
  self->label = g_strdup (label);
  return self;
}

const char *
inspector_node_get_name (InspectorNode *self)
{
  return self->name;
}

const char *
inspector_node_get_label (InspectorNode *self)
{
  return self->label;
}

GListStore *
inspector_node_get_children (InspectorNode *self)
{
  return self->children;
}

GObject *
inspector_node_get_topic (InspectorNode *self)
{
  return self->topic;
}

void
inspector_node_set_topic (InspectorNode *self, GObject *topic)
{
  if (g_set_object (&self->topic, topic))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOPIC]);
}

static void
inspector_node_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_TOPIC:
      g_value_set_object (value, INSPECTOR_NODE (object)->topic);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
inspector_node_finalize (GObject *object)
{
  InspectorNode *self = INSPECTOR_NODE (object);

  g_free (self->name);
  g_free (self->label);
  g_object_unref (self->children);
  g_clear_object (&self->topic);

  G_OBJECT_CLASS (inspector_node_parent_class)->finalize (object);
}

static void
inspector_node_class_init (InspectorNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = inspector_node_get_property;
  object_class->finalize = inspector_node_finalize;

  properties[PROP_TOPIC] =
      g_param_spec_object ("topic", NULL, NULL, G_TYPE_OBJECT,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
inspector_node_init (InspectorNode *self)
{
  self->children = g_list_store_new (INSPECTOR_TYPE_NODE);
}
