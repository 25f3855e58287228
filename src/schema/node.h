/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/json-names.h"
#include "schema/decimal.h"
#include "schema/outline.h"
#include "schema/pattern.h"

G_BEGIN_DECLS

/* The types that data can have, as bits. What is an integer is a number too. */
typedef enum
{
  STATE_SYNC_TYPE_NULL = 1 << 0,
  STATE_SYNC_TYPE_BOOLEAN = 1 << 1,
  STATE_SYNC_TYPE_OBJECT = 1 << 2,
  STATE_SYNC_TYPE_ARRAY = 1 << 3,
  STATE_SYNC_TYPE_NUMBER = 1 << 4,
  STATE_SYNC_TYPE_INTEGER = 1 << 5,
  STATE_SYNC_TYPE_STRING = 1 << 6,
} StateSyncType;

typedef struct _StateSyncNode StateSyncNode;

/* The values of enum or const. */
typedef struct
{
  StateSyncPlace place; /* (nullable) in the schema's text */
  StateSyncJsonNames *names; /* their canonical texts */
} StateSyncValues;

/* What a schema says of members of one name. */
typedef struct
{
  StateSyncJsonName name;
  StateSyncNode *property;  /* (nullable) */
  StateSyncNode *dependent; /* (nullable) what the object has to be if it has the member */
  GArray *companions;       /* (nullable) of guint: the members that it has to have then */
  gboolean is_required;
} StateSyncMemberRule;

typedef struct
{
  StateSyncPattern *pattern;
  StateSyncNode *node;
} StateSyncPatternRule;

/* One schema, as it is used. Pointers are NULL, where not said otherwise, for what it does not say;
 * the nodes belong to the schema that they are part of. */
struct _StateSyncNode
{
  char *pointer; /* where it stands, such as "#/properties/a" */
  gboolean is_false;
  StateSyncPlace default_value;

  guint types; /* of StateSyncType; 0 = any */
  StateSyncValues allowed; /* enum */
  StateSyncValues constant; /* const */

  StateSyncDecimal minimum, exclusive_minimum, maximum, exclusive_maximum;
  StateSyncDivisor divisor;

  guint64 min_length, max_length;
  StateSyncPattern *pattern;
  const char *pattern_text; /* the quote of it in the schema's text */

  guint64 min_items, max_items, min_contains, max_contains;
  gboolean unique_items;
  GPtrArray *prefix_items; /* of StateSyncNode */
  StateSyncNode *items;
  StateSyncNode *contains;

  guint64 min_properties, max_properties;
  GArray *members; /* of StateSyncMemberRule */
  StateSyncJsonNames *member_names; /* of these, in their order */
  GArray *pattern_properties; /* of StateSyncPatternRule */
  StateSyncNode *additional_properties;
  StateSyncNode *property_names;

  GPtrArray *all_of, *any_of, *one_of; /* of StateSyncNode */
  StateSyncNode *not_, *if_, *then, *else_;
  StateSyncNode *reference;

  guint height; /* of the longest chain of schemas for the same value that begins here */
  gboolean is_under_way; /* while that is measured, and while a default is made */
};

StateSyncNode *state_sync_node_new  (const char *pointer);
void           state_sync_node_free (StateSyncNode *self);

G_END_DECLS
