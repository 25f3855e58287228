/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "place/place.h"

#include "place/sandbox.h"

static const StateSyncPlace direct = {
  "org.statesync.StateSync1",
  "/org/statesync/StateSync1",
};

/* The bus that a sandboxed application sees lets it call this name without permission. */
static const StateSyncPlace sandbox_facing = {
  "org.freedesktop.portal.StateSync",
  "/org/freedesktop/portal/StateSync",
};

const StateSyncPlace *
state_sync_place_get (void)
{
  gboolean is_sandboxed = state_sync_sandbox_is_flatpak () || state_sync_sandbox_is_snap ();

  return is_sandboxed ? &sandbox_facing : &direct;
}

gboolean
state_sync_place_is_sandbox_facing (const char *object_path)
{
  return g_str_equal (object_path, sandbox_facing.object_path);
}
