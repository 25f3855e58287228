/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A session bus of the test's own, in a folder of its own that stands for the user's home. All
 * that is started in it dies with the test, however that ends, and the folder goes then too. */
typedef struct _TestSession TestSession;

TestSession         *test_session_new                (void);
void                 test_session_free               (TestSession *self);

const char          *test_session_get_address        (TestSession *self);
const char          *test_session_get_folder         (TestSession *self);
const char          *test_session_get_database       (TestSession *self);

/* For what is started from now on, the activated service included. */
void                 test_session_set_env            (TestSession *self, const char *name, const char *value);

/* --- processes; to be unreffed, they are reaped by themselves --- */

GSubprocess         *test_session_spawn              (TestSession *self, GSubprocessFlags flags, const char *const *argv);
GSubprocess         *test_session_spawn_daemon       (TestSession *self, GSubprocessFlags flags, const char *const *args);

/* Sends the signal and waits for the end. */
void                 test_process_end                (GSubprocess *process, int signal_number);

/* Waits until a signal has stopped it, not ended. */
void                 test_process_wait_until_stopped (GSubprocess *process);

/* What it has in memory, and how many descriptors. */
guint64              test_process_get_resident_kib   (GSubprocess *process);
guint                test_process_get_n_files        (GSubprocess *process);
guint                test_pid_get_n_files            (pid_t pid);

/* Waits for the end: the exit status, which there must be, and what was written to pipes. */
int                  test_process_finish             (GSubprocess *process, char **output, char **errors);

/* --- the service: started directly, or by the bus when first called --- */

const char          *test_daemon_get_path            (void);
void                 test_session_set_daemon         (TestSession *self, const char *path);
GSubprocess         *test_session_start_daemon       (TestSession *self, const char *const *args);
void                 test_session_make_activatable   (TestSession *self, const char *const *args);

/* Run the main loop until the name has an owner (another than @previous, if given), or none. */
char                *test_session_wait_for_owner     (TestSession *self, const char *previous);
void                 test_session_wait_for_no_owner  (TestSession *self);
pid_t                test_session_get_owner_pid      (TestSession *self);

/* --- the bus --- */

void                 test_session_end_bus            (TestSession *self);
GDBusConnection     *test_bus_connect                (const char *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestSession, test_session_free)

G_END_DECLS
