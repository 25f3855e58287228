/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

int      LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* An input of several texts has them divided by a line of "---", which no JSON text contains.
 * FALSE unless there are exactly @n_texts and each passes the check. */
gboolean fuzz_split             (const guint8 *data, gsize size, GBytes **texts, gsize n_texts);

void     fuzz_clear             (GBytes **texts, gsize n_texts);

void     fuzz_assert_valid      (GBytes *text);

/* Equal as values. json-glib ends a string at U+0000, so a text that writes one is no case. */
void     fuzz_assert_equal      (GBytes *actual, GBytes *expected);

G_END_DECLS
