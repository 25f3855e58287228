/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One measurement of one side; the time it took. */
typedef gint64 (*BenchTurnFunc) (guint side, gpointer data);

void bench_take_turns (guint n_sides, guint n_turns, BenchTurnFunc func, gpointer data);

G_END_DECLS
