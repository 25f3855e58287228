/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/write-request.h"

static StateSyncTopicEntry *
entry_at (StateSyncWriteRequest *self, guint i)
{
  return g_ptr_array_index (self->set.entries, i);
}

/* Whether nothing that is queued or under way comes before the request on one of its topics. */
static gboolean
is_first (StateSyncWriteRequest *self)
{
  for (guint i = 0; i < self->set.entries->len; i++)
    {
      if (entry_at (self, i)->n_writes > 0)
        return FALSE;
    }
  return TRUE;
}

/* @writes: of StateSyncWrite, checked; if one is durable, all are. @loaded is called, unless the
 * request is loaded at once. */
StateSyncWriteRequest *
state_sync_write_request_new (StateSyncLoader *loader,
                              GPtrArray *writes,
                              StateSyncLoadedFunc loaded,
                              gpointer loaded_data,
                              StateSyncWriteFunc func,
                              gpointer user_data)
{
  StateSyncWriteRequest *self = g_new0 (StateSyncWriteRequest, 1);

  state_sync_loader_begin (loader, &self->request, G_MAXUINT64, loaded, loaded_data);
  self->set.writes = g_ptr_array_ref (writes);
  self->set.entries = self->request.entries;
  self->func = func;
  self->user_data = user_data;

  for (guint i = 0; i < writes->len; i++)
    {
      const StateSyncWrite *write = g_ptr_array_index (writes, i);

      state_sync_loader_add (loader, &self->request, write->topic);
      self->bytes += g_bytes_get_size (write->data);
      self->durable |= write->durable;
    }

  self->is_first = is_first (self);
  for (guint i = 0; i < writes->len; i++)
    entry_at (self, i)->n_writes++;
  return self;
}

void
state_sync_write_request_free (StateSyncWriteRequest *self, StateSyncLoader *loader)
{
  for (guint i = 0; i < self->set.entries->len; i++)
    entry_at (self, i)->n_writes--;

  state_sync_loader_end (loader, &self->request);
  g_clear_error (&self->set.error);
  g_ptr_array_unref (self->set.writes);
  g_free (self->set.revisions);
  g_free (self);
}

gboolean
state_sync_write_request_is_loaded (StateSyncWriteRequest *self)
{
  return self->request.n_missing == 0;
}

/* Whether the next transaction changes one of its topics. */
gboolean
state_sync_write_request_has_head (StateSyncWriteRequest *self)
{
  for (guint i = 0; i < self->set.entries->len; i++)
    {
      if (entry_at (self, i)->head != NULL)
        return TRUE;
    }
  return FALSE;
}

void
state_sync_write_request_reply (StateSyncWriteRequest *self)
{
  if (self->set.error != NULL)
    self->func (NULL, 0, self->set.error, self->user_data);
  else
    self->func (self->set.revisions, self->set.writes->len, NULL, self->user_data);
}
