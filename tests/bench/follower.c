/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench/follower.h"

BenchFollowFunc
bench_find_follower (const char *how)
{
  if (g_str_equal (how, "pull"))
    return bench_follow_by_pull;
  if (g_str_equal (how, "library"))
    return bench_follow_by_library;
  g_error ("“%s” is no way to follow: pull, library", how);
}
