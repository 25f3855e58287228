/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/many-properties.h"

#include <float.h>
#include <json-glib/json-glib.h>
#include <stdio.h>

#include "values/gvalue.h"

/* --- types --- */

GType
test_size_get_type (void)
{
  static const GEnumValue values[] = {
    { TEST_SIZE_SMALL, "TEST_SIZE_SMALL", "small" },
    { TEST_SIZE_VERY_LARGE, "TEST_SIZE_VERY_LARGE", "very-large" },
    { 0, NULL, NULL },
  };
  static GType type;

  if (type == 0)
    type = g_enum_register_static ("TestSize", values);
  return type;
}

GType
test_style_get_type (void)
{
  static const GFlagsValue values[] = {
    { TEST_STYLE_BOLD, "TEST_STYLE_BOLD", "bold" },
    { TEST_STYLE_ITALIC, "TEST_STYLE_ITALIC", "italic" },
    { 0, NULL, NULL },
  };
  static GType type;

  if (type == 0)
    type = g_flags_register_static ("TestStyle", values);
  return type;
}

static TestPoint *
test_point_copy (const TestPoint *self)
{
  return g_memdup2 (self, sizeof *self);
}

G_DEFINE_BOXED_TYPE (TestPoint, test_point, test_point_copy, g_free)

static void
point_from_string (const GValue *text, GValue *point)
{
  TestPoint p;

  if (sscanf (g_value_get_string (text), "%d:%d", &p.x, &p.y) == 2)
    g_value_set_boxed (point, &p);
}

static void
point_to_string (const GValue *point, GValue *text)
{
  const TestPoint *p = g_value_get_boxed (point);

  g_value_take_string (text, g_strdup_printf ("%d:%d", p->x, p->y));
}

static TestSpan *
test_span_copy (const TestSpan *self)
{
  return g_memdup2 (self, sizeof *self);
}

G_DEFINE_BOXED_TYPE (TestSpan, test_span, test_span_copy, g_free)

/* One that ends before it begins is none. */
static gpointer
span_from_json (JsonNode *node)
{
  JsonObject *object = json_node_get_object (node);
  TestSpan span = { (int)json_object_get_int_member_with_default (object, "from", 0),
                    (int)json_object_get_int_member_with_default (object, "to", -1) };

  return span.to >= span.from ? test_span_copy (&span) : NULL;
}

static JsonNode *
span_to_json (gconstpointer boxed)
{
  const TestSpan *span = boxed;
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_int_member (object, "from", span->from);
  json_object_set_int_member (object, "to", span->to);
  return json_node_init_object (json_node_alloc (), object);
}

void
test_many_teach_types (void)
{
  json_boxed_register_deserialize_func (TEST_TYPE_SPAN, JSON_NODE_OBJECT, span_from_json);
  json_boxed_register_serialize_func (TEST_TYPE_SPAN, JSON_NODE_OBJECT, span_to_json);
  g_value_register_transform_func (G_TYPE_STRING, TEST_TYPE_POINT, point_from_string);
  g_value_register_transform_func (TEST_TYPE_POINT, G_TYPE_STRING, point_to_string);
}

/* --- the object --- */

enum
{
  FIRST = 1,
  N_PROPERTIES = 28,
};

struct _TestMany
{
  GObject parent_instance;

  GValue values[N_PROPERTIES];
  guint n_set;
  TestManyHook hook; /* (nullable) */
  gpointer hook_data;
};

G_DEFINE_FINAL_TYPE (TestMany, test_many, G_TYPE_OBJECT)

static GParamSpec *pspecs[N_PROPERTIES];

static void
test_many_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  g_value_copy (&TEST_MANY (object)->values[property_id], value);
}

static void
test_many_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  TestMany *self = TEST_MANY (object);

  self->n_set++;
  g_value_copy (value, &self->values[property_id]);
  g_object_notify_by_pspec (object, pspec);
  if (self->hook != NULL)
    {
      TestManyHook hook = g_steal_pointer (&self->hook);

      hook (self, pspec, self->hook_data);
    }
}

static void
test_many_finalize (GObject *object)
{
  for (guint i = FIRST; i < N_PROPERTIES; i++)
    {
      if (pspecs[i] != NULL)
        g_value_unset (&TEST_MANY (object)->values[i]);
    }
  G_OBJECT_CLASS (test_many_parent_class)->finalize (object);
}

static GParamSpec *
make_identifier (GParamFlags flags)
{
  GParamSpec *pspec = g_param_spec_string ("identifier", NULL, NULL, "", flags);

  G_PARAM_SPEC_STRING (pspec)->cset_first = g_strdup (G_CSET_a_2_z);
  return pspec;
}

static void
test_many_class_init (TestManyClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamSpec *all[] = {
    g_param_spec_boolean ("visible", NULL, NULL, TRUE, flags),
    g_param_spec_char ("small", NULL, NULL, -10, 10, 1, flags),
    g_param_spec_uchar ("byte", NULL, NULL, 0, G_MAXUINT8, 2, flags),
    g_param_spec_int ("font-size", NULL, NULL, 6, 72, 12, flags),
    g_param_spec_int ("any-int", NULL, NULL, G_MININT, G_MAXINT, 0, flags),
    g_param_spec_uint ("count", NULL, NULL, 0, G_MAXUINT, 0, flags),
    g_param_spec_long ("long", NULL, NULL, G_MINLONG, G_MAXLONG, 0, flags),
    g_param_spec_ulong ("ulong", NULL, NULL, 0, G_MAXULONG, 0, flags),
    g_param_spec_int64 ("int64", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags),
    g_param_spec_uint64 ("uint64", NULL, NULL, 0, G_MAXUINT64, 0, flags),
    g_param_spec_unichar ("letter", NULL, NULL, 'a', flags),
    g_param_spec_float ("float", NULL, NULL, -FLT_MAX, FLT_MAX, 0, flags),
    g_param_spec_double ("opacity", NULL, NULL, 0, 1, 1, flags),
    g_param_spec_double ("any-number", NULL, NULL, -DBL_MAX, DBL_MAX, 0, flags),
    g_param_spec_string ("title", NULL, NULL, "untitled", flags),
    g_param_spec_string ("note", NULL, NULL, NULL, flags),
    make_identifier (flags),
    g_param_spec_enum ("size", NULL, NULL, TEST_TYPE_SIZE, TEST_SIZE_SMALL, flags),
    g_param_spec_flags ("style", NULL, NULL, TEST_TYPE_STYLE, TEST_STYLE_BOLD, flags),
    g_param_spec_boxed ("tags", NULL, NULL, G_TYPE_STRV, flags),
    g_param_spec_boxed ("origin", NULL, NULL, TEST_TYPE_POINT, flags),
    g_param_spec_boxed ("span", NULL, NULL, TEST_TYPE_SPAN, flags),
    g_param_spec_boxed ("node", NULL, NULL, JSON_TYPE_NODE, flags),
    g_param_spec_boxed ("object", NULL, NULL, JSON_TYPE_OBJECT, flags),
    g_param_spec_boxed ("array", NULL, NULL, JSON_TYPE_ARRAY, flags),
    g_param_spec_object ("partner", NULL, NULL, G_TYPE_OBJECT, flags),
  };

  object_class->get_property = test_many_get_property;
  object_class->set_property = test_many_set_property;
  object_class->finalize = test_many_finalize;

  g_assert_cmpuint (G_N_ELEMENTS (all), <, N_PROPERTIES);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      pspecs[FIRST + i] = all[i];
      g_object_class_install_property (object_class, FIRST + i, all[i]);
    }
}

static void
test_many_init (TestMany *self)
{
  for (guint i = FIRST; i < N_PROPERTIES; i++)
    {
      if (pspecs[i] == NULL)
        continue;
      g_value_init (&self->values[i], pspecs[i]->value_type);
      g_param_value_set_default (pspecs[i], &self->values[i]);
    }
}

TestMany *
test_many_new (void)
{
  return g_object_new (TEST_TYPE_MANY, NULL);
}

guint
test_many_get_n_set (TestMany *self)
{
  return self->n_set;
}

void
test_many_set_hook (TestMany *self, TestManyHook hook, gpointer user_data)
{
  self->hook = hook;
  self->hook_data = user_data;
}

char *
test_many_describe (GObject *object)
{
  g_autoptr (JsonObject) all = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree GParamSpec **list = NULL;
  guint n;

  list = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n);
  for (guint i = 0; i < n; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autoptr (GError) error = NULL;
      JsonNode *json;

      if ((list[i]->flags & G_PARAM_READABLE) == 0)
        continue;
      g_object_get_property (object, list[i]->name, &value);
      json = state_sync_gvalue_to_json (&value, list[i], &error);
      g_assert_no_error (error);
      json_object_set_member (all, list[i]->name, json);
    }
  node = json_node_init_object (json_node_alloc (), all);
  return json_to_string (node, TRUE);
}
