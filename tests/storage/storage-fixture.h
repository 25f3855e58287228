/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/error.h"
#include "statesync-service/sqlite-storage.h"

G_BEGIN_DECLS

/* A storage, and what it logs: SQLite's in a folder of its own, or the one in memory. */
typedef struct
{
  gboolean is_in_memory;
  char *folder;
  char *path;
  StateSyncStorage *storage; /* NULL unless open */
} Fixture;

void      fixture_set_up          (Fixture *self, gconstpointer data);
void      fixture_set_up_memory   (Fixture *self, gconstpointer data);
void      fixture_tear_down       (Fixture *self, gconstpointer data);

/* These end the test if they fail. */
void      fixture_open            (Fixture *self);
void      fixture_close           (Fixture *self);
void      fixture_reopen          (Fixture *self);
void      fixture_commit          (Fixture *self, const char *topic, guint64 revision, const char *data);

/* (transfer full): the message; ends the test if open succeeds. */
char     *fixture_open_error      (Fixture *self);

/* (transfer full): "REVISION DATA", "absent", or the error's message. */
char     *fixture_dup_state       (Fixture *self, const char *topic);
void      fixture_assert_state    (Fixture *self, const char *topic, const char *expected);

/* (transfer full): "TOPIC REVISION" of each, a comma and a space between. */
char     *fixture_dup_list        (Fixture *self, const char *namespace_);
void      fixture_assert_list     (Fixture *self, const char *namespace_, const char *expected);
void      fixture_assert_totals   (Fixture *self, guint64 topics, guint64 bytes);

/* One line each of what was logged as message or worse since the last call. */
void      fixture_assert_logged   (Fixture *self, const char *pattern);
void      fixture_assert_silent   (Fixture *self);

/* (transfer full): the names in the folder, sorted, a space between. */
char     *fixture_dup_names       (Fixture *self);
void      fixture_assert_names    (Fixture *self, const char *pattern);

/* (transfer full) (nullable): the first value that the SQL gives. The storage is not open. */
char     *fixture_sql             (Fixture *self, const char *sql);

GBytes   *read_file               (const char *path);
void      write_file              (const char *path, GBytes *content);
void      copy_folder             (const char *from, const char *to);
void      empty_folder            (const char *folder);
char     *make_temporary_folder   (void);
void      remove_temporary_folder (const char *folder);

gboolean  commit_text             (StateSyncStorage *storage, const char *topic, guint64 revision, const char *data, GError **error);

#define assert_storage_error(error) g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_STORAGE)
#define test_add(path, func) \
  g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
#define test_add_in_memory(path, func) \
  g_test_add (path, Fixture, NULL, fixture_set_up_memory, func, fixture_tear_down)

G_END_DECLS
