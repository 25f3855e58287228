/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One snapshot's members on their way into an object.
 *
 * A property is a slot that remembers the member's value it was set from last. What has the same
 * value is left alone, whatever the app did with the property meanwhile; what has another is
 * compared with what the object has, and set if it differs. So a snapshot in which one member
 * changed costs a look at each of the others, and notifies once.
 *
 * In replace mode the object is what the snapshot says and nothing else: a slot whose member is
 * absent, or can't be applied, goes to the default. In patch mode both leave the property alone.
 *
 * A setter may do anything, also lead to the next snapshot being applied before this one is done:
 * then this one is out of date, and ends there.
 */

#include "binding/property-set.h"

#include "protocol/error.h"
#include "values/gvalue.h"
#include "values/property-name.h"

typedef struct
{
  GParamSpec *pspec; /* lives as long as the class */
  JsonNode *member;  /* (nullable): what it was set from; NULL: from none */
  gboolean is_set;   /* since all was forgotten */
  gboolean resets;   /* it is the topic's to set to the default */
  guint turn;        /* in which its member was there */
} Slot;

struct _StateSyncPropertySet
{
  GTypeClass *object_class;
  StateSyncApplierMode mode;
  gboolean is_picking;
  GHashTable *omitted; /* names of members, and of properties */
  GHashTable *slots;   /* GParamSpec → Slot */
  GHashTable *members; /* name → its Slot, when it was looked for */
  GHashTable *misfits; /* names of members that are about no property of their own, as told */
  guint turn;
};

static void
slot_free (Slot *slot)
{
  g_clear_pointer (&slot->member, json_node_unref);
  g_free (slot);
}

/* --- which properties --- */

static gboolean
can_be_set (GParamSpec *pspec)
{
  return (pspec->flags & (G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY)) == G_PARAM_WRITABLE;
}

static void
add_slot (StateSyncPropertySet *self, GParamSpec *pspec)
{
  Slot *slot;

  if (!can_be_set (pspec) || g_hash_table_contains (self->omitted, pspec->name))
    return;

  slot = g_new0 (Slot, 1);
  slot->pspec = pspec;
  slot->resets = self->mode == STATE_SYNC_APPLIER_MODE_REPLACE && state_sync_has_json_form (pspec);
  g_hash_table_insert (self->slots, pspec, slot);
}

static gboolean
pick (StateSyncPropertySet *self, const char *const *keys, GError **error)
{
  for (guint i = 0; keys[i] != NULL; i++)
    {
      GParamSpec *pspec = state_sync_find_property (G_OBJECT_CLASS (self->object_class), keys[i]);

      if (pspec == NULL || !can_be_set (pspec))
        {
          g_set_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_OPTION,
                       "Key “%s” can't be picked: %s has no property of this name that can be set",
                       keys[i], G_OBJECT_CLASS_NAME (self->object_class));
          return FALSE;
        }
      add_slot (self, pspec);
    }
  return TRUE;
}

/* A key that is about a property stands for it, however it is spelled. */
static void
omit (StateSyncPropertySet *self, const char *const *keys)
{
  g_autofree GParamSpec **pspecs = NULL;
  guint n_pspecs;

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      GParamSpec *pspec = state_sync_find_property (G_OBJECT_CLASS (self->object_class), keys[i]);

      g_hash_table_add (self->omitted, g_strdup (pspec != NULL ? pspec->name : keys[i]));
    }

  pspecs = g_object_class_list_properties (G_OBJECT_CLASS (self->object_class), &n_pspecs);
  for (guint i = 0; i < n_pspecs; i++)
    add_slot (self, pspecs[i]);
}

StateSyncPropertySet *
state_sync_property_set_new (GObjectClass *object_class,
                             const StateSyncPropertyRules *rules,
                             GError **error)
{
  g_autoptr (StateSyncPropertySet) self = g_new0 (StateSyncPropertySet, 1);

  self->object_class = g_type_class_ref (G_OBJECT_CLASS_TYPE (object_class));
  self->mode = rules->mode;
  self->is_picking = rules->pick != NULL;
  self->omitted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->slots = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)slot_free);
  self->members = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->misfits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (rules->pick != NULL && rules->omit != NULL)
    {
      g_set_error_literal (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_OPTION,
                           "Keys are picked and omitted at once: give one of the two lists");
      return NULL;
    }
  if (!self->is_picking)
    omit (self, rules->omit);
  else if (!pick (self, rules->pick, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
state_sync_property_set_free (StateSyncPropertySet *self)
{
  g_hash_table_unref (self->misfits);
  g_hash_table_unref (self->members);
  g_hash_table_unref (self->slots);
  g_hash_table_unref (self->omitted);
  g_type_class_unref (self->object_class);
  g_free (self);
}

void
state_sync_property_set_forget (StateSyncPropertySet *self)
{
  GHashTableIter iter;
  gpointer slot;

  g_hash_table_iter_init (&iter, self->slots);
  while (g_hash_table_iter_next (&iter, NULL, &slot))
    ((Slot *)slot)->is_set = FALSE;
  g_hash_table_remove_all (self->misfits);
}

/* --- one property --- */

static gboolean
has_value (GObject *object, GParamSpec *pspec, const GValue *value)
{
  g_auto (GValue) current = G_VALUE_INIT;

  if ((pspec->flags & G_PARAM_READABLE) == 0)
    return FALSE;

  g_value_init (&current, pspec->value_type);
  g_object_get_property (object, pspec->name, &current);
  return state_sync_gvalue_equal (&current, value, pspec);
}

/* @member: (nullable): NULL for the default */
static gboolean
set_property (GObject *object, GParamSpec *pspec, JsonNode *member, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  if (!state_sync_json_to_gvalue (member, pspec, &value, error))
    return FALSE;
  if (!has_value (object, pspec, &value))
    g_object_set_property (object, pspec->name, &value);
  return TRUE;
}

/* @member: (nullable) */
static gboolean
set_slot (Slot *slot, GObject *object, JsonNode *member, GError **error)
{
  if (slot->is_set && state_sync_nodes_equal (slot->member, member))
    return TRUE;

  slot->is_set = TRUE;
  g_clear_pointer (&slot->member, json_node_unref);
  if (member != NULL)
    slot->member = json_node_ref (member);
  return set_property (object, slot->pspec, member, error);
}

/* --- one snapshot --- */

typedef struct
{
  StateSyncPropertySet *set;
  guint turn;
  GObject *object;
  gboolean is_strict;
  const char *topic;
  GPtrArray *errors;
  GHashTable *misfits; /* names of this snapshot's */
} Application;

static gboolean
is_overtaken (const Application *self)
{
  return self->set->turn != self->turn;
}

static void
report (Application *self, const char *member, const char *reason)
{
  g_autofree char *name = state_sync_error_quote (member);
  g_autofree char *topic = state_sync_error_quote (self->topic);

  g_ptr_array_add (self->errors,
                   g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_DATA,
                                "Member %s of topic %s was not applied to a %s. %s", name, topic,
                                G_OBJECT_TYPE_NAME (self->object), reason));
}

/* Told once, for as long as the member is there. */
static void
report_misfit (Application *self, const char *member, const char *reason)
{
  g_hash_table_add (self->misfits, g_strdup (member));
  if (!g_hash_table_contains (self->set->misfits, member))
    report (self, member, reason);
}

/* (nullable): NULL if the member is not to be applied. */
static Slot *
find_slot (Application *self, const char *member)
{
  StateSyncPropertySet *set = self->set;
  Slot *slot = g_hash_table_lookup (set->members, member);
  GParamSpec *pspec;

  if (slot != NULL)
    return slot;

  pspec = state_sync_find_property (G_OBJECT_CLASS (set->object_class), member);
  if (pspec != NULL)
    slot = g_hash_table_lookup (set->slots, pspec);
  if (slot != NULL)
    g_hash_table_insert (set->members, g_strdup (member), slot);
  else if (self->is_strict && !set->is_picking &&
           !g_hash_table_contains (set->omitted, pspec != NULL ? pspec->name : member))
    report_misfit (self, member,
                   "It has no property of this name that can be set: pick the members that are "
                   "meant for it, or omit this one");
  return slot;
}

static void
apply_member (Application *self, const char *name, JsonNode *member)
{
  Slot *slot = find_slot (self, name);
  g_autoptr (GError) error = NULL;

  if (slot == NULL)
    return;
  if (slot->turn == self->turn)
    {
      g_autofree char *reason = g_strdup_printf (
          "Another member is about property “%s” as well: keep one of them", slot->pspec->name);

      report_misfit (self, name, reason);
      return;
    }

  slot->turn = self->turn;
  if (set_slot (slot, self->object, member, &error))
    return;
  report (self, name, error->message);
  if (self->set->mode == STATE_SYNC_APPLIER_MODE_REPLACE)
    set_property (self->object, slot->pspec, NULL, NULL);
}

static void
apply_members (Application *self, JsonObject *members)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  json_object_iter_init_ordered (&iter, members);
  while (!is_overtaken (self) && json_object_iter_next_ordered (&iter, &name, &member))
    apply_member (self, name, member);
}

static void
reset_absent (Application *self)
{
  GHashTableIter iter;
  gpointer value;

  /* Nothing is added to or removed from the table after it was made. */
  g_hash_table_iter_init (&iter, self->set->slots);
  while (!is_overtaken (self) && g_hash_table_iter_next (&iter, NULL, &value))
    {
      Slot *slot = value;

      if (slot->turn != self->turn && slot->resets)
        set_slot (slot, self->object, NULL, NULL);
    }
}

void
state_sync_property_set_apply (StateSyncPropertySet *self,
                               GObject *object,
                               JsonObject *members,
                               gboolean is_strict,
                               const char *topic,
                               GPtrArray *errors)
{
  Application application = {
    .set = self,
    .turn = ++self->turn,
    .object = object,
    .is_strict = is_strict,
    .topic = topic,
    .errors = errors,
    .misfits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };

  g_object_freeze_notify (object);
  apply_members (&application, members);
  if (self->mode == STATE_SYNC_APPLIER_MODE_REPLACE)
    reset_absent (&application);

  if (is_overtaken (&application))
    {
      g_hash_table_unref (application.misfits);
    }
  else
    {
      g_hash_table_unref (self->misfits);
      self->misfits = application.misfits;
    }
  g_object_thaw_notify (object);
}
