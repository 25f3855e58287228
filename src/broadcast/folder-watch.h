/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tells when files in folders are renamed, within microseconds. */
typedef struct _StateSyncFolderWatch StateSyncFolderWatch;

typedef struct
{
  /* A file that was called @name got another name. */
  void (*renamed) (int id, const char *name, gpointer user_data);

  /* The folder is gone, and so is the watch on it. */
  void (*gone)    (int id, gpointer user_data);

  /* Something may have been missed. */
  void (*missed)  (gpointer user_data);
} StateSyncFolderWatchFuncs;

StateSyncFolderWatch *state_sync_folder_watch_new    (const StateSyncFolderWatchFuncs *funcs, gpointer user_data);
void                  state_sync_folder_watch_free   (StateSyncFolderWatch *self);

int                   state_sync_folder_watch_add    (StateSyncFolderWatch *self, const char *path, GError **error);
void                  state_sync_folder_watch_remove (StateSyncFolderWatch *self, int id);

G_END_DECLS
