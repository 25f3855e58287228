/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/client.h>

#include "client/herald.h"
#include "engine/clock.h"
#include "transports/board/board-transport.h"
#include "transports/bus/bus-listing.h"
#include "transports/bus/bus-peer.h"

G_BEGIN_DECLS

struct _StateSyncClient
{
  GObject parent_instance;

  StateSyncInvalidationSource *source;
  StateSyncSnapshotProvider *provider;
  StateSyncWriter *writer;
  StateSyncBusPeer *peer;          /* (nullable): where there is a service */
  StateSyncBusSource *signals;     /* (nullable): where there is a peer */
  StateSyncBoardTransport *boards; /* (nullable): where source and provider are that */
  StateSyncHerald *herald;         /* (nullable): where there is no service, but a bus */
  gboolean shows_first;            /* there is nobody to wait for */
  StateSyncClock *clock;
  StateSyncPolicy *policy; /* (nullable) */
  StateSyncCache *cache;   /* (nullable) */
  char *namespace_;        /* (nullable) */
  gulong instance_handler;
  gboolean is_available;
  GHashTable *topics; /* full name → StateSyncTopic, not owned: each leaves when it ends */
};

StateSyncInvalidationSource *state_sync_client_get_source   (StateSyncClient *self);
StateSyncSnapshotProvider   *state_sync_client_get_provider (StateSyncClient *self);
StateSyncWriter             *state_sync_client_get_writer   (StateSyncClient *self);
StateSyncClock              *state_sync_client_get_clock    (StateSyncClient *self);
gboolean                     state_sync_client_look_revision (StateSyncClient *self, const char *topic, guint64 *revision);
gboolean                     state_sync_client_shows_first  (StateSyncClient *self);
StateSyncBusListing         *state_sync_client_list         (StateSyncClient *self, const char *namespace_);

/* Languages can make the bare object, which has no transport. */
gboolean                     state_sync_client_is_made       (StateSyncClient *self);

/* From now on the topic's name stands for a new replica. */
void                         state_sync_client_forget_topic (StateSyncClient *self, StateSyncTopic *topic);

G_END_DECLS
