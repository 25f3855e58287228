/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <statesync/pull.h>

G_BEGIN_DECLS

/**
 * StateSyncSnapshotProvider:
 *
 * Where a [class@Engine] pulls the newest state of its topic from. One of the two halves of a
 * transport; the other is [iface@InvalidationSource]. One object may be both.
 *
 * What a provider gives is the truth. A pull that is asked for after an invalidation was told
 * has to give the revision that was told, or a newer one.
 *
 * Each pull has to be answered: at most one of a topic is under way, so one that never is holds
 * the topic up until another instance serves. A provider that asks somebody else sets a time limit.
 *
 * The request comes as an object, not as a callback, so that a provider can be written in any
 * language that has introspection.
 */
#define STATE_SYNC_TYPE_SNAPSHOT_PROVIDER (state_sync_snapshot_provider_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_INTERFACE (StateSyncSnapshotProvider, state_sync_snapshot_provider, STATE_SYNC, SNAPSHOT_PROVIDER, GObject)

/**
 * StateSyncSnapshotProviderInterface:
 * @parent_iface: the parent interface
 * @get_snapshot: gets the newest state of the pull's topic and answers the pull with it, at once
 *   or later; never blocks
 * @peek_snapshot: (nullable): gives the newest state of a topic if that is at hand, in memory, and
 *   `NULL` if a pull has to ask for it. Left out by a provider that has nothing at hand
 *
 * What a snapshot provider implements.
 */
struct _StateSyncSnapshotProviderInterface
{
  GTypeInterface parent_iface;

  /**
   * StateSyncSnapshotProviderInterface::get_snapshot:
   * @self: a provider
   * @pull: what to get, and whom to give it to
   *
   * Gets the newest state of the pull's topic and answers the pull with it, at once or later.
   */
  void (*get_snapshot) (StateSyncSnapshotProvider *self, StateSyncPull *pull);

  /**
   * StateSyncSnapshotProviderInterface::peek_snapshot:
   * @self: a provider
   * @topic: the topic
   *
   * Gives the newest state of a topic if that is at hand, in memory. Asked when an invalidation is
   * to be followed: a snapshot with the revision that was told, or a newer one, spares the pull. Of
   * another instance than that which told (see [ctor@Snapshot.new_from]) nothing is taken. Never
   * blocks.
   *
   * Returns: (transfer full) (nullable): the newest state, or `NULL` if a pull has to ask for it
   */
  StateSyncSnapshot *(*peek_snapshot) (StateSyncSnapshotProvider *self, const char *topic);
};

STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_snapshot_provider_get_snapshot_async  (StateSyncSnapshotProvider *self,
                                                                     const char *topic,
                                                                     GCancellable *cancellable,
                                                                     GAsyncReadyCallback callback,
                                                                     gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncSnapshot *state_sync_snapshot_provider_get_snapshot_finish (StateSyncSnapshotProvider *self,
                                                                     GAsyncResult *result,
                                                                     GError **error);

G_END_DECLS
