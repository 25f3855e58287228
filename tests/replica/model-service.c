/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "replica/model-service.h"

#include <string.h>

#include "protocol/json-merge.h"

static void
set (StateSyncSnapshot **place, StateSyncSnapshot *snapshot)
{
  state_sync_snapshot_ref (snapshot);
  g_clear_pointer (place, state_sync_snapshot_unref);
  *place = snapshot;
}

static char *
history_key (const char *instance, guint64 revision)
{
  return g_strdup_printf ("%s %" G_GUINT64_FORMAT, instance, revision);
}

/* The state as it is from now on, known under the present instance. */
static void
become (ModelService *self, guint64 revision, GBytes *text)
{
  g_autofree char *instance = g_strdup_printf ("%u", self->instance);
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new_from (revision, text, instance);

  set (&self->current, snapshot);
  g_hash_table_insert (self->history, history_key (instance, revision), g_bytes_ref (text));
}

void
model_service_init (ModelService *self)
{
  g_autoptr (GBytes) absent = g_bytes_new_static ("null", 4);

  *self = (ModelService){ 0 };
  self->history =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  self->log = g_array_new (FALSE, FALSE, sizeof (ModelEntry));
  self->lost = g_hash_table_new (NULL, NULL);
  become (self, 0, absent);
  model_service_store (self);
}

void
model_service_clear (ModelService *self)
{
  g_clear_pointer (&self->current, state_sync_snapshot_unref);
  g_clear_pointer (&self->stored, state_sync_snapshot_unref);
  g_clear_pointer (&self->history, g_hash_table_unref);
  g_clear_pointer (&self->log, g_array_unref);
  g_clear_pointer (&self->lost, g_hash_table_unref);
}

/* --- writes --- */

static gboolean
contains (GBytes *text, const char *needle)
{
  gsize length;
  const char *bytes = g_bytes_get_data (text, &length);

  return g_strstr_len (bytes, (gssize)length, needle) != NULL;
}

/* The validator says no to whoever sets the member "bad". */
static gboolean
judge (GPtrArray *writes, guint64 current, GError **error)
{
  const StateSyncWrite *first = g_ptr_array_index (writes, 0);

  for (guint i = 0; i < writes->len; i++)
    {
      const StateSyncWrite *write = g_ptr_array_index (writes, i);

      if (!contains (write->data, "\"bad\""))
        continue;
      g_set_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED, "Bad is not good");
      return FALSE;
    }

  if (!first->has_expected_revision || first->expected_revision == current)
    return TRUE;
  g_propagate_error (error,
                     state_sync_error_conflict (first->topic, current, first->expected_revision));
  return FALSE;
}

static void
log_marks (ModelService *self, GBytes *text, guint64 revision)
{
  g_autofree char *copy = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));

  for (const char *p = strstr (copy, "\"#"); p != NULL; p = strstr (p + 1, "\"#"))
    {
      ModelEntry entry = { (guint)g_ascii_strtoull (p + 2, NULL, 10), revision };

      g_array_append_val (self->log, entry);
    }
}

static void
apply (ModelService *self, const StateSyncWrite *write)
{
  GBytes *old = state_sync_snapshot_get_data (self->current);
  guint64 revision = state_sync_snapshot_get_revision (self->current);
  g_autoptr (GBytes) text = write->mode == STATE_SYNC_WRITE_MERGE
                                ? state_sync_json_merge (old, write->data)
                                : g_bytes_ref (write->data);

  if (g_bytes_equal (text, old))
    return;
  become (self, revision + 1, text);
  log_marks (self, write->data, revision + 1);
}

/* @revision: the topic's after all of @writes (of StateSyncWrite) */
gboolean
model_service_write (ModelService *self, GPtrArray *writes, guint64 *revision, GError **error)
{
  gboolean durable = FALSE;

  if (!judge (writes, state_sync_snapshot_get_revision (self->current), error))
    return FALSE;

  for (guint i = 0; i < writes->len; i++)
    {
      const StateSyncWrite *write = g_ptr_array_index (writes, i);

      apply (self, write);
      durable |= write->durable;
    }
  if (durable)
    model_service_store (self);
  *revision = state_sync_snapshot_get_revision (self->current);
  return TRUE;
}

void
model_service_store (ModelService *self)
{
  set (&self->stored, self->current);
}

/* --- crashes --- */

static void
forget_after (ModelService *self, guint64 revision, gboolean by_new_file)
{
  guint kept = self->log->len;

  while (kept > 0 && g_array_index (self->log, ModelEntry, kept - 1).revision > revision)
    {
      guint mark = g_array_index (self->log, ModelEntry, --kept).mark;

      g_hash_table_insert (self->lost, GUINT_TO_POINTER (mark), GINT_TO_POINTER (by_new_file));
    }
  g_array_set_size (self->log, kept);
}

/* Another instance takes its place. */
void
model_service_crash (ModelService *self, ModelCrash how)
{
  g_autoptr (GBytes) absent = g_bytes_new_static ("null", 4);
  StateSyncSnapshot *kept = how == MODEL_CRASH_LOSING ? self->stored : self->current;
  gboolean by_new_file = how == MODEL_CRASH_NEW_FILE;
  guint64 revision = by_new_file ? 0 : state_sync_snapshot_get_revision (kept);
  g_autoptr (GBytes) text =
      g_bytes_ref (by_new_file ? absent : state_sync_snapshot_get_data (kept));

  forget_after (self, revision, by_new_file);
  self->instance++;
  become (self, revision, text);
  model_service_store (self);
}

/* --- what was --- */

/* (transfer none) (nullable): what the topic was at the snapshot's instance and revision. */
GBytes *
model_service_look_back (ModelService *self, StateSyncSnapshot *snapshot)
{
  g_autofree char *key = history_key (state_sync_snapshot_get_instance (snapshot),
                                      state_sync_snapshot_get_revision (snapshot));

  return g_hash_table_lookup (self->history, key);
}

/* How often the change is in effect. */
guint
model_service_count (ModelService *self, guint mark)
{
  guint n = 0;

  for (guint i = 0; i < self->log->len; i++)
    n += g_array_index (self->log, ModelEntry, i).mark == mark;
  return n;
}

/* The revision that the change made; 0 if it is not in effect. */
guint64
model_service_find (ModelService *self, guint mark)
{
  for (guint i = 0; i < self->log->len; i++)
    {
      const ModelEntry *entry = &g_array_index (self->log, ModelEntry, i);

      if (entry->mark == mark)
        return entry->revision;
    }
  return 0;
}

gboolean
model_service_has_lost (ModelService *self, guint mark, gboolean *by_new_file)
{
  gpointer value = NULL;

  if (!g_hash_table_lookup_extended (self->lost, GUINT_TO_POINTER (mark), NULL, &value))
    return FALSE;
  *by_new_file = GPOINTER_TO_INT (value);
  return TRUE;
}
