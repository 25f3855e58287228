/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Appliers and values over the bus and a real service: what others write, a refusal, a service that
 * is killed and returns. */

#include "binding/binding-fixture.h"

static void
start_applier (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncApplier) applier = state_sync_applier_new (
      self->topic, G_OBJECT (self->lamp), STATE_SYNC_APPLIER_MODE_REPLACE, NULL, NULL, &error);

  g_assert_no_error (error);
  state_sync_applier_start (applier);
}

static void
assert_lamp (Fixture *self, gboolean is_on, const char *name, int level)
{
  gboolean found_on;
  g_autofree char *found_name = NULL;
  int found_level;

  g_object_get (self->lamp, "on", &found_on, "name", &found_name, "level", &found_level, NULL);
  g_assert_cmpint (found_on, ==, is_on);
  g_assert_cmpstr (found_name, ==, name);
  g_assert_cmpint (found_level, ==, level);
}

static void
test_others_write (Fixture *self, gconstpointer data)
{
  start_applier (self);
  binding_start (self, "{\"on\":true,\"name\":\"desk\"}");
  assert_lamp (self, TRUE, "desk", 3);
  binding_write (self, "{\"level\":7}");
  assert_lamp (self, FALSE, "", 7);
  binding_write (self, "{\"level\":11,\"name\":\"shelf\"}");
  assert_lamp (self, FALSE, "shelf", 3);
  binding_assert_told (self, "apply: Member “level” of topic “t” was not applied to a TestLamp. "
                             "Property “level” takes a whole number from 0 to 10, not 11");
}

static void
test_refusal (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncValue) level = state_sync_value_new (self->topic, "level");

  binding_put_schema (self->session, "t", "{\"properties\":{\"level\":{\"maximum\":5}}}");
  start_applier (self);
  binding_start (self, "{\"level\":4}");
  g_object_set (level, "integer", G_GINT64_CONSTANT (9), NULL);
  assert_lamp (self, FALSE, "", 9);
  binding_assert_data (self, "{\"level\":4}");
  assert_lamp (self, FALSE, "", 4);
  binding_assert_told (self, "rejected {\"level\":9}: “level” is 9, but should be at most 5");
}

/* What was set while nobody served, and what another wrote then, are both there in the end. */
static void
test_service_returns (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncValue) name = state_sync_value_new (self->topic, "name");

  start_applier (self);
  binding_start (self, "{\"level\":4}");
  binding_end_service (self);
  assert_lamp (self, FALSE, "", 4);
  g_object_set (name, "string", "desk", NULL);
  assert_lamp (self, FALSE, "desk", 4);

  binding_resume_service (self);
  binding_settle (self);
  binding_assert_data (self, "{\"level\":4,\"name\":\"desk\"}");
  binding_write (self, "{\"level\":5,\"name\":\"desk\"}");
  assert_lamp (self, FALSE, "desk", 5);
}

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, NULL);

  binding_add ("/binding/session/others-write", test_others_write);
  binding_add ("/binding/session/refusal", test_refusal);
  binding_add ("/binding/session/service-returns", test_service_returns);

  return g_test_run ();
}
