/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/invalidation-source.h>
#include <statesync/snapshot-provider.h>

G_BEGIN_DECLS

/* Both halves of a transport over one topic's state in memory. It does what a test tells it:
 * answers at once, waits, fails, lies. */
#define TEST_TYPE_MEMORY_TRANSPORT (test_memory_transport_get_type ())
G_DECLARE_FINAL_TYPE (TestMemoryTransport, test_memory_transport, TEST, MEMORY_TRANSPORT, GObject)

TestMemoryTransport *test_memory_transport_new             (const char *instance);

/* The state: written as its next revision, or set. Nobody is told. */
void                 test_memory_transport_write           (TestMemoryTransport *self);
void                 test_memory_transport_set             (TestMemoryTransport *self, guint64 revision);
guint64              test_memory_transport_get_revision    (TestMemoryTransport *self);

/* Tells those who listen. */
void                 test_memory_transport_tell            (TestMemoryTransport *self, guint64 revision, const char *instance);
void                 test_memory_transport_tell_trouble    (TestMemoryTransport *self);

/* Who serves; NULL = nobody. Those who listen are told. */
void                 test_memory_transport_set_instance    (TestMemoryTransport *self, const char *instance);
const char          *test_memory_transport_get_instance    (TestMemoryTransport *self);

/* Subscriptions wait for test_memory_transport_ready(). */
void                 test_memory_transport_hold_subscribes (TestMemoryTransport *self);
void                 test_memory_transport_ready           (TestMemoryTransport *self);
/* Those that wait, or else so many from now on, are refused. */
void                 test_memory_transport_refuse          (TestMemoryTransport *self, guint n_subscribes);

/* What is newest is at hand, so that it need not be pulled; or what is given is. */
void                 test_memory_transport_put_at_hand     (TestMemoryTransport *self);
void                 test_memory_transport_put_other_at_hand (TestMemoryTransport *self, guint64 revision, const char *instance);

/* Pulls wait until they are answered one by one, oldest first: with the state as it is then, or
 * with what is given. A cancelled pull waits as well: it is answered as late as the test likes. */
void                 test_memory_transport_hold_pulls      (TestMemoryTransport *self);
void                 test_memory_transport_let_go          (TestMemoryTransport *self);
void                 test_memory_transport_answer          (TestMemoryTransport *self);
void                 test_memory_transport_answer_with     (TestMemoryTransport *self, guint64 revision, const char *instance);
void                 test_memory_transport_answer_nothing  (TestMemoryTransport *self);
void                 test_memory_transport_answer_error    (TestMemoryTransport *self);
void                 test_memory_transport_drop            (TestMemoryTransport *self);

/* Puts another pull that waits in the front. */
void                 test_memory_transport_pick            (TestMemoryTransport *self, guint n);
/* What the state and who served was when the pull in the front was sent, and whether it is wanted. */
gboolean             test_memory_transport_peek            (TestMemoryTransport *self, guint64 *revision, const char **instance);

/* So many pulls from now on fail at once. */
void                 test_memory_transport_fail            (TestMemoryTransport *self, guint n_pulls);

/* All pulls from now on are refused with this code of StateSyncError. */
void                 test_memory_transport_refuse_pulls    (TestMemoryTransport *self, gint code);

/* The next pull is answered at once, and once more. */
void                 test_memory_transport_answer_twice    (TestMemoryTransport *self);

/* Whether its snapshots say who gave them; TRUE at first. */
void                 test_memory_transport_name_instance   (TestMemoryTransport *self, gboolean name);

guint                test_memory_transport_get_n_pulls     (TestMemoryTransport *self);
guint                test_memory_transport_get_n_waiting   (TestMemoryTransport *self);
guint                test_memory_transport_get_n_wanted    (TestMemoryTransport *self);
guint                test_memory_transport_get_n_listening (TestMemoryTransport *self);
guint                test_memory_transport_get_n_subscribes (TestMemoryTransport *self);

G_END_DECLS
