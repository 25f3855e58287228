/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Most topics have no schema, and a write of one may cost next to nothing for that. So it is known
 * which files there are, and looked at anew only when a folder has changed. A schema is read when
 * its topic is first used, in the main loop: it is small, and where programs are installed.
 *
 * A schema that is refused refuses all writes of its topic, with its reason: data that was let in
 * meanwhile would have to be read by programs that rely on the schema.
 *
 * To delete a topic is no state of it: `null` is never held to the schema.
 */

#include "service/schemas.h"

#include "protocol/json-check.h"
#include "schema/schema-file.h"

/* A longer check is done on a thread of its own. */
#define QUICK_BYTES (64 * 1024)

#define FOLDER "statesync", "schemas"

struct _StateSyncSchemas
{
  GPtrArray *monitors; /* of GFileMonitor */
  GHashTable *files;   /* (nullable) of char *: their names; NULL until they are looked for */
  GHashTable *rules;   /* topic → Rule: those that were used */
};

/* What there is of a topic: one of the two. */
typedef struct
{
  StateSyncSchema *schema;
  char *refusal; /* why it was refused */
} Rule;

static void
rule_free (gpointer data)
{
  Rule *rule = data;

  g_clear_pointer (&rule->schema, state_sync_schema_unref);
  g_free (rule->refusal);
  g_free (rule);
}

/* --- files --- */

static void
note_files (GHashTable *files, const char *data_folder)
{
  g_autofree char *path = g_build_filename (data_folder, FOLDER, NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    g_hash_table_add (files, g_strdup (name));
}

static void
look_for_files (StateSyncSchemas *self)
{
  const char *const *folders = g_get_system_data_dirs ();

  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; folders[i] != NULL; i++)
    note_files (self->files, folders[i]);
}

/* Whether there is one of the topic, good or not. */
gboolean
state_sync_schemas_has (StateSyncSchemas *self, const char *topic)
{
  g_autofree char *name = NULL;

  if (self->files == NULL)
    look_for_files (self);
  if (g_hash_table_size (self->files) == 0)
    return FALSE;

  name = state_sync_schema_file_name (topic);
  return name != NULL && g_hash_table_contains (self->files, name);
}

static void
on_folder_changed (GFileMonitor *monitor,
                   GFile *file,
                   GFile *other_file,
                   GFileMonitorEvent event,
                   StateSyncSchemas *self)
{
  g_clear_pointer (&self->files, g_hash_table_unref);
  g_hash_table_remove_all (self->rules);
}

/* --- rules --- */

static Rule *
rule_new (const char *topic)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncSchema) schema = state_sync_schema_load (topic, &error);
  Rule *rule;

  if (schema == NULL && error == NULL)
    return NULL;

  rule = g_new0 (Rule, 1);
  rule->schema = g_steal_pointer (&schema);
  if (error != NULL)
    {
      g_warning ("The schema of topic “%s” is no good, so the topic can't be written: %s", topic,
                 error->message);
      rule->refusal = g_strdup (error->message);
    }
  return rule;
}

/* (nullable) */
static Rule *
find_rule (StateSyncSchemas *self, const char *topic)
{
  Rule *rule;

  if (!state_sync_schemas_has (self, topic))
    return NULL;

  rule = g_hash_table_lookup (self->rules, topic);
  if (rule == NULL)
    {
      rule = rule_new (topic);
      if (rule != NULL)
        g_hash_table_insert (self->rules, g_strdup (topic), rule);
    }
  return rule;
}

/* --- what is asked --- */

/* A write that is checked on a thread of its own, and what comes after. */
typedef struct
{
  StateSyncSchema *schema;
  StateSyncConformsFunc conforms;
  gpointer user_data;
  GDestroyNotify destroy;
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  check->destroy (check->user_data);
  state_sync_schema_unref (check->schema);
  g_free (check);
}

/* Whether it conforms; else it is rejected. */
static gboolean
judge (StateSyncValidation *validation, StateSyncSchema *schema)
{
  g_autoptr (GError) error = NULL;

  if (state_sync_schema_check (schema, state_sync_validation_get_data (validation), &error))
    return TRUE;

  state_sync_validation_reject (validation, error->message);
  return FALSE;
}

static void
judge_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Check *check = data;

  g_task_return_boolean (task, judge (STATE_SYNC_VALIDATION (source), check->schema));
}

static void
on_judged (GObject *source, GAsyncResult *result, gpointer user_data)
{
  const Check *check = g_task_get_task_data (G_TASK (result));

  if (g_task_propagate_boolean (G_TASK (result), NULL))
    check->conforms (STATE_SYNC_VALIDATION (source), check->user_data);
}

/* @check: (transfer full) */
static void
judge_at_leisure (StateSyncValidation *validation, Check *check)
{
  g_autoptr (GTask) task = g_task_new (validation, NULL, on_judged, NULL);

  g_task_set_source_tag (task, judge_at_leisure);
  g_task_set_task_data (task, check, check_free);
  g_task_run_in_thread (task, judge_in_thread);
}

static gboolean
is_null (GBytes *data)
{
  gsize length;
  const char *text = g_bytes_get_data (data, &length);

  return state_sync_json_is_null (text, length);
}

/* Calls @conforms, now or later, or rejects the write; and @destroy after either. */
void
state_sync_schemas_check (StateSyncSchemas *self,
                          StateSyncValidation *validation,
                          StateSyncConformsFunc conforms,
                          gpointer user_data,
                          GDestroyNotify destroy)
{
  const Rule *rule = find_rule (self, state_sync_validation_get_topic (validation));
  GBytes *data = state_sync_validation_get_data (validation);

  if (rule != NULL && rule->schema != NULL && g_bytes_get_size (data) > QUICK_BYTES)
    {
      Check *check = g_new (Check, 1);

      *check = (Check){ state_sync_schema_ref (rule->schema), conforms, user_data, destroy };
      judge_at_leisure (validation, check);
      return;
    }

  if (rule != NULL && rule->schema == NULL && !is_null (data))
    state_sync_validation_reject (validation, rule->refusal);
  else if (rule == NULL || is_null (data) || judge (validation, rule->schema))
    conforms (validation, user_data);
  destroy (user_data);
}

GBytes *
state_sync_schemas_get_initial_data (StateSyncSchemas *self, const char *topic)
{
  const Rule *rule = find_rule (self, topic);
  GBytes *data =
      rule != NULL && rule->schema != NULL ? state_sync_schema_get_default (rule->schema) : NULL;

  return data != NULL ? g_bytes_ref (data) : NULL;
}

/* --- the object --- */

static void
watch (StateSyncSchemas *self, const char *data_folder)
{
  g_autoptr (GFile) folder = g_file_new_build_filename (data_folder, FOLDER, NULL);
  GFileMonitor *monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_NONE, NULL, NULL);

  if (monitor == NULL)
    return;
  g_signal_connect (monitor, "changed", G_CALLBACK (on_folder_changed), self);
  g_ptr_array_add (self->monitors, monitor);
}

StateSyncSchemas *
state_sync_schemas_new (void)
{
  StateSyncSchemas *self = g_new0 (StateSyncSchemas, 1);
  const char *const *folders = g_get_system_data_dirs ();

  self->monitors = g_ptr_array_new_with_free_func (g_object_unref);
  self->rules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, rule_free);
  for (guint i = 0; folders[i] != NULL; i++)
    watch (self, folders[i]);
  return self;
}

void
state_sync_schemas_free (StateSyncSchemas *self)
{
  g_ptr_array_unref (self->monitors);
  g_clear_pointer (&self->files, g_hash_table_unref);
  g_hash_table_unref (self->rules);
  g_free (self);
}
