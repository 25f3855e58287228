/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "replica/replica-fixture.h"

#include <string.h>

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  self->replica = state_sync_replica_new ("t");
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  fixture_assert_events (self, "");
  g_clear_pointer (&self->replica, state_sync_replica_free);
}

static GBytes *
text_of (const char *quoted)
{
  char *text = g_strdelimit (g_strdup (quoted), "'", '"');

  return g_bytes_new_take (text, strlen (text));
}

static char *
quoted_of (GBytes *text)
{
  gsize length;
  const char *bytes = g_bytes_get_data (text, &length);

  return g_strdelimit (g_strndup (bytes, length), "\"", '\'');
}

/* --- what goes in --- */

void
fixture_confirm (Fixture *self, const char *instance, guint64 revision, const char *text)
{
  g_autoptr (GBytes) data = text_of (text);
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new_from (revision, data, instance);
  g_autoptr (GError) error = NULL;

  state_sync_replica_confirm (self->replica, snapshot, &error);
  g_assert_no_error (error);
}

static StateSyncWrite *
write_of (const char *text, StateSyncWriteMode mode)
{
  g_autoptr (GBytes) data = text_of (text);
  StateSyncWrite *write = state_sync_write_new ("t", data);

  write->mode = mode;
  return write;
}

static void
update (Fixture *self, const char *tag, StateSyncWrite *write)
{
  g_autoptr (GError) error = NULL;

  state_sync_replica_update (self->replica, write, (gpointer)tag, &error);
  g_assert_no_error (error);
}

void
fixture_merge (Fixture *self, const char *tag, const char *patch)
{
  update (self, tag, write_of (patch, STATE_SYNC_WRITE_MERGE));
}

void
fixture_merge_soft (Fixture *self, const char *tag, const char *patch)
{
  StateSyncWrite *write = write_of (patch, STATE_SYNC_WRITE_MERGE);

  write->durable = FALSE;
  update (self, tag, write);
}

void
fixture_merge_if (Fixture *self, const char *tag, const char *patch, guint64 expected)
{
  StateSyncWrite *write = write_of (patch, STATE_SYNC_WRITE_MERGE);

  write->has_expected_revision = TRUE;
  write->expected_revision = expected;
  update (self, tag, write);
}

/* Whether the change of @tag could say that too. */
gboolean
fixture_amend (Fixture *self, const char *tag, const char *patch)
{
  g_autoptr (StateSyncWrite) write = write_of (patch, STATE_SYNC_WRITE_MERGE);

  return state_sync_replica_amend (self->replica, (gpointer)tag, write) != NULL;
}

void
fixture_accept (Fixture *self, const char *instance, guint64 revision)
{
  state_sync_replica_write_accepted (self->replica, instance, revision);
}

void
fixture_refuse (Fixture *self, StateSyncError code)
{
  g_autoptr (GError) error = g_error_new_literal (STATE_SYNC_ERROR, (gint)code, "As told");

  state_sync_replica_write_refused (self->replica, error);
}

/* --- what comes out --- */

static void
describe_write (GString *line, const StateSyncWrite *write)
{
  g_autofree char *text = quoted_of (write->data);

  g_assert_cmpstr (write->topic, ==, "t");
  g_string_append_printf (line, "%s %s",
                          write->mode == STATE_SYNC_WRITE_MERGE ? "merge" : "replace", text);
  if (write->has_expected_revision)
    g_string_append_printf (line, " @%" G_GUINT64_FORMAT, write->expected_revision);
  if (!write->durable)
    g_string_append (line, " soft");
}

void
fixture_assert_write (Fixture *self, const char *expected)
{
  const char *instance;
  g_autoptr (GPtrArray) writes = state_sync_replica_take_write (self->replica, &instance);
  g_autoptr (GString) line = NULL;

  if (writes == NULL)
    {
      g_assert_cmpstr (NULL, ==, expected);
      return;
    }

  line = g_string_new (instance);
  for (guint i = 0; i < writes->len; i++)
    {
      g_string_append (line, i == 0 ? ": " : ", ");
      describe_write (line, g_ptr_array_index (writes, i));
    }
  g_assert_cmpstr (line->str, ==, expected);
}

void
fixture_assert_data (Fixture *self, const char *expected)
{
  g_autofree char *text = quoted_of (state_sync_replica_get_data (self->replica));

  g_assert_cmpstr (text, ==, expected);
}

void
fixture_assert_revision (Fixture *self, guint64 expected)
{
  StateSyncSnapshot *confirmed = state_sync_replica_get_confirmed (self->replica);

  g_assert_cmpuint (state_sync_snapshot_get_revision (confirmed), ==, expected);
}

static const char *
name_of (const GError *error)
{
  g_assert_true (error->domain == STATE_SYNC_ERROR);
  g_assert_cmpstr (error->message, !=, "");
  if (error->code == STATE_SYNC_ERROR_OUTCOME_UNKNOWN)
    return "OutcomeUnknown";
  return state_sync_error_name ((StateSyncError)error->code);
}

static void
describe_event (GString *line, const StateSyncReplicaEvent *event)
{
  switch (event->kind)
    {
    case STATE_SYNC_REPLICA_CONFIRMED:
      g_string_append_printf (line, "%s: %" G_GUINT64_FORMAT, (const char *)event->tag,
                              event->revision);
      return;

    case STATE_SYNC_REPLICA_REJECTED:
      g_string_append_printf (line, "%s: %s", (const char *)event->tag, name_of (event->error));
      return;

    case STATE_SYNC_REPLICA_PULL_NEEDED:
      g_string_append (line, "pull");
      return;
    }
}

void
fixture_assert_events (Fixture *self, const char *expected)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (;;)
    {
      g_auto (StateSyncReplicaEvent) event = { 0 };

      if (!state_sync_replica_next_event (self->replica, &event))
        break;
      if (line->len > 0)
        g_string_append (line, ", ");
      describe_event (line, &event);
    }
  g_assert_cmpstr (line->str, ==, expected);
}
