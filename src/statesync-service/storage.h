/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include <statesync/snapshot.h>
#include <statesync/version-macros.h>

G_BEGIN_DECLS

/**
 * StateSyncStorage:
 *
 * Where a service keeps its topics. There is one in a file, [class@SqliteStorage], one in memory,
 * [class@MemoryStorage], and an application may implement one of its own.
 *
 * The service calls it from one thread of its own, one call at a time, so an implementation may
 * block and needs no lock. It knows no rules: revisions and data come to it decided.
 *
 * The first call is open, the last one close (also after a failed open). Errors are of the domain
 * `STATE_SYNC_ERROR`, code `STATE_SYNC_ERROR_STORAGE`, with a message that names what was tried and
 * what to do.
 */
#define STATE_SYNC_TYPE_STORAGE (state_sync_storage_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_INTERFACE (StateSyncStorage, state_sync_storage, STATE_SYNC, STORAGE, GObject)

/**
 * StateSyncChange:
 * @topic: its name
 * @snapshot: its new state
 *
 * One topic's new state, as a commit stores it.
 */
typedef struct _StateSyncChange StateSyncChange;

struct _StateSyncChange
{
  const char *topic;
  StateSyncSnapshot *snapshot;
};

/**
 * StateSyncStorageTotals:
 * @topics: how many topics hold data, that is, have data that is not `null`
 * @bytes: how many bytes their data are together
 *
 * How much a storage keeps.
 */
typedef struct _StateSyncStorageTotals StateSyncStorageTotals;

struct _StateSyncStorageTotals
{
  guint64 topics;
  guint64 bytes;
};

/**
 * StateSyncStorageListFunc:
 * @topic: a topic
 * @revision: the revision that it is at
 * @bytes: how many bytes its data is; 0 if it holds none any more
 * @user_data: (closure): what was given with the function
 *
 * Is told of one topic that a storage keeps.
 */
typedef void (*StateSyncStorageListFunc) (const char *topic, guint64 revision, guint64 bytes, gpointer user_data);

/**
 * StateSyncStorageInterface:
 * @parent_iface: the parent interface
 *
 * What a storage implements. All but `tidy`, `get_version` and `commit_version` is needed.
 */
struct _StateSyncStorageInterface
{
  GTypeInterface parent_iface;

  /**
   * StateSyncStorageInterface::open:
   * @self: a storage
   * @error: where to put the error
   *
   * Makes the storage ready, or fails and leaves what is there untouched.
   *
   * Returns: `TRUE` if it is ready
   */
  gboolean (*open) (StateSyncStorage *self, GError **error);

  /**
   * StateSyncStorageInterface::load:
   * @self: a storage
   * @topic: a topic
   * @error: where to put the error
   *
   * Gives what is stored of a topic.
   *
   * Returns: (transfer full) (nullable): the stored state; `NULL` without an error if it was never
   *   written
   */
  StateSyncSnapshot *(*load) (StateSyncStorage *self, const char *topic, GError **error);

  /**
   * StateSyncStorageInterface::commit:
   * @self: a storage
   * @changes: (array length=n_changes): the changes; no topic occurs twice
   * @n_changes: how many there are
   * @error: where to put the error
   *
   * Stores all changes or none, and returns after they are on stable storage. When it fails, nothing
   * of the changes may come back, now or after a crash.
   *
   * Returns: `TRUE` if they are stored
   */
  gboolean (*commit) (StateSyncStorage *self,
                      const StateSyncChange *changes,
                      gsize n_changes,
                      GError **error);

  /**
   * StateSyncStorageInterface::list:
   * @self: a storage
   * @namespace_: a namespace; `""` for all
   * @func: (scope call): to be called for each topic
   * @user_data: (closure): for `func`
   * @error: where to put the error
   *
   * Calls `func` for every topic that was ever written and is inside the namespace, in the order of
   * the bytes of their names.
   *
   * Returns: `TRUE` if it was told of all
   */
  gboolean (*list) (StateSyncStorage *self,
                    const char *namespace_,
                    StateSyncStorageListFunc func,
                    gpointer user_data,
                    GError **error);

  /**
   * StateSyncStorageInterface::total:
   * @self: a storage
   * @totals: (out caller-allocates): where to put the totals
   * @error: where to put the error
   *
   * Tells how much is stored.
   *
   * Returns: `TRUE` if it is told
   */
  gboolean (*total) (StateSyncStorage *self, StateSyncStorageTotals *totals, GError **error);

  /**
   * StateSyncStorageInterface::get_version:
   * @self: a storage
   * @version: (out): where to put the version
   * @error: where to put the error
   *
   * Tells of which version the application's data is: 0 unless it was ever told. Optional, together
   * with `commit_version`; needed where [property@Service:data-version] is above 0.
   *
   * Returns: `TRUE` if it is told
   */
  gboolean (*get_version) (StateSyncStorage *self, guint32 *version, GError **error);

  /**
   * StateSyncStorageInterface::commit_version:
   * @self: a storage
   * @version: the version of the application's data
   * @changes: (array length=n_changes): the changes; no topic occurs twice
   * @n_changes: how many there are, which may be none
   * @error: where to put the error
   *
   * A commit that keeps the version as well: all or none.
   *
   * Returns: `TRUE` if all is stored
   */
  gboolean (*commit_version) (StateSyncStorage *self,
                              guint32 version,
                              const StateSyncChange *changes,
                              gsize n_changes,
                              GError **error);

  /**
   * StateSyncStorageInterface::tidy:
   * @self: a storage
   *
   * Called when nothing else waits: for house-keeping that would make a commit wait. Optional.
   */
  void (*tidy) (StateSyncStorage *self);

  /**
   * StateSyncStorageInterface::close:
   * @self: a storage
   *
   * Lets go of everything.
   */
  void (*close) (StateSyncStorage *self);
};

STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_storage_open           (StateSyncStorage *self, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncSnapshot *state_sync_storage_load           (StateSyncStorage *self, const char *topic, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_storage_commit         (StateSyncStorage *self,
                                                      const StateSyncChange *changes,
                                                      gsize n_changes,
                                                      GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_storage_list           (StateSyncStorage *self,
                                                      const char *namespace_,
                                                      StateSyncStorageListFunc func,
                                                      gpointer user_data,
                                                      GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_storage_total          (StateSyncStorage *self,
                                                      StateSyncStorageTotals *totals,
                                                      GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_storage_has_versions   (StateSyncStorage *self);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_storage_get_version    (StateSyncStorage *self,
                                                      guint32 *version,
                                                      GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_storage_commit_version (StateSyncStorage *self,
                                                      guint32 version,
                                                      const StateSyncChange *changes,
                                                      gsize n_changes,
                                                      GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_storage_tidy           (StateSyncStorage *self);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_storage_close          (StateSyncStorage *self);

G_END_DECLS
