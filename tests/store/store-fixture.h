/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/store.h"
#include "support/memory-storage.h"

G_BEGIN_DECLS

/* A store over a storage that does what it is told, and all that it says, in order: replies as
 * "NAME: REVISION…" or "NAME: ERROR", signals as "changed TOPIC REVISION". */
typedef struct
{
  TestMemoryStorage *storage;
  StateSyncStore *store;
  GPtrArray *events; /* of strings */
  guint n_waiting;   /* replies still to come */
  guint64 max_bytes; /* of what is read at once */
  char *refusal;     /* the message of the last error */
  GPtrArray *kept;   /* of StateSyncValidation: those that a validator keeps */
} Fixture;

/* What an application adds to the store; given to the fixture as the test's data, and called with
 * the fixture. */
typedef struct
{
  StateSyncValidateFunc validate;        /* (nullable) */
  StateSyncInitialDataFunc initial_data; /* (nullable) */
} FixtureRules;

void  fixture_set_up        (Fixture *self, gconstpointer data);
void  fixture_tear_down     (Fixture *self, gconstpointer data);

void  fixture_write         (Fixture *self, const char *name, const char *topic, const char *data);
void  fixture_write_soft    (Fixture *self, const char *name, const char *topic, const char *data);
void  fixture_write_if      (Fixture *self, const char *name, const char *topic, const char *data, guint64 expected);
void  fixture_merge         (Fixture *self, const char *name, const char *topic, const char *patch);
void  fixture_write_array   (Fixture *self, const char *name, GPtrArray *writes);
void  fixture_read          (Fixture *self, const char *name, const char *const *topics);
void  fixture_list          (Fixture *self, const char *name, const char *namespace_);

/* Runs the main loop until all that was asked is answered. */
void  fixture_settle        (Fixture *self);

/* Runs the main loop until the storage holds a commit. */
void  fixture_wait_for_hold (Fixture *self);

void  fixture_close         (Fixture *self);

/* The validation that the validator has kept the longest; the caller answers or drops it. */
StateSyncValidation *fixture_next_kept (Fixture *self);

void  fixture_assert_events (Fixture *self, const char *const *expected);
void  fixture_assert_stored (Fixture *self, const char *topic, const char *expected);

StateSyncWrite *write_of    (const char *topic, const char *data, StateSyncWriteMode mode, gboolean durable);

#define fixture_assert(self, ...) \
  fixture_assert_events (self, (const char *const[]){ __VA_ARGS__, NULL })
#define fixture_read_topics(self, name, ...) \
  fixture_read (self, name, (const char *const[]){ __VA_ARGS__, NULL })

#define test_add(path, func) test_add_with (path, NULL, func)
#define test_add_with(path, rules, func) \
  g_test_add (path, Fixture, rules, fixture_set_up, func, fixture_tear_down)

G_END_DECLS
