/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "access/identity.h"
#include "access/pace.h"
#include "statesync-service/app-limits.h"

G_BEGIN_DECLS

/* How much a sandboxed app may do and store. The essay in quotas.c says what is counted, and who
 * tells it. Everything here may be called from any thread. */
typedef struct _StateSyncQuotas StateSyncQuotas;

/* 1,000 topics, 64 MiB, 1,000 writes per second and at once, 256 calls. */
extern const StateSyncLimits state_sync_limits_default;

/* What there is, or what becomes more or less. */
typedef struct
{
  gint64 topics;
  gint64 bytes;
} StateSyncUsage;

/* Room that is kept for a write under way, until it is freed. */
typedef struct _StateSyncReservation StateSyncReservation;

StateSyncQuotas      *state_sync_quotas_new         (const StateSyncLimits *limits);
StateSyncQuotas      *state_sync_quotas_ref         (StateSyncQuotas *self);
void                  state_sync_quotas_unref       (StateSyncQuotas *self);

/* --- by who calls: an app, or all that are unknown together; not the host --- */

gboolean              state_sync_quotas_begin_call  (StateSyncQuotas *self, StateSyncIdentity *identity, GError **error);
void                  state_sync_quotas_end_call    (StateSyncQuotas *self, StateSyncIdentity *identity);

/* (transfer none) (nullable): NULL for the host; the same for all connections of an app. */
StateSyncPace        *state_sync_quotas_get_pace    (StateSyncQuotas *self, StateSyncIdentity *identity);

/* @now: monotonic time. */
gboolean              state_sync_quotas_take_writes (StateSyncQuotas *self, StateSyncIdentity *identity, guint n_writes, gint64 now, GError **error);

/* --- by where it is stored: see state_sync_access_get_scope() --- */

gboolean              state_sync_quotas_has_scope   (StateSyncQuotas *self, const char *scope);
void                  state_sync_quotas_set_scope   (StateSyncQuotas *self, const char *scope, StateSyncUsage used);
void                  state_sync_quotas_note        (StateSyncQuotas *self, const char *topic, StateSyncUsage change);

/* NULL if there is no room for it. @change: what the write adds, or less than 0. */
StateSyncReservation *state_sync_quotas_reserve     (StateSyncQuotas *self, const char *scope, StateSyncUsage change, GError **error);
void                  state_sync_reservation_free   (StateSyncReservation *reservation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncQuotas, state_sync_quotas_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncReservation, state_sync_reservation_free)

G_END_DECLS
