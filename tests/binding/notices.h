/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* (transfer full): the names of an object's properties as they are notified, to be freed. The object
 * may go before. */
GString *test_notices_new    (gpointer object);

/* Whether these were notified, in the order of the alphabet; and what comes is begun anew. */
void     test_notices_assert (GString *notices, const char *names);

G_END_DECLS
