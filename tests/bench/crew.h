/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Processes that start together, and memory that they share with the one that made them. */
typedef struct _BenchCrew BenchCrew;

typedef void (*BenchCrewFunc)      (BenchCrew *self, guint index, gpointer data);

BenchCrew *bench_crew_new          (guint size, BenchCrewFunc func, gpointer data);
void       bench_crew_free         (BenchCrew *self);

/* In the process that made the crew. */
void       bench_crew_wait_ready   (BenchCrew *self);
void       bench_crew_start        (BenchCrew *self);
void       bench_crew_expect       (BenchCrew *self);
gint64     bench_crew_wait_done    (BenchCrew *self);
gint64     bench_crew_get_cpu_time (BenchCrew *self);

/* In its members. */
void       bench_crew_await_start  (BenchCrew *self);
void       bench_crew_report_done  (BenchCrew *self);

G_END_DECLS
