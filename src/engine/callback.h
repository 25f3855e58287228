/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A function that the application gave. Who calls it holds it, so it may be replaced or let go
 * while it runs; its data goes after that. */
typedef struct
{
  GCallback func; /* (nullable) */
  gpointer user_data;
  GDestroyNotify destroy;
} StateSyncCallback;

StateSyncCallback *state_sync_callback_new     (GCallback func, gpointer user_data, GDestroyNotify destroy);
StateSyncCallback *state_sync_callback_hold    (StateSyncCallback *self);
void               state_sync_callback_release (StateSyncCallback *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncCallback, state_sync_callback_release)

G_END_DECLS
