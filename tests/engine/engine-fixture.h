/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/engine.h"
#include "support/memory-transport.h"
#include "support/virtual-clock.h"

G_BEGIN_DECLS

/* An engine over a transport that does what it is told, in a time that stands still, and all that
 * comes of it, in order:
 *   "apply REVISION"                    and " fails" if it was told to
 *   "error PHASE: event R, snapshot R, attempt N, again in MSEC"   as far as known
 *   "available", "unavailable"
 *   "NAME: ok", "NAME: ERROR CODE"      for a start or refresh of that name
 */
typedef struct _Fixture Fixture;

typedef void (*FixtureHook) (Fixture *self);

struct _Fixture
{
  TestVirtualClock *clock;
  TestMemoryTransport *transport;
  StateSyncEngine *engine;
  GPtrArray *events; /* of strings */
  GCancellable *cancellable;

  guint n_failing_applies;
  gboolean fail_without_reason;
  FixtureHook in_apply; /* called from within, once */
  FixtureHook in_error;
};

void                 fixture_set_up           (Fixture *self, gconstpointer data);
void                 fixture_tear_down        (Fixture *self, gconstpointer data);

/* Makes the engine anew: with another policy, by its properties; with another topic. */
void                 fixture_remake           (Fixture *self, const char *topic, const char *first_property, ...) G_GNUC_NULL_TERMINATED;

/* Both run the main context dry afterwards. */
void                 fixture_start            (Fixture *self, const char *name);
void                 fixture_refresh          (Fixture *self, const char *name);
/* These don't. They can be cancelled. */
void                 fixture_begin_start      (Fixture *self, const char *name);
void                 fixture_begin_refresh    (Fixture *self, const char *name);

/* Starts, and forgets what came of it. */
void                 fixture_follow           (Fixture *self);

/* Writes the next revision and tells of it. */
void                 fixture_change           (Fixture *self);
void                 fixture_tell             (Fixture *self, guint64 revision);
void                 fixture_accept           (Fixture *self, guint64 revision, const char *instance);

/* Runs the main context dry. */
void                 fixture_run              (Fixture *self);
void                 fixture_advance          (Fixture *self, guint msec);

void                 fixture_assert_events    (Fixture *self, const char *const *expected);
void                 fixture_assert_pulls     (Fixture *self, guint n_pulls);
void                 fixture_assert_idle      (Fixture *self);
StateSyncCounters    fixture_get_counters     (Fixture *self);

#define fixture_assert(self, ...) \
  fixture_assert_events (self, (const char *const[]){ __VA_ARGS__, NULL })
#define fixture_assert_nothing(self) fixture_assert_events (self, (const char *const[]){ NULL })

#define test_add(path, func) \
  g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

G_END_DECLS
