/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "schema/node.h"

G_BEGIN_DECLS

/* A schema while it is read: its text, the nodes made of it, and where in it the reading is. */
typedef struct
{
  const StateSyncOutline *outline;
  StateSyncJsonDecoder *decoder; /* names live as long as the schema */
  GStringChunk *canonical;       /* so do the texts of enum and const */
  GPtrArray *nodes;              /* of StateSyncNode */
  GHashTable *by_pointer;
  GArray *references; /* of StateSyncReference */
  GString *pointer;   /* where the reading is */
} StateSyncLoader;

/* A $ref that is not resolved yet. */
typedef struct
{
  StateSyncNode *node;
  char *target; /* a pointer, escapes of the URI undone */
} StateSyncReference;

gboolean          state_sync_loader_refuse       (StateSyncLoader *self, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);
gboolean          state_sync_loader_expect       (StateSyncLoader *self, StateSyncPlace value, char first, const char *what, GError **error);
gsize             state_sync_loader_enter        (StateSyncLoader *self, StateSyncJsonName name);
gsize             state_sync_loader_enter_item   (StateSyncLoader *self, guint index);
void              state_sync_loader_leave        (StateSyncLoader *self, gsize mark);

StateSyncJsonName state_sync_loader_read_string  (StateSyncLoader *self, const char *quote);
StateSyncPattern *state_sync_loader_read_pattern (StateSyncLoader *self, StateSyncJsonName text, GError **error);
StateSyncNode    *state_sync_loader_read_node    (StateSyncLoader *self, StateSyncPlace place, GError **error);
gboolean          state_sync_loader_resolve      (StateSyncLoader *self, GError **error);

G_END_DECLS
