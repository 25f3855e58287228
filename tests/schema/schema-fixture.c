/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "schema/schema-fixture.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/json-check.h"

GBytes *
test_json (const char *text)
{
  char *json = g_strdelimit (g_strdup (text), "'", '"');

  return g_bytes_new_take (json, strlen (json));
}

StateSyncSchema *
test_schema (const char *text)
{
  g_autoptr (GBytes) json = test_json (text);
  g_autoptr (GError) error = NULL;
  StateSyncSchema *schema = state_sync_schema_new (json, &error);

  g_assert_no_error (error);
  return schema;
}

void
test_assert_check (StateSyncSchema *schema, GBytes *data, const char *message)
{
  StateSyncJsonFault fault;
  gsize length;
  const char *text = g_bytes_get_data (data, &length);
  g_autoptr (GError) error = NULL;

  g_assert_true (state_sync_json_check (text, length, &fault));
  g_assert_cmpint (state_sync_schema_check (schema, data, &error), ==, message == NULL);
  if (message == NULL)
    {
      g_assert_no_error (error);
      return;
    }
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED);
  g_assert_cmpstr (error->message, ==, message);
}

void
test_assert_refused (const char *schema, const char *message)
{
  g_autoptr (GBytes) json = test_json (schema);
  g_autoptr (GError) error = NULL;

  g_test_message ("%s", schema);
  g_assert_null (state_sync_schema_new (json, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED);
  g_assert_cmpstr (error->message, ==, message);
}
