/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A client that speaks D-Bus by hand: it reads its socket only when told to, and sends what no
 * library would. */
typedef struct _TestRawClient TestRawClient;

TestRawClient *test_raw_client_new     (const char *address);
TestRawClient *test_raw_client_new_without_files (const char *address);
void           test_raw_client_free    (TestRawClient *self);
const char    *test_raw_client_get_name (TestRawClient *self);

/* (transfer full) (args floating, nullable): a call to the service, to be sent as it is or after
 * it was spoilt. */
GDBusMessage  *test_raw_call_new       (const char *interface, const char *method, GVariant *args);

/* The serial that it was sent with. It waits while the socket is full. */
guint32        test_raw_client_send    (TestRawClient *self, GDBusMessage *message);
guint32        test_raw_client_call    (TestRawClient *self, const char *method, GVariant *args);

/* (transfer full): the next message, of any kind, or the answer to a call; what comes before
 * that is dropped. */
GDBusMessage  *test_raw_client_receive (TestRawClient *self);
GDBusMessage  *test_raw_client_wait_for_answer (TestRawClient *self, guint32 serial);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestRawClient, test_raw_client_free)

G_END_DECLS
