/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Write and WriteMany: what the caller sent becomes what the store takes, its outcome the answer.
 */

#include "protocol/name.h"
#include "service/call.h"
#include "service/charges.h"
#include "service/rights.h"
#include "service/service-private.h"
#include "service/write-options.h"

/* The bytes of a D-Bus string as they arrived, without the terminating NUL and without a copy. */
static GBytes *
text_from_variant (GVariant *string)
{
  g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (string);

  return g_bytes_new_from_bytes (bytes, 0, g_bytes_get_size (bytes) - 1);
}

/* @item: (ssa{sv}) topic, data, options; NULL with @error if the options are refused. */
static StateSyncWrite *
write_from_variant (GVariant *item, GError **error)
{
  g_autoptr (GVariant) topic = g_variant_get_child_value (item, 0);
  g_autoptr (GVariant) data = g_variant_get_child_value (item, 1);
  g_autoptr (GVariant) options = g_variant_get_child_value (item, 2);
  g_autoptr (GBytes) text = text_from_variant (data);
  g_autoptr (StateSyncWrite) write =
      state_sync_write_new (g_variant_get_string (topic, NULL), text);

  if (!state_sync_write_set_options (write, options, error))
    return NULL;
  return g_steal_pointer (&write);
}

static GPtrArray *
new_writes (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);
}

static void
write_done (const guint64 *revisions, guint n_revisions, const GError *error, gpointer user_data)
{
  StateSyncCall *call = user_data;

  if (error != NULL)
    state_sync_call_refuse (call, error);
  else
    state_sync_call_answer (call, g_variant_new ("(t)", revisions[0]));
}

/* What is wrong with a name comes first: it says nothing of what there is. */
static gboolean
may_write (StateSyncCall *call, GPtrArray *writes, GError **error)
{
  StateSyncService *service = call->service;

  for (guint i = 0; i < writes->len; i++)
    {
      const StateSyncWrite *write = g_ptr_array_index (writes, i);

      if (state_sync_name_check (write->topic, error) &&
          state_sync_rights_may_write (service, call->peer, write->topic, error))
        continue;

      if (writes->len > 1)
        g_prefix_error (error, "Write %u of %u: ", i + 1, writes->len);
      return FALSE;
    }
  return !state_sync_rights_is_limited (service, call->peer) ||
         state_sync_quotas_take_writes (service->quotas, call->peer->identity, writes->len,
                                        g_get_monotonic_time (), error);
}

static void
run_writes (StateSyncCall *call, GPtrArray *writes, StateSyncWriteFunc done)
{
  g_autoptr (GError) error = NULL;

  if (!may_write (call, writes, &error))
    state_sync_call_refuse (call, error);
  else if (state_sync_rights_is_limited (call->service, call->peer))
    state_sync_charges_write (call, writes, done);
  else
    state_sync_store_write (call->service->store, writes, NULL, done, call);
}

void
state_sync_run_write (StateSyncCall *call)
{
  g_autoptr (GPtrArray) writes = new_writes ();
  g_autoptr (GError) error = NULL;
  StateSyncWrite *write = write_from_variant (state_sync_call_get_args (call), &error);

  if (write == NULL)
    {
      state_sync_call_refuse (call, error);
      return;
    }
  g_ptr_array_add (writes, write);
  run_writes (call, writes, write_done);
}

static void
write_many_done (const guint64 *revisions,
                 guint n_revisions,
                 const GError *error,
                 gpointer user_data)
{
  StateSyncCall *call = user_data;

  if (error != NULL)
    state_sync_call_refuse (call, error);
  else
    state_sync_call_answer (
        call, g_variant_new ("(@at)", g_variant_new_fixed_array (G_VARIANT_TYPE_UINT64, revisions,
                                                                 n_revisions, sizeof *revisions)));
}

static GPtrArray *
writes_from_variant (GVariant *items, GError **error)
{
  g_autoptr (GPtrArray) writes = new_writes ();
  gsize n_items = g_variant_n_children (items);

  for (gsize i = 0; i < n_items; i++)
    {
      g_autoptr (GVariant) item = g_variant_get_child_value (items, i);
      StateSyncWrite *write = write_from_variant (item, error);

      if (write == NULL)
        {
          g_prefix_error (error, "Write %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT ": ", i + 1,
                          n_items);
          return NULL;
        }
      g_ptr_array_add (writes, write);
    }
  return g_steal_pointer (&writes);
}

void
state_sync_run_write_many (StateSyncCall *call)
{
  g_autoptr (GVariant) items = g_variant_get_child_value (state_sync_call_get_args (call), 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) writes = writes_from_variant (items, &error);

  if (writes == NULL)
    state_sync_call_refuse (call, error);
  else
    run_writes (call, writes, write_many_done);
}
