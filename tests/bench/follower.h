/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bench/crew.h"

G_BEGIN_DECLS

/* Follows the first topic on a bus, in this process's main context, and reports each change to the
 * crew once its data is here. */
typedef void (*BenchFollowFunc) (BenchCrew *crew, const char *address);

void            bench_follow_by_pull    (BenchCrew *crew, const char *address);
void            bench_follow_by_library (BenchCrew *crew, const char *address);

/* @how: "pull" or "library". */
BenchFollowFunc bench_find_follower     (const char *how);

G_END_DECLS
