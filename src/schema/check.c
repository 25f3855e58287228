/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whether data fits a schema. It is walked through as text, by its outline; nothing is made of it.
 *
 * What a check may cost is bounded, whatever the schema and whoever wrote the data. Schemas that
 * lead to themselves in several ways at once (a tree whose branches are looked at twice) would take
 * time that doubles with each level; so each step is paid from a budget that grows with the data,
 * far above what any schema takes that says a thing once, and data that uses it up is refused. In
 * the same way the recursion is counted: with a chain of schemas for each of 512 levels it would
 * outgrow a thread's stack.
 *
 * The first failure is kept, unless it happened where something is tried only (anyOf, not, if).
 */

#include "schema/check.h"

#include "schema/canonical.h"

#define STEPS_AT_LEAST 1000000
#define STEPS_PER_BYTE 8
#define MAX_DEPTH 4096

static gboolean
end_early (StateSyncCheck *self, const char *reason)
{
  if (self->is_ended)
    return FALSE;

  self->is_ended = TRUE;
  g_free (self->failure);
  self->failure = g_strdup (reason);
  return FALSE;
}

/* FALSE once the budget is used up. */
gboolean
state_sync_check_pay (StateSyncCheck *self, guint64 n_steps)
{
  if (self->budget < n_steps)
    {
      self->budget = 0;
      return end_early (self, "The data takes too many steps to compare with its schema: make the "
                              "data smaller, or the schema simpler");
    }
  self->budget -= n_steps;
  return TRUE;
}

gboolean
state_sync_check_fail (StateSyncCheck *self,
                       StateSyncPlace place,
                       const StateSyncKeyPath *path,
                       const char *format,
                       ...)
{
  g_autofree char *where = NULL;
  g_autofree char *what = NULL;
  g_autofree char *wanted = NULL;
  va_list arguments;

  if (self->n_quiet > 0 || self->failure != NULL)
    return FALSE;

  va_start (arguments, format);
  wanted = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  where = state_sync_key_path_describe (path);
  what = state_sync_value_describe (self->data, place);
  self->failure = g_strdup_printf ("%s is %s, but %s", where, what, wanted);
  return FALSE;
}

gboolean
state_sync_check_quietly (StateSyncCheck *self,
                          const StateSyncNode *node,
                          StateSyncPlace place,
                          const StateSyncKeyPath *path)
{
  gboolean fits;

  self->n_quiet++;
  fits = state_sync_check_node (self, node, place, path);
  self->n_quiet--;
  return fits;
}

/* --- type, enum, const --- */

static const struct
{
  guint bit;
  const char *name;
} type_names[] = {
  { STATE_SYNC_TYPE_OBJECT, "an object" },   { STATE_SYNC_TYPE_ARRAY, "an array" },
  { STATE_SYNC_TYPE_STRING, "a string" },    { STATE_SYNC_TYPE_NUMBER, "a number" },
  { STATE_SYNC_TYPE_INTEGER, "an integer" }, { STATE_SYNC_TYPE_BOOLEAN, "true or false" },
  { STATE_SYNC_TYPE_NULL, "null" },
};

static guint
find_types (const StateSyncOutline *data, StateSyncPlace place)
{
  StateSyncDecimal number;

  switch (*place.p)
    {
    case '{':
      return STATE_SYNC_TYPE_OBJECT;
    case '[':
      return STATE_SYNC_TYPE_ARRAY;
    case '"':
      return STATE_SYNC_TYPE_STRING;
    case 't':
    case 'f':
      return STATE_SYNC_TYPE_BOOLEAN;
    case 'n':
      return STATE_SYNC_TYPE_NULL;
    default:
      number = state_sync_decimal_read (place.p, data->end);
      return state_sync_decimal_is_integer (&number)
                 ? STATE_SYNC_TYPE_NUMBER | STATE_SYNC_TYPE_INTEGER
                 : STATE_SYNC_TYPE_NUMBER;
    }
}

static gboolean
check_type (StateSyncCheck *self,
            const StateSyncNode *node,
            StateSyncPlace place,
            const StateSyncKeyPath *path)
{
  g_autoptr (GString) names = NULL;

  if (node->types == 0 || (node->types & find_types (self->data, place)) != 0)
    return TRUE;
  if (self->n_quiet > 0)
    return FALSE;

  names = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++)
    {
      if ((node->types & type_names[i].bit) != 0)
        g_string_append_printf (names, "%s%s", names->len > 0 ? " or " : "", type_names[i].name);
    }
  return state_sync_check_fail (self, place, path, "should be %s", names->str);
}

/* (transfer full): the values of an enum, as many as there is room for. */
static char *
list_values (const StateSyncOutline *schema, StateSyncPlace values)
{
  g_autoptr (GString) list = g_string_new (NULL);
  StateSyncWalk walk = state_sync_walk_begin (schema, values);
  StateSyncPlace value;

  while (state_sync_walk_element (&walk, &value))
    {
      g_autofree char *text = state_sync_value_describe (schema, value);

      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", text);
      if (list->len > 160)
        {
          g_string_append (list, ", …");
          break;
        }
    }
  return g_string_free (g_steal_pointer (&list), FALSE);
}

static gboolean
tell_constant (StateSyncCheck *self,
               const StateSyncNode *node,
               StateSyncPlace place,
               const StateSyncKeyPath *path)
{
  StateSyncPlace constant = node->constant.place;
  g_autofree char *pointer = g_strconcat (node->pointer, "/const", NULL);
  g_autofree char *quoted = state_sync_place_quote (pointer);
  g_autofree char *wanted = state_sync_value_describe (self->schema, constant);

  /* Of two objects it would not be said what differs. */
  if (*constant.p == '{' || *constant.p == '[')
    return state_sync_check_fail (self, place, path, "should equal the value at %s of the schema",
                                  quoted);
  return state_sync_check_fail (self, place, path, "should be %s", wanted);
}

static gboolean
tell_values (StateSyncCheck *self,
             const StateSyncNode *node,
             StateSyncPlace place,
             const StateSyncKeyPath *path)
{
  g_autofree char *wanted = list_values (self->schema, node->allowed.place);

  if (wanted[0] == '\0')
    return state_sync_check_fail (self, place, path, "the schema allows nothing there");
  return state_sync_check_fail (self, place, path, "should be one of %s", wanted);
}

static gboolean
has_value (const StateSyncValues *values, const GString *canonical)
{
  StateSyncJsonName text = { canonical->str, canonical->len };
  guint index;

  return values->names == NULL || state_sync_json_names_find (values->names, text, &index);
}

static gboolean
check_values (StateSyncCheck *self,
              const StateSyncNode *node,
              StateSyncPlace place,
              const StateSyncKeyPath *path)
{
  if (node->allowed.names == NULL && node->constant.names == NULL)
    return TRUE;

  g_string_truncate (self->canonical, 0);
  state_sync_canonical_append (self->data, place, self->canonical);
  if (!state_sync_check_pay (self, self->canonical->len / 8))
    return FALSE;
  if (!has_value (&node->allowed, self->canonical))
    return self->n_quiet == 0 && tell_values (self, node, place, path);
  if (!has_value (&node->constant, self->canonical))
    return self->n_quiet == 0 && tell_constant (self, node, place, path);
  return TRUE;
}

/* --- a schema --- */

static gboolean
check_by_type (StateSyncCheck *self,
               const StateSyncNode *node,
               StateSyncPlace place,
               const StateSyncKeyPath *path)
{
  switch (*place.p)
    {
    case '{':
      return state_sync_check_object (self, node, place, path);
    case '[':
      return state_sync_check_array (self, node, place, path);
    case '"':
      return state_sync_check_string (self, node, place, path);
    case 't':
    case 'f':
    case 'n':
      return TRUE;
    default:
      return state_sync_check_number (self, node, place, path);
    }
}

gboolean
state_sync_check_node (StateSyncCheck *self,
                       const StateSyncNode *node,
                       StateSyncPlace place,
                       const StateSyncKeyPath *path)
{
  gboolean fits;

  if (self->is_ended || !state_sync_check_pay (self, 1))
    return FALSE;
  if (node->is_false)
    return state_sync_check_fail (self, place, path, "the schema allows nothing there");
  if (self->depth == MAX_DEPTH)
    return end_early (self, "The data nests too deep for its schema: make the data flatter, or let "
                            "fewer schemas lead one to the next");

  self->depth++;
  fits = check_type (self, node, place, path) && check_values (self, node, place, path) &&
         check_by_type (self, node, place, path) &&
         state_sync_check_combinations (self, node, place, path);
  self->depth--;
  return fits && !self->is_ended;
}

/* (transfer full) (nullable): NULL if @data fits; else a sentence that says where it does not. */
char *
state_sync_check_run (const StateSyncOutline *schema,
                      const StateSyncNode *root,
                      const StateSyncOutline *data)
{
  StateSyncCheck self = {
    .schema = schema,
    .data = data,
    .canonical = g_string_new (NULL),
    .budget = STEPS_AT_LEAST + STEPS_PER_BYTE * (guint64)(data->end - data->text),
  };

  gboolean fits;

  fits = state_sync_check_node (&self, root, state_sync_outline_get_root (data), NULL);
  g_assert (fits == (self.failure == NULL));
  state_sync_texts_clear (&self.texts);
  g_string_free (self.canonical, TRUE);
  return self.failure;
}
