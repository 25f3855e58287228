/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cache/cache-private.h"
#include "cache/memory-storage.h"
#include "statesync/statesync.h"
#include "support/virtual-clock.h"

G_BEGIN_DECLS

#define APP_ID "org.example.Editor"
#define TOPIC APP_ID ".settings"

/* A cache over memory, in a time of the test's own, and what it told. */
typedef struct
{
  TestVirtualClock *clock;
  StateSyncCacheStorage *storage;
  StateSyncCache *cache;
  GPtrArray *log; /* of "KIND REVISION[: ERROR]", oldest first */
  guint n_saving;
} Fixture;

void     fixture_set_up             (Fixture *self, gconstpointer data);
void     fixture_tear_down          (Fixture *self, gconstpointer data);
void     fixture_add                (const char *path, void (*func) (Fixture *self, gconstpointer data));

/* Another cache over the same storage, with these properties. */
void     fixture_remake             (Fixture *self, const char *first_property, ...) G_GNUC_NULL_TERMINATED;

/* Over a storage of its own. @storage: (transfer full) */
void     fixture_use                (Fixture *self, StateSyncCacheStorage *storage);

/* @text is confirmed as this revision. */
void     fixture_keep               (Fixture *self, guint64 revision, const char *text);

/* Lets time pass, and saves that have begun end. */
void     fixture_advance            (Fixture *self, guint msec);
void     fixture_wait               (Fixture *self);

/* Keeps it, and has it saved. */
void     fixture_save               (Fixture *self, guint64 revision, const char *text);
gboolean fixture_flush              (Fixture *self, GError **error);

/* "REVISION TEXT" of what is shown, or "nothing". */
char    *fixture_load               (Fixture *self);
void     fixture_assert_loads       (Fixture *self, const char *expected);

/* This was told since, and nothing else. An entry that ends with "…" is the beginning of one. */
void     fixture_assert_told        (Fixture *self, ...) G_GNUC_NULL_TERMINATED;

/* What the storage has under the topic's name. */
GBytes  *fixture_get_stored         (Fixture *self);
void     fixture_set_stored         (Fixture *self, GBytes *bytes);

StateSyncCacheStatistics fixture_get_statistics (Fixture *self);

G_END_DECLS
