/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/verdict.h"

#include "store/source.h"

struct _StateSyncVerdict
{
  gatomicrefcount ref_count;
  GMutex mutex;
  gboolean is_given;
  GBytes *replacement; /* (nullable) */
  GError *refusal;     /* (nullable) */
  GSource *waiting;    /* (nullable) ready once the answer is given */
};

StateSyncVerdict *
state_sync_verdict_new (void)
{
  StateSyncVerdict *self = g_new0 (StateSyncVerdict, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  return self;
}

StateSyncVerdict *
state_sync_verdict_ref (StateSyncVerdict *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
state_sync_verdict_unref (StateSyncVerdict *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  state_sync_source_clear (&self->waiting);
  g_clear_pointer (&self->replacement, g_bytes_unref);
  g_clear_error (&self->refusal);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* The first answer counts. Without both @replacement and @refusal (transfer full) it is yes. */
void
state_sync_verdict_give (StateSyncVerdict *self, GBytes *replacement, GError *refusal)
{
  g_autoptr (GError) spare = refusal;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  if (self->is_given)
    return;

  self->is_given = TRUE;
  self->replacement = replacement != NULL ? g_bytes_ref (replacement) : NULL;
  self->refusal = g_steal_pointer (&spare);
  if (self->waiting != NULL)
    g_source_set_ready_time (self->waiting, 0);
}

gboolean
state_sync_verdict_is_given (StateSyncVerdict *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return self->is_given;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

/* Calls @func once the answer is given, from this thread's main context. */
void
state_sync_verdict_wait (StateSyncVerdict *self, GSourceFunc func, gpointer user_data)
{
  static GSourceFuncs funcs = { .dispatch = dispatch };
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  state_sync_source_start (&self->waiting, g_source_new (&funcs, sizeof (GSource)), func,
                           user_data);
  if (self->is_given)
    g_source_set_ready_time (self->waiting, 0);
}

/* Returns: FALSE with @refusal if the answer, which was given, is no; else @replacement
 *   (transfer full) (nullable) is set. */
gboolean
state_sync_verdict_take (StateSyncVerdict *self, GBytes **replacement, GError **refusal)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  *replacement = g_steal_pointer (&self->replacement);
  if (self->refusal == NULL)
    return TRUE;

  g_propagate_error (refusal, g_steal_pointer (&self->refusal));
  return FALSE;
}
