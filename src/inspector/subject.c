/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The filter of a topic is asked about each word of a change that is news, and so tells when a
 * change was first heard of.
 */

#include "inspector/subject.h"

#define MAX_MOMENTS 500

struct _InspectorSubject
{
  GObject parent_instance;

  StateSyncClient *client;
  StateSyncTopic *topic;
  InspectorTimeline *timeline;
  GBytes *text;   /* (nullable): until it is known */
  GBytes *before; /* (nullable) */
  guint64 revision;
  char *trouble; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (InspectorSubject, inspector_subject, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* --- what is seen --- */

static void
tell (InspectorSubject *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_trouble (InspectorSubject *self, const char *message)
{
  g_autofree char *before = g_steal_pointer (&self->trouble);

  self->trouble = g_strdup (message);
}

static void
note_revision (InspectorSubject *self, guint64 revision, GBytes *text)
{
  g_clear_pointer (&self->before, g_bytes_unref);
  self->before = g_steal_pointer (&self->text);
  self->revision = revision;
  inspector_timeline_seen (self->timeline, revision, g_bytes_get_size (text),
                           g_get_monotonic_time (), g_get_real_time ());
}

static void
look (InspectorSubject *self)
{
  guint64 revision = state_sync_topic_get_revision (self->topic);
  GBytes *text = state_sync_topic_get_text (self->topic);

  if (self->text == NULL || revision != self->revision)
    note_revision (self, revision, text);
  g_clear_pointer (&self->text, g_bytes_unref);
  self->text = g_bytes_ref (text);
  set_trouble (self, NULL);
  tell (self);
}

/* Before the first pull nothing is known, and there is nothing to look at. */
static void
on_changed (InspectorSubject *self)
{
  if (self->text != NULL)
    look (self);
}

static gboolean
on_heard (const char *topic, guint64 revision, gpointer user_data)
{
  inspector_timeline_heard (INSPECTOR_SUBJECT (user_data)->timeline, revision,
                            g_get_monotonic_time ());
  return TRUE;
}

static void
on_sync_error (StateSyncTopic *topic, StateSyncFailure *failure, InspectorSubject *self)
{
  set_trouble (self, state_sync_failure_get_error (failure)->message);
  tell (self);
}

/* --- following --- */

static void
on_started (GObject *topic, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (InspectorSubject) self = user_data;
  g_autoptr (GError) error = NULL;

  if (state_sync_topic_start_finish (STATE_SYNC_TOPIC (topic), result, &error))
    {
      look (self);
      return;
    }
  set_trouble (self, error->message);
  tell (self);
}

static void
start (InspectorSubject *self)
{
  state_sync_topic_start_async (self->topic, NULL, on_started, g_object_ref (self));
}

/* A topic whose start failed, because nobody served, is started when somebody does. */
static void
on_available (InspectorSubject *self)
{
  if (state_sync_client_get_available (self->client) &&
      state_sync_topic_get_state (self->topic) == STATE_SYNC_LIFECYCLE_IDLE)
    start (self);
}

/* --- writing --- */

static void
on_written (GObject *client, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree guint64 *revisions = NULL;
  g_autoptr (GError) error = NULL;
  gsize n;

  revisions = state_sync_client_write_many_finish (STATE_SYNC_CLIENT (client), result, &n, &error);
  if (revisions != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* @text: what the topic shall hold, byte for byte */
void
inspector_subject_write_async (InspectorSubject *self,
                               GBytes *text,
                               guint64 expected_revision,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (StateSyncTransaction) transaction = state_sync_client_begin (self->client);
  g_autofree char *data = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, inspector_subject_write_async);
  state_sync_transaction_write_text (transaction, inspector_subject_get_name (self), data,
                                     STATE_SYNC_WRITE_FLAGS_IF_REVISION, expected_revision);
  state_sync_client_write_many_async (self->client, transaction, NULL, on_written, task);
}

gboolean
inspector_subject_write_finish (InspectorSubject *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_refreshed (GObject *topic, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (state_sync_topic_refresh_finish (STATE_SYNC_TOPIC (topic), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
inspector_subject_refresh_async (InspectorSubject *self,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, inspector_subject_refresh_async);
  state_sync_topic_refresh_async (self->topic, NULL, on_refreshed, task);
}

gboolean
inspector_subject_refresh_finish (InspectorSubject *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- the object --- */

InspectorSubject *
inspector_subject_new (StateSyncClient *client, const char *name)
{
  InspectorSubject *self = g_object_new (INSPECTOR_TYPE_SUBJECT, NULL);

  self->client = g_object_ref (client);
  self->topic = state_sync_client_get_topic (client, name);
  state_sync_topic_set_filter (self->topic, on_heard, self, NULL);
  g_signal_connect_object (self->topic, "notify::revision", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->topic, "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->topic, "sync-error", G_CALLBACK (on_sync_error), self, 0);
  g_signal_connect_object (client, "notify::available", G_CALLBACK (on_available), self,
                           G_CONNECT_SWAPPED);
  start (self);
  return self;
}

const char *
inspector_subject_get_name (InspectorSubject *self)
{
  return state_sync_topic_get_name (self->topic);
}

InspectorTimeline *
inspector_subject_get_timeline (InspectorSubject *self)
{
  return self->timeline;
}

gboolean
inspector_subject_is_known (InspectorSubject *self)
{
  return self->text != NULL;
}

guint64
inspector_subject_get_revision (InspectorSubject *self)
{
  return self->revision;
}

/* (transfer none) (nullable) */
GBytes *
inspector_subject_get_text (InspectorSubject *self)
{
  return self->text;
}

GBytes *
inspector_subject_get_before (InspectorSubject *self)
{
  return self->before;
}

const char *
inspector_subject_get_trouble (InspectorSubject *self)
{
  return self->trouble;
}

static void
inspector_subject_finalize (GObject *object)
{
  InspectorSubject *self = INSPECTOR_SUBJECT (object);

  state_sync_topic_set_filter (self->topic, NULL, NULL, NULL);
  g_object_unref (self->topic);
  g_object_unref (self->client);
  g_object_unref (self->timeline);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->before, g_bytes_unref);
  g_free (self->trouble);

  G_OBJECT_CLASS (inspector_subject_parent_class)->finalize (object);
}

static void
inspector_subject_class_init (InspectorSubjectClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = inspector_subject_finalize;

  /* Data, revision or trouble are others. */
  signals[CHANGED] = g_signal_new ("changed", INSPECTOR_TYPE_SUBJECT, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
inspector_subject_init (InspectorSubject *self)
{
  self->timeline = inspector_timeline_new (MAX_MOMENTS);
}
