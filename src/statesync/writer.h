/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <statesync/commit.h>

G_BEGIN_DECLS

/**
 * StateSyncWriter:
 *
 * Where changes go: the third part of a transport, beside [iface@InvalidationSource] and
 * [iface@SnapshotProvider]. One object may be all three.
 *
 * An error of the domain `STATE_SYNC_ERROR` says that nothing was changed; with the code
 * `STATE_SYNC_ERROR_UNAVAILABLE` that it may be tried again when somebody serves. Any other error
 * says that it is not known whether the changes took effect.
 */
#define STATE_SYNC_TYPE_WRITER (state_sync_writer_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_INTERFACE (StateSyncWriter, state_sync_writer, STATE_SYNC, WRITER, GObject)

/**
 * StateSyncWriterInterface:
 * @parent_iface: the parent interface
 * @commit: makes all changes of the commit's transaction, in order, or none, and answers the
 *   commit, at once or later; never blocks
 *
 * What a writer implements.
 */
struct _StateSyncWriterInterface
{
  GTypeInterface parent_iface;

  /**
   * StateSyncWriterInterface::commit:
   * @self: a writer
   * @commit: the changes, and whom to tell the outcome
   *
   * Makes all of the changes, in order, or none, and answers the commit, at once or later.
   */
  void (*commit) (StateSyncWriter *self, StateSyncCommit *commit);
};

STATE_SYNC_AVAILABLE_IN_ALL
void     state_sync_writer_commit_async  (StateSyncWriter *self,
                                          StateSyncTransaction *transaction,
                                          const char *instance,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
guint64 *state_sync_writer_commit_finish (StateSyncWriter *self,
                                          GAsyncResult *result,
                                          gsize *n_revisions,
                                          char **instance,
                                          GError **error);

G_END_DECLS
