/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How much an app may do and store: at the edge, and who is counted together. */

#include "access/quotas.h"

#include "protocol/error.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

static const StateSyncLimits limits = {
  .topics = 3,
  .bytes = 100,
  .writes_per_second = 10,
  .write_burst = 20,
  .calls = 2,
};

typedef struct
{
  StateSyncQuotas *quotas;
  StateSyncIdentity *app;
  StateSyncIdentity *other;
  StateSyncIdentity *unknown;
  StateSyncIdentity *host;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->quotas = state_sync_quotas_new (data);
  self->app = state_sync_identity_new_app ("org.example.App");
  self->other = state_sync_identity_new_app ("org.example.Other");
  self->unknown = state_sync_identity_new_unknown ();
  self->host = state_sync_identity_new_host ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  state_sync_quotas_unref (self->quotas);
  state_sync_identity_unref (self->app);
  state_sync_identity_unref (self->other);
  state_sync_identity_unref (self->unknown);
  state_sync_identity_unref (self->host);
}

static void
assert_limit (GError *error, const char *message)
{
  g_autoptr (GError) owned = error;

  g_assert_error (owned, STATE_SYNC_ERROR, STATE_SYNC_ERROR_LIMIT_EXCEEDED);
  g_assert_cmpstr (owned->message, ==, message);
}

/* --- calls --- */

static gboolean
begin (Fixture *self, StateSyncIdentity *identity)
{
  return state_sync_quotas_begin_call (self->quotas, identity, NULL);
}

static void
test_calls (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncIdentity) same = state_sync_identity_new_app ("org.example.App");
  GError *error = NULL;

  /* Another process of the app. */
  g_assert_true (begin (self, self->app));
  g_assert_true (begin (self, same));
  g_assert_false (state_sync_quotas_begin_call (self->quotas, self->app, &error));
  assert_limit (error, "App org.example.App would have too many calls under way, above the limit "
                       "of 2 for sandboxed apps: wait for answers before calling again");

  g_assert_true (begin (self, self->other));

  state_sync_quotas_end_call (self->quotas, same);
  g_assert_true (begin (self, self->app));
  g_assert_false (begin (self, same));
}

static void
test_calls_of_others (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncIdentity) same = state_sync_identity_new_unknown ();
  GError *error = NULL;

  g_assert_true (begin (self, self->unknown));
  g_assert_true (begin (self, same));
  g_assert_false (state_sync_quotas_begin_call (self->quotas, self->unknown, &error));
  assert_limit (error,
                "The peers that can't be identified would have too many calls under way, above "
                "the limit of 2 for sandboxed apps: wait for answers before calling again");

  for (guint i = 0; i < 10; i++)
    g_assert_true (begin (self, self->host));
  state_sync_quotas_end_call (self->quotas, self->host);
}

/* --- writes --- */

static gboolean
take (Fixture *self, guint n, gint64 now)
{
  return state_sync_quotas_take_writes (self->quotas, self->app, n, now, NULL);
}

static void
test_writes (Fixture *self, gconstpointer data)
{
  gint64 now = 1000 * SECOND;
  GError *error = NULL;

  /* A burst, and then none. */
  g_assert_true (take (self, 19, now));
  g_assert_true (take (self, 1, now));
  g_assert_false (state_sync_quotas_take_writes (self->quotas, self->app, 1, now, &error));
  assert_limit (error, "App org.example.App writes too often in one second, above the limit of 10 "
                       "for sandboxed apps: write less often, or several changes as one");

  /* One each tenth of a second, not a microsecond sooner; what is refused costs nothing. */
  g_assert_false (take (self, 1, now + SECOND / 10 - 1));
  g_assert_true (take (self, 1, now + SECOND / 10));
  g_assert_false (take (self, 2, now + 3 * SECOND / 10 - 1));
  g_assert_true (take (self, 2, now + 3 * SECOND / 10));

  /* A pause is worth a burst and not more, however long. */
  now += 1000 * SECOND;
  g_assert_true (take (self, 20, now));
  g_assert_false (take (self, 1, now));
  for (guint i = 4; i > 0; i--)
    {
      now = G_MAXINT64 / i;
      g_assert_true (take (self, 20, now));
      g_assert_false (take (self, 1, now));
    }
}

static void
test_writes_sustained (Fixture *self, gconstpointer data)
{
  gint64 now = SECOND;
  guint n_taken = 0;

  /* Asked every millisecond for a minute. */
  for (gint64 t = 0; t < 60 * SECOND; t += SECOND / 1000)
    n_taken += take (self, 1, now + t);
  g_assert_cmpuint (n_taken, ==, limits.write_burst + 60 * limits.writes_per_second - 1);
}

static void
test_writes_of_others (Fixture *self, gconstpointer data)
{
  GError *error = NULL;

  g_assert_true (take (self, 20, SECOND));
  g_assert_true (state_sync_quotas_take_writes (self->quotas, self->other, 20, SECOND, NULL));
  g_assert_true (state_sync_quotas_take_writes (self->quotas, self->host, 1000000, SECOND, NULL));

  /* It would be refused at any time. */
  g_assert_false (state_sync_quotas_take_writes (self->quotas, self->app, 21, SECOND, &error));
  assert_limit (error, "App org.example.App would make too many writes in one call, above the "
                       "limit of 20 for sandboxed apps: divide them among several calls");
}

/* --- topics and bytes --- */

#define SCOPE "org.example.App"

static StateSyncReservation *
reserve (Fixture *self, gint64 topics, gint64 bytes)
{
  return state_sync_quotas_reserve (self->quotas, SCOPE, (StateSyncUsage){ topics, bytes }, NULL);
}

static void
assert_room (Fixture *self, gint64 topics, gint64 bytes)
{
  g_autoptr (StateSyncReservation) all = reserve (self, topics, bytes);
  g_autoptr (StateSyncReservation) topic = NULL;
  g_autoptr (StateSyncReservation) byte = NULL;

  g_assert_nonnull (all);
  topic = reserve (self, 1, 0);
  byte = reserve (self, 0, 1);
  g_assert_null (topic);
  g_assert_null (byte);
}

static void
test_storage (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncReservation) reservation = NULL;
  GError *error = NULL;

  g_assert_false (state_sync_quotas_has_scope (self->quotas, SCOPE));
  state_sync_quotas_set_scope (self->quotas, SCOPE, (StateSyncUsage){ 1, 40 });
  g_assert_true (state_sync_quotas_has_scope (self->quotas, SCOPE));
  assert_room (self, 2, 60);

  reservation = state_sync_quotas_reserve (self->quotas, SCOPE, (StateSyncUsage){ 3, 0 }, &error);
  g_assert_null (reservation);
  assert_limit (g_steal_pointer (&error),
                "Namespace “org.example.App” would have too many topics, with those that were "
                "deleted, above the limit of 3 for sandboxed apps: use the names again that there "
                "are");
  reservation = state_sync_quotas_reserve (self->quotas, SCOPE, (StateSyncUsage){ 1, 61 }, &error);
  g_assert_null (reservation);
  assert_limit (error, "Namespace “org.example.App” would have too many bytes of data, above the "
                       "limit of 100 for sandboxed apps: delete what is not needed, by writing "
                       "null");
}

/* Two writes under way don't both get the last place. */
static void
test_reservations (Fixture *self, gconstpointer data)
{
  StateSyncReservation *first, *second;

  state_sync_quotas_set_scope (self->quotas, SCOPE, (StateSyncUsage){ 1, 40 });
  first = reserve (self, 1, 50);
  assert_room (self, 1, 10);

  /* It failed. */
  state_sync_reservation_free (first);
  assert_room (self, 2, 60);

  /* It is committed. */
  second = reserve (self, 2, 60);
  state_sync_quotas_note (self->quotas, SCOPE ".a", (StateSyncUsage){ 2, 60 });
  state_sync_reservation_free (second);
  assert_room (self, 0, 0);

  /* Less is always allowed, and its room is free when it is committed, not before. */
  second = reserve (self, 0, -30);
  assert_room (self, 0, 0);
  state_sync_quotas_note (self->quotas, SCOPE ".a", (StateSyncUsage){ 0, -30 });
  state_sync_reservation_free (second);
  assert_room (self, 0, 30);
}

/* The host may have put more there than the app could. */
static void
test_too_much_already (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncReservation) same = NULL;
  g_autoptr (StateSyncReservation) less = NULL;

  state_sync_quotas_set_scope (self->quotas, SCOPE, (StateSyncUsage){ 2, 40 });
  state_sync_quotas_note (self->quotas, SCOPE ".big", (StateSyncUsage){ 5000, 5000 });
  assert_room (self, 0, 0);
  less = reserve (self, 0, -10);
  g_assert_nonnull (less);
}

/* Scopes may be inside one another. */
static void
test_nested_scopes (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *topic;
    gboolean is_in_outer;
    gboolean is_in_scope;
  } topics[] = {
    { SCOPE, TRUE, TRUE },
    { SCOPE ".a", TRUE, TRUE },
    { SCOPE ".a.b.c", TRUE, TRUE },
    { SCOPE ".", TRUE, TRUE },
    { "org.example", TRUE, FALSE },
    { "org.example.Apple", TRUE, FALSE },
    { "org.example..App", TRUE, FALSE },
    { "org", FALSE, FALSE },
    { ".org.example.App", FALSE, FALSE },
    { "org.examples", FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      g_autoptr (StateSyncQuotas) quotas = state_sync_quotas_new (&limits);
      g_autoptr (StateSyncReservation) outer = NULL;
      g_autoptr (StateSyncReservation) inner = NULL;

      state_sync_quotas_set_scope (quotas, "org.example", (StateSyncUsage){ 0, 0 });
      state_sync_quotas_set_scope (quotas, SCOPE, (StateSyncUsage){ 0, 0 });
      state_sync_quotas_note (quotas, topics[i].topic, (StateSyncUsage){ 3, 0 });

      g_test_message ("%s", topics[i].topic);
      outer = state_sync_quotas_reserve (quotas, "org.example", (StateSyncUsage){ 1, 0 }, NULL);
      inner = state_sync_quotas_reserve (quotas, SCOPE, (StateSyncUsage){ 1, 0 }, NULL);
      g_assert_true ((outer == NULL) == topics[i].is_in_outer);
      g_assert_true ((inner == NULL) == topics[i].is_in_scope);
    }
}

/* A scope has followed all commits since it was set; a later list is not newer. */
static void
test_set_twice (Fixture *self, gconstpointer data)
{
  state_sync_quotas_set_scope (self->quotas, SCOPE, (StateSyncUsage){ 1, 40 });
  state_sync_quotas_note (self->quotas, SCOPE ".a", (StateSyncUsage){ 1, 10 });
  state_sync_quotas_set_scope (self->quotas, SCOPE, (StateSyncUsage){ 1, 40 });
  assert_room (self, 1, 50);
}

static void
test_defaults (Fixture *self, gconstpointer data)
{
  gint64 mib = 1024 * 1024;

  for (guint i = 0; i < 256; i++)
    g_assert_true (begin (self, self->app));
  g_assert_false (begin (self, self->app));

  g_assert_true (take (self, 1000, SECOND));
  g_assert_false (take (self, 1, SECOND));
  g_assert_true (take (self, 1000, 2 * SECOND));

  state_sync_quotas_set_scope (self->quotas, SCOPE, (StateSyncUsage){ 0, 0 });
  assert_room (self, 1000, 64 * mib);
}

int
main (int argc, char *argv[])
{
#define TEST(name, limits, func)                                                                   \
  g_test_add ("/access/quotas/" name, Fixture, limits, set_up, func, tear_down)

  g_test_init (&argc, &argv, NULL);

  TEST ("calls", &limits, test_calls);
  TEST ("calls-of-others", &limits, test_calls_of_others);
  TEST ("writes", &limits, test_writes);
  TEST ("writes-sustained", &limits, test_writes_sustained);
  TEST ("writes-of-others", &limits, test_writes_of_others);
  TEST ("storage", &limits, test_storage);
  TEST ("reservations", &limits, test_reservations);
  TEST ("too-much-already", &limits, test_too_much_already);
  TEST ("nested-scopes", &limits, test_nested_scopes);
  TEST ("set-twice", &limits, test_set_twice);
  TEST ("defaults", NULL, test_defaults);

#undef TEST
  return g_test_run ();
}
