/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* json-change SIZE TURNS: how long a follower takes to check a text of about so many bytes in which
 * one member differs from the text before, and to find that member; and how long the check of the
 * whole takes. The member is the last one, and no length changes: what is most to walk through.
 */

#include <stdlib.h>
#include <unistd.h>

#include "bench/clock.h"
#include "bench/turns.h"
#include "protocol/json-check.h"
#include "protocol/json-diff.h"

/* What is worked through in one turn, so that it is long beside the reading of a clock. */
#define TURN_BYTES (4 * 1024 * 1024)

typedef struct
{
  GBytes *before;
  GBytes *after;
} Change;

static GBytes *
make_text (gsize size, guint last)
{
  g_autoptr (GString) text = g_string_new ("{");

  for (guint i = 0; text->len < size; i++)
    g_string_append_printf (text, "\"setting-%u\":\"some value\",", i);
  g_string_append_printf (text, "\"last\":%u}", last);
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static void
follow (const Change *change)
{
  StateSyncJsonFault fault;
  g_auto (GStrv) members = NULL;

  if (!state_sync_json_check_change (change->before, change->after, &fault))
    g_error ("refused at byte %" G_GSIZE_FORMAT ": %s", fault.offset, fault.reason);
  members = state_sync_json_diff (change->before, change->after);
  if (g_strv_length (members) != 1)
    g_error ("%u members differ", g_strv_length (members));
}

static void
check (const Change *change)
{
  StateSyncJsonFault fault;
  gsize length;
  const char *text = g_bytes_get_data (change->after, &length);

  if (!state_sync_json_check (text, length, &fault))
    g_error ("refused at byte %" G_GSIZE_FORMAT ": %s", fault.offset, fault.reason);
}

static gint64
work (guint side, gpointer data)
{
  void (*const sides[]) (const Change *change) = { follow, check };
  const Change *change = data;
  guint times = (guint)MAX (1, TURN_BYTES / g_bytes_get_size (change->after));
  gint64 start = bench_cpu_time (getpid ());

  for (guint i = 0; i < times; i++)
    sides[side](change);
  return (bench_cpu_time (getpid ()) - start) / times;
}

int
main (int argc, char **argv)
{
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  Change change;

  if (argc != 3)
    g_error ("usage: json-change SIZE TURNS");

  before = make_text ((gsize)atoi (argv[1]), 1);
  after = make_text ((gsize)atoi (argv[1]), 2);
  change = (Change){ before, after };
  bench_take_turns (2, (guint)atoi (argv[2]), work, &change);
  return 0;
}
