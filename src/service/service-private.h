/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/name.h"
#include "access/access.h"
#include "access/identify.h"
#include "access/quotas.h"
#include "service/application.h"
#include "service/arrivals.h"
#include "service/audience.h"
#include "service/boards.h"
#include "service/call.h"
#include "service/callers.h"
#include "service/endpoint.h"
#include "service/late-refusals.h"
#include "service/schemas.h"
#include "statesync-service/service.h"
#include "service/statistics.h"
#include "statesync-bus.h"
#include "statesync-service/validation.h"
#include "store/store.h"

G_BEGIN_DECLS

/* What the files of the service share; nobody else looks inside. */
struct _StateSyncService
{
  GObject parent_instance;

  StateSyncStorage *storage;
  guint64 max_data_size;
  guint32 data_version;
  gboolean uses_schemas;
  StateSyncApplication application;

  StateSyncStore *store;     /* NULL before it is opened */
  StateSyncSchemas *schemas; /* (nullable) */
  StateSyncCallers *callers;
  StateSyncLateRefusals *late_refusals;
  StateSyncTurns *turns;
  StateSyncBoards *boards;
  StateSyncAudience *audience;
  StateSyncServiceCounters counters;

  /* Who may do what. Without access and without a function of the application's that decides,
   * everybody may do everything, and nobody needs to be known. */
  StateSyncAccess *access; /* (nullable) */
  StateSyncQuotas *quotas; /* with access */
  StateSyncLooker *looker; /* where it has to be known who calls */
  GPtrArray *arriving;       /* of StateSyncPeer: those of whom it is not known yet who they are */
  GCancellable *cancellable; /* of what finds that out */
  gboolean is_finished;      /* it closes */
  StateSyncArrivedFunc arrived; /* (nullable) */
  gpointer arrived_data;

  GPtrArray *links;     /* of StateSyncLink */
  GPtrArray *endpoints; /* of StateSyncEndpoint, on the links */
};

/* Whether it is opened, or being opened. @error: (nullable) */
gboolean state_sync_service_check_open    (StateSyncService *self, GError **error);
void     state_sync_service_abandon_store (StateSyncService *self);

void state_sync_service_clear_access     (StateSyncService *self);
void state_sync_service_init_places      (StateSyncService *self);
void state_sync_service_leave_all_places (StateSyncService *self);

void state_sync_service_connect_store (StateSyncService *self);
void state_sync_service_emit_validate (StateSyncService *self, StateSyncValidation *validation);
gboolean state_sync_service_has_validator (StateSyncService *self, const char *topic);

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
