/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/error.h"
#include "replica/replica.h"

G_BEGIN_DECLS

/* A replica of topic "t", and how to say in one line what goes in and what comes out. Texts are
 * written with ' for ". */
typedef struct
{
  StateSyncReplica *replica;
} Fixture;

void fixture_set_up          (Fixture *self, gconstpointer data);
void fixture_tear_down       (Fixture *self, gconstpointer data);

void fixture_confirm         (Fixture *self, const char *instance, guint64 revision, const char *text);

/* Changes; the tag is what the events call them. */
void fixture_merge           (Fixture *self, const char *tag, const char *patch);
void fixture_merge_soft      (Fixture *self, const char *tag, const char *patch);
void fixture_merge_if        (Fixture *self, const char *tag, const char *patch, guint64 expected);
gboolean fixture_amend       (Fixture *self, const char *tag, const char *patch);

/* Takes the next write and compares: as in "a: merge {'x':1} @3, replace 5 soft"; NULL for none. */
void fixture_assert_write    (Fixture *self, const char *expected);
void fixture_accept          (Fixture *self, const char *instance, guint64 revision);
void fixture_refuse          (Fixture *self, StateSyncError code);

void fixture_assert_data     (Fixture *self, const char *expected);
void fixture_assert_revision (Fixture *self, guint64 expected);

/* All events since: as in "x: 4, y: Rejected, pull"; "" for none. */
void fixture_assert_events   (Fixture *self, const char *expected);

#define test_add(path, func) \
  g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

G_END_DECLS
