/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/binding.h>

#include "values/path.h"

G_BEGIN_DECLS

/* How values are made of each other where the app says how. */
typedef struct
{
  StateSyncBindGetMapping get; /* (nullable) */
  StateSyncBindSetMapping set; /* (nullable) */
  gpointer user_data;
  GDestroyNotify destroy; /* (nullable) */
} StateSyncMapping;

/* A member and a property are bound until the object is disposed of, the topic is stopped, or this
 * property is bound anew or unbound. @path: (transfer full) @mapping: its data too */
void state_sync_binding_new     (StateSyncTopic *topic,
                                 StateSyncPath *path,
                                 GObject *object,
                                 GParamSpec *pspec,
                                 StateSyncBindFlags flags,
                                 const StateSyncMapping *mapping);
void state_sync_binding_release (GObject *object, GParamSpec *pspec);

G_END_DECLS
