/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/error.h"
#include "support/session.h"

G_BEGIN_DECLS

/* A client of the service with a connection of its own, that calls as the interface says and
 * nothing more. Options are GVariant text such as "{'mode': <'merge'>}"; NULL = none. */
typedef struct _TestClient TestClient;

TestClient      *test_client_new                (const char *address);
void             test_client_free               (TestClient *self);
GDBusConnection *test_client_get_connection     (TestClient *self);

/* From now on it calls, and follows, by the sandbox-facing name and path, or by the direct ones,
 * which it does at first. */
void             test_client_use_portal         (TestClient *self);
void             test_client_use_direct         (TestClient *self);
const char      *test_client_get_name           (TestClient *self);
const char      *test_client_get_path           (TestClient *self);

/* From now on topics are called by their names inside the namespace, or in full; in the arguments
 * of a call in full only. */
void             test_client_set_namespace      (TestClient *self, const char *namespace_);
char            *test_client_dup_name           (TestClient *self, const char *topic);

/* The answer to a call, or the error it gave; errors of the service come as %STATE_SYNC_ERROR
 * with the message as it was sent. @args: (nullable) floating. */
GVariant        *test_client_call               (TestClient *self, const char *method, GVariant *args, GError **error);
void             test_client_call_async         (TestClient *self, const char *method, GVariant *args, GAsyncReadyCallback callback, gpointer user_data);
GVariant        *test_client_call_finish        (GAsyncResult *result, GError **error);

/* Arguments of Write; of WriteMany one item. */
GVariant        *test_client_write_args         (const char *topic, const char *data, const char *options);

gboolean         test_client_try_write          (TestClient *self, const char *topic, const char *data, const char *options, guint64 *revision, GError **error);

/* These succeed, or the test fails. */
guint64          test_client_write              (TestClient *self, const char *topic, const char *data);
guint64          test_client_write_with         (TestClient *self, const char *topic, const char *data, const char *options);
char            *test_client_dup_snapshot       (TestClient *self, const char *topic, guint64 *revision);
void             test_client_assert_snapshot    (TestClient *self, const char *topic, guint64 revision, const char *data);
guint64          test_client_get_statistic      (TestClient *self, const char *key);

/* The call is refused with this error and, unless NULL, exactly this message. */
void             test_client_assert_refused     (TestClient *self, const char *method, GVariant *args, StateSyncError code, const char *message);

/* What was sent to the bus before has arrived there. */
void             test_client_sync               (TestClient *self);

/* What the bus keeps for a peer that does not read; @what: "OutgoingBytes" or "OutgoingFDs". */
guint            test_client_get_unread         (TestClient *self, const char *peer, const char *what);

/* The Invalidated signals that the client receives, from the call of follow on; @topic NULL = of
 * all topics. They are counted when the main loop runs. */
void             test_client_follow             (TestClient *self, const char *topic);

/* Those that are sent to this client alone, without a match rule. */
void             test_client_listen             (TestClient *self);
void             test_client_wait_for_signal    (TestClient *self, const char *topic, guint64 revision);
guint64          test_client_get_last_signal    (TestClient *self, const char *topic);
guint            test_client_get_n_signals      (TestClient *self, const char *topic);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestClient, test_client_free)

G_END_DECLS
