/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Refusals of those who call more than they may, sent no faster than a pace. */
typedef struct _StateSyncLateRefusals StateSyncLateRefusals;

StateSyncLateRefusals *state_sync_late_refusals_new   (void);
StateSyncLateRefusals *state_sync_late_refusals_ref   (StateSyncLateRefusals *self);
void                   state_sync_late_refusals_unref (StateSyncLateRefusals *self);

/* From any thread. */
void                   state_sync_late_refusals_refuse (StateSyncLateRefusals *self, GDBusConnection *connection, GDBusMessage *call, gsize bytes, const GError *error);
void                   state_sync_late_refusals_forget (StateSyncLateRefusals *self, GDBusConnection *connection, const char *name);
void                   state_sync_late_refusals_finish (StateSyncLateRefusals *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncLateRefusals, state_sync_late_refusals_unref)

G_END_DECLS
