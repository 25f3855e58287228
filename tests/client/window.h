/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/role.h"

G_BEGIN_DECLS

/* A window of an app in a process of its own: a client library that does what it is told, line by
 * line, and tells what it sees. The role has to be among those given to test_init(). */
int          window_play         (TestClient *client, const char *const *args);

#define WINDOW_ROLE { "window", window_play }

/* Clients that need no service: how their processes hear each other. */
#define WINDOW_BROADCAST_BY_FILES "by-files"
#define WINDOW_BROADCAST_BY_BUS "by-bus"

/* In the test's own process: */
typedef struct _Window Window;

/* How windows that are opened from now on follow, in turn: StateSyncClientFlags. With an
 * application id (nullable) they are opened in sandboxes of that app, and their topics are inside
 * its namespace, which is left out of all that they are told and tell. With
 * @is_peer they are connected to the app that has the service. */
void         window_set_defaults (guint one, guint other, const char *app_id, gboolean is_peer);

/* Its service is an app's own: on the bus, by this name and at this path. */
#define WINDOW_OWN_SERVICE "own-service"

Window      *window_open_own     (TestSession *session, const char *namespace_, const char *bus_name, const char *object_path);
Window      *window_open_broadcast (TestSession *session, const char *app_id, const char *how);
Window      *window_open         (TestSession *session, const char *namespace_);

/* One that the test has opened in its own way. @process: (transfer full) */
Window      *window_of           (GSubprocess *process);
void         window_close        (Window *self);

/* Tells it what to do: "VERB TOPIC [ARGUMENT…]", as in window.c's table. */
void         window_do           (Window *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Reads on until it has told this: a line "KIND TOPIC REST". The rest of the line; "" is none. */
char        *window_wait_for     (Window *self, const char *kind, const char *topic);

/* The same, and that is what it says there. */
void         window_assert_outcome (Window *self, const char *kind, const char *topic, const char *rest);

/* How data is told of: itself, or its length and digest. To be freed. */
char        *window_describe     (const char *data, gsize length);

/* Reads on until it shows the topic so. */
void         window_wait_until   (Window *self, const char *topic, guint64 revision, const char *data);

/* It says this next of the topic, whatever it says of others. */
void         window_assert_told  (Window *self, const char *kind, const char *topic, const char *rest);

/* Does what is asked of it now, without having told anything of this topic before. */
void         window_assert_silent (Window *self, const char *topic);

/* Waits until the window is at this revision and has no change pending: what it shows then. Works
 * also when it is quiet. */
char        *window_wait_for_revision (Window *self, const char *topic, guint64 revision);

/* Starts following, and waits until it does. */
void         window_start        (Window *self, const char *topic);

/* A figure of the topic's counters. */
guint64      window_get_counter  (Window *self, const char *topic, const char *counter);

GSubprocess *window_get_process  (Window *self);

/* How many descriptors it has open. */
guint        window_get_n_files  (Window *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Window, window_close)

G_END_DECLS
