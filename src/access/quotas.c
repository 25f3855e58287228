/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two kinds of limits.
 *
 * *By who calls*: calls under way, and writes per second. They belong to the application id, so
 * that more connections or processes get an app no more. Writes are paid from a bucket that holds
 * `write_burst` at most and is filled with `writes_per_second`: a burst after a pause, then that
 * rate. A refused call costs nothing.
 *
 * *By where it is stored*: topics and bytes belong to a *scope*, the name by which the app may
 * write: its own id, or a name that the user granted. What is inside the scope counts, whoever
 * wrote it. So nothing has to be remembered of who made a topic; an app that was granted a name
 * can't fill it without bound; and neither can two apps that share it. Who is not limited (the
 * host) can put more there than the limit: then the app can't add, but still change and remove.
 *
 * A topic counts from its first write on, and when it is deleted too: its revision is kept for
 * ever, and an app that made and deleted names without end would fill the disk with those.
 *
 * What the service does:
 *  1. Before the first write to a scope it lists the scope's topics, all that have a revision,
 *     and tells the sum by set_scope(), in the same step of the main loop in which that list is
 *     what is committed.
 *  2. When it is known what a write changes, it reserves that, and frees the reservation when the
 *     write was committed or failed. Two writes under way so don't both get the last free place.
 *  3. For each topic that a commit changed, whoever wrote it, it calls note(), before the
 *     reservation is freed. Scopes that are not known are passed over; those that are may be
 *     inside one another, and each gets its share.
 *
 * A scope stays known until the service ends: there are as many as there are apps and grants.
 */

#include "access/quotas.h"

#include "protocol/error.h"
#include "protocol/name.h"

const StateSyncLimits state_sync_limits_default = {
  .topics = 1000,
  .bytes = 64 * 1024 * 1024,
  .writes_per_second = 1000,
  .write_burst = 1000,
  .calls = 256,
};

/* Writes are counted in millionths: one each second is one millionth each microsecond. */
#define ONE_WRITE ((gint64)G_USEC_PER_SEC)

typedef struct
{
  guint n_calls;
  StateSyncPace pace;
  gint64 credit; /* in millionths of a write */
  gint64 filled_at;
} App;

typedef struct
{
  StateSyncUsage used;
  StateSyncUsage reserved;
} Scope;

struct _StateSyncQuotas
{
  gatomicrefcount ref_count;
  StateSyncLimits limits;
  GMutex mutex;
  GHashTable *apps;   /* application id, "" for the unknown → App */
  GHashTable *scopes; /* name → Scope */
};

struct _StateSyncReservation
{
  StateSyncQuotas *quotas; /* owned */
  Scope *scope;
  StateSyncUsage kept;
};

/* @limits: (nullable) */
StateSyncQuotas *
state_sync_quotas_new (const StateSyncLimits *limits)
{
  StateSyncQuotas *self = g_new0 (StateSyncQuotas, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->limits = limits != NULL ? *limits : state_sync_limits_default;
  self->apps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->scopes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

StateSyncQuotas *
state_sync_quotas_ref (StateSyncQuotas *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
state_sync_quotas_unref (StateSyncQuotas *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_hash_table_unref (self->apps);
  g_hash_table_unref (self->scopes);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* --- by who calls --- */

static gboolean
is_limited (StateSyncIdentity *identity)
{
  return state_sync_identity_get_kind (identity) != STATE_SYNC_IDENTITY_KIND_HOST;
}

static App *
get_app (StateSyncQuotas *self, StateSyncIdentity *identity)
{
  const char *application = state_sync_identity_get_application_id (identity);
  const char *key = application != NULL ? application : "";
  App *app = g_hash_table_lookup (self->apps, key);

  if (app == NULL)
    {
      app = g_new0 (App, 1);
      app->credit = self->limits.write_burst * ONE_WRITE;
      g_hash_table_insert (self->apps, g_strdup (key), app);
    }
  return app;
}

/* (transfer full): for the beginning of a sentence. */
static char *
describe (StateSyncIdentity *identity)
{
  const char *application = state_sync_identity_get_application_id (identity);

  return application != NULL ? g_strconcat ("App ", application, NULL)
                             : g_strdup ("The peers that can't be identified");
}

static void
refuse_by_who (GError **error,
               StateSyncIdentity *identity,
               const char *what,
               guint64 limit,
               const char *advice)
{
  g_autofree char *who = describe (identity);
  g_autofree char *sentence = g_strdup_printf ("%s %s", who, what);

  g_propagate_error (error, state_sync_error_quota_exceeded (sentence, limit, advice));
}

gboolean
state_sync_quotas_begin_call (StateSyncQuotas *self, StateSyncIdentity *identity, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  App *app;

  if (!is_limited (identity))
    return TRUE;

  app = get_app (self, identity);
  if (app->n_calls < self->limits.calls)
    {
      app->n_calls++;
      return TRUE;
    }

  refuse_by_who (error, identity, "would have too many calls under way", self->limits.calls,
                 "wait for answers before calling again");
  return FALSE;
}

void
state_sync_quotas_end_call (StateSyncQuotas *self, StateSyncIdentity *identity)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  if (is_limited (identity))
    get_app (self, identity)->n_calls--;
}

StateSyncPace *
state_sync_quotas_get_pace (StateSyncQuotas *self, StateSyncIdentity *identity)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return is_limited (identity) ? &get_app (self, identity)->pace : NULL;
}

static void
fill (StateSyncQuotas *self, App *app, gint64 now)
{
  gint64 full = self->limits.write_burst * ONE_WRITE;
  gint64 rate = MAX (self->limits.writes_per_second, 1);
  gint64 passed = MAX (now - app->filled_at, 0);

  /* After a pause it is full; asked first, which spares the product an overflow. */
  if (passed >= full / rate + 1)
    app->credit = full;
  else
    app->credit = MIN (app->credit + passed * rate, full);
  app->filled_at = now;
}

gboolean
state_sync_quotas_take_writes (
    StateSyncQuotas *self, StateSyncIdentity *identity, guint n_writes, gint64 now, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  App *app;

  if (!is_limited (identity))
    return TRUE;

  if (n_writes > self->limits.write_burst)
    {
      refuse_by_who (error, identity, "would make too many writes in one call",
                     self->limits.write_burst, "divide them among several calls");
      return FALSE;
    }

  app = get_app (self, identity);
  fill (self, app, now);
  if (app->credit >= n_writes * ONE_WRITE)
    {
      app->credit -= n_writes * ONE_WRITE;
      return TRUE;
    }

  refuse_by_who (error, identity, "writes too often in one second", self->limits.writes_per_second,
                 "write less often, or several changes as one");
  return FALSE;
}

/* --- by where it is stored --- */

gboolean
state_sync_quotas_has_scope (StateSyncQuotas *self, const char *scope)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return g_hash_table_contains (self->scopes, scope);
}

/* A scope that is known already is left as it is: it has followed each commit. */
void
state_sync_quotas_set_scope (StateSyncQuotas *self, const char *scope, StateSyncUsage used)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  Scope *known;

  if (g_hash_table_contains (self->scopes, scope))
    return;

  known = g_new0 (Scope, 1);
  known->used = used;
  g_hash_table_insert (self->scopes, g_strdup (scope), known);
}

static void
add (StateSyncUsage *usage, StateSyncUsage change)
{
  usage->topics += change.topics;
  usage->bytes += change.bytes;
}

void
state_sync_quotas_note (StateSyncQuotas *self, const char *topic, StateSyncUsage change)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  g_autofree char *name = g_strdup (topic);

  do
    {
      Scope *scope = g_hash_table_lookup (self->scopes, name);

      if (scope != NULL)
        add (&scope->used, change);
    }
  while (state_sync_name_widen (name));
}

/* Less is always allowed, also where there is too much. */
static gboolean
fits (gint64 used, gint64 reserved, gint64 change, guint64 limit)
{
  return change <= 0 || (guint64)MAX (used + reserved + change, 0) <= limit;
}

static void
refuse_by_where (
    GError **error, const char *scope, const char *what, guint64 limit, const char *advice)
{
  g_autofree char *quoted = state_sync_error_quote (scope);
  g_autofree char *sentence = g_strdup_printf ("Namespace %s would have %s", quoted, what);

  g_propagate_error (error, state_sync_error_quota_exceeded (sentence, limit, advice));
}

StateSyncReservation *
state_sync_quotas_reserve (StateSyncQuotas *self,
                           const char *scope,
                           StateSyncUsage change,
                           GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  Scope *known = g_hash_table_lookup (self->scopes, scope);
  StateSyncReservation *reservation;

  g_return_val_if_fail (known != NULL, NULL);

  if (!fits (known->used.topics, known->reserved.topics, change.topics, self->limits.topics))
    {
      refuse_by_where (error, scope, "too many topics, with those that were deleted",
                       self->limits.topics, "use the names again that there are");
      return NULL;
    }
  if (!fits (known->used.bytes, known->reserved.bytes, change.bytes, self->limits.bytes))
    {
      refuse_by_where (error, scope, "too many bytes of data", self->limits.bytes,
                       "delete what is not needed, by writing null");
      return NULL;
    }

  reservation = g_new0 (StateSyncReservation, 1);
  reservation->quotas = state_sync_quotas_ref (self);
  reservation->scope = known;
  reservation->kept.topics = MAX (change.topics, 0);
  reservation->kept.bytes = MAX (change.bytes, 0);
  add (&known->reserved, reservation->kept);
  return reservation;
}

static void
give_back (StateSyncReservation *reservation)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&reservation->quotas->mutex);

  add (&reservation->scope->reserved,
       (StateSyncUsage){ -reservation->kept.topics, -reservation->kept.bytes });
}

void
state_sync_reservation_free (StateSyncReservation *reservation)
{
  give_back (reservation);
  state_sync_quotas_unref (reservation->quotas);
  g_free (reservation);
}
