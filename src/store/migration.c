/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From the version of the application's data that is stored to the one that is wanted, a version
 * at a time. A step takes each topic that holds data to the next version; what it changed, with a
 * revision more for each, and the new version go into one commit. So whatever happens in between,
 * all topics are of the version that is stored: a step that fails leaves things as the last one
 * left them, and the next start goes on from there.
 *
 * A storage without topics has nothing to take anywhere, and is told the wanted version at once:
 * so a new one never sees a step. A version that is newer than the wanted one is left untouched.
 *
 * All this runs on the store's thread before anything else may, but the application's function
 * runs in the main context in which the migration was made, which goes on in between: a call for
 * each topic. A step is in memory until it is committed.
 */

#include "store/migration.h"

#include <gio/gio.h>

#include "protocol/error.h"
#include "protocol/json-check.h"
#include "protocol/revision.h"

struct _StateSyncMigration
{
  guint32 version;
  guint64 max_data_size;
  StateSyncMigrateFunc migrate; /* (nullable) */
  gpointer user_data;
  GDestroyNotify destroy; /* (nullable) */
  GMainContext *context;
  GAsyncQueue *answers; /* of Question */
};

StateSyncMigration *
state_sync_migration_new (guint32 version,
                          guint64 max_data_size,
                          StateSyncMigrateFunc migrate,
                          gpointer user_data,
                          GDestroyNotify destroy)
{
  StateSyncMigration *self = g_new0 (StateSyncMigration, 1);

  self->version = version;
  self->max_data_size = max_data_size;
  self->migrate = migrate;
  self->user_data = user_data;
  self->destroy = destroy;
  self->context = g_main_context_ref_thread_default ();
  self->answers = g_async_queue_new ();
  return self;
}

void
state_sync_migration_free (StateSyncMigration *self)
{
  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_main_context_unref (self->context);
  g_async_queue_unref (self->answers);
  g_free (self);
}

/* --- errors --- */

static void
refuse (const char *reason, GError **error)
{
  g_propagate_error (error, state_sync_error_storage ("The topics can't be opened", reason));
}

static void
refuse_topic (const char *topic, guint32 version, const char *reason, GError **error)
{
  g_autofree char *name = state_sync_error_quote (topic);
  g_autofree char *what = g_strdup_printf (
      "Topic %s can't be brought from version %u of the application's data to version %u", name,
      version, version + 1);

  g_propagate_error (error, state_sync_error_storage (what, reason));
}

static void
refuse_newer (StateSyncMigration *self, guint32 version, GError **error)
{
  g_autofree char *reason =
      g_strdup_printf ("they are of version %u of the application's data, and it knows none above "
                       "%u: update the application",
                       version, self->version);

  refuse (reason, error);
}

/* --- one topic --- */

/* Put to the application in the main context; belongs to it until it comes back as answered. */
typedef struct
{
  StateSyncMigration *migration;
  guint32 version;
  const char *topic;
  GBytes *data;
  GBytes *result;
  GError *error;
} Question;

static gboolean
answer (gpointer user_data)
{
  Question *question = user_data;
  StateSyncMigration *self = question->migration;

  question->result = self->migrate (question->version, question->topic, question->data,
                                    self->user_data, &question->error);
  g_async_queue_push (self->answers, question);
  return G_SOURCE_REMOVE;
}

/* (transfer full) (nullable) */
static GBytes *
ask (StateSyncMigration *self, guint32 version, const char *topic, GBytes *data, GError **error)
{
  Question question = { self, version, topic, data, NULL, NULL };
  g_autoptr (GSource) source = g_idle_source_new ();
  g_autoptr (GError) reason = NULL;

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, answer, &question, NULL);
  g_source_attach (source, self->context);
  g_async_queue_pop (self->answers);

  reason = question.error;
  if (question.result == NULL)
    refuse_topic (
        topic, version,
        reason != NULL ? reason->message : "the application gave neither data nor a reason", error);
  return question.result;
}

/* What an application puts in enters like anything else. */
static gboolean
check_data (
    StateSyncMigration *self, guint32 version, const char *topic, GBytes *data, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (data, &length);
  g_autofree char *reason = NULL;
  StateSyncJsonFault fault;

  if (length > self->max_data_size)
    reason = g_strdup_printf ("it would be %" G_GSIZE_FORMAT
                              " bytes, above the limit of %" G_GUINT64_FORMAT,
                              length, self->max_data_size);
  else if (!state_sync_json_check (text, length, &fault))
    reason = g_strdup_printf ("it would be invalid at byte %" G_GSIZE_FORMAT ": %s", fault.offset,
                              fault.reason);

  if (reason != NULL)
    refuse_topic (topic, version, reason, error);
  return reason == NULL;
}

/* Returns: (transfer full) (nullable): the topic's next state, or @before if it stays */
static StateSyncSnapshot *
migrate_topic (StateSyncMigration *self,
               guint32 version,
               const char *topic,
               StateSyncSnapshot *before,
               GError **error)
{
  guint64 revision = state_sync_snapshot_get_revision (before);
  GBytes *old = state_sync_snapshot_get_data (before);
  g_autoptr (GBytes) data = ask (self, version, topic, old, error);

  if (data == NULL)
    return NULL;
  if (g_bytes_equal (data, old))
    return state_sync_snapshot_ref (before);
  if (!check_data (self, version, topic, data, error))
    return NULL;
  if (!state_sync_revision_next (revision, &revision))
    {
      refuse_topic (topic, version, "it is at the last revision", error);
      return NULL;
    }
  return state_sync_snapshot_new (revision, data);
}

/* --- one step --- */

static void
change_clear (gpointer data)
{
  state_sync_snapshot_unref (((StateSyncChange *)data)->snapshot);
}

static gboolean
add_change (StateSyncMigration *self,
            StateSyncStorage *storage,
            guint32 version,
            const char *topic,
            GArray *changes,
            GError **error)
{
  g_autoptr (StateSyncSnapshot) before = state_sync_storage_load (storage, topic, error);
  g_autoptr (StateSyncSnapshot) after = NULL;
  StateSyncChange change;

  if (before != NULL)
    after = migrate_topic (self, version, topic, before, error);
  if (after == NULL)
    return FALSE;
  if (after == before)
    return TRUE;

  change = (StateSyncChange){ topic, g_steal_pointer (&after) };
  g_array_append_val (changes, change);
  return TRUE;
}

static gboolean
commit (StateSyncStorage *storage, guint32 version, GArray *changes, GError **error)
{
  return state_sync_storage_commit_version (
      storage, version, (const StateSyncChange *)(gpointer)changes->data, changes->len, error);
}

static gboolean
step (StateSyncMigration *self,
      StateSyncStorage *storage,
      guint32 version,
      GPtrArray *topics,
      GError **error)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (StateSyncChange));

  g_array_set_clear_func (changes, change_clear);
  for (guint i = 0; self->migrate != NULL && i < topics->len; i++)
    {
      if (!add_change (self, storage, version, g_ptr_array_index (topics, i), changes, error))
        return FALSE;
    }
  return commit (storage, version + 1, changes, error);
}

/* --- all of them --- */

static void
add_topic (const char *topic, guint64 revision, guint64 bytes, gpointer user_data)
{
  if (bytes > 0)
    g_ptr_array_add (user_data, g_strdup (topic));
}

/* (transfer full) (nullable): of strings; the topics that hold data. */
static GPtrArray *
list_topics (StateSyncStorage *storage, GError **error)
{
  g_autoptr (GPtrArray) topics = g_ptr_array_new_with_free_func (g_free);

  if (!state_sync_storage_list (storage, "", add_topic, topics, error))
    return NULL;
  return g_steal_pointer (&topics);
}

static gboolean
migrate (StateSyncMigration *self, StateSyncStorage *storage, guint32 version, GError **error)
{
  while (version < self->version)
    {
      g_autoptr (GPtrArray) topics = list_topics (storage, error);

      if (topics == NULL)
        return FALSE;
      if (topics->len == 0)
        version = self->version - 1;
      if (!step (self, storage, version, topics, error))
        return FALSE;
      version++;
    }
  return TRUE;
}

/* Takes the topics of @storage, which is open, to the wanted version; on the store's thread, while
 * the main context runs. */
gboolean
state_sync_migration_run (StateSyncMigration *self, StateSyncStorage *storage, GError **error)
{
  guint32 version;

  if (!state_sync_storage_has_versions (storage))
    {
      if (self->version == 0)
        return TRUE;
      refuse ("the storage can't keep a version of the application's data: use another one, or "
              "implement get_version and commit_version",
              error);
      return FALSE;
    }

  if (!state_sync_storage_get_version (storage, &version, error))
    return FALSE;
  if (version > self->version)
    {
      refuse_newer (self, version, error);
      return FALSE;
    }
  return migrate (self, storage, version, error);
}
