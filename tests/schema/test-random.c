/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What holds for any schema and any data: ways to say the same are judged the same. And whatever a
 * schema's text is, it is read or refused with a reason. */

#include <string.h>

#include "protocol/json-check.h"
#include "protocol/json-random.h"
#include "protocol/json-reference.h"
#include "schema/schema-fixture.h"

#define ROUNDS 3000

#define PICK(array) (array[g_test_rand_int_range (0, G_N_ELEMENTS (array))])

static const char *const names[] = { "a", "b", "c", "d", "e", "\xc3\xa9" };
static const char *const types[] = { "null",   "boolean", "object", "array",
                                     "number", "integer", "string" };
static const char *const texts[] = { "a", "^.$", "[a-z]+", "^(x|t)", "\\\\s", "\\\\w$" };
static const char *const numbers[] = { "0", "1", "1.1", "-1", "42", "0.5", "1e2", "3" };

static void put_schema (GString *out, guint depth);

static void
put_value (GString *out)
{
  g_autofree char *value = test_json_random (1);

  g_string_append (out, value);
}

static void
put_list (GString *out, guint depth)
{
  g_string_append_c (out, '[');
  for (gint i = 0, n = g_test_rand_int_range (1, 4); i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      put_schema (out, depth);
    }
  g_string_append_c (out, ']');
}

static void
put_map (GString *out, const char *const *keys, guint n_keys, guint depth)
{
  guint first = (guint)g_test_rand_int_range (0, (gint)n_keys);

  g_string_append_c (out, '{');
  for (guint i = 0, n = (guint)g_test_rand_int_range (0, 3); i < n; i++)
    {
      g_string_append_printf (out, "%s\"%s\":", i > 0 ? "," : "", keys[(first + i) % n_keys]);
      put_schema (out, depth);
    }
  g_string_append_c (out, '}');
}

/* One keyword; its name is in no other of the kinds. */
static void
put_keyword (GString *out, guint kind, guint depth)
{
  static const char *const lists[] = { "allOf", "anyOf", "oneOf", "prefixItems" };
  static const char *const single[] = { "items", "contains", "additionalProperties", "not", "if",
                                        "then",  "else",     "propertyNames" };
  static const char *const bounds[] = { "minimum", "maximum", "exclusiveMinimum",
                                        "exclusiveMaximum" };
  static const char *const counts[] = { "minLength",   "maxLength",     "minItems",
                                        "maxItems",    "minProperties", "maxProperties",
                                        "minContains", "maxContains" };
  switch (kind)
    {
    case 0:
      g_string_append_printf (out, "\"type\":[\"%s\"]", PICK (types));
      break;
    case 1:
      g_string_append (out, "\"enum\":[");
      put_value (out);
      g_string_append_c (out, ',');
      put_value (out);
      g_string_append_c (out, ']');
      break;
    case 2:
      g_string_append_printf (out, "\"%s\":%s", PICK (bounds), PICK (numbers));
      break;
    case 3:
      g_string_append_printf (out, "\"%s\":%d", PICK (counts), g_test_rand_int_range (0, 4));
      break;
    case 4:
      g_string_append_printf (out, "\"multipleOf\":%s", g_test_rand_int_range (0, 2) ? "0.1" : "3");
      break;
    case 5:
      g_string_append_printf (out, "\"pattern\":\"%s\"", PICK (texts));
      break;
    case 6:
      g_string_append (out, "\"uniqueItems\":true");
      break;
    case 7:
      g_string_append_printf (out, "\"required\":[\"%s\"]", PICK (names));
      break;
    case 8:
      g_string_append_printf (out, "\"dependentRequired\":{\"%s\":[\"%s\"]}", PICK (names),
                              PICK (names));
      break;
    case 9:
      g_string_append (out, "\"properties\":");
      put_map (out, names, G_N_ELEMENTS (names), depth);
      break;
    case 10:
      g_string_append (out, "\"patternProperties\":");
      put_map (out, texts, G_N_ELEMENTS (texts), depth);
      break;
    case 11:
      g_string_append (out, "\"dependentSchemas\":");
      put_map (out, names, G_N_ELEMENTS (names), depth);
      break;
    case 12:
      g_string_append_printf (out, "\"%s\":", PICK (single));
      put_schema (out, depth);
      break;
    default:
      g_string_append_printf (out, "\"%s\":", PICK (lists));
      put_list (out, depth);
      break;
    }
}

static void
put_schema (GString *out, guint depth)
{
  guint first = (guint)g_test_rand_int_range (0, 14);

  if (depth == 0)
    {
      g_string_append (out, g_test_rand_int_range (0, 3) > 0 ? "true" : "false");
      return;
    }
  g_string_append_c (out, '{');
  for (guint i = 0, n = (guint)g_test_rand_int_range (0, 4); i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      put_keyword (out, (first + 5 * i) % 14, depth - 1);
    }
  g_string_append_c (out, '}');
}

static char *
random_schema (void)
{
  GString *out = g_string_new (NULL);

  put_schema (out, 3);
  return g_string_free (out, FALSE);
}

/* Whether @data fits the schema that @format makes of @schema. */
static gboolean
judge (const char *format, const char *schema, GBytes *data)
{
  g_auto (GStrv) parts = g_strsplit (format, "#S", -1);
  g_autofree char *text = g_strjoinv (schema, parts);
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncSchema) made = NULL;
  gboolean fits;

  g_strdelimit (text, "'", '"');
  {
    g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

    made = state_sync_schema_new (bytes, &error);
  }
  g_assert_no_error (error);
  fits = state_sync_schema_check (made, data, &error);
  g_assert_cmpint (fits, ==, error == NULL);
  if (!fits)
    g_assert_true (strstr (error->message, ", but ") != NULL);
  return fits;
}

static void
test_same_in_other_words (void)
{
  static const struct
  {
    const char *format;
    gboolean is_opposite;
  } ways[] = {
    { "{'not':#S}", TRUE },
    { "{'not':{'not':#S}}", FALSE },
    { "{'allOf':[#S,true,#S]}", FALSE },
    { "{'anyOf':[false,#S,#S]}", FALSE },
    { "{'oneOf':[false,#S]}", FALSE },
    { "{'oneOf':[true,#S]}", TRUE },
    { "{'if':#S,'else':false}", FALSE },
    { "{'if':#S,'then':false}", TRUE },
    { "{'if':true,'then':#S}", FALSE },
    { "{'$ref':'#/$defs/x','$defs':{'x':#S}}", FALSE },
    { "{'anyOf':[#S,{'$ref':'#/anyOf/0'}]}", FALSE },
  };
  guint n_fits = 0;

  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autofree char *schema = random_schema ();
      g_autofree char *text = test_json_random (3);
      g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));
      gboolean fits = judge ("#S", schema, data);

      g_test_message ("%s\n%s", schema, text);
      for (guint k = 0; k < G_N_ELEMENTS (ways); k++)
        g_assert_cmpint (judge (ways[k].format, schema, data), ==, fits != ways[k].is_opposite);
      n_fits += fits;
    }
  g_assert_cmpuint (n_fits, >, ROUNDS / 10);
  g_assert_cmpuint (n_fits, <, ROUNDS - ROUNDS / 10);
}

/* A value inside others is judged as it is alone. */
static void
test_same_in_other_places (void)
{
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autofree char *schema = random_schema ();
      g_autofree char *text = test_json_random (2);
      g_autofree char *in_array = g_strdup_printf ("[[{}],[],%s]", text);
      g_autofree char *in_object = g_strdup_printf ("{\"x\":[[]],\"a\":{\"b\":%s},\"y\":{}}", text);
      g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));
      g_autoptr (GBytes) array = g_bytes_new (in_array, strlen (in_array));
      g_autoptr (GBytes) object = g_bytes_new (in_object, strlen (in_object));
      gboolean fits = judge ("#S", schema, data);

      g_test_message ("%s\n%s", schema, text);
      g_assert_cmpint (judge ("{'prefixItems':[true,true,#S]}", schema, array), ==, fits);
      g_assert_cmpint (judge ("{'properties':{'a':{'properties':{'b':#S}}}}", schema, object), ==,
                       fits);
    }
}

/* Two values are equal if json-glib thinks so, where it has room for them. */
static void
test_equal_values (void)
{
  guint n_equal = 0;

  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autofree char *a = test_json_random (2);
      g_autofree char *b = test_json_random (g_test_rand_int_range (0, 2));
      g_autofree char *schema = g_strdup_printf ("{\"const\":%s}", a);
      g_autofree char *pair = g_strdup_printf ("[%s,%s]", a, b);
      g_autoptr (GBytes) data = g_bytes_new (b, strlen (b));
      g_autoptr (GBytes) both = g_bytes_new (pair, strlen (pair));
      g_autoptr (GBytes) same = g_bytes_new (a, strlen (a));
      g_autoptr (GBytes) canonical = NULL;
      gboolean is_equal = judge ("#S", schema, data);

      g_assert_true (judge ("#S", schema, same));
      g_assert_cmpint (judge ("{'uniqueItems':true}", "", both), ==, !is_equal);
      n_equal += is_equal;
    }
  g_assert_cmpuint (n_equal, >, 0);
}

static void
test_any_text (void)
{
  guint n_read = 0;

  for (guint i = 0; i < 10 * ROUNDS; i++)
    {
      g_autofree char *schema = random_schema ();
      g_autoptr (GString) text = g_string_new (schema);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (StateSyncSchema) made = NULL;

      if (g_test_rand_int_range (0, 4) > 0)
        test_json_mutate (text);
      bytes = g_bytes_new (text->str, text->len);
      made = state_sync_schema_new (bytes, &error);
      g_assert_cmpint (made != NULL, ==, error == NULL);
      if (error != NULL)
        g_assert_true (g_str_has_prefix (error->message, "The schema is refused"));
      n_read += made != NULL;
    }
  g_assert_cmpuint (n_read, >, ROUNDS);
  g_assert_cmpuint (n_read, <, 9 * ROUNDS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema/random/same-in-other-words", test_same_in_other_words);
  g_test_add_func ("/schema/random/same-in-other-places", test_same_in_other_places);
  g_test_add_func ("/schema/random/equal-values", test_equal_values);
  g_test_add_func ("/schema/random/any-text", test_any_text);
  return g_test_run ();
}
