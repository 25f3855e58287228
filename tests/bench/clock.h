/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All times are in nanoseconds. */
gint64 bench_now      (void);
gint64 bench_cpu_time (pid_t pid);
double bench_median   (GArray *samples);

G_END_DECLS
