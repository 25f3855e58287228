/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync/statesync.h"

G_BEGIN_DECLS

/* A whole transport over one text, which a test sets: whoever follows it has it before the call
 * returns. It takes no writes. */
#define TEST_TYPE_TEXT_TRANSPORT (test_text_transport_get_type ())
G_DECLARE_FINAL_TYPE (TestTextTransport, test_text_transport, TEST, TEXT_TRANSPORT, GObject)

TestTextTransport *test_text_transport_new (void);
void               test_text_transport_set (TestTextTransport *self, const char *text);

/* (transfer full): the topic "t" of a client of its own, followed */
StateSyncTopic    *test_text_transport_follow (TestTextTransport *self);

G_END_DECLS
