/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/name.h"
#include "access/access.h"
#include "access/identify.h"
#include "access/quotas.h"
#include "service/audience.h"
#include "service/boards.h"
#include "service/call.h"
#include "service/callers.h"
#include "service/endpoint.h"
#include "service/service.h"
#include "service/statistics.h"
#include "statesync-bus.h"

G_BEGIN_DECLS

/* What the files of the service share; nobody else looks inside. */
struct _StateSyncService
{
  GObject parent_instance;

  StateSyncStore *store;
  StateSyncCallers *callers;
  StateSyncTurns *turns;
  StateSyncBoards *boards;
  StateSyncAudience *audience;
  StateSyncServiceCounters counters;

  /* Who may do what; NULL where everybody may do everything. */
  StateSyncAccess *access;
  StateSyncLooker *looker;
  StateSyncQuotas *quotas;
  GPtrArray *arriving;       /* of StateSyncPeer: those of whom it is not known yet who they are */
  GCancellable *cancellable; /* of what finds that out */
  gboolean is_finished;
  StateSyncArrivedFunc arrived; /* (nullable) */
  gpointer arrived_data;

  GPtrArray *links;     /* of StateSyncLink */
  GPtrArray *endpoints; /* of StateSyncEndpoint, on the links */
};

/* The methods: how each call goes, from its arguments to its answer. */
void state_sync_run_write          (StateSyncCall *call);
void state_sync_run_write_many     (StateSyncCall *call);
void state_sync_run_get_snapshot   (StateSyncCall *call);
void state_sync_run_get_snapshots  (StateSyncCall *call);
void state_sync_run_open_snapshot  (StateSyncCall *call);
void state_sync_run_list_topics    (StateSyncCall *call);
void state_sync_run_open_doorbell  (StateSyncCall *call);
void state_sync_run_map_snapshot   (StateSyncCall *call);
void state_sync_run_unmap_snapshot (StateSyncCall *call);
void state_sync_run_subscribe      (StateSyncCall *call);
void state_sync_run_unsubscribe    (StateSyncCall *call);
void state_sync_run_get_statistics (StateSyncCall *call);

G_END_DECLS
