/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A name on the bus and a path there. */
typedef struct
{
  const char *bus_name;
  const char *object_path;
} StateSyncPlace;

/* Where this process finds the session's service. */
const StateSyncPlace *state_sync_place_get              (void);

/* Whether at this path only those are told of changes who subscribe. */
gboolean              state_sync_place_is_sandbox_facing (const char *object_path);

G_END_DECLS
