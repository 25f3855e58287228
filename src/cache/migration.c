/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cache/migration.h"

#include "protocol/json-check.h"
#include "transports/json-text.h"

/* @step: (transfer full): of a StateSyncCacheMigrateFunc; in place of the one that was there */
void
state_sync_migration_add_step (StateSyncMigration *self,
                               guint from_version,
                               StateSyncCallback *step)
{
  if (self->steps == NULL)
    self->steps =
        g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)state_sync_callback_release);
  g_hash_table_replace (self->steps, GUINT_TO_POINTER (from_version), step);
}

/* @validator: (transfer full): of a StateSyncCacheValidateFunc, which may be NULL */
void
state_sync_migration_set_validator (StateSyncMigration *self, StateSyncCallback *validator)
{
  g_clear_pointer (&self->validator, state_sync_callback_release);
  self->validator = validator;
}

void
state_sync_migration_clear (StateSyncMigration *self)
{
  g_clear_pointer (&self->steps, g_hash_table_unref);
  g_clear_pointer (&self->validator, state_sync_callback_release);
}

/* --- steps --- */

/* A step may say no and not why. */
static void
ensure_error (GError **error, const char *what)
{
  if (*error == NULL)
    *error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, what);
}

/* (nullable): what the step from @version makes of @data. */
static JsonNode *
take_step (StateSyncMigration *self,
           StateSyncCache *cache,
           const char *topic,
           guint version,
           JsonNode *data,
           GError **error)
{
  g_autoptr (StateSyncCallback) step = NULL;
  JsonNode *next;

  if (self->steps != NULL)
    step = state_sync_callback_hold (g_hash_table_lookup (self->steps, GUINT_TO_POINTER (version)));
  if (step == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "There is no migration from schema version %u: add one with "
                   "state_sync_cache_add_migration()",
                   version);
      return NULL;
    }

  next = ((StateSyncCacheMigrateFunc)step->func) (cache, topic, data, step->user_data, error);
  if (next == NULL)
    {
      ensure_error (error, "the step gave nothing");
      g_prefix_error (error, "Migration from schema version %u: ", version);
    }
  return next;
}

/* What a step made of it may be more than JSON can hold. */
static gboolean
check_text (GBytes *text, GError **error)
{
  StateSyncJsonFault fault;

  if (state_sync_json_check (g_bytes_get_data (text, NULL), g_bytes_get_size (text), &fault))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "The migration made something that is no JSON: %s", fault.reason);
  return FALSE;
}

/* Takes one step after the other; NULL if one fails or is missing. */
GBytes *
state_sync_migration_run (StateSyncMigration *self,
                          StateSyncCache *cache,
                          const char *topic,
                          guint64 from_version,
                          guint64 to_version,
                          GBytes *data,
                          GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GBytes) text = NULL;

  if (from_version > to_version)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   "It is of schema version %" G_GUINT64_FORMAT
                   " and this app knows %" G_GUINT64_FORMAT ": a newer version of the app saved it",
                   from_version, to_version);
      return NULL;
    }

  node = state_sync_json_node_new_from_bytes (data);
  for (guint64 version = from_version; version < to_version; version++)
    {
      g_autoptr (JsonNode) before = g_steal_pointer (&node);
      g_autoptr (GError) failure = NULL;

      node = take_step (self, cache, topic, (guint)version, before, &failure);
      if (node == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }
    }
  text = state_sync_json_node_to_bytes (node);
  return check_text (text, error) ? g_steal_pointer (&text) : NULL;
}

gboolean
state_sync_migration_validate (StateSyncMigration *self,
                               StateSyncCache *cache,
                               const char *topic,
                               GBytes *data,
                               GError **error)
{
  g_autoptr (StateSyncCallback) validator = state_sync_callback_hold (self->validator);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) failure = NULL;

  if (validator == NULL || validator->func == NULL)
    return TRUE;

  node = state_sync_json_node_from_bytes (data);
  if (((StateSyncCacheValidateFunc)validator->func) (cache, topic, node, validator->user_data,
                                                     &failure))
    return TRUE;
  ensure_error (&failure, "The validator refused it");
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}
