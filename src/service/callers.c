/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Memory for calls is shared out as the buffer of a switch is (dynamic thresholds, after Choudhury
 * and Hahne): a caller may go on while it has no more under way than what is left for everybody.
 * One alone comes to half of the whole, two to a third each, n to an n+1st part each, and the
 * same is left for whoever comes next. Nobody's share has to be known beforehand, and what nobody
 * uses is not kept from those who do.
 *
 * A call is not refused for its own size, which the bus limits already, but for what is under way
 * before it. A caller that has nothing under way may always make a small call, however full it
 * is: it did nothing to be kept waiting for.
 */

#include "service/callers.h"

#include "protocol/error.h"

#define TOTAL_BYTES ((gint64)256 * 1024 * 1024)

/* What a call costs beside its data. */
#define CALL_BYTES 4096

/* The calls of one caller that others may find before theirs: some tenths of a second. */
#define CALLS_MAX 4096

/* What may come on top of TOTAL_BYTES from each connection. */
#define SMALL_BYTES (64 * 1024)

struct _StateSyncCallers
{
  gatomicrefcount ref_count;
  GMutex mutex;
  GHashTable *callers; /* of Caller; only who has something under way is in it */
  gint64 bytes;
  gint64 last_end;
  guint64 n_refused;
};

/* Found by the first two: a unique name is unique on one bus. */
typedef struct
{
  gconstpointer connection;
  char *name;
  gint64 bytes;
  guint n_calls;
} Caller;

struct _StateSyncShare
{
  StateSyncCallers *callers; /* owned */
  Caller *caller;            /* in callers for as long as it has any */
  gint64 bytes;
};

static guint
caller_hash (gconstpointer key)
{
  const Caller *caller = key;

  return g_direct_hash (caller->connection) ^ g_str_hash (caller->name);
}

static gboolean
caller_equal (gconstpointer a, gconstpointer b)
{
  const Caller *one = a;
  const Caller *other = b;

  return one->connection == other->connection && g_str_equal (one->name, other->name);
}

static void
caller_free (gpointer data)
{
  Caller *caller = data;

  g_free (caller->name);
  g_free (caller);
}

StateSyncCallers *
state_sync_callers_new (void)
{
  StateSyncCallers *self = g_new0 (StateSyncCallers, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->callers = g_hash_table_new_full (caller_hash, caller_equal, NULL, caller_free);
  self->last_end = g_get_monotonic_time ();
  return self;
}

StateSyncCallers *
state_sync_callers_ref (StateSyncCallers *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
state_sync_callers_unref (StateSyncCallers *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_hash_table_unref (self->callers);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static Caller *
find_caller (StateSyncCallers *self, gconstpointer connection, const char *name)
{
  const Caller key = { .connection = connection, .name = (char *)name };
  Caller *caller = g_hash_table_lookup (self->callers, &key);

  if (caller == NULL)
    {
      caller = g_new (Caller, 1);
      *caller = (Caller){ .connection = connection, .name = g_strdup (name) };
      g_hash_table_add (self->callers, caller);
    }
  return caller;
}

static void
drop_if_idle (StateSyncCallers *self, Caller *caller)
{
  if (caller->n_calls == 0)
    g_hash_table_remove (self->callers, caller);
}

static gboolean
check_share (StateSyncCallers *self, const Caller *caller, gint64 needed, GError **error)
{
  gint64 left = MAX (TOTAL_BYTES - self->bytes, 0);

  if (caller->n_calls >= CALLS_MAX)
    {
      g_propagate_error (error, state_sync_error_limit_exceeded (
                                    "This connection has too many calls under way", CALLS_MAX));
      return FALSE;
    }
  if ((caller->n_calls == 0 && needed <= SMALL_BYTES) || (left > 0 && caller->bytes <= left))
    return TRUE;

  g_propagate_error (error,
                     state_sync_error_limit_exceeded (
                         "This connection has too many bytes of calls under way", (guint64)left));
  return FALSE;
}

/* NULL if the caller has too much under way to begin a call with so many bytes of data. @name: on
 * @connection, "" without a bus */
StateSyncShare *
state_sync_callers_admit (StateSyncCallers *self,
                          gconstpointer connection,
                          const char *name,
                          guint64 bytes,
                          GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  Caller *caller = find_caller (self, connection, name);
  gint64 needed = (gint64)bytes + CALL_BYTES;
  StateSyncShare *share;

  if (!check_share (self, caller, needed, error))
    {
      self->n_refused++;
      drop_if_idle (self, caller);
      return NULL;
    }

  share = g_new (StateSyncShare, 1);
  share->callers = state_sync_callers_ref (self);
  share->caller = caller;
  share->bytes = needed;
  caller->bytes += needed;
  caller->n_calls++;
  self->bytes += needed;
  return share;
}

static void
give_back (StateSyncCallers *self, Caller *caller, gint64 bytes)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  self->bytes -= bytes;
  self->last_end = g_get_monotonic_time ();
  caller->bytes -= bytes;
  caller->n_calls--;
  drop_if_idle (self, caller);
}

void
state_sync_share_free (StateSyncShare *share)
{
  give_back (share->callers, share->caller, share->bytes);
  state_sync_callers_unref (share->callers);
  g_free (share);
}

/* Whether the caller has nothing else under way. */
gboolean
state_sync_share_is_only (StateSyncShare *share)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&share->callers->mutex);

  return share->caller->n_calls == 1;
}

/* Since when nothing has been under way, in monotonic time; -1 while something is. */
gint64
state_sync_callers_get_idle_since (StateSyncCallers *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return g_hash_table_size (self->callers) == 0 ? self->last_end : -1;
}

guint64
state_sync_callers_get_n_refused (StateSyncCallers *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return self->n_refused;
}
