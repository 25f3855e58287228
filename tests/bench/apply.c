/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* apply applier|bindings TURNS: what it costs a process that a topic of 4 KiB with 50 members, each
 * bound to a property, changes in one of them: from when its state is another until the property is
 * set. And what it costs json-glib to parse that text.
 *
 * The state is in memory, so that no bus is measured.
 */

#include <stdlib.h>
#include <unistd.h>

#include "bench/clock.h"
#include "bench/turns.h"
#include "support/text-transport.h"

#define N_MEMBERS 50
#define SIZE 4096
/* In one turn, so that it is long beside the reading of a clock. */
#define N_CHANGES 200

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

/* (transfer full): at each revision the next member is another. */
static char *
make_text (guint revision)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < N_MEMBERS; i++)
    append_member (text, i, (revision + i) / N_MEMBERS);
  g_string_append_c (text, '}');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* --- measuring --- */

typedef struct
{
  TestTextTransport *transport;
  StateSyncTopic *topic;
  Shown *shown;
  guint revision;
  char *texts[N_CHANGES];
} Bench;

static void
make_texts (Bench *self)
{
  for (guint i = 0; i < N_CHANGES; i++)
    {
      g_free (self->texts[i]);
      self->texts[i] = make_text (++self->revision);
    }
}

static gint64
measure_changes (Bench *self)
{
  guint n_set = self->shown->n_set;
  gint64 start;
  gint64 used;

  make_texts (self);
  start = bench_cpu_time (getpid ());
  for (guint i = 0; i < N_CHANGES; i++)
    test_text_transport_set (self->transport, self->texts[i]);
  used = bench_cpu_time (getpid ()) - start;
  if (self->shown->n_set - n_set != N_CHANGES)
    g_error ("%u properties were set by %u changes", self->shown->n_set - n_set, N_CHANGES);
  return used / N_CHANGES;
}

static gint64
measure_parsing (Bench *self)
{
  const char *text = self->texts[N_CHANGES - 1];
  gint64 start = bench_cpu_time (getpid ());

  for (guint i = 0; i < N_CHANGES; i++)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();

      if (!json_parser_load_from_data (parser, text, -1, NULL))
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
  Bench self = { .revision = N_MEMBERS };
  g_autofree char *first = make_text (self.revision);

  if (argc != 3)
    g_error ("usage: apply applier|bindings TURNS");

  self.transport = test_text_transport_new ();
  self.topic = test_text_transport_follow (self.transport);
  self.shown = g_object_new (TYPE_SHOWN, NULL);
  if (g_str_equal (argv[1], "applier"))
    start_applier (&self);
  else
    bind_all (&self);

  test_text_transport_set (self.transport, first);
  bench_take_turns (2, (guint)atoi (argv[2]), measure, &self);

  for (guint i = 0; i < N_CHANGES; i++)
    g_free (self.texts[i]);
  g_object_unref (self.shown);
  g_object_unref (self.topic);
  g_object_unref (self.transport);
  return 0;
}
