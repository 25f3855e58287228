/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where an array or object ends, so that it is stepped over in one step. */
typedef struct
{
  gsize end;
  guint next;  /* the number of the first container behind it */
  guint count; /* of its elements or members */
} StateSyncExtent;

/* A checked text and the extents of all its containers, in the order in which they begin. */
typedef struct
{
  const char *text;
  const char *end;
  GArray *extents; /* of StateSyncExtent */
} StateSyncOutline;

/* A value in it. */
typedef struct
{
  const char *p;
  guint container; /* the number of the first container that begins here or behind it */
} StateSyncPlace;

/* On the way through the children of a container. */
typedef struct
{
  const StateSyncOutline *outline;
  StateSyncPlace next;
} StateSyncWalk;

void           state_sync_outline_init      (StateSyncOutline *self, GBytes *text);
void           state_sync_outline_clear     (StateSyncOutline *self);
StateSyncPlace state_sync_outline_get_root  (const StateSyncOutline *self);
const char    *state_sync_outline_get_end   (const StateSyncOutline *self, StateSyncPlace place);
guint          state_sync_outline_get_count (const StateSyncOutline *self, StateSyncPlace place);

StateSyncWalk  state_sync_walk_begin        (const StateSyncOutline *outline, StateSyncPlace container);
gboolean       state_sync_walk_element      (StateSyncWalk *self, StateSyncPlace *element);
gboolean       state_sync_walk_member       (StateSyncWalk *self, const char **name, StateSyncPlace *value);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StateSyncOutline, state_sync_outline_clear)

G_END_DECLS
