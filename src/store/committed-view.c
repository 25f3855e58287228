/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A snapshot never changes, so any number of threads may hold one; what has to be guarded is
 * which one is the committed one. That changes for all topics of a commit in one step, under the
 * lock, before anybody is told of the commit. So who looks sees each commit whole or not at all,
 * and who looks after a writer was told sees that write.
 *
 * The one who looks keeps the lock meanwhile: what is sent from there of a state is on its way
 * before anything is sent of the next one. Nobody may take long there, or call the store.
 *
 * A topic that is not here may still be in storage. The view has what the topic table has.
 */

#include "store/committed-view.h"

struct _StateSyncCommittedView
{
  gatomicrefcount ref_count;
  GMutex mutex;
  GHashTable *snapshots; /* topic, which is the table's, → StateSyncSnapshot */
  gboolean is_closed;
};

StateSyncCommittedView *
state_sync_committed_view_new (void)
{
  StateSyncCommittedView *self = g_new0 (StateSyncCommittedView, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->snapshots = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                           (GDestroyNotify)state_sync_snapshot_unref);
  return self;
}

StateSyncCommittedView *
state_sync_committed_view_ref (StateSyncCommittedView *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
state_sync_committed_view_unref (StateSyncCommittedView *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_hash_table_unref (self->snapshots);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* Calls @func with the topic's committed state, if that is in memory, and returns whether. */
gboolean
state_sync_committed_view_look (StateSyncCommittedView *self,
                                const char *topic,
                                StateSyncViewFunc func,
                                gpointer user_data)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  StateSyncSnapshot *snapshot = g_hash_table_lookup (self->snapshots, topic);

  if (snapshot != NULL)
    func (snapshot, user_data);
  return snapshot != NULL;
}

/* What is set until the end is seen at once. */
void
state_sync_committed_view_begin (StateSyncCommittedView *self)
{
  g_mutex_lock (&self->mutex);
}

/* @topic: lives until it is removed. */
void
state_sync_committed_view_set (StateSyncCommittedView *self,
                               const char *topic,
                               StateSyncSnapshot *snapshot)
{
  if (!self->is_closed)
    g_hash_table_replace (self->snapshots, (gpointer)topic, state_sync_snapshot_ref (snapshot));
}

void
state_sync_committed_view_end (StateSyncCommittedView *self)
{
  g_mutex_unlock (&self->mutex);
}

void
state_sync_committed_view_remove (StateSyncCommittedView *self, const char *topic)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  g_hash_table_remove (self->snapshots, topic);
}

/* From now on nothing is seen here. */
void
state_sync_committed_view_close (StateSyncCommittedView *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  self->is_closed = TRUE;
  g_hash_table_remove_all (self->snapshots);
}
