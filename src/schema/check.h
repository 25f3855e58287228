/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "schema/key-path.h"
#include "schema/node.h"
#include "schema/text.h"

G_BEGIN_DECLS

/* Data on its way through a schema. */
typedef struct
{
  const StateSyncOutline *schema; /* what values of the schema are shown from */
  const StateSyncOutline *data;
  StateSyncTexts texts;
  GString *canonical;
  guint64 budget; /* of steps; see check.c */
  guint depth;
  guint n_quiet;  /* above 0 while something is tried that may well not fit */
  gboolean is_ended; /* by a limit: what was tried since says nothing */
  char *failure;  /* (nullable) the first */
} StateSyncCheck;

char    *state_sync_check_run          (const StateSyncOutline *schema, const StateSyncNode *root, const StateSyncOutline *data);

/* Of these, each takes a value and where it is, and says whether it fits. */
gboolean state_sync_check_node         (StateSyncCheck *self, const StateSyncNode *node, StateSyncPlace place, const StateSyncKeyPath *path);
gboolean state_sync_check_quietly      (StateSyncCheck *self, const StateSyncNode *node, StateSyncPlace place, const StateSyncKeyPath *path);
gboolean state_sync_check_object       (StateSyncCheck *self, const StateSyncNode *node, StateSyncPlace place, const StateSyncKeyPath *path);
gboolean state_sync_check_array        (StateSyncCheck *self, const StateSyncNode *node, StateSyncPlace place, const StateSyncKeyPath *path);
gboolean state_sync_check_string       (StateSyncCheck *self, const StateSyncNode *node, StateSyncPlace place, const StateSyncKeyPath *path);
gboolean state_sync_check_number       (StateSyncCheck *self, const StateSyncNode *node, StateSyncPlace place, const StateSyncKeyPath *path);
gboolean state_sync_check_combinations (StateSyncCheck *self, const StateSyncNode *node, StateSyncPlace place, const StateSyncKeyPath *path);

gboolean state_sync_check_matches      (StateSyncCheck *self, const StateSyncPattern *pattern, const char *quote);
gboolean state_sync_check_pay          (StateSyncCheck *self, guint64 n_steps);
gboolean state_sync_check_fail         (StateSyncCheck *self, StateSyncPlace place, const StateSyncKeyPath *path, const char *format, ...) G_GNUC_PRINTF (4, 5);

G_END_DECLS
