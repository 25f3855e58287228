/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/json-decoder.h"

G_BEGIN_DECLS

#define STATE_SYNC_PATTERN_NO_LIMIT G_MAXUINT

/* A set of characters. */
typedef struct
{
  GArray *ranges;     /* of StateSyncPatternRange */
  guint32 categories; /* a bit for each GUnicodeType */
  gboolean is_negated;
} StateSyncPatternSet;

typedef struct
{
  gunichar first;
  gunichar last;
} StateSyncPatternRange;

typedef enum
{
  STATE_SYNC_PATTERN_SET,
  STATE_SYNC_PATTERN_BEGIN,    /* ^ */
  STATE_SYNC_PATTERN_END,      /* $ */
  STATE_SYNC_PATTERN_EDGE,     /* \b */
  STATE_SYNC_PATTERN_NO_EDGE,  /* \B */
  STATE_SYNC_PATTERN_SEQUENCE, /* one after another */
  STATE_SYNC_PATTERN_CHOICE,   /* one of them */
} StateSyncPatternKind;

/* What a pattern is made of; @least to @most times. */
typedef struct
{
  StateSyncPatternKind kind;
  guint least;
  guint most;
  StateSyncPatternSet set;
  GPtrArray *parts; /* (nullable) of StateSyncPatternTree */
} StateSyncPatternTree;

StateSyncPatternTree *state_sync_pattern_tree_parse (StateSyncJsonName text, const char **reason);
void                  state_sync_pattern_tree_free  (StateSyncPatternTree *self);

gboolean              state_sync_pattern_set_has    (const StateSyncPatternSet *self, gunichar c);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncPatternTree, state_sync_pattern_tree_free)

G_END_DECLS
