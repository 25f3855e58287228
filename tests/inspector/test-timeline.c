/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inspector/match-rule.h"
#include "inspector/timeline.h"

static void
assert_moment (
    InspectorTimeline *timeline, guint position, guint64 revision, gint64 latency, guint64 n_unseen)
{
  InspectorMoment *moment = inspector_timeline_get (timeline, position);

  g_assert_cmpuint (moment->revision, ==, revision);
  g_assert_cmpint (moment->latency, ==, latency);
  g_assert_cmpuint (moment->n_unseen, ==, n_unseen);
}

static void
test_latency_is_from_the_first_word (void)
{
  g_autoptr (InspectorTimeline) timeline = inspector_timeline_new (10);

  inspector_timeline_seen (timeline, 3, 10, 1000, 0);
  inspector_timeline_heard (timeline, 4, 2000);
  inspector_timeline_heard (timeline, 6, 2100);
  inspector_timeline_seen (timeline, 6, 20, 2500, 0);
  inspector_timeline_seen (timeline, 7, 30, 9000, 0);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 3);
  assert_moment (timeline, 0, 3, -1, 0);
  assert_moment (timeline, 1, 6, 500, 2);
  assert_moment (timeline, 2, 7, -1, 0);
  g_assert_cmpuint (inspector_timeline_get (timeline, 1)->size, ==, 20);
}

/* The pull that was under way brought an older one than was heard of meanwhile. */
static void
test_what_is_still_to_come_goes_on (void)
{
  g_autoptr (InspectorTimeline) timeline = inspector_timeline_new (10);

  inspector_timeline_heard (timeline, 1, 100);
  inspector_timeline_heard (timeline, 2, 200);
  inspector_timeline_seen (timeline, 1, 0, 300, 0);
  inspector_timeline_seen (timeline, 2, 0, 400, 0);
  assert_moment (timeline, 0, 1, 200, 0);
  assert_moment (timeline, 1, 2, 300, 0);
}

static void
test_an_older_revision_is_a_revision (void)
{
  g_autoptr (InspectorTimeline) timeline = inspector_timeline_new (10);

  inspector_timeline_seen (timeline, 5, 0, 0, 0);
  inspector_timeline_seen (timeline, 2, 0, 0, 0);
  assert_moment (timeline, 1, 2, -1, 0);
}

static void
test_the_oldest_go (void)
{
  g_autoptr (InspectorTimeline) timeline = inspector_timeline_new (2);

  for (guint64 revision = 1; revision <= 3; revision++)
    inspector_timeline_seen (timeline, revision, 0, 0, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 2);
  assert_moment (timeline, 0, 2, -1, 0);
  assert_moment (timeline, 1, 3, -1, 0);
}

/* --- match rules --- */

#define INVALIDATED "type='signal',interface='org.statesync.StateSync1',member='Invalidated'"

static const struct
{
  const char *rule;
  InspectorReach reach;
} rules[] = {
  { "", INSPECTOR_REACH_ALL },
  { "type='signal'", INSPECTOR_REACH_ALL },
  { INVALIDATED, INSPECTOR_REACH_ALL },
  { INVALIDATED ",arg0='a.b'", INSPECTOR_REACH_TOPIC },
  { INVALIDATED ",arg0='a.b',path='/org/statesync/StateSync1',sender='org.statesync.StateSync1'",
    INSPECTOR_REACH_TOPIC },
  { INVALIDATED ",arg0='a.b',sender=':1.7'", INSPECTOR_REACH_TOPIC },
  { INVALIDATED ",arg0='a.b',sender=':1.8'", INSPECTOR_REACH_NONE },
  { INVALIDATED ",arg0='a'", INSPECTOR_REACH_NONE },
  { INVALIDATED ",arg0namespace='a'", INSPECTOR_REACH_NAMESPACE },
  { INVALIDATED ",arg0namespace='a.b'", INSPECTOR_REACH_NAMESPACE },
  { INVALIDATED ",arg0namespace='b'", INSPECTOR_REACH_NONE },
  { INVALIDATED ",arg1='a.b'", INSPECTOR_REACH_NONE },
  { "type='signal',path_namespace='/org/statesync'", INSPECTOR_REACH_ALL },
  { "type='signal',path_namespace='/org/state'", INSPECTOR_REACH_NONE },
  { "type='signal',path_namespace='/'", INSPECTOR_REACH_ALL },
  { "type='method_call'", INSPECTOR_REACH_NONE },
  { "type='signal',interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='a.b'",
    INSPECTOR_REACH_NONE },
};

static void
test_rules_reach_as_far_as_they_say (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_test_message ("%s", rules[i].rule);
      g_assert_cmpint (inspector_match_rule_reach (rules[i].rule, "a.b", ":1.7"), ==,
                       rules[i].reach);
    }
}

static void
test_apostrophes_are_read (void)
{
  const char *rule = INVALIDATED ",arg0='it'\\''s, a=b'";

  g_assert_cmpint (inspector_match_rule_reach (rule, "it's, a=b", NULL), ==, INSPECTOR_REACH_TOPIC);
  g_assert_cmpint (inspector_match_rule_reach (rule, "its", NULL), ==, INSPECTOR_REACH_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/timeline/latency-is-from-the-first-word", test_latency_is_from_the_first_word);
  g_test_add_func ("/timeline/what-is-still-to-come-goes-on", test_what_is_still_to_come_goes_on);
  g_test_add_func ("/timeline/an-older-revision-is-a-revision",
                   test_an_older_revision_is_a_revision);
  g_test_add_func ("/timeline/the-oldest-go", test_the_oldest_go);
  g_test_add_func ("/match-rule/rules-reach-as-far-as-they-say",
                   test_rules_reach_as_far_as_they_say);
  g_test_add_func ("/match-rule/apostrophes-are-read", test_apostrophes_are_read);
  return g_test_run ();
}
