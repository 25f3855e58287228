/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "binding/lamp.h"

enum
{
  PROP_ON = 1,
  PROP_NAME,
  PROP_LEVEL,
  PROP_RATIO,
  PROP_SENSITIVE,
  PROP_SECRET,
  N_PROPERTIES,
};

struct _TestLamp
{
  GObject parent_instance;
  GValue values[N_PROPERTIES];
  guint n_set;
};

G_DEFINE_FINAL_TYPE (TestLamp, test_lamp, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPERTIES];

TestLamp *
test_lamp_new (void)
{
  return g_object_new (TEST_TYPE_LAMP, NULL);
}

guint
test_lamp_get_n_set (TestLamp *self)
{
  return self->n_set;
}

static void
test_lamp_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  g_value_copy (&TEST_LAMP (object)->values[property_id], value);
}

static void
test_lamp_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  TestLamp *self = TEST_LAMP (object);

  g_value_copy (value, &self->values[property_id]);
  if (property_id == PROP_NAME)
    self->n_set++;
}

static void
test_lamp_finalize (GObject *object)
{
  TestLamp *self = TEST_LAMP (object);

  for (guint i = PROP_ON; i < N_PROPERTIES; i++)
    g_value_unset (&self->values[i]);

  G_OBJECT_CLASS (test_lamp_parent_class)->finalize (object);
}

static void
test_lamp_class_init (TestLampClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = test_lamp_get_property;
  object_class->set_property = test_lamp_set_property;
  object_class->finalize = test_lamp_finalize;

  properties[PROP_ON] = g_param_spec_boolean ("on", NULL, NULL, FALSE, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "", flags);
  properties[PROP_LEVEL] = g_param_spec_int ("level", NULL, NULL, 0, 10, 3, flags);
  properties[PROP_RATIO] = g_param_spec_double ("ratio", NULL, NULL, -10, 10, 0, flags);
  properties[PROP_SENSITIVE] = g_param_spec_boolean ("sensitive", NULL, NULL, TRUE, flags);
  properties[PROP_SECRET] =
      g_param_spec_string ("secret", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
test_lamp_init (TestLamp *self)
{
  for (guint i = PROP_ON; i < N_PROPERTIES; i++)
    {
      g_value_init (&self->values[i], properties[i]->value_type);
      g_param_value_set_default (properties[i], &self->values[i]);
    }
}
