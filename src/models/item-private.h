/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/item.h>

#include "models/element.h"

G_BEGIN_DECLS

struct _StateSyncItem
{
  GObject parent_instance;

  char *text; /* as it is written in the topic; of a member with its name */
  gsize length;
  gsize value_offset;
  StateSyncIdentity identity; /* of bytes of the item's own */
  JsonNode *value;            /* (nullable): made when it is asked for */
  JsonNode *told;             /* (nullable): what it was before it was edited, until that is told */
};

StateSyncItem *state_sync_item_new  (const char *text, const StateSyncElement *element, StateSyncIdentity identity);
gboolean       state_sync_item_set  (StateSyncItem *self, const char *text, const StateSyncElement *element);
void           state_sync_item_tell (StateSyncItem *self);

G_END_DECLS
