/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "schema/node.h"

static void
clear_member (gpointer data)
{
  StateSyncMemberRule *rule = data;

  g_clear_pointer (&rule->companions, g_array_unref);
}

static void
clear_pattern (gpointer data)
{
  StateSyncPatternRule *rule = data;

  g_clear_pointer (&rule->pattern, state_sync_pattern_free);
}

/* One that lets everything through. */
StateSyncNode *
state_sync_node_new (const char *pointer)
{
  StateSyncNode *self = g_new0 (StateSyncNode, 1);

  self->pointer = g_strdup (pointer);
  self->max_length = self->max_items = self->max_contains = self->max_properties = G_MAXUINT64;
  self->min_contains = 1;
  self->members = g_array_new (FALSE, TRUE, sizeof (StateSyncMemberRule));
  g_array_set_clear_func (self->members, clear_member);
  self->pattern_properties = g_array_new (FALSE, TRUE, sizeof (StateSyncPatternRule));
  g_array_set_clear_func (self->pattern_properties, clear_pattern);
  return self;
}

void
state_sync_node_free (StateSyncNode *self)
{
  g_free (self->pointer);
  g_clear_pointer (&self->allowed.names, state_sync_json_names_free);
  g_clear_pointer (&self->constant.names, state_sync_json_names_free);
  g_clear_pointer (&self->pattern, state_sync_pattern_free);
  g_clear_pointer (&self->prefix_items, g_ptr_array_unref);
  g_array_unref (self->members);
  g_clear_pointer (&self->member_names, state_sync_json_names_free);
  g_array_unref (self->pattern_properties);
  g_clear_pointer (&self->all_of, g_ptr_array_unref);
  g_clear_pointer (&self->any_of, g_ptr_array_unref);
  g_clear_pointer (&self->one_of, g_ptr_array_unref);
  g_free (self);
}
