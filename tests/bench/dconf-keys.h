/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <dconf.h>

G_BEGIN_DECLS

#define BENCH_DCONF_FOLDER "/org/example/"

char *bench_dconf_key  (guint index);
void  bench_dconf_fill (guint n_keys, gsize size);

G_END_DECLS
