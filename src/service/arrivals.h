/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service/call.h"

G_BEGIN_DECLS

/* Of all calls that have come it is known who calls. */
typedef void (*StateSyncArrivedFunc) (gpointer user_data);

/* Calls as they come: each takes its turn when it is known who calls. */
void state_sync_arrivals_take   (StateSyncCall *call);
void state_sync_arrivals_finish (StateSyncService *service, StateSyncArrivedFunc done, gpointer user_data);

G_END_DECLS
