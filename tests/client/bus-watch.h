/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/client.h"

G_BEGIN_DECLS

/* Sees every message that goes over the bus. */
typedef struct _BusWatch BusWatch;

BusWatch    *bus_watch_new      (const char *address);
void         bus_watch_free     (BusWatch *self);

/* What went over the bus before this call and since the last: a line for each kind of message,
 * "COUNT KIND MEMBER", in the order of kinds. Ends when @client's marker has been seen. */
char        *bus_watch_take     (BusWatch *self, TestClient *client);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BusWatch, bus_watch_free)

G_END_DECLS
