/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync-service/storage.h"

G_BEGIN_DECLS

/* A storage in memory that does what a test tells it: fail, or wait. */
#define TEST_TYPE_MEMORY_STORAGE (test_memory_storage_get_type ())
G_DECLARE_FINAL_TYPE (TestMemoryStorage, test_memory_storage, TEST, MEMORY_STORAGE, GObject)

TestMemoryStorage *test_memory_storage_new           (void);

/* Thread-safe, as are all that follow. */
void               test_memory_storage_put           (TestMemoryStorage *self, const char *topic, guint64 revision, const char *data);
char              *test_memory_storage_dup_state     (TestMemoryStorage *self, const char *topic);

/* The version of the application's data. */
void               test_memory_storage_put_version   (TestMemoryStorage *self, guint32 version);
guint32            test_memory_storage_get_version   (TestMemoryStorage *self);

/* Commits wait between hold and let_go. */
void               test_memory_storage_hold          (TestMemoryStorage *self);
void               test_memory_storage_let_go        (TestMemoryStorage *self);

/* Whether a commit waits to be let go. */
gboolean           test_memory_storage_is_holding    (TestMemoryStorage *self);

/* What fails: until it is set to FALSE again, or so many commits from now on. */
void               test_memory_storage_fail_open     (TestMemoryStorage *self, gboolean fail);
void               test_memory_storage_fail_loads    (TestMemoryStorage *self, gboolean fail);
void               test_memory_storage_fail_commits  (TestMemoryStorage *self, guint n_commits);

guint              test_memory_storage_get_n_commits (TestMemoryStorage *self);
guint              test_memory_storage_get_n_loads   (TestMemoryStorage *self);
gboolean           test_memory_storage_is_closed     (TestMemoryStorage *self);

G_END_DECLS
