/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* apply applier|bindings TURNS: what it costs a process that a topic of 4 KiB with 50 members, each
 * bound to a property, changes in one of them: from the snapshot's arrival until the property is
 * set. And what it costs json-glib to parse that text.
 *
 * The transport is one of the process's own, so that no bus is measured.
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/clock.h"
#include "bench/turns.h"
#include "statesync/statesync.h"

#define N_MEMBERS 50
#define SIZE 4096
/* In one turn, so that it is long beside the reading of a clock. */
#define N_CHANGES 200

/* --- the transport --- */

#define TYPE_FEED (feed_get_type ())
G_DECLARE_FINAL_TYPE (Feed, feed, BENCH, FEED, GObject)

struct _Feed
{
  GObject parent_instance;

  StateSyncSnapshot *snapshot;
  StateSyncSubscription *subscription; /* (nullable) */
};

static void
feed_subscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  g_set_object (&BENCH_FEED (source)->subscription, subscription);
  state_sync_subscription_ready (subscription);
}

static void
feed_unsubscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  g_clear_object (&BENCH_FEED (source)->subscription);
}

static void
source_init (StateSyncInvalidationSourceInterface *iface)
{
  iface->subscribe = feed_subscribe;
  iface->unsubscribe = feed_unsubscribe;
}

static void
feed_get_snapshot (StateSyncSnapshotProvider *provider, StateSyncPull *pull)
{
  state_sync_pull_return_snapshot (pull, BENCH_FEED (provider)->snapshot);
}

static void
provider_init (StateSyncSnapshotProviderInterface *iface)
{
  iface->get_snapshot = feed_get_snapshot;
}

/* Nobody writes. */
static void
writer_init (StateSyncWriterInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (Feed,
                               feed,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_INVALIDATION_SOURCE,
                                                      source_init)
                                   G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_SNAPSHOT_PROVIDER,
                                                          provider_init)
                                       G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_WRITER, writer_init))

static void
feed_finalize (GObject *object)
{
  state_sync_snapshot_unref (BENCH_FEED (object)->snapshot);

  G_OBJECT_CLASS (feed_parent_class)->finalize (object);
}

static void
feed_class_init (FeedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = feed_finalize;
}

static void
feed_init (Feed *self)
{
  g_autoptr (GBytes) nothing = g_bytes_new_static ("null", 4);

  self->snapshot = state_sync_snapshot_new (0, nothing);
}

/* --- the object --- */

typedef enum
{
  STRING,
  INTEGER,
  NUMBER,
  BOOLEAN,
} Kind;

/* Most of what an app stores is text. */
static Kind
kind_of (guint member)
{
  static const Kind kinds[] = { STRING, INTEGER, STRING, BOOLEAN, STRING, NUMBER };

  return kinds[member % G_N_ELEMENTS (kinds)];
}

#define TYPE_SHOWN (shown_get_type ())
G_DECLARE_FINAL_TYPE (Shown, shown, BENCH, SHOWN, GObject)

struct _Shown
{
  GObject parent_instance;

  GValue values[N_MEMBERS];
  guint n_set;
};

G_DEFINE_FINAL_TYPE (Shown, shown, G_TYPE_OBJECT)

static void
shown_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  g_value_copy (&BENCH_SHOWN (object)->values[property_id - 1], value);
}

static void
shown_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  Shown *self = BENCH_SHOWN (object);

  self->n_set++;
  g_value_copy (value, &self->values[property_id - 1]);
  g_object_notify_by_pspec (object, pspec);
}

static void
shown_finalize (GObject *object)
{
  for (guint i = 0; i < N_MEMBERS; i++)
    g_value_unset (&BENCH_SHOWN (object)->values[i]);

  G_OBJECT_CLASS (shown_parent_class)->finalize (object);
}

static GParamSpec *
make_pspec (guint member)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY;
  g_autofree char *name = g_strdup_printf ("setting-%u", member);

  switch (kind_of (member))
    {
    case STRING:
      return g_param_spec_string (name, NULL, NULL, NULL, flags);
    case INTEGER:
      return g_param_spec_int (name, NULL, NULL, 0, G_MAXINT, 0, flags);
    case NUMBER:
      return g_param_spec_double (name, NULL, NULL, 0, G_MAXINT, 0, flags);
    default:
      return g_param_spec_boolean (name, NULL, NULL, FALSE, flags);
    }
}

static void
shown_class_init (ShownClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = shown_get_property;
  object_class->set_property = shown_set_property;
  object_class->finalize = shown_finalize;
  for (guint i = 0; i < N_MEMBERS; i++)
    g_object_class_install_property (object_class, i + 1, make_pspec (i));
}

static void
shown_init (Shown *self)
{
  static const GType types[] = { G_TYPE_STRING, G_TYPE_INT, G_TYPE_DOUBLE, G_TYPE_BOOLEAN };

  for (guint i = 0; i < N_MEMBERS; i++)
    g_value_init (&self->values[i], types[kind_of (i)]);
}

/* --- the data --- */

static void
append_member (GString *text, guint member, guint revision)
{
  g_string_append_printf (text, "%s\"setting_%u\":", member > 0 ? "," : "{", member);
  switch (kind_of (member))
    {
    case STRING:
      g_string_append_printf (text, "\"%0*u\"", (SIZE - 16 * N_MEMBERS) * 2 / N_MEMBERS, revision);
      break;
    case INTEGER:
      g_string_append_printf (text, "%u", revision);
      break;
    case NUMBER:
      g_string_append_printf (text, "%u.5", revision);
      break;
    default:
      g_string_append (text, revision % 2 == 0 ? "true" : "false");
    }
}

/* At each revision the next member is another. */
static GBytes *
make_text (guint64 revision)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < N_MEMBERS; i++)
    append_member (text, i, (guint)((revision + i) / N_MEMBERS));
  g_string_append_c (text, '}');
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

/* --- measuring --- */

typedef struct
{
  Feed *feed;
  StateSyncTopic *topic;
  Shown *shown;
  StateSyncSnapshot *next[N_CHANGES];
} Bench;

static void
make_snapshots (Bench *self)
{
  guint64 revision = state_sync_snapshot_get_revision (self->feed->snapshot);

  for (guint i = 0; i < N_CHANGES; i++)
    {
      g_autoptr (GBytes) text = make_text (++revision);

      self->next[i] = state_sync_snapshot_new (revision, text);
    }
}

static void
show (Bench *self, StateSyncSnapshot *snapshot)
{
  guint64 revision = state_sync_snapshot_get_revision (snapshot);

  state_sync_snapshot_unref (self->feed->snapshot);
  self->feed->snapshot = snapshot;
  state_sync_subscription_invalidate (self->feed->subscription, revision, NULL);
  while (state_sync_topic_get_revision (self->topic) != revision)
    g_main_context_iteration (NULL, TRUE);
}

static gint64
measure_changes (Bench *self)
{
  guint n_set = self->shown->n_set;
  gint64 start;
  gint64 used;

  make_snapshots (self);
  start = bench_cpu_time (getpid ());
  for (guint i = 0; i < N_CHANGES; i++)
    show (self, self->next[i]);
  used = bench_cpu_time (getpid ()) - start;
  if (self->shown->n_set - n_set != N_CHANGES)
    g_error ("%u properties were set by %u changes", self->shown->n_set - n_set, N_CHANGES);
  return used / N_CHANGES;
}

static gint64
measure_parsing (Bench *self)
{
  gsize length;
  const char *text =
      g_bytes_get_data (state_sync_snapshot_get_data (self->feed->snapshot), &length);
  gint64 start = bench_cpu_time (getpid ());

  for (guint i = 0; i < N_CHANGES; i++)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();

      if (!json_parser_load_from_data (parser, text, (gssize)length, NULL))
        g_error ("what is shown is no JSON");
    }
  return (bench_cpu_time (getpid ()) - start) / N_CHANGES;
}

static gint64
measure (guint side, gpointer data)
{
  return side == 0 ? measure_changes (data) : measure_parsing (data);
}

static void
start_applier (Bench *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncApplier) applier = state_sync_applier_new (
      self->topic, G_OBJECT (self->shown), STATE_SYNC_APPLIER_MODE_REPLACE, NULL, NULL, &error);

  if (applier == NULL)
    g_error ("%s", error->message);
  state_sync_applier_start (applier);
}

static void
bind_all (Bench *self)
{
  for (guint i = 0; i < N_MEMBERS; i++)
    {
      g_autofree char *member = g_strdup_printf ("setting_%u", i);
      g_autofree char *property = g_strdup_printf ("setting-%u", i);

      state_sync_topic_bind (self->topic, member, self->shown, property,
                             STATE_SYNC_BIND_FLAGS_DEFAULT);
    }
}

int
main (int argc, char **argv)
{
  Bench self = { 0 };
  g_autoptr (StateSyncClient) client = NULL;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GError) error = NULL;

  if (argc != 3)
    g_error ("usage: apply applier|bindings TURNS");

  self.feed = g_object_new (TYPE_FEED, NULL);
  self.shown = g_object_new (TYPE_SHOWN, NULL);
  client = state_sync_client_new_for_transport (STATE_SYNC_INVALIDATION_SOURCE (self.feed),
                                                STATE_SYNC_SNAPSHOT_PROVIDER (self.feed),
                                                STATE_SYNC_WRITER (self.feed), NULL);
  self.topic = state_sync_client_get_topic (client, "settings");
  if (!state_sync_topic_start_sync (self.topic, NULL, &error))
    g_error ("%s", error->message);
  if (g_str_equal (argv[1], "applier"))
    start_applier (&self);
  else
    bind_all (&self);

  first = make_text (N_MEMBERS);
  show (&self, state_sync_snapshot_new (N_MEMBERS, first));
  bench_take_turns (2, (guint)atoi (argv[2]), measure, &self);

  g_object_unref (self.shown);
  g_object_unref (self.topic);
  g_clear_object (&client);
  g_object_unref (self.feed);
  return 0;
}
