/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "transports/bus/bus-peer.h"

G_BEGIN_DECLS

/* How the signals for a subject, one topic or a namespace, are asked for: of whom, and in which
 * words. What was asked of one is void once somebody else is to be asked. */
typedef struct
{
  /* (nullable) (transfer none): who is to be asked now. */
  GObject *(*whom)        (StateSyncBusPeer *peer);

  /* Whether every subject is that of a namespace too, and one topic alone can't be asked for. */
  gboolean is_namespace_always;

  /* Whether all topics inside this namespace can be one subject. */
  gboolean (*can_share)   (const char *namespace_);

  /* @subject: as a namespace, "" stands for all topics. Cancelled when it is not wanted any more, in addition to being taken back. */
  void     (*ask)         (StateSyncBusPeer *peer, GObject *whom, const char *subject, gboolean is_namespace, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*ask_finish)  (GObject *whom, GAsyncResult *result, GError **error);

  /* Nobody waits for the answer to this. */
  void     (*take_back)   (StateSyncBusPeer *peer, GObject *whom, const char *subject, gboolean is_namespace);
} StateSyncBusAsking;

/* The bus, for match rules. */
extern const StateSyncBusAsking state_sync_bus_match_rules;

/* The instance that serves, with Subscribe: where nothing is broadcast. */
extern const StateSyncBusAsking state_sync_bus_subscribing;

/* Nobody: without a bus the service tells its one peer everything. */
extern const StateSyncBusAsking state_sync_bus_unasked;

G_END_DECLS
