/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "protocol/snapshot.h"

G_BEGIN_DECLS

/**
 * StateSyncStorage:
 *
 * Where a store keeps its topics. The store calls it from one thread of its own, one call at a
 * time, so an implementation may block and needs no lock. It knows no rules: revisions and data
 * come to it decided.
 *
 * The first call is open, the last one close (also after a failed open). Errors are of the
 * domain %STATE_SYNC_ERROR, code %STATE_SYNC_ERROR_STORAGE, with a message that names what was
 * tried and what to do.
 */
#define STATE_SYNC_TYPE_STORAGE (state_sync_storage_get_type ())
G_DECLARE_INTERFACE (StateSyncStorage, state_sync_storage, STATE_SYNC, STORAGE, GObject)

/* One topic's new state, as a commit stores it. */
typedef struct
{
  const char *topic;
  StateSyncSnapshot *snapshot;
} StateSyncChange;

typedef struct
{
  guint64 topics; /* that hold data, that is, whose data is not `null` */
  guint64 bytes;  /* of their data together */
} StateSyncStorageTotals;

/* @bytes: of its data; 0 if it holds none any more */
typedef void (*StateSyncStorageListFunc) (const char *topic, guint64 revision, guint64 bytes, gpointer user_data);

struct _StateSyncStorageInterface
{
  GTypeInterface parent;

  /* Makes the storage ready, or sets @error and leaves what is there untouched. */
  gboolean (*open) (StateSyncStorage *self, GError **error);

  /* (transfer full) (nullable): the stored state; NULL without @error if never written. */
  StateSyncSnapshot *(*load) (StateSyncStorage *self, const char *topic, GError **error);

  /* Stores all @changes or none, and returns after they are on stable storage. A topic occurs
   * once. When it fails, nothing of the changes may come back, now or after a crash. */
  gboolean (*commit) (StateSyncStorage *self,
                      const StateSyncChange *changes,
                      gsize n_changes,
                      GError **error);

  /* Calls @func for every topic that was ever written and is inside @namespace_ ("" = all), in the
   * order of the bytes of their names. */
  gboolean (*list) (StateSyncStorage *self,
                    const char *namespace_,
                    StateSyncStorageListFunc func,
                    gpointer user_data,
                    GError **error);

  gboolean (*total) (StateSyncStorage *self, StateSyncStorageTotals *totals, GError **error);

  /* The version of the application's data, 0 unless it was ever told; and a commit that tells it
   * as well, all or none. For an application whose data has versions. Optional, both or neither. */
  gboolean (*get_version) (StateSyncStorage *self, guint32 *version, GError **error);
  gboolean (*commit_version) (StateSyncStorage *self,
                              guint32 version,
                              const StateSyncChange *changes,
                              gsize n_changes,
                              GError **error);

  /* Called when nothing else waits: house-keeping that would make a commit wait. Optional. */
  void (*tidy) (StateSyncStorage *self);

  void (*close) (StateSyncStorage *self);
};

gboolean           state_sync_storage_open           (StateSyncStorage *self, GError **error);
StateSyncSnapshot *state_sync_storage_load           (StateSyncStorage *self, const char *topic, GError **error);
gboolean           state_sync_storage_commit         (StateSyncStorage *self,
                                                      const StateSyncChange *changes,
                                                      gsize n_changes,
                                                      GError **error);
gboolean           state_sync_storage_list           (StateSyncStorage *self,
                                                      const char *namespace_,
                                                      StateSyncStorageListFunc func,
                                                      gpointer user_data,
                                                      GError **error);
gboolean           state_sync_storage_total          (StateSyncStorage *self,
                                                      StateSyncStorageTotals *totals,
                                                      GError **error);
gboolean           state_sync_storage_has_versions   (StateSyncStorage *self);
gboolean           state_sync_storage_get_version    (StateSyncStorage *self,
                                                      guint32 *version,
                                                      GError **error);
gboolean           state_sync_storage_commit_version (StateSyncStorage *self,
                                                      guint32 version,
                                                      const StateSyncChange *changes,
                                                      gsize n_changes,
                                                      GError **error);
void               state_sync_storage_tidy           (StateSyncStorage *self);
void               state_sync_storage_close          (StateSyncStorage *self);

G_END_DECLS
