/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "service/peer.h"
#include "service/service.h"

G_BEGIN_DECLS

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
};

void        state_sync_call_begin            (StateSyncService *service, StateSyncPeer *peer, GDBusMethodInvocation *invocation, const StateSyncMethod *method);
GVariant   *state_sync_call_get_args         (StateSyncCall *call);
const char *state_sync_call_get_topic      (StateSyncCall *call);

void        state_sync_call_answer           (StateSyncCall *call, GVariant *body);
void        state_sync_call_answer_with_file (StateSyncCall *call, GVariant *body, int fd, gsize file_bytes);
void        state_sync_call_refuse           (StateSyncCall *call, const GError *error);

G_END_DECLS
