/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/statesync.h>

G_BEGIN_DECLS

/* A service of one topic, in memory: all three interfaces of a transport. Pulls and commits are
 * answered at once. */
#define TEST_TYPE_FEED (test_feed_get_type ())
G_DECLARE_FINAL_TYPE (TestFeed, test_feed, TEST, FEED, GObject)

TestFeed       *test_feed_new          (void);

/* Somebody else writes: the next revision has this text, and who listens is told. */
void            test_feed_write        (TestFeed *self, const char *text);
/* The same, until the topic shows it. */
void            test_feed_show         (TestFeed *self, StateSyncTopic *topic, const char *text);

/* Whether anybody serves; somebody does at first. */
void            test_feed_serve        (TestFeed *self, gboolean serves);

/* Commits are refused with this message; NULL: no longer. */
void            test_feed_refuse       (TestFeed *self, const char *message);
/* Commits wait until they are let go. */
void            test_feed_hold_commits (TestFeed *self);
void            test_feed_let_go       (TestFeed *self);

guint           test_feed_get_n_commits (TestFeed *self);
char           *test_feed_dup_text     (TestFeed *self);

/* The topic, of a new client; followed, or not yet. */
StateSyncTopic *test_feed_get_topic    (TestFeed *self);
void            test_feed_start        (StateSyncTopic *topic);
StateSyncTopic *test_feed_follow       (TestFeed *self);

G_END_DECLS
