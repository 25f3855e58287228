/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Random texts, from g_test_rand_int(): the seed that a failed test prints brings them back.
 * Names come from a small set, so that two objects share some; white space, escapes and numbers
 * are spelled in every way. */
char *test_json_random        (guint depth);
char *test_json_random_object (guint depth);

/* Changes a few bytes of @text in ways that a writer might get wrong. */
void  test_json_mutate        (GString *text);

G_END_DECLS
