/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "service/peer.h"
#include "statesync-service/service.h"

G_BEGIN_DECLS

/* D-Bus allows an array 64 MiB (specification, "Valid D-Bus arrays"); some is left for what
 * frames the items. */
#define STATE_SYNC_ANSWER_MAX_BYTES ((guint64)60 * 1024 * 1024)

/* At most this for each item of an answer beside its strings: revision, length, padding. */
#define STATE_SYNC_ITEM_BYTES 32

/* A method of the bus interface. */
typedef struct
{
  const char *signal; /* of the skeleton */
  void (*run) (StateSyncCall *call);
  gboolean reads; /* its answer bears topics' data, which may be much and come from disk */
} StateSyncMethod;

/* A call of one, under way. It keeps the service alive and ends with an answer or a refusal,
 * which free it. */
struct _StateSyncCall
{
  StateSyncService *service;         /* owned */
  GDBusMethodInvocation *invocation; /* owned */
  const StateSyncMethod *method;
  StateSyncPeer *peer; /* owned; who called */
  GPtrArray *reservations; /* (nullable): of room for what it writes */
  GError *refusal; /* (nullable): owned; what it is refused with when it is its turn */
  gboolean has_turn;
  gboolean is_counted; /* among those that its app may have under way */
};

void        state_sync_call_begin            (StateSyncService *service, StateSyncPeer *peer, GDBusMethodInvocation *invocation, const StateSyncMethod *method);
void        state_sync_call_run              (StateSyncCall *call);
GVariant   *state_sync_call_get_args         (StateSyncCall *call);
const char *state_sync_call_get_topic      (StateSyncCall *call);

void        state_sync_call_answer           (StateSyncCall *call, GVariant *body);
void        state_sync_call_answer_with_file (StateSyncCall *call, GVariant *body, int fd, gsize file_bytes);
void        state_sync_call_refuse           (StateSyncCall *call, const GError *error);
void        state_sync_call_drop             (StateSyncCall *call);
void        state_sync_call_refuse_too_large (StateSyncCall *call, const char *what, const char *advice);

G_END_DECLS
