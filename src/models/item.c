/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/item-private.h"

#include <float.h>
#include <string.h>

#include "transports/json-text.h"
#include "values/gvalue.h"
#include "values/path.h"

G_DEFINE_FINAL_TYPE (StateSyncItem, state_sync_item, G_TYPE_OBJECT)

enum
{
  PROP_KEY = 1,
  /* What it holds, as each type. */
  PROP_VALUE,
  PROP_STRING,
  PROP_BOOLEAN,
  PROP_INTEGER,
  PROP_NUMBER,
  PROP_STRINGS,
  N_PROPERTIES,
};

#define FIRST_TYPED PROP_VALUE

static GParamSpec *properties[N_PROPERTIES];

/* --- from a text --- */

static void
take_text (StateSyncItem *self, const char *text, const StateSyncElement *element)
{
  self->length = element->end - element->start;
  self->text = g_memdup2 (text + element->start, self->length);
  self->value_offset = element->value - element->start;
}

/* A key is of its own, with a NUL behind it; content is the text. */
static void
take_identity (StateSyncItem *self, StateSyncIdentity identity)
{
  self->identity = identity;
  if (identity.kind == STATE_SYNC_IDENTITY_BY_CONTENT)
    self->identity.bytes = self->text;
  else
    self->identity.bytes =
        memcpy (g_malloc0 (identity.length + 1), identity.bytes, identity.length);
}

StateSyncItem *
state_sync_item_new (const char *text, const StateSyncElement *element, StateSyncIdentity identity)
{
  StateSyncItem *self = g_object_new (STATE_SYNC_TYPE_ITEM, NULL);

  take_text (self, text, element);
  take_identity (self, identity);
  return self;
}

/* It has the same identity. FALSE if it holds what it held, as far as anybody has asked for that.
 */
gboolean
state_sync_item_set (StateSyncItem *self, const char *text, const StateSyncElement *element)
{
  g_autofree char *before = NULL;

  if (element->end - element->start == self->length &&
      memcmp (text + element->start, self->text, self->length) == 0)
    return FALSE;

  before = g_steal_pointer (&self->text);
  take_text (self, text, element);
  self->told = g_steal_pointer (&self->value);
  if (self->told == NULL || !json_node_equal (self->told, state_sync_item_get_value (self)))
    return TRUE;

  g_clear_pointer (&self->told, json_node_unref);
  return FALSE;
}

/* What it is now, of which nobody has been told. If nobody had asked for what it was before, there
 * is nothing to compare with. */
void
state_sync_item_tell (StateSyncItem *self)
{
  g_autoptr (JsonNode) before = g_steal_pointer (&self->told);

  for (guint i = FIRST_TYPED; i < N_PROPERTIES; i++)
    {
      if (before == NULL ||
          !state_sync_json_reads_the_same (before, state_sync_item_get_value (self), properties[i]))
        g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
    }
}

/* --- what it holds --- */

/* Languages can make the bare object, which is of no list. */
static gboolean
is_made (StateSyncItem *self)
{
  return STATE_SYNC_IS_ITEM (self) && self->text != NULL;
}

/**
 * state_sync_item_get_key:
 * @self: an item
 *
 * Tells what makes the item the same one from one state of the list to the next: a member's name,
 * or what an element has in its key member.
 *
 * Returns: (transfer none) (nullable): the key, a number as it is written; `NULL` for an element
 *   without one, which is known by its content
 */
const char *
state_sync_item_get_key (StateSyncItem *self)
{
  g_return_val_if_fail (is_made (self), NULL);

  return self->identity.kind != STATE_SYNC_IDENTITY_BY_CONTENT ? self->identity.bytes : NULL;
}

/**
 * state_sync_item_get_value:
 * @self: an item
 *
 * Gives what the element or member holds. The node is immutable; it is made when it is first asked
 * for, once for each state of the item.
 *
 * Returns: (transfer none): the value; reference it to keep it beyond the next change
 */
JsonNode *
state_sync_item_get_value (StateSyncItem *self)
{
  g_return_val_if_fail (is_made (self), NULL);

  if (self->value == NULL)
    {
      g_autoptr (GBytes) text =
          g_bytes_new_static (self->text + self->value_offset, self->length - self->value_offset);

      self->value = state_sync_json_node_from_bytes (text);
    }
  return self->value;
}

/**
 * state_sync_item_get_member:
 * @self: an item
 * @path: the path of the member, as [func@path_is_valid] describes it
 *
 * Gives a member of what the item holds, as [method@Topic.get_member] does of what a topic holds.
 *
 * Returns: (transfer none) (nullable): what the member holds, of any type; `NULL` if there is no
 *   such member
 */
JsonNode *
state_sync_item_get_member (StateSyncItem *self, const char *path)
{
  g_return_val_if_fail (is_made (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  return state_sync_path_find_member (path, state_sync_item_get_value (self));
}

/* --- the object --- */

static void
state_sync_item_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  StateSyncItem *self = STATE_SYNC_ITEM (object);
  g_auto (GValue) read = G_VALUE_INIT;

  switch (property_id)
    {
    case PROP_KEY:
      g_value_set_string (value, is_made (self) ? state_sync_item_get_key (self) : NULL);
      break;
    default:
      state_sync_json_read (is_made (self) ? state_sync_item_get_value (self) : NULL, pspec, &read);
      g_value_copy (&read, value);
    }
}

static void
state_sync_item_finalize (GObject *object)
{
  StateSyncItem *self = STATE_SYNC_ITEM (object);

  if (self->identity.kind != STATE_SYNC_IDENTITY_BY_CONTENT)
    g_free ((char *)self->identity.bytes);
  g_free (self->text);
  g_clear_pointer (&self->value, json_node_unref);
  g_clear_pointer (&self->told, json_node_unref);

  G_OBJECT_CLASS (state_sync_item_parent_class)->finalize (object);
}

static void
state_sync_item_class_init (StateSyncItemClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = state_sync_item_get_property;
  object_class->finalize = state_sync_item_finalize;

  /**
   * StateSyncItem:key: (getter get_key)
   *
   * What makes the item the same one from one state of the list to the next; `NULL` for an element
   * that is known by its content.
   */
  properties[PROP_KEY] = g_param_spec_string ("key", NULL, NULL, NULL, flags);

  /**
   * StateSyncItem:value: (getter get_value)
   *
   * What the element or member is, whatever that is; `NULL` for `null`.
   */
  properties[PROP_VALUE] = g_param_spec_boxed ("value", NULL, NULL, JSON_TYPE_NODE, flags);

  /**
   * StateSyncItem:string:
   *
   * What it is if that is a string, else `NULL`.
   */
  properties[PROP_STRING] = g_param_spec_string ("string", NULL, NULL, NULL, flags);

  /**
   * StateSyncItem:boolean:
   *
   * What it is if that is a boolean, else `FALSE`.
   */
  properties[PROP_BOOLEAN] = g_param_spec_boolean ("boolean", NULL, NULL, FALSE, flags);

  /**
   * StateSyncItem:integer:
   *
   * What it is if that is a whole number, else 0.
   */
  properties[PROP_INTEGER] =
      g_param_spec_int64 ("integer", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);

  /**
   * StateSyncItem:number:
   *
   * What it is if that is a number, else 0.
   */
  properties[PROP_NUMBER] = g_param_spec_double ("number", NULL, NULL, -DBL_MAX, DBL_MAX, 0, flags);

  /**
   * StateSyncItem:strings:
   *
   * What it is if that is an array of strings, else `NULL`.
   */
  properties[PROP_STRINGS] = g_param_spec_boxed ("strings", NULL, NULL, G_TYPE_STRV, flags);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
state_sync_item_init (StateSyncItem *self)
{
}
