/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A server that is taken for a bus by who connects to it, and says of peers what the test wants:
 * there are buses with and without pidfds, and none lies when it is asked to. It is in the test's
 * own process, and answers on GDBus's threads. */
typedef struct _TestFakeBus TestFakeBus;

typedef struct
{
  gint64 user;          /* -1: not told */
  gint64 pid;           /* -1: not told */
  int pidfd;            /* -1: none */
  const char *label;    /* (nullable) */
  gint64 pid_afterwards; /* when it is asked once more; -1: that peer has left */
  gint64 own_pid;       /* of who asks */
} TestFakePeer;

TestFakeBus     *test_fake_bus_new        (const char *folder);
void             test_fake_bus_free       (TestFakeBus *self);
const char      *test_fake_bus_get_address (TestFakeBus *self);

/* Waits for a client; (transfer full): the bus's end of its connection. */
GDBusConnection *test_fake_bus_accept     (TestFakeBus *self);

/* A client of it, in this process; its name is ":1.0". */
GDBusConnection *test_fake_bus_connect    (TestFakeBus *self);

/* What is said of everybody else from now on. */
void             test_fake_bus_set_peer   (TestFakeBus *self, const TestFakePeer *peer);

/* How often that was asked for. */
guint            test_fake_bus_get_n_asked (TestFakeBus *self);

G_END_DECLS
