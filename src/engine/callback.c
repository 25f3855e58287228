/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/callback.h"

StateSyncCallback *
state_sync_callback_new (GCallback func, gpointer user_data, GDestroyNotify destroy)
{
  StateSyncCallback *self = g_rc_box_new (StateSyncCallback);

  *self = (StateSyncCallback){ func, user_data, destroy };
  return self;
}

/* @self: (nullable). */
StateSyncCallback *
state_sync_callback_hold (StateSyncCallback *self)
{
  return self != NULL ? g_rc_box_acquire (self) : NULL;
}

static void
callback_clear (gpointer data)
{
  StateSyncCallback *self = data;

  if (self->destroy != NULL)
    self->destroy (self->user_data);
}

void
state_sync_callback_release (StateSyncCallback *self)
{
  g_rc_box_release_full (self, callback_clear);
}
