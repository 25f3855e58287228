/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broadcast/state-commit.h"

#include <gio/gio.h>

#include "broadcast/edit.h"

typedef gboolean (*EditFunc) (StateSyncEdit *edit, GError **error);

static gboolean
check (GPtrArray *writes, GError **error)
{
  for (guint i = 0; i < writes->len; i++)
    {
      if (!state_sync_write_check (g_ptr_array_index (writes, i), STATE_SYNC_STATE_MAX_BYTES,
                                   error))
        return FALSE;
    }
  return TRUE;
}

/* (transfer container): each once, and everywhere in the same order, so that no two processes
 * wait for each other's locks. */
static GList *
sorted_topics (GPtrArray *writes)
{
  g_autoptr (GHashTable) topics = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < writes->len; i++)
    g_hash_table_add (topics, ((StateSyncWrite *)g_ptr_array_index (writes, i))->topic);
  return g_list_sort (g_hash_table_get_keys (topics), (GCompareFunc)strcmp);
}

static GPtrArray *
begin (const char *root, const char *instance, GPtrArray *writes, GError **error)
{
  g_autoptr (GPtrArray) edits =
      g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_edit_end);
  g_autoptr (GList) topics = sorted_topics (writes);

  for (GList *l = topics; l != NULL; l = l->next)
    {
      StateSyncEdit *edit = state_sync_edit_begin (root, l->data, instance, error);

      if (edit == NULL)
        return NULL;
      g_ptr_array_add (edits, edit);
    }
  return g_steal_pointer (&edits);
}

static StateSyncEdit *
find (GPtrArray *edits, const char *topic)
{
  for (guint i = 0; i < edits->len; i++)
    {
      StateSyncEdit *edit = g_ptr_array_index (edits, i);

      if (g_str_equal (state_sync_edit_get_topic (edit), topic))
        return edit;
    }
  g_assert_not_reached ();
}

/* (nullable): the revision of each write's topic after it. */
static guint64 *
apply (GPtrArray *edits, GPtrArray *writes, GError **error)
{
  g_autofree guint64 *revisions = g_new0 (guint64, writes->len);

  for (guint i = 0; i < writes->len; i++)
    {
      const StateSyncWrite *write = g_ptr_array_index (writes, i);
      StateSyncEdit *edit = find (edits, write->topic);

      if (!state_sync_edit_apply (edit, write, error))
        {
          if (writes->len > 1)
            g_prefix_error (error, "Write %u of %u: ", i + 1, writes->len);
          return NULL;
        }
      revisions[i] = state_sync_snapshot_get_revision (state_sync_edit_get_snapshot (edit));
    }
  return g_steal_pointer (&revisions);
}

static gboolean
each (GPtrArray *edits, EditFunc func, GError **error)
{
  for (guint i = 0; i < edits->len; i++)
    {
      if (!func (g_ptr_array_index (edits, i), error))
        return FALSE;
    }
  return TRUE;
}

/* Once a topic is changed, a failure leaves open what took effect. */
static gboolean
publish (GPtrArray *edits, GError **error)
{
  for (guint i = 0; i < edits->len; i++)
    {
      g_autoptr (GError) cause = NULL;

      if (state_sync_edit_publish (g_ptr_array_index (edits, i), &cause))
        continue;
      if (i == 0)
        g_propagate_error (error, g_steal_pointer (&cause));
      else
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%u of %u topics were changed. %s", i,
                     edits->len, cause->message);
      return FALSE;
    }
  return TRUE;
}

/* Makes all of @writes (of StateSyncWrite), in order, or none: the files of all topics are locked,
 * judged and staged before the first is published. Only a crash or a failing disk in the midst of
 * the renames can leave some topics with and some without; within one topic nothing can.
 *
 * Returns: (transfer full) (nullable): the revision of each write's topic after it. NULL with an
 *   error of %STATE_SYNC_ERROR if nothing was changed, with another if that is not sure
 */
guint64 *
state_sync_state_commit (const char *root, const char *instance, GPtrArray *writes, GError **error)
{
  g_autoptr (GPtrArray) edits = NULL;
  g_autofree guint64 *revisions = NULL;

  if (!check (writes, error))
    return NULL;
  edits = begin (root, instance, writes, error);
  if (edits == NULL)
    return NULL;

  revisions = apply (edits, writes, error);
  if (revisions == NULL || !each (edits, state_sync_edit_stage, error) || !publish (edits, error) ||
      !each (edits, state_sync_edit_sync, error))
    return NULL;
  return g_steal_pointer (&revisions);
}
