/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any sequence of snapshots, whatever is in them, through an applier: in replace mode the object is
 * as applying the last one alone leaves it; in patch mode as a model is that sets one member after
 * the other.
 */

#include <string.h>

#include "binding/feed.h"
#include "values/gvalue.h"
#include "values/many-properties.h"
#include "values/property-name.h"

#define N_ROUNDS 300
#define N_SNAPSHOTS 12

/* --- snapshots --- */

static const char *
pick (const char *const *from, gsize n)
{
  return from[g_test_rand_int_range (0, (int)n)];
}

#define PICK(array) pick (array, G_N_ELEMENTS (array))

/* Few names, often in two spellings, and values of which many fit nowhere. */
static char *
random_snapshot (void)
{
  static const char *const names[] = {
    "visible", "font_size", "fontSize", "any-int", "opacity", "title",  "note",  "size", "style",
    "tags",    "origin",    "node",     "object",  "partner", "letter", "other", "span",
  };
  static const char *const values[] = {
    "null",
    "true",
    "false",
    "0",
    "7",
    "14",
    "-1",
    "0.5",
    "\"a\"",
    "\"\"",
    "\"small\"",
    "\"very-large\"",
    "\"3:4\"",
    "[]",
    "[\"bold\"]",
    "[\"bold\",\"italic\"]",
    "[\"x\",1]",
    "{}",
    "{\"a\":[1,{}]}",
    "1e300",
  };
  g_autoptr (GHashTable) used = g_hash_table_new (g_str_hash, g_str_equal);
  GString *text;

  if (g_test_rand_int_range (0, 10) == 0)
    return g_strdup ("null");

  text = g_string_new ("{");
  for (int n = g_test_rand_int_range (0, 8); n > 0; n--)
    {
      const char *name = PICK (names);

      if (!g_hash_table_add (used, (gpointer)name))
        continue;
      g_string_append_printf (text, "%s\"%s\":%s", text->len > 1 ? "," : "", name, PICK (values));
    }
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

/* --- two ways to the same --- */

static void
ignore (StateSyncTopic *topic, StateSyncFailure *failure, gpointer user_data)
{
  g_assert_cmpint (state_sync_failure_get_phase (failure), ==, STATE_SYNC_PHASE_APPLY);
}

static char *
apply (StateSyncApplierMode mode, char **snapshots, const char *const *omit)
{
  g_autoptr (TestFeed) feed = test_feed_new ();
  g_autoptr (TestMany) object = test_many_new ();
  StateSyncTopic *topic = test_feed_follow (feed);
  g_autoptr (StateSyncApplier) applier =
      state_sync_applier_new (topic, G_OBJECT (object), mode, NULL, omit, NULL);

  g_signal_connect (topic, "sync-error", G_CALLBACK (ignore), NULL);
  state_sync_applier_start (applier);
  for (guint i = 0; snapshots[i] != NULL; i++)
    test_feed_show (feed, topic, snapshots[i]);
  g_object_unref (topic);
  return test_many_describe (G_OBJECT (object));
}

/* The model: no memory, no comparison, member by member. */
static void
model_apply (GObject *object, JsonObject *members)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  json_object_iter_init_ordered (&iter, members);
  while (json_object_iter_next_ordered (&iter, &name, &member))
    {
      GParamSpec *pspec = state_sync_find_property (G_OBJECT_GET_CLASS (object), name);
      g_auto (GValue) value = G_VALUE_INIT;

      if (pspec != NULL && g_hash_table_add (seen, pspec) &&
          state_sync_json_to_gvalue (member, pspec, &value, NULL))
        g_object_set_property (object, pspec->name, &value);
    }
}

static char *
model (char **snapshots)
{
  g_autoptr (TestMany) object = test_many_new ();

  for (guint i = 0; snapshots[i] != NULL; i++)
    {
      g_autoptr (JsonNode) node = json_from_string (snapshots[i], NULL);

      if (JSON_NODE_HOLDS_OBJECT (node))
        model_apply (G_OBJECT (object), json_node_get_object (node));
    }
  return test_many_describe (G_OBJECT (object));
}

static char **
random_snapshots (void)
{
  g_autoptr (GStrvBuilder) snapshots = g_strv_builder_new ();

  for (int n = g_test_rand_int_range (1, N_SNAPSHOTS); n > 0; n--)
    {
      g_autofree char *snapshot = random_snapshot ();

      g_strv_builder_add (snapshots, snapshot);
    }
  return g_strv_builder_end (snapshots);
}

static void
test_replace (void)
{
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      static const char *const omitted[] = { "title", NULL };
      const char *const *omit = g_test_rand_bit () ? omitted : NULL;
      g_auto (GStrv) snapshots = random_snapshots ();
      char *last[] = { snapshots[g_strv_length (snapshots) - 1], NULL };
      g_autofree char *by_all = apply (STATE_SYNC_APPLIER_MODE_REPLACE, snapshots, omit);
      g_autofree char *by_last = apply (STATE_SYNC_APPLIER_MODE_REPLACE, last, omit);

      g_assert_cmpstr (by_all, ==, by_last);
    }
}

static void
test_patch (void)
{
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      g_auto (GStrv) snapshots = random_snapshots ();
      g_autofree char *applied = apply (STATE_SYNC_APPLIER_MODE_PATCH, snapshots, NULL);
      g_autofree char *modelled = model (snapshots);

      g_assert_cmpstr (applied, ==, modelled);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_many_teach_types ();
  g_test_add_func ("/binding/random/replace", test_replace);
  g_test_add_func ("/binding/random/patch", test_patch);

  return g_test_run ();
}
