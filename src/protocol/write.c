/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/write.h"

#include "protocol/error.h"
#include "protocol/json-check.h"
#include "protocol/json-merge.h"
#include "protocol/name.h"
#include "protocol/revision.h"

/* A durable replacement, whatever is there; the caller sets what differs. */
StateSyncWrite *
state_sync_write_new (const char *topic, GBytes *data)
{
  StateSyncWrite *write = g_new0 (StateSyncWrite, 1);

  write->topic = g_strdup (topic);
  write->data = g_bytes_ref (data);
  write->mode = STATE_SYNC_WRITE_REPLACE;
  write->durable = TRUE;
  return write;
}

/* @expected_revision counts only where @flags say so. */
void
state_sync_write_set_flags (StateSyncWrite *write,
                            StateSyncWriteFlags flags,
                            guint64 expected_revision)
{
  write->durable = (flags & STATE_SYNC_WRITE_FLAGS_NOT_DURABLE) == 0;
  write->has_expected_revision = (flags & STATE_SYNC_WRITE_FLAGS_IF_REVISION) != 0;
  write->expected_revision = write->has_expected_revision ? expected_revision : 0;
}

StateSyncWrite *
state_sync_write_copy (const StateSyncWrite *write)
{
  StateSyncWrite *copy = state_sync_write_new (write->topic, write->data);

  copy->mode = write->mode;
  copy->durable = write->durable;
  copy->has_expected_revision = write->has_expected_revision;
  copy->expected_revision = write->expected_revision;
  return copy;
}

void
state_sync_write_free (StateSyncWrite *write)
{
  g_free (write->topic);
  g_bytes_unref (write->data);
  g_free (write);
}

/* What can be said of a write without knowing the topic's state. */
gboolean
state_sync_write_check (const StateSyncWrite *write, guint64 max_data_size, GError **error)
{
  StateSyncJsonFault fault;
  const char *text;
  gsize length;

  if (!state_sync_name_check (write->topic, error))
    return FALSE;

  text = g_bytes_get_data (write->data, &length);
  if (length > max_data_size)
    {
      g_propagate_error (error, state_sync_error_too_large (write->topic, length, max_data_size));
      return FALSE;
    }

  if (!state_sync_json_check (text, length, &fault))
    {
      g_propagate_error (error,
                         state_sync_error_invalid_data (write->topic, fault.offset, fault.reason));
      return FALSE;
    }
  return TRUE;
}

/* (transfer full): what the write makes of a text. */
GBytes *
state_sync_write_apply (const StateSyncWrite *write, GBytes *target)
{
  return write->mode == STATE_SYNC_WRITE_MERGE ? state_sync_json_merge (target, write->data)
                                               : g_bytes_ref (write->data);
}

/* The rule by which a write that passed the check makes a topic's next state of @base.
 *
 * Returns: (transfer full) (nullable): the next state; @base itself if nothing changes, NULL with
 *   @error if the write is refused
 */
StateSyncSnapshot *
state_sync_write_judge (const StateSyncWrite *write,
                        StateSyncSnapshot *base,
                        guint64 max_data_size,
                        GError **error)
{
  guint64 revision = state_sync_snapshot_get_revision (base);
  GBytes *old = state_sync_snapshot_get_data (base);
  g_autoptr (GBytes) data = NULL;

  if (write->has_expected_revision && write->expected_revision != revision)
    {
      g_propagate_error (
          error, state_sync_error_conflict (write->topic, revision, write->expected_revision));
      return NULL;
    }

  data = state_sync_write_apply (write, old);
  if (g_bytes_get_size (data) > max_data_size)
    {
      g_propagate_error (
          error, state_sync_error_too_large (write->topic, g_bytes_get_size (data), max_data_size));
      return NULL;
    }

  if (g_bytes_equal (data, old))
    return state_sync_snapshot_ref (base);
  if (!state_sync_revision_next (revision, &revision))
    {
      g_propagate_error (error, state_sync_error_revision_exhausted (write->topic));
      return NULL;
    }
  return state_sync_snapshot_new_from (revision, data, state_sync_snapshot_get_instance (base));
}

/* What an application puts in enters like anything else, but the blame is not the writer's. */
static gboolean
check_amendment (const char *topic, GBytes *data, guint64 max_data_size, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (data, &length);
  StateSyncJsonFault fault;

  if (length > max_data_size)
    {
      g_propagate_error (error,
                         state_sync_error_amendment_too_large (topic, length, max_data_size));
      return FALSE;
    }

  if (!state_sync_json_check (text, length, &fault))
    {
      g_propagate_error (error,
                         state_sync_error_invalid_amendment (topic, fault.offset, fault.reason));
      return FALSE;
    }
  return TRUE;
}

/* The rule by which a write that would change @base to @next ends with @data in place of what was
 * written, because the application wants it so: that is a second change upon the first one, unless
 * it changes nothing, or takes back the first one.
 *
 * Returns: (transfer full) (nullable): the state after both; @base itself if nothing changes, NULL
 *   with @error if the write is refused
 */
StateSyncSnapshot *
state_sync_write_amend (const char *topic,
                        StateSyncSnapshot *base,
                        StateSyncSnapshot *next,
                        GBytes *data,
                        guint64 max_data_size,
                        GError **error)
{
  guint64 revision;

  if (g_bytes_equal (data, state_sync_snapshot_get_data (next)))
    return state_sync_snapshot_ref (next);
  if (g_bytes_equal (data, state_sync_snapshot_get_data (base)))
    return state_sync_snapshot_ref (base);
  if (!check_amendment (topic, data, max_data_size, error))
    return NULL;

  if (!state_sync_revision_next (state_sync_snapshot_get_revision (next), &revision))
    {
      g_propagate_error (error, state_sync_error_revision_exhausted (topic));
      return NULL;
    }
  return state_sync_snapshot_new_from (revision, data, state_sync_snapshot_get_instance (base));
}
