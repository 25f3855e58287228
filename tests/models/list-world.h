/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/text-transport.h"

G_BEGIN_DECLS

/* A list over a topic in memory, and somebody who knows of it by `items-changed` alone: at each of
 * these the two are the same, or the test fails. */
typedef struct
{
  TestTextTransport *transport;
  StateSyncTopic *topic;
  StateSyncListModel *list;
  GPtrArray *shadow; /* of StateSyncItem, owned */
  GString *changes;  /* "POSITION-REMOVED+ADDED " of each */
  GString *edits;    /* "KEY " of each item that told of another value */
} ListWorld;

/* @path: (nullable). @key_member: (nullable); of members "{" */
ListWorld     *list_world_new            (const char *path, const char *key_member);
void           list_world_free           (ListWorld *self);

/* The topic is this, and everybody has been told. */
void           list_world_set            (ListWorld *self, const char *text);

/* What was told since the last time. */
void           list_world_assert_told    (ListWorld *self, const char *changes, const char *edits);

/* What the items hold, one after the other, as JSON. */
void           list_world_assert_items   (ListWorld *self, const char *expected);

/* (transfer none) */
StateSyncItem *list_world_get            (ListWorld *self, guint position);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ListWorld, list_world_free)

G_END_DECLS
