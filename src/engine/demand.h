/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/gate.h"

G_BEGIN_DECLS

/* What the next pull has to bring. Zeroed = there is no need for one. */
typedef struct
{
  guint64 revision;     /* this one or a newer one, of ... */
  GRefString *instance; /* (nullable) NULL = whoever serves */
  guint has_revision : 1;
  guint is_forced : 1; /* whatever is newest: nothing that is there already is enough */
  guint is_due : 1;    /* now, not only when the throttle lets it through */
} StateSyncDemand;

void     state_sync_demand_add_revision (StateSyncDemand *self, guint64 revision, const char *instance);
void     state_sync_demand_force        (StateSyncDemand *self);
void     state_sync_demand_move         (StateSyncDemand *self, StateSyncDemand *into);
gboolean state_sync_demand_is_met       (const StateSyncDemand *self, const StateSyncGate *gate);
void     state_sync_demand_clear        (StateSyncDemand *self);

G_END_DECLS
