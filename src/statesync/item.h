/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include <statesync/version-macros.h>

G_BEGIN_DECLS

/**
 * StateSyncItem:
 *
 * An item of a [class@ListModel]: an element of an array, or a member of an object. It is the same
 * object for as long as the element is there, wherever it moves and however it is edited; its
 * properties tell what it holds now.
 *
 * What an element holds may be of any type, a property has one. So there is one for each, as
 * [class@Value] has them: [property@Item:string], [property@Item:boolean],
 * [property@Item:integer], [property@Item:number], [property@Item:strings], and
 * [property@Item:value], which holds whatever is there. One whose type is not the element's has its
 * default. Each can be bound to, or read by an expression of GTK, and notifies when it is another:
 *
 * |[<!-- language="C" -->
 * expression = gtk_property_expression_new (STATE_SYNC_TYPE_ITEM, NULL, "string");
 * ]|
 *
 * An item that is no longer in its list keeps what it held last.
 */
#define STATE_SYNC_TYPE_ITEM (state_sync_item_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncItem, state_sync_item, STATE_SYNC, ITEM, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
const char *state_sync_item_get_key    (StateSyncItem *self);
STATE_SYNC_AVAILABLE_IN_ALL
JsonNode   *state_sync_item_get_value  (StateSyncItem *self);
STATE_SYNC_AVAILABLE_IN_ALL
JsonNode   *state_sync_item_get_member (StateSyncItem *self, const char *path);

G_END_DECLS
