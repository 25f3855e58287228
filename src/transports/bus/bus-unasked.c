/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transports/bus/bus-asking.h"

static GObject *
whom (StateSyncBusPeer *peer)
{
  return NULL;
}

static gboolean
can_share (const char *namespace_)
{
  return FALSE;
}

const StateSyncBusAsking state_sync_bus_unasked = {
  .whom = whom,
  .can_share = can_share,
};
