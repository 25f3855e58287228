/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The files (edit.c) and the notices of the kernel (folder-watch.c) as a transport.
 *
 * The main loop never waits for a disk or for another process: what touches files is a job, run
 * on a thread and reported back to the main context in which this was made. Jobs that read run
 * one after the other, and so do jobs that write, so an app's writes keep their order; reading
 * never waits for a write, which may wait for the lock of another process.
 *
 * Each job also looks who serves: the name of the folder (instance-file.c). It is news before
 * what the job found is told.
 *
 * A topic is followed by watching its folder. If that is removed it is made anew and watched
 * again, and its followers pull.
 */

#include "broadcast/broadcast.h"

#include <errno.h>
#include <string.h>

#include "broadcast/edit.h"
#include "broadcast/folder-watch.h"
#include "broadcast/instance-file.h"
#include "broadcast/state-commit.h"
#include "broadcast/state-path.h"
#include "protocol/error.h"
#include "protocol/revision.h"
#include "transports/transaction-private.h"

#define NOT_WATCHED (-1)

struct _StateSyncBroadcast
{
  GObject parent_instance;

  char *root;
  GMainContext *context;
  GThreadPool *readers; /* of one thread */
  GThreadPool *writers; /* of one thread */

  StateSyncFolderWatch *watch;
  GHashTable *followed; /* topic → Followed */
  GHashTable *by_id;    /* what the watch calls its folder → Followed */
  char *instance;       /* (nullable): NULL until a job has looked */
};

/* A topic that somebody follows. The table holds it, and the job that sets it up. */
typedef struct
{
  char *topic;
  int id;               /* what the watch calls its folder, or NOT_WATCHED */
  GPtrArray *waiting;   /* of StateSyncSubscription: not ready yet */
  GPtrArray *listening; /* of StateSyncSubscription */
} Followed;

static void source_init (StateSyncInvalidationSourceInterface *iface);
static void provider_init (StateSyncSnapshotProviderInterface *iface);
static void writer_init (StateSyncWriterInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StateSyncBroadcast,
                               state_sync_broadcast,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_INVALIDATION_SOURCE,
                                                      source_init)
                                   G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_SNAPSHOT_PROVIDER,
                                                          provider_init)
                                       G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_WRITER, writer_init))

enum
{
  COMMITTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* --- jobs --- */

typedef struct _Job Job;

struct _Job
{
  StateSyncBroadcast *self; /* owned */
  void (*run) (Job *job);   /* on a thread */
  void (*done) (Job *job);  /* in the main context */
  char *instance;           /* who serves; NULL with error if nothing can be done */
  GError *error;

  Followed *followed;          /* owned; to be watched */
  int id;                      /* what the watch calls it */
  StateSyncPull *pull;         /* owned; to be answered */
  StateSyncSnapshot *snapshot; /* with this */
  StateSyncCommit *commit;     /* owned; to be made */
  guint64 *revisions;          /* with these */
};

static void
followed_clear (gpointer data)
{
  Followed *followed = data;

  g_ptr_array_unref (followed->waiting);
  g_ptr_array_unref (followed->listening);
  g_free (followed->topic);
}

static void
followed_unref (gpointer data)
{
  g_rc_box_release_full (data, followed_clear);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->followed, followed_unref);
  g_clear_object (&job->pull);
  g_clear_pointer (&job->snapshot, state_sync_snapshot_unref);
  g_clear_object (&job->commit);
  g_clear_error (&job->error);
  g_free (job->revisions);
  g_free (job->instance);
  g_object_unref (job->self);
  g_free (job);
}

static Job *
job_new (StateSyncBroadcast *self, void (*run) (Job *job), void (*done) (Job *job))
{
  Job *job = g_new0 (Job, 1);

  job->self = g_object_ref (self);
  job->run = run;
  job->done = done;
  return job;
}

static void
set_instance (StateSyncBroadcast *self, const char *instance)
{
  if (g_strcmp0 (self->instance, instance) == 0)
    return;

  g_free (self->instance);
  self->instance = g_strdup (instance);
  state_sync_invalidation_source_instance_changed (STATE_SYNC_INVALIDATION_SOURCE (self));
}

static gboolean
on_done (gpointer data)
{
  Job *job = data;

  if (job->instance != NULL)
    set_instance (job->self, job->instance);
  job->done (job);
  return G_SOURCE_REMOVE;
}

static void
run (gpointer data, gpointer user_data)
{
  Job *job = data;
  g_autoptr (GSource) source = g_idle_source_new ();

  job->instance = state_sync_instance_file_read (job->self->root, &job->error);
  if (job->instance != NULL)
    job->run (job);

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_done, job, job_free);
  g_source_attach (source, job->self->context);
}

/* --- telling --- */

static gpointer
copy_ref (gconstpointer object, gpointer user_data)
{
  return g_object_ref ((gpointer)object);
}

/* Who is told may leave, or bring others: told is a copy. */
static GPtrArray *
copy_of (GPtrArray *subscriptions)
{
  GPtrArray *copy = g_ptr_array_copy (subscriptions, copy_ref, NULL);

  g_ptr_array_set_free_func (copy, g_object_unref);
  return copy;
}

static void
invalidate (StateSyncBroadcast *self, Followed *followed, guint64 revision)
{
  g_autoptr (GPtrArray) told = copy_of (followed->listening);

  for (guint i = 0; i < told->len; i++)
    state_sync_subscription_invalidate (g_ptr_array_index (told, i), revision, self->instance);
}

static void
report_trouble (Followed *followed, const GError *error)
{
  g_autoptr (GPtrArray) told = copy_of (followed->listening);

  for (guint i = 0; i < told->len; i++)
    state_sync_subscription_report_error (g_ptr_array_index (told, i), error);
}

/* --- following --- */

static void
end_if_unused (StateSyncBroadcast *self, Followed *followed)
{
  if (followed->waiting->len > 0 || followed->listening->len > 0)
    return;

  if (followed->id != NOT_WATCHED)
    {
      g_hash_table_remove (self->by_id, GINT_TO_POINTER (followed->id));
      state_sync_folder_watch_remove (self->watch, followed->id);
    }
  g_hash_table_remove (self->followed, followed->topic);
}

static void
run_follow (Job *job)
{
  g_autofree char *folder = state_sync_state_path_for_topic (job->self->root, job->followed->topic);

  if (g_mkdir_with_parents (folder, 0700) < 0)
    job->error = g_error_new (G_IO_ERROR, g_io_error_from_errno (errno),
                              "Folder %s of topic “%s” can't be made (%s): look at its permissions",
                              folder, job->followed->topic, g_strerror (errno));
  else
    job->id = state_sync_folder_watch_add (job->self->watch, folder, &job->error);
}

static void
refuse_waiting (StateSyncBroadcast *self, Followed *followed, const GError *error)
{
  g_autoptr (GPtrArray) refused = g_steal_pointer (&followed->waiting);

  followed->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  end_if_unused (self, followed);
  for (guint i = 0; i < refused->len; i++)
    state_sync_subscription_fail (g_ptr_array_index (refused, i), error);
}

static void
admit_waiting (Followed *followed)
{
  g_autoptr (GPtrArray) admitted = copy_of (followed->waiting);

  g_ptr_array_extend_and_steal (followed->listening, g_steal_pointer (&followed->waiting));
  followed->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < admitted->len; i++)
    state_sync_subscription_ready (g_ptr_array_index (admitted, i));
}

/* Those who listened before did not for a while. */
static void
report_gap (Followed *followed)
{
  g_autoptr (GError) error =
      g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "The folder of topic “%s” was removed; it is made anew", followed->topic);

  report_trouble (followed, error);
}

static void
follow_done (Job *job)
{
  StateSyncBroadcast *self = job->self;
  Followed *followed = job->followed;
  Followed *current = g_hash_table_lookup (self->followed, followed->topic);

  if (current != followed)
    {
      /* Nobody follows it any more; or somebody does again, whose folder has the same id. */
      if (current == NULL && job->error == NULL)
        state_sync_folder_watch_remove (self->watch, job->id);
      return;
    }
  if (job->error != NULL)
    {
      report_trouble (followed, job->error);
      refuse_waiting (self, followed, job->error);
      return;
    }

  followed->id = job->id;
  g_hash_table_insert (self->by_id, GINT_TO_POINTER (job->id), followed);
  report_gap (followed);
  admit_waiting (followed);
}

static void
follow (StateSyncBroadcast *self, Followed *followed)
{
  Job *job = job_new (self, run_follow, follow_done);

  followed->id = NOT_WATCHED;
  job->followed = g_rc_box_acquire (followed);
  g_thread_pool_push (self->readers, job, NULL);
}

static Followed *
begin_to_follow (StateSyncBroadcast *self, const char *topic)
{
  Followed *followed = g_rc_box_new0 (Followed);

  followed->topic = g_strdup (topic);
  followed->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  followed->listening = g_ptr_array_new_with_free_func (g_object_unref);
  g_hash_table_insert (self->followed, followed->topic, followed);
  follow (self, followed);
  return followed;
}

static void
subscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  StateSyncBroadcast *self = STATE_SYNC_BROADCAST (source);
  const char *topic = state_sync_subscription_get_topic (subscription);
  Followed *followed = g_hash_table_lookup (self->followed, topic);

  if (followed == NULL)
    followed = begin_to_follow (self, topic);
  g_ptr_array_add (followed->waiting, g_object_ref (subscription));
  if (followed->id != NOT_WATCHED)
    admit_waiting (followed);
}

static void
unsubscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  StateSyncBroadcast *self = STATE_SYNC_BROADCAST (source);
  const char *topic = state_sync_subscription_get_topic (subscription);
  Followed *followed = g_hash_table_lookup (self->followed, topic);

  if (!g_ptr_array_remove (followed->waiting, subscription))
    g_ptr_array_remove (followed->listening, subscription);
  end_if_unused (self, followed);
}

static char *
dup_instance (StateSyncInvalidationSource *source)
{
  return g_strdup (STATE_SYNC_BROADCAST (source)->instance);
}

/* --- notices --- */

static void
on_renamed (int id, const char *name, gpointer user_data)
{
  StateSyncBroadcast *self = user_data;
  Followed *followed = g_hash_table_lookup (self->by_id, GINT_TO_POINTER (id));
  guint64 revision;

  if (followed != NULL && g_str_has_prefix (name, STATE_SYNC_STAGED_PREFIX) &&
      state_sync_revision_parse (name + strlen (STATE_SYNC_STAGED_PREFIX), &revision))
    invalidate (self, followed, revision);
}

static void
on_gone (int id, gpointer user_data)
{
  StateSyncBroadcast *self = user_data;
  Followed *followed = g_hash_table_lookup (self->by_id, GINT_TO_POINTER (id));

  if (followed == NULL)
    return;
  g_hash_table_remove (self->by_id, GINT_TO_POINTER (id));
  follow (self, followed);
}

static void
on_missed (gpointer user_data)
{
  StateSyncBroadcast *self = user_data;
  g_autoptr (GList) all = g_hash_table_get_keys (self->followed);
  g_autoptr (GError) error = g_error_new_literal (
      G_IO_ERROR, G_IO_ERROR_FAILED,
      "Changes came faster than they were read: some notices are missing, all topics are read");

  for (GList *l = all; l != NULL; l = l->next)
    {
      Followed *followed = g_hash_table_lookup (self->followed, l->data);

      if (followed != NULL)
        report_trouble (followed, error);
    }
}

static const StateSyncFolderWatchFuncs watch_funcs = {
  .renamed = on_renamed,
  .gone = on_gone,
  .missed = on_missed,
};

/* Somebody says that @topic has changed up to @revision. */
void
state_sync_broadcast_poke (StateSyncBroadcast *self, const char *topic, guint64 revision)
{
  Followed *followed = g_hash_table_lookup (self->followed, topic);

  if (followed != NULL)
    invalidate (self, followed, revision);
}

/* --- reading --- */

static void
run_pull (Job *job)
{
  job->snapshot = state_sync_state_read (job->self->root, state_sync_pull_get_topic (job->pull),
                                         job->instance, &job->error);
}

static void
pull_done (Job *job)
{
  if (job->error != NULL)
    state_sync_pull_return_error (job->pull, job->error);
  else
    state_sync_pull_return_snapshot (job->pull, job->snapshot);
}

static void
get_snapshot (StateSyncSnapshotProvider *provider, StateSyncPull *pull)
{
  StateSyncBroadcast *self = STATE_SYNC_BROADCAST (provider);
  Job *job = job_new (self, run_pull, pull_done);

  job->pull = g_object_ref (pull);
  g_thread_pool_push (self->readers, job, NULL);
}

/* --- writing --- */

static GPtrArray *
writes_of (Job *job)
{
  return state_sync_transaction_get_writes (state_sync_commit_get_transaction (job->commit));
}

static void
run_commit (Job *job)
{
  const char *meant_for = state_sync_commit_get_instance (job->commit);

  if (meant_for != NULL && !g_str_equal (meant_for, job->instance))
    job->error = state_sync_error_unavailable ();
  else
    job->revisions =
        state_sync_state_commit (job->self->root, job->instance, writes_of (job), &job->error);
}

static void
commit_done (Job *job)
{
  GPtrArray *writes = writes_of (job);

  if (job->error != NULL)
    {
      state_sync_commit_return_error (job->commit, job->error);
      return;
    }

  state_sync_commit_return_revisions (job->commit, job->revisions, writes->len, job->instance);
  for (guint i = 0; i < writes->len; i++)
    {
      const StateSyncWrite *write = g_ptr_array_index (writes, i);

      g_signal_emit (job->self, signals[COMMITTED], 0, write->topic, job->revisions[i]);
    }
}

static void
commit (StateSyncWriter *writer, StateSyncCommit *what)
{
  StateSyncBroadcast *self = STATE_SYNC_BROADCAST (writer);
  Job *job = job_new (self, run_commit, commit_done);

  job->commit = g_object_ref (what);
  g_thread_pool_push (self->writers, job, NULL);
}

/* --- the object --- */

/* @app_id: the application id, as `org.example.Editor`; in a sandbox, its own. */
StateSyncBroadcast *
state_sync_broadcast_new_for_app (const char *app_id)
{
  g_autofree char *folder = NULL;

  g_return_val_if_fail (g_application_id_is_valid (app_id), NULL);

  folder = state_sync_state_path_for_app (app_id);
  return state_sync_broadcast_new_for_folder (folder);
}

/* @folder: where the processes meet; it is made if it is missing. */
StateSyncBroadcast *
state_sync_broadcast_new_for_folder (const char *folder)
{
  StateSyncBroadcast *self = g_object_new (STATE_SYNC_TYPE_BROADCAST, NULL);

  self->root = g_strdup (folder);
  return self;
}

/* Jobs hold the object, so none is left here. */
static void
state_sync_broadcast_finalize (GObject *object)
{
  StateSyncBroadcast *self = STATE_SYNC_BROADCAST (object);

  g_thread_pool_free (self->readers, FALSE, FALSE);
  g_thread_pool_free (self->writers, FALSE, FALSE);
  state_sync_folder_watch_free (self->watch);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->followed);
  g_main_context_unref (self->context);
  g_free (self->instance);
  g_free (self->root);

  G_OBJECT_CLASS (state_sync_broadcast_parent_class)->finalize (object);
}

static void
state_sync_broadcast_class_init (StateSyncBroadcastClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = state_sync_broadcast_finalize;

  signals[COMMITTED] =
      g_signal_new ("committed", STATE_SYNC_TYPE_BROADCAST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT64);
}

static void
state_sync_broadcast_init (StateSyncBroadcast *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->readers = g_thread_pool_new (run, NULL, 1, FALSE, NULL);
  self->writers = g_thread_pool_new (run, NULL, 1, FALSE, NULL);
  self->watch = state_sync_folder_watch_new (&watch_funcs, self);
  self->followed = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, followed_unref);
  self->by_id = g_hash_table_new (NULL, NULL);
}

static void
source_init (StateSyncInvalidationSourceInterface *iface)
{
  iface->subscribe = subscribe;
  iface->unsubscribe = unsubscribe;
  iface->dup_instance = dup_instance;
}

static void
provider_init (StateSyncSnapshotProviderInterface *iface)
{
  iface->get_snapshot = get_snapshot;
}

static void
writer_init (StateSyncWriterInterface *iface)
{
  iface->commit = commit;
}
