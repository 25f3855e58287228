/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "binding/feed.h"
#include "binding/notices.h"
#include "values/many-properties.h"

#define PATCH STATE_SYNC_APPLIER_MODE_PATCH
#define REPLACE STATE_SYNC_APPLIER_MODE_REPLACE

typedef struct
{
  TestFeed *feed;
  StateSyncTopic *topic;
  TestMany *object;
  GString *notified; /* names of properties, as they were notified */
  GPtrArray *errors; /* messages of sync-errors, in order */
} Fixture;

static void
on_error (StateSyncTopic *topic, StateSyncFailure *failure, Fixture *self)
{
  g_assert_cmpint (state_sync_failure_get_phase (failure), ==, STATE_SYNC_PHASE_APPLY);
  g_assert_cmpstr (state_sync_failure_get_topic (failure), ==, "settings");
  g_assert_false (state_sync_failure_get_will_retry (failure));
  g_ptr_array_add (self->errors, g_strdup (state_sync_failure_get_error (failure)->message));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->feed = test_feed_new ();
  self->topic = test_feed_get_topic (self->feed);
  self->object = test_many_new ();
  self->notified = test_notices_new (self->object);
  self->errors = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (self->topic, "sync-error", G_CALLBACK (on_error), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (self->topic, self);
  if (self->object != NULL)
    g_assert_finalize_object (self->object);
  g_string_free (self->notified, TRUE);
  g_assert_cmpuint (self->errors->len, ==, 0);
  g_ptr_array_unref (self->errors);
  g_assert_finalize_object (self->topic);
  g_assert_finalize_object (self->feed);
}

static StateSyncApplier *
make (Fixture *self, StateSyncApplierMode mode, const char *const *pick, const char *const *omit)
{
  g_autoptr (GError) error = NULL;
  StateSyncApplier *applier =
      state_sync_applier_new (self->topic, self->object, mode, pick, omit, &error);

  g_assert_no_error (error);
  return applier;
}

/* Follows @text, applied by an applier that nobody holds. */
static void
apply (Fixture *self, StateSyncApplierMode mode, const char *text)
{
  g_autoptr (StateSyncApplier) applier = make (self, mode, NULL, NULL);

  test_feed_write (self->feed, text);
  test_feed_start (self->topic);
  state_sync_applier_start (applier);
}

static void
show (Fixture *self, const char *text)
{
  test_feed_show (self->feed, self->topic, text);
}

static void
assert_properties (Fixture *self, int font_size, const char *title, double opacity)
{
  g_autofree char *found = NULL;
  int found_size;
  double found_opacity;

  g_object_get (self->object, "font-size", &found_size, "title", &found, "opacity", &found_opacity,
                NULL);
  g_assert_cmpint (found_size, ==, font_size);
  g_assert_cmpstr (found, ==, title);
  g_assert_cmpfloat (found_opacity, ==, opacity);
}

static void
assert_error (Fixture *self, const char *message)
{
  g_assert_cmpuint (self->errors->len, >, 0);
  g_assert_cmpstr (g_ptr_array_index (self->errors, 0), ==, message);
  g_ptr_array_remove_index (self->errors, 0);
}

/* --- what is set --- */

static void
test_patch (Fixture *self, gconstpointer data)
{
  apply (self, PATCH, "{\"font_size\": 14, \"title\": \"a\"}");
  assert_properties (self, 14, "a", 1);

  show (self, "{\"opacity\": 0.5, \"font_size\": 15}");
  assert_properties (self, 15, "a", 0.5);
  show (self, "{}");
  show (self, "null");
  assert_properties (self, 15, "a", 0.5);
  show (self, "{\"font_size\": null}");
  assert_properties (self, 12, "a", 0.5);
}

static void
test_replace (Fixture *self, gconstpointer data)
{
  g_object_set (self->object, "opacity", 0.1, NULL);
  apply (self, REPLACE, "{\"fontSize\": 14, \"title\": \"a\"}");
  assert_properties (self, 14, "a", 1);

  show (self, "{\"opacity\": 0.5}");
  assert_properties (self, 12, "untitled", 0.5);
  show (self, "{\"title\": \"b\"}");
  assert_properties (self, 12, "b", 1);
  show (self, "null");
  assert_properties (self, 12, "untitled", 1);
}

/* What JSON can't be made to does not belong to the topic. */
static void
test_replace_leaves_objects (Fixture *self, gconstpointer data)
{
  g_autoptr (GObject) partner = g_object_new (G_TYPE_OBJECT, NULL);
  GObject *found;

  g_object_set (self->object, "partner", partner, NULL);
  apply (self, REPLACE, "{\"title\": \"a\"}");
  g_object_get (self->object, "partner", &found, NULL);
  g_assert_true (found == partner);
  g_object_unref (found);
}

static void
test_pick (Fixture *self, gconstpointer data)
{
  const char *const keys[] = { "fontSize", "opacity", NULL };
  g_autoptr (StateSyncApplier) applier = make (self, REPLACE, keys, NULL);

  g_object_set (self->object, "title", "mine", "opacity", 0.1, NULL);
  test_feed_write (self->feed, "{\"font-size\": 14, \"title\": \"a\", \"other\": 1}");
  test_feed_start (self->topic);
  state_sync_applier_start (applier);
  assert_properties (self, 14, "mine", 1);
}

static void
test_omit (Fixture *self, gconstpointer data)
{
  const char *const keys[] = { "font_size", "other", NULL };
  g_autoptr (StateSyncApplier) applier = make (self, REPLACE, NULL, keys);

  g_object_set (self->object, "font-size", 20, "opacity", 0.1, NULL);
  test_feed_write (self->feed, "{\"fontSize\": 14, \"title\": \"a\", \"other\": 1}");
  test_feed_start (self->topic);
  state_sync_applier_start (applier);
  assert_properties (self, 20, "a", 1);
}

static void
test_pick_nothing (Fixture *self, gconstpointer data)
{
  const char *const keys[] = { NULL };
  g_autoptr (StateSyncApplier) applier = make (self, REPLACE, keys, NULL);

  g_object_set (self->object, "font-size", 20, NULL);
  test_feed_write (self->feed, "{\"fontSize\": 14, \"title\": \"a\"}");
  test_feed_start (self->topic);
  state_sync_applier_start (applier);
  assert_properties (self, 20, "untitled", 1);
}

static void
test_refused_options (Fixture *self, gconstpointer data)
{
  const char *const keys[] = { "title", NULL };
  const char *const wrong[] = { "title", "fontsize", NULL };
  g_autoptr (GError) both = NULL;
  g_autoptr (GError) none = NULL;

  g_assert_null (state_sync_applier_new (self->topic, self->object, PATCH, keys, keys, &both));
  g_assert_error (both, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_OPTION);
  g_assert_cmpstr (both->message, ==,
                   "Keys are picked and omitted at once: give one of the two lists");

  g_assert_null (state_sync_applier_new (self->topic, self->object, PATCH, wrong, NULL, &none));
  g_assert_error (none, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_OPTION);
  g_assert_cmpstr (none->message, ==,
                   "Key “fontsize” can't be picked: TestMany has no property of this name that "
                   "can be set");
}

/* --- what is not set --- */

static void
test_only_what_changed (Fixture *self, gconstpointer data)
{
  apply (self, PATCH, "{\"font_size\": 14, \"title\": \"a\", \"tags\": [\"x\"], \"opacity\": 1}");
  test_notices_assert (self->notified, "font-size tags title");
  g_assert_cmpuint (test_many_get_n_set (self->object), ==, 3);

  show (self, "{\"opacity\": 1.0, \"font_size\": 14, \"title\": \"b\", \"tags\": [\"x\"]}");
  test_notices_assert (self->notified, "title");
  g_assert_cmpuint (test_many_get_n_set (self->object), ==, 4);

  /* Another text of the same. */
  show (self, "{\"font_size\":14,\"title\":\"b\",\"tags\":[\"x\"],\"opacity\":1}");
  g_assert_cmpuint (test_many_get_n_set (self->object), ==, 4);
}

static void
test_reset_once (Fixture *self, gconstpointer data)
{
  apply (self, REPLACE, "{\"font_size\": 14}");
  test_notices_assert (self->notified, "font-size");
  show (self, "{\"title\": \"a\"}");
  test_notices_assert (self->notified, "font-size title");
  show (self, "{\"title\": \"b\"}");
  test_notices_assert (self->notified, "title");
}

/* The app's own value stays until there is news of the member, or it asks. */
static void
test_changed_by_the_app (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncApplier) applier = make (self, REPLACE, NULL, NULL);

  test_feed_write (self->feed, "{\"font_size\": 14, \"title\": \"a\"}");
  test_feed_start (self->topic);
  state_sync_applier_start (applier);
  g_object_set (self->object, "font-size", 20, "opacity", 0.3, NULL);

  show (self, "{\"font_size\": 14, \"title\": \"b\"}");
  assert_properties (self, 20, "b", 0.3);
  state_sync_applier_apply (applier);
  assert_properties (self, 14, "b", 1);

  g_object_set (self->object, "font-size", 20, NULL);
  show (self, "{\"font_size\": 15, \"title\": \"b\"}");
  assert_properties (self, 15, "b", 1);
}

/* All are set before the first notification. */
static void
on_any (TestMany *object, GParamSpec *pspec, Fixture *self)
{
  assert_properties (self, 14, "a", 0.5);
}

static void
test_frozen (Fixture *self, gconstpointer data)
{
  g_signal_connect (self->object, "notify", G_CALLBACK (on_any), self);
  apply (self, PATCH, "{\"title\": \"a\", \"font_size\": 14, \"opacity\": 0.5}");
  test_notices_assert (self->notified, "font-size opacity title");
}

/* --- when --- */

static void
test_before_anything_is_known (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncApplier) applier = make (self, REPLACE, NULL, NULL);

  g_object_set (self->object, "font-size", 20, NULL);
  test_feed_write (self->feed, "{\"title\": \"a\"}");
  state_sync_applier_start (applier);
  assert_properties (self, 20, "untitled", 1);
  test_feed_start (self->topic);
  assert_properties (self, 12, "a", 1);
}

static void
test_never_written (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncApplier) applier = make (self, REPLACE, NULL, NULL);

  g_object_set (self->object, "font-size", 20, NULL);
  state_sync_applier_start (applier);
  assert_properties (self, 20, "untitled", 1);
  test_feed_start (self->topic);
  assert_properties (self, 12, "untitled", 1);
}

static void
test_own_change (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonNode) patch = json_from_string ("{\"title\": \"mine\"}", NULL);

  apply (self, PATCH, "{\"font_size\": 14, \"title\": \"a\"}");
  test_feed_hold_commits (self->feed);
  state_sync_topic_update_async (self->topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, NULL,
                                 NULL);
  assert_properties (self, 14, "mine", 1);
  test_feed_refuse (self->feed, "no");
  test_feed_let_go (self->feed);
  state_sync_topic_settle_sync (self->topic, NULL, NULL);
  assert_properties (self, 14, "a", 1);
}

static void
test_stop (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncApplier) applier = make (self, PATCH, NULL, NULL);

  test_feed_write (self->feed, "{\"title\": \"a\"}");
  test_feed_start (self->topic);
  state_sync_applier_start (applier);
  state_sync_applier_start (applier);
  state_sync_applier_stop (applier);
  state_sync_applier_stop (applier);
  show (self, "{\"title\": \"b\"}");
  assert_properties (self, 12, "a", 1);

  state_sync_applier_start (applier);
  assert_properties (self, 12, "b", 1);
  state_sync_applier_stop (applier);
  g_assert_finalize_object (g_steal_pointer (&applier));
}

static void
test_object_gone (Fixture *self, gconstpointer data)
{
  StateSyncApplier *applier = make (self, PATCH, NULL, NULL);
  gpointer watched = applier;

  test_feed_write (self->feed, "{\"title\": \"a\"}");
  test_feed_start (self->topic);
  state_sync_applier_start (applier);
  g_object_add_weak_pointer (G_OBJECT (applier), &watched);
  g_object_unref (applier);
  g_assert_nonnull (watched);

  g_assert_finalize_object (g_steal_pointer (&self->object));
  g_assert_null (watched);
  show (self, "{\"title\": \"b\"}");
}

static void
test_object_gone_first (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncApplier) applier = make (self, PATCH, NULL, NULL);

  g_assert_finalize_object (g_steal_pointer (&self->object));
  g_assert_null (state_sync_applier_dup_object (applier));
  state_sync_applier_start (applier);
  state_sync_applier_apply (applier);
  state_sync_applier_stop (applier);
  g_assert_true (state_sync_applier_get_topic (applier) == self->topic);
}

/* --- what goes wrong --- */

static void
test_misfit_value (Fixture *self, gconstpointer data)
{
  apply (self, PATCH, "{\"fontSize\": 300, \"title\": \"a\", \"opacity\": \"x\"}");
  assert_properties (self, 12, "a", 1);
  assert_error (self, "Member “fontSize” of topic “settings” was not applied to a TestMany. "
                      "Property “font-size” takes a whole number from 6 to 72, not 300");
  assert_error (self, "Member “opacity” of topic “settings” was not applied to a TestMany. "
                      "Property “opacity” takes a number from 0 to 1, not “x”");

  /* Told once for each value. */
  show (self, "{\"fontSize\": 300, \"title\": \"b\", \"opacity\": 0.5}");
  assert_properties (self, 12, "b", 0.5);
  g_assert_cmpuint (self->errors->len, ==, 0);
  show (self, "{\"fontSize\": 301, \"title\": \"b\", \"opacity\": 0.5}");
  assert_error (self, "Member “fontSize” of topic “settings” was not applied to a TestMany. "
                      "Property “font-size” takes a whole number from 6 to 72, not 301");
}

/* The object says what the snapshot says, not what an older one said. */
static void
test_misfit_value_replaces (Fixture *self, gconstpointer data)
{
  apply (self, REPLACE, "{\"fontSize\": 14}");
  assert_properties (self, 14, "untitled", 1);
  show (self, "{\"fontSize\": 300}");
  assert_properties (self, 12, "untitled", 1);
  assert_error (self, "Member “fontSize” of topic “settings” was not applied to a TestMany. "
                      "Property “font-size” takes a whole number from 6 to 72, not 300");
}

#define NO_PROPERTY                                                                                       \
  "Member “other” of topic “settings” was not applied to a TestMany. It has no property of this " \
  "name that can be set: pick the members that are meant for it, or omit this one"

static void
test_no_property (Fixture *self, gconstpointer data)
{
  apply (self, PATCH, "{\"other\": 1, \"title\": \"a\"}");
  assert_properties (self, 12, "a", 1);
  assert_error (self, NO_PROPERTY);

  show (self, "{\"other\": 2, \"title\": \"b\"}");
  g_assert_cmpuint (self->errors->len, ==, 0);
  show (self, "{\"title\": \"b\"}");
  show (self, "{\"other\": 2, \"title\": \"b\"}");
  assert_error (self, NO_PROPERTY);
}

static void
test_two_members_of_one_property (Fixture *self, gconstpointer data)
{
  apply (self, PATCH, "{\"font_size\": 14, \"fontSize\": 15}");
  assert_properties (self, 14, "untitled", 1);
  assert_error (self,
                "Member “fontSize” of topic “settings” was not applied to a TestMany. Another "
                "member is about property “font-size” as well: keep one of them");

  show (self, "{\"font_size\": 14, \"fontSize\": 16}");
  assert_properties (self, 14, "untitled", 1);
  show (self, "{\"fontSize\": 16}");
  assert_properties (self, 16, "untitled", 1);
}

static void
test_no_object (Fixture *self, gconstpointer data)
{
  apply (self, REPLACE, "{\"title\": \"a\"}");
  show (self, "[1]");
  assert_error (self, "Topic “settings” is an array, which has no members to apply to a TestMany");
  show (self, "2");
  assert_error (self,
                "Topic “settings” is a single value, which has no members to apply to a TestMany");
  assert_properties (self, 12, "a", 1);
}

/* The end of the start is news of the topic as well, but not of its data. */
static void
test_no_object_from_the_start (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncApplier) applier = make (self, PATCH, NULL, NULL);

  state_sync_applier_start (applier);
  test_feed_write (self->feed, "[1]");
  test_feed_start (self->topic);
  assert_error (self, "Topic “settings” is an array, which has no members to apply to a TestMany");
  g_assert_cmpuint (self->errors->len, ==, 0);
}

static void
test_lenient (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncApplier) applier = make (self, REPLACE, NULL, NULL);
  gboolean is_strict;

  g_object_get (applier, "strict", &is_strict, NULL);
  g_assert_true (is_strict);
  g_object_set (applier, "strict", FALSE, NULL);
  test_feed_write (self->feed, "{\"title\": \"a\", \"other\": 1}");
  test_feed_start (self->topic);
  state_sync_applier_start (applier);
  show (self, "[1]");
  assert_properties (self, 12, "a", 1);

  /* A value that a property does not take is an error all the same. */
  show (self, "{\"title\": 1}");
  assert_error (self, "Member “title” of topic “settings” was not applied to a TestMany. Property "
                      "“title” takes a string, not 1");
}

/* --- the mapping --- */

static JsonNode *
on_map (JsonNode *data, GObject *object, gpointer user_data, GError **error)
{
  JsonObject *members;
  JsonNode *mapped;
  int size;

  g_assert_true (TEST_IS_MANY (object));
  if (!JSON_NODE_HOLDS_OBJECT (data))
    return JSON_NODE_HOLDS_ARRAY (data) ? json_node_ref (data) : NULL;
  if (json_object_has_member (json_node_get_object (data), "bad"))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "it is bad");
      return NULL;
    }

  g_object_get (object, "font-size", &size, NULL);
  members = json_object_new ();
  json_object_set_string_member (
      members, "title", json_object_get_string_member (json_node_get_object (data), "name"));
  json_object_set_int_member (members, "font-size", size + 1);
  mapped = json_node_init_object (json_node_alloc (), members);
  json_object_unref (members);
  return mapped;
}

static void
count (gpointer user_data)
{
  (*(guint *)user_data)++;
}

static void
test_map (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncApplier) applier = make (self, PATCH, NULL, NULL);
  guint n_destroyed = 0;

  state_sync_applier_set_map (applier, on_map, &n_destroyed, count);
  test_feed_write (self->feed, "{\"name\": \"a\", \"title\": \"wrong\"}");
  test_feed_start (self->topic);
  state_sync_applier_start (applier);
  assert_properties (self, 13, "a", 1);
  show (self, "{\"name\": \"b\"}");
  assert_properties (self, 14, "b", 1);

  show (self, "{\"bad\": 1}");
  assert_error (self, "Topic “settings” could not be mapped: it is bad");
  show (self, "[1]");
  assert_error (self, "What the mapping makes of topic “settings” is an array, which has no "
                      "members to apply to a TestMany");
  show (self, "2");
  assert_properties (self, 14, "b", 1);

  show (self, "{\"name\": \"c\", \"title\": \"d\"}");
  g_object_set (applier, "strict", FALSE, NULL);
  state_sync_applier_set_map (applier, NULL, NULL, NULL);
  g_assert_cmpuint (n_destroyed, ==, 1);
  assert_properties (self, 15, "d", 1);

  state_sync_applier_set_map (applier, on_map, &n_destroyed, count);
  state_sync_applier_stop (applier);
  g_assert_finalize_object (g_steal_pointer (&applier));
  g_assert_cmpuint (n_destroyed, ==, 2);
}

/* --- what handlers do --- */

static void
change_once (TestMany *object, GParamSpec *pspec, Fixture *self)
{
  g_autoptr (JsonNode) patch =
      json_from_string ("{\"title\": \"b\", \"font_size\": 20, \"opacity\": null}", NULL);

  g_signal_handlers_disconnect_by_func (object, change_once, self);
  state_sync_topic_update_async (self->topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, NULL,
                                 NULL);
}

/* A notification leads to the next state: that is what stays. */
static void
test_change_in_notify (Fixture *self, gconstpointer data)
{
  g_signal_connect (self->object, "notify", G_CALLBACK (change_once), self);
  apply (self, REPLACE, "{\"title\": \"a\", \"opacity\": 0.5}");
  assert_properties (self, 20, "b", 1);
  state_sync_topic_settle_sync (self->topic, NULL, NULL);
}

/* So does a setter: what was under way is out of date. */
static void
test_change_in_setter (Fixture *self, gconstpointer data)
{
  test_many_set_hook (self->object, (TestManyHook)change_once, self);
  apply (self, REPLACE, "{\"title\": \"a\", \"opacity\": 0.5}");
  assert_properties (self, 20, "b", 1);
  test_notices_assert (self->notified, "font-size title");
  state_sync_topic_settle_sync (self->topic, NULL, NULL);
}

static void
stop_once (TestMany *object, GParamSpec *pspec, StateSyncApplier *applier)
{
  state_sync_applier_stop (applier);
}

static void
test_stop_in_notify (Fixture *self, gconstpointer data)
{
  StateSyncApplier *applier = make (self, PATCH, NULL, NULL);

  test_feed_start (self->topic);
  state_sync_applier_start (applier);
  g_signal_connect (self->object, "notify", G_CALLBACK (stop_once), applier);
  g_object_add_weak_pointer (G_OBJECT (applier), (gpointer *)&applier);
  g_object_unref (applier);
  show (self, "{\"title\": \"a\", \"other\": 1}");
  g_assert_null (applier);
  assert_properties (self, 12, "a", 1);
  g_ptr_array_set_size (self->errors, 0);
}

static void
drop_object (StateSyncTopic *topic, StateSyncFailure *failure, Fixture *self)
{
  g_clear_object (&self->object);
}

static void
test_object_gone_in_error (Fixture *self, gconstpointer data)
{
  g_signal_connect (self->topic, "sync-error", G_CALLBACK (drop_object), self);
  apply (self, PATCH, "{\"title\": 1, \"opacity\": 2}");
  g_assert_null (self->object);
  g_assert_cmpuint (self->errors->len, ==, 2);
  g_ptr_array_set_size (self->errors, 0);
}

static void
test_topic_is_held (Fixture *self, gconstpointer data)
{
  gpointer topic = self->topic;

  apply (self, PATCH, "{\"title\": \"a\"}");
  g_object_add_weak_pointer (topic, &topic);
  g_object_unref (self->topic);
  show (self, "{\"title\": \"b\"}");
  assert_properties (self, 12, "b", 1);

  g_object_ref (self->topic);
  g_assert_finalize_object (g_steal_pointer (&self->object));
  g_assert_nonnull (topic);
  g_object_remove_weak_pointer (topic, &topic);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*func) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "patch", test_patch },
    { "replace", test_replace },
    { "replace-leaves-objects", test_replace_leaves_objects },
    { "pick", test_pick },
    { "omit", test_omit },
    { "pick-nothing", test_pick_nothing },
    { "refused-options", test_refused_options },
    { "only-what-changed", test_only_what_changed },
    { "reset-once", test_reset_once },
    { "changed-by-the-app", test_changed_by_the_app },
    { "frozen", test_frozen },
    { "before-anything-is-known", test_before_anything_is_known },
    { "never-written", test_never_written },
    { "own-change", test_own_change },
    { "stop", test_stop },
    { "object-gone", test_object_gone },
    { "object-gone-first", test_object_gone_first },
    { "misfit-value", test_misfit_value },
    { "misfit-value-replaces", test_misfit_value_replaces },
    { "no-property", test_no_property },
    { "two-members-of-one-property", test_two_members_of_one_property },
    { "no-object", test_no_object },
    { "no-object-from-the-start", test_no_object_from_the_start },
    { "lenient", test_lenient },
    { "map", test_map },
    { "change-in-notify", test_change_in_notify },
    { "change-in-setter", test_change_in_setter },
    { "stop-in-notify", test_stop_in_notify },
    { "object-gone-in-error", test_object_gone_in_error },
    { "topic-is-held", test_topic_is_held },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/binding/applier/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].func, tear_down);
    }
  return g_test_run ();
}
