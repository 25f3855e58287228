/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* What properties are bound to where no widget is needed: it has `on`, `name`, `level` (0 to 10, at
 * first 3), `ratio` and `sensitive`. */
#define TEST_TYPE_LAMP (test_lamp_get_type ())
G_DECLARE_FINAL_TYPE (TestLamp, test_lamp, TEST, LAMP, GObject)

TestLamp *test_lamp_new       (void);

/* How often `name` was set, to whatever. */
guint     test_lamp_get_n_set (TestLamp *self);

G_END_DECLS
