/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a window does many times over, by itself. */

#include <stdlib.h>
#include <string.h>

#include "client/window-role.h"

#define FLOOD_DEPTH 3

/* Of a member of what is shown; 0 if there is none. */
static gint64
get_number (StateSyncTopic *topic, const char *member)
{
  JsonNode *data = state_sync_topic_get_data (topic);

  if (!JSON_NODE_HOLDS_OBJECT (data))
    return 0;
  return json_object_get_int_member_with_default (json_node_get_object (data), member, 0);
}

static void update (StateSyncTopic *topic,
                    guint64 *expected,
                    GAsyncReadyCallback callback,
                    gpointer user_data,
                    const char *format,
                    ...) G_GNUC_PRINTF (5, 6);

static void
update (StateSyncTopic *topic,
        guint64 *expected,
        GAsyncReadyCallback callback,
        gpointer user_data,
        const char *format,
        ...)
{
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) patch = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  patch = json_from_string (text, NULL);
  g_assert_nonnull (patch);
  state_sync_topic_update_async (topic, patch,
                                 expected != NULL ? STATE_SYNC_WRITE_FLAGS_IF_REVISION
                                                  : STATE_SYNC_WRITE_FLAGS_NONE,
                                 expected != NULL ? *expected : 0, NULL, callback, user_data);
}

/* --- quiet, await --- */

/* From now on changes are not told one by one. */
static void
do_quiet (Play *self, StateSyncTopic *topic, const Order *order)
{
  g_object_set_data (G_OBJECT (topic), "quiet", GINT_TO_POINTER (TRUE));
}

typedef struct
{
  guint64 revision;
  gulong handlers[2];
} Await;

static void
look (StateSyncTopic *topic, GParamSpec *pspec, gpointer user_data)
{
  Await *await = user_data;

  if (state_sync_topic_get_revision (topic) < await->revision ||
      state_sync_topic_get_has_pending (topic))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (await->handlers); i++)
    g_signal_handler_disconnect (topic, await->handlers[i]);
  window_tell_state (topic, "awaited");
  g_free (await);
}

static void
do_await (Play *self, StateSyncTopic *topic, const Order *order)
{
  Await *await = g_new (Await, 1);

  await->revision = g_ascii_strtoull (order->argument, NULL, 10);
  await->handlers[0] = g_signal_connect_after (topic, "notify::revision", G_CALLBACK (look), await);
  await->handlers[1] =
      g_signal_connect_after (topic, "notify::has-pending", G_CALLBACK (look), await);
  look (topic, NULL, await);
}

/* --- rally: two windows answer each other, from within `changed` --- */

typedef struct
{
  gint64 parity;
  gint64 limit;
} Rally;

static void
on_ball (StateSyncTopic *topic, const char *const *members, gpointer user_data)
{
  Rally *rally = user_data;
  gint64 n = get_number (topic, "n");

  if (n % 2 == rally->parity && n < rally->limit)
    update (topic, NULL, NULL, NULL, "{\"n\":%" G_GINT64_FORMAT "}", n + 1);
}

static void
free_rally (gpointer data, GClosure *closure)
{
  g_free (data);
}

/* The argument is what it answers, 0 = even numbers, and the number that nobody answers. */
static void
do_rally (Play *self, StateSyncTopic *topic, const Order *order)
{
  Rally *rally = g_new (Rally, 1);
  char *rest;

  rally->parity = g_ascii_strtoll (order->argument, &rest, 10);
  rally->limit = g_ascii_strtoll (rest, NULL, 10);
  g_signal_connect_data (topic, "changed", G_CALLBACK (on_ball), rally, free_rally, 0);
}

/* --- burst: many changes, each of a member of its own --- */

typedef struct
{
  StateSyncTopic *topic; /* owned */
  char *prefix;
  guint n_wanted;
  guint n_made;
  guint n_accepted;
  guint n_refused;
} Burst;

static void
on_burst_updated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Burst *burst = user_data;
  g_autoptr (GError) error = NULL;

  if (state_sync_topic_update_finish (burst->topic, result, NULL, &error))
    {
      burst->n_accepted++;
    }
  else
    {
      burst->n_refused++;
      g_printerr ("refused: %s\n", error->message);
    }
  if (burst->n_accepted + burst->n_refused < burst->n_wanted)
    return;

  window_tell ("burst", burst->topic, "%u %u", burst->n_accepted, burst->n_refused);
  g_object_unref (burst->topic);
  g_free (burst->prefix);
  g_free (burst);
}

static gboolean
on_burst_idle (gpointer user_data)
{
  Burst *burst = user_data;
  guint i = burst->n_made++;
  gboolean is_last = burst->n_made == burst->n_wanted;

  update (burst->topic, NULL, on_burst_updated, burst, "{\"%s-%u\":%u}", burst->prefix, i, i);
  return is_last ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* The argument is how many, and what the members' names begin with. */
static void
do_burst (Play *self, StateSyncTopic *topic, const Order *order)
{
  g_auto (GStrv) words = g_strsplit (order->argument, " ", 2);
  Burst *burst = g_new0 (Burst, 1);

  burst->topic = g_object_ref (topic);
  burst->n_wanted = (guint)g_ascii_strtoull (words[0], NULL, 10);
  burst->prefix = g_strdup (words[1]);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_burst_idle, burst, NULL);
}

/* --- flood: changes without end, of which one that took effect twice would leave a trace --- */

/* Each change adds a member and takes the one before away: made again later it would bring its
 * own back. */
typedef struct
{
  StateSyncTopic *topic; /* owned */
  char *prefix;
  gboolean is_enough;
  guint n_made;
  guint n_done;
  guint n_refused;
  guint64 revision;
} Flood;

static void flood_next (Flood *flood);

static void
on_flood_updated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Flood *flood = user_data;
  g_autoptr (GError) error = NULL;
  guint64 revision;

  flood->n_done++;
  if (!state_sync_topic_update_finish (flood->topic, result, &revision, &error))
    {
      flood->n_refused++;
      g_printerr ("refused: %s\n", error->message);
    }
  else
    {
      g_assert_cmpuint (revision, >=, flood->revision);
      flood->revision = revision;
    }

  if (!flood->is_enough)
    flood_next (flood);
  else if (flood->n_done == flood->n_made)
    window_tell ("flooded", flood->topic, "%u %u", flood->n_made, flood->n_refused);
}

static void
flood_next (Flood *flood)
{
  guint i = ++flood->n_made;

  update (flood->topic, NULL, on_flood_updated, flood, "{\"%s-%u\":%u,\"%s-%u\":null}",
          flood->prefix, i, i, flood->prefix, i - 1);
}

static void
flood_free (gpointer data)
{
  Flood *flood = data;

  g_free (flood->prefix);
  g_free (flood);
}

static void
do_flood (Play *self, StateSyncTopic *topic, const Order *order)
{
  Flood *flood = g_new0 (Flood, 1);

  flood->topic = topic;
  flood->prefix = g_strdup (order->argument);
  g_object_set_data_full (G_OBJECT (topic), "flood", flood, flood_free);
  for (guint i = 0; i < FLOOD_DEPTH; i++)
    flood_next (flood);
}

static void
do_enough (Play *self, StateSyncTopic *topic, const Order *order)
{
  Flood *flood = g_object_get_data (G_OBJECT (topic), "flood");

  flood->is_enough = TRUE;
}

/* --- tally: read, add one, write if nobody else did meanwhile --- */

typedef struct
{
  StateSyncTopic *topic; /* owned */
  guint n_wanted;
  guint n_done;
  guint n_conflicts;
} Tally;

static void tally_next (Tally *tally);

static void
on_tally_refreshed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Tally *tally = user_data;
  g_autoptr (GError) error = NULL;

  if (!state_sync_topic_refresh_finish (tally->topic, result, &error))
    g_error ("%s", error->message);
  tally_next (tally);
}

static void
on_tally_updated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Tally *tally = user_data;
  g_autoptr (GError) error = NULL;

  if (state_sync_topic_update_finish (tally->topic, result, NULL, &error))
    {
      tally->n_done++;
      tally_next (tally);
      return;
    }
  if (!g_error_matches (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_CONFLICT))
    g_error ("%s", error->message);
  tally->n_conflicts++;
  state_sync_topic_refresh_async (tally->topic, NULL, on_tally_refreshed, tally);
}

static void
tally_next (Tally *tally)
{
  guint64 revision = state_sync_topic_get_revision (tally->topic);

  if (tally->n_done < tally->n_wanted)
    {
      update (tally->topic, &revision, on_tally_updated, tally, "{\"n\":%" G_GINT64_FORMAT "}",
              get_number (tally->topic, "n") + 1);
      return;
    }
  window_tell ("tallied", tally->topic, "%u %u", tally->n_done, tally->n_conflicts);
  g_object_unref (tally->topic);
  g_free (tally);
}

static void
do_tally (Play *self, StateSyncTopic *topic, const Order *order)
{
  Tally *tally = g_new0 (Tally, 1);

  tally->topic = g_object_ref (topic);
  tally->n_wanted = (guint)g_ascii_strtoull (order->argument, NULL, 10);
  tally_next (tally);
}

/* --- hold: more windows of this process --- */

typedef struct
{
  StateSyncTopic *topic; /* owned */
  guint n_left;
} Hold;

static void
on_held (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Hold *hold = user_data;
  g_autoptr (GError) error = NULL;

  if (!state_sync_topic_start_finish (STATE_SYNC_TOPIC (source), result, &error))
    g_error ("%s", error->message);
  if (--hold->n_left > 0)
    return;
  window_tell_state (hold->topic, "held");
  g_object_unref (hold->topic);
  g_free (hold);
}

static void
do_hold (Play *self, StateSyncTopic *topic, const Order *order)
{
  Hold *hold = g_new (Hold, 1);
  guint n = (guint)g_ascii_strtoull (order->argument, NULL, 10);

  *hold = (Hold){ g_object_ref (topic), n };
  for (guint i = 0; i < n; i++)
    {
      StateSyncTopic *another = state_sync_client_get_topic (self->client, order->name);

      g_ptr_array_add (self->held, another);
      state_sync_topic_start_async (another, NULL, on_held, hold);
    }
}

/* Many topics at once: NAME0, NAME1, … */
static void
do_start_many (Play *self, StateSyncTopic *topic, const Order *order)
{
  Hold *hold = g_new (Hold, 1);
  guint n = (guint)g_ascii_strtoull (order->argument, NULL, 10);

  *hold = (Hold){ g_object_ref (topic), n };
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s%u", order->name, i);
      StateSyncTopic *one = state_sync_client_get_topic (self->client, name);

      g_ptr_array_add (self->held, one);
      state_sync_topic_start_async (one, NULL, on_held, hold);
    }
}

/* --- cycle: starts and stops --- */

typedef struct
{
  Play *play;
  StateSyncTopic *teller; /* owned */
  char *name;
  guint n_left;
  gint n_alive;
} Cycle;

static void cycle_next (Cycle *cycle);

static void
on_topic_gone (gpointer user_data, GObject *topic)
{
  Cycle *cycle = user_data;

  cycle->n_alive--;
}

static gboolean
on_cycle_idle (gpointer user_data)
{
  cycle_next (user_data);
  return G_SOURCE_REMOVE;
}

/* Every other time the last reference is dropped without a stop, as when a window is closed. */
static void
on_cycle_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Cycle *cycle = user_data;
  StateSyncTopic *topic = STATE_SYNC_TOPIC (source);
  g_autoptr (GError) error = NULL;

  if (!state_sync_topic_start_finish (topic, result, &error))
    g_error ("%s", error->message);
  if (cycle->n_left % 2 == 0)
    state_sync_topic_stop (topic);
  g_object_unref (topic);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_cycle_idle, cycle, NULL);
}

static gboolean
on_cycles_over (gpointer user_data)
{
  Cycle *cycle = user_data;

  window_tell ("cycled", cycle->teller, "%d", cycle->n_alive);
  return G_SOURCE_REMOVE;
}

static void
cycle_next (Cycle *cycle)
{
  StateSyncTopic *topic;

  if (cycle->n_left == 0)
    {
      /* After all that is still to be dispatched. */
      g_idle_add_full (G_PRIORITY_LOW, on_cycles_over, cycle, NULL);
      return;
    }
  cycle->n_left--;
  cycle->n_alive++;
  topic = state_sync_client_get_topic (cycle->play->client, cycle->name);
  g_object_weak_ref (G_OBJECT (topic), on_topic_gone, cycle);
  state_sync_topic_start_async (topic, NULL, on_cycle_started, cycle);
}

/* The argument is the name of the topic that is started, and how often. */
static void
do_cycle (Play *self, StateSyncTopic *topic, const Order *order)
{
  g_auto (GStrv) words = g_strsplit (order->argument, " ", 2);
  Cycle *cycle = g_new0 (Cycle, 1);

  cycle->play = self;
  cycle->teller = g_object_ref (topic);
  cycle->name = g_strdup (words[0]);
  cycle->n_left = (guint)g_ascii_strtoull (words[1], NULL, 10);
  cycle_next (cycle);
}

static const struct
{
  const char *verb;
  WindowAct act;
} loads[] = {
  { "await", do_await },   { "burst", do_burst }, { "cycle", do_cycle },
  { "enough", do_enough }, { "flood", do_flood }, { "hold", do_hold },
  { "quiet", do_quiet },   { "rally", do_rally }, { "start-many", do_start_many },
  { "tally", do_tally },
};

WindowAct
window_find_load (const char *verb)
{
  for (guint i = 0; i < G_N_ELEMENTS (loads); i++)
    {
      if (g_str_equal (loads[i].verb, verb))
        return loads[i].act;
    }
  return NULL;
}
