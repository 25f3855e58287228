/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "schema/schema.h"

#include "protocol/error.h"
#include "protocol/json-check.h"
#include "schema/check.h"
#include "schema/defaults.h"
#include "schema/loader.h"

struct _StateSyncSchema
{
  gatomicrefcount ref_count;
  GBytes *text;
  StateSyncOutline outline; /* of it */
  StateSyncJsonDecoder *decoder;
  GStringChunk *canonical;
  GPtrArray *nodes;      /* of StateSyncNode; the first is the whole */
  GBytes *default_value; /* (nullable) */
};

StateSyncSchema *
state_sync_schema_ref (StateSyncSchema *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
state_sync_schema_unref (StateSyncSchema *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_ptr_array_unref (self->nodes);
  state_sync_json_decoder_free (self->decoder);
  g_string_chunk_free (self->canonical);
  state_sync_outline_clear (&self->outline);
  g_bytes_unref (self->text);
  g_clear_pointer (&self->default_value, g_bytes_unref);
  g_free (self);
}

static void
clear_reference (gpointer data)
{
  g_free (((StateSyncReference *)data)->target);
}

static gboolean
read_text (StateSyncSchema *self, GError **error)
{
  g_autoptr (GHashTable) by_pointer = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GArray) references = g_array_new (FALSE, FALSE, sizeof (StateSyncReference));
  g_autoptr (GString) pointer = g_string_new ("#");
  StateSyncLoader loader = {
    .outline = &self->outline,
    .decoder = self->decoder,
    .canonical = self->canonical,
    .nodes = self->nodes,
    .by_pointer = by_pointer,
    .references = references,
    .pointer = pointer,
  };

  g_array_set_clear_func (references, clear_reference);
  return state_sync_loader_read_node (&loader, state_sync_outline_get_root (&self->outline),
                                      error) != NULL &&
         state_sync_loader_resolve (&loader, error);
}

static gboolean
settle_default (StateSyncSchema *self, GError **error)
{
  StateSyncJsonFault fault;
  gsize length;
  const char *text;

  if (!state_sync_default_make (&self->outline, g_ptr_array_index (self->nodes, 0),
                                &self->default_value))
    {
      g_set_error_literal (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED,
                           "The schema is refused: the default that its properties make is more "
                           "than 1 MiB or nests too deep; leave some out");
      return FALSE;
    }
  if (self->default_value == NULL)
    return TRUE;

  text = g_bytes_get_data (self->default_value, &length);
  if (!state_sync_json_check (text, length, &fault))
    {
      g_set_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED,
                   "The schema is refused: in the default that its properties make, %s",
                   fault.reason);
      return FALSE;
    }
  if (state_sync_schema_check (self, self->default_value, error))
    return TRUE;
  g_prefix_error (error, "The schema is refused, as its default does not fit it: ");
  return FALSE;
}

/* (transfer full) (nullable): NULL with @error, of STATE_SYNC_ERROR_REJECTED, that names the place
 * by a JSON pointer. @text: anything */
StateSyncSchema *
state_sync_schema_new (GBytes *text, GError **error)
{
  g_autoptr (StateSyncSchema) self = NULL;
  StateSyncJsonFault fault;
  gsize length;
  const char *bytes = g_bytes_get_data (text, &length);

  if (!state_sync_json_check (bytes, length, &fault))
    {
      g_set_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED,
                   "The schema is refused at byte %" G_GSIZE_FORMAT ": %s", fault.offset,
                   fault.reason);
      return NULL;
    }

  self = g_new0 (StateSyncSchema, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->text = g_bytes_ref (text);
  state_sync_outline_init (&self->outline, text);
  self->decoder = state_sync_json_decoder_new ();
  self->canonical = g_string_chunk_new (1024);
  self->nodes = g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_node_free);
  if (!read_text (self, error) || !settle_default (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* @data: checked. FALSE with @error, of STATE_SYNC_ERROR_REJECTED, if it does not fit. */
gboolean
state_sync_schema_check (StateSyncSchema *self, GBytes *data, GError **error)
{
  g_auto (StateSyncOutline) outline = { 0 };
  g_autofree char *failure = NULL;

  state_sync_outline_init (&outline, data);
  failure = state_sync_check_run (&self->outline, g_ptr_array_index (self->nodes, 0), &outline);
  if (failure == NULL)
    return TRUE;

  g_set_error_literal (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED, failure);
  return FALSE;
}

/* (transfer none) (nullable): what a topic is that was never written, as a checked text that fits;
 * NULL if the schema does not say. */
GBytes *
state_sync_schema_get_default (StateSyncSchema *self)
{
  return self->default_value;
}
