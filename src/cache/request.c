/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cache/request.h"

struct _StateSyncCacheRequest
{
  GObject parent_instance;

  char *key;        /* (nullable) */
  GBytes *data;     /* (nullable) */
  GTask *task;      /* of the storage's asynchronous function */
  gint is_answered; /* atomic: the answer may come from any thread */
};

G_DEFINE_FINAL_TYPE (StateSyncCacheRequest, state_sync_cache_request, G_TYPE_OBJECT)

StateSyncCacheRequest *
state_sync_cache_request_new (const char *key, GBytes *data, GTask *task)
{
  StateSyncCacheRequest *self = g_object_new (STATE_SYNC_TYPE_CACHE_REQUEST, NULL);

  self->key = g_strdup (key);
  self->data = data != NULL ? g_bytes_ref (data) : NULL;
  self->task = g_object_ref (task);
  return self;
}

static gboolean
is_made (StateSyncCacheRequest *self)
{
  return STATE_SYNC_IS_CACHE_REQUEST (self) && self->task != NULL;
}

/* Whether this is the first answer; a second one is a mistake of the storage. */
static gboolean
begin_answer (StateSyncCacheRequest *self)
{
  gboolean is_first = g_atomic_int_compare_and_exchange (&self->is_answered, FALSE, TRUE);

  if (!is_first)
    g_critical ("A request of a cache about “%s” was answered twice: answer each request once",
                self->key != NULL ? self->key : "all topics");
  return is_first;
}

/**
 * state_sync_cache_request_get_key:
 * @self: a request
 *
 * Tells what it is about.
 *
 * Returns: (transfer none) (nullable): a topic's full name; `NULL` where it is about all
 */
const char *
state_sync_cache_request_get_key (StateSyncCacheRequest *self)
{
  g_return_val_if_fail (is_made (self), NULL);

  return self->key;
}

/**
 * state_sync_cache_request_get_data:
 * @self: a request
 *
 * Gives what is to be saved.
 *
 * Returns: (transfer none) (nullable): the bytes; `NULL` unless it is a request to save
 */
GBytes *
state_sync_cache_request_get_data (StateSyncCacheRequest *self)
{
  g_return_val_if_fail (is_made (self), NULL);

  return self->data;
}

/**
 * state_sync_cache_request_get_cancellable:
 * @self: a request
 *
 * Gives what is cancelled when nobody waits for the answer any more. It has to be answered even
 * then.
 *
 * Returns: (transfer none) (nullable): the cancellable
 */
GCancellable *
state_sync_cache_request_get_cancellable (StateSyncCacheRequest *self)
{
  g_return_val_if_fail (is_made (self), NULL);

  return g_task_get_cancellable (self->task);
}

/**
 * state_sync_cache_request_return_data:
 * @self: a request to load
 * @data: (nullable): what was saved; `NULL` if nothing was
 *
 * Answers a request to load, from any thread.
 */
void
state_sync_cache_request_return_data (StateSyncCacheRequest *self, GBytes *data)
{
  g_return_if_fail (is_made (self));

  if (!begin_answer (self))
    return;

  if (data != NULL)
    g_task_return_pointer (self->task, g_bytes_ref (data), (GDestroyNotify)g_bytes_unref);
  else
    g_task_return_pointer (self->task, NULL, NULL);
}

/**
 * state_sync_cache_request_return_keys:
 * @self: a request to list
 * @keys: (array zero-terminated=1): the keys under which something is kept
 *
 * Answers a request to list, from any thread.
 */
void
state_sync_cache_request_return_keys (StateSyncCacheRequest *self, const char *const *keys)
{
  g_return_if_fail (is_made (self));
  g_return_if_fail (keys != NULL);

  if (begin_answer (self))
    g_task_return_pointer (self->task, g_strdupv ((char **)keys), (GDestroyNotify)g_strfreev);
}

/**
 * state_sync_cache_request_return_done:
 * @self: a request to save, remove or clear
 *
 * Says that it is done, from any thread.
 */
void
state_sync_cache_request_return_done (StateSyncCacheRequest *self)
{
  g_return_if_fail (is_made (self));

  if (begin_answer (self))
    g_task_return_pointer (self->task, NULL, NULL);
}

/**
 * state_sync_cache_request_return_error:
 * @self: a request
 * @error: why it can't be done
 *
 * Says that it failed, from any thread.
 */
void
state_sync_cache_request_return_error (StateSyncCacheRequest *self, const GError *error)
{
  g_return_if_fail (is_made (self));
  g_return_if_fail (error != NULL);

  if (begin_answer (self))
    g_task_return_error (self->task, g_error_copy (error));
}

/**
 * state_sync_cache_request_return_error_literal:
 * @self: a request
 * @domain: the error's domain
 * @code: the error's code
 * @message: the error's message
 *
 * As [method@CacheRequest.return_error], for languages that can't make a `GError`.
 */
void
state_sync_cache_request_return_error_literal (StateSyncCacheRequest *self,
                                               GQuark domain,
                                               int code,
                                               const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, message);

  state_sync_cache_request_return_error (self, error);
}

static void
state_sync_cache_request_dispose (GObject *object)
{
  StateSyncCacheRequest *self = STATE_SYNC_CACHE_REQUEST (object);

  if (self->task != NULL && g_atomic_int_compare_and_exchange (&self->is_answered, FALSE, TRUE))
    g_task_return_new_error (self->task, G_IO_ERROR, G_IO_ERROR_FAILED,
                             "The storage dropped a request about “%s” without an answer",
                             self->key != NULL ? self->key : "all topics");

  G_OBJECT_CLASS (state_sync_cache_request_parent_class)->dispose (object);
}

static void
state_sync_cache_request_finalize (GObject *object)
{
  StateSyncCacheRequest *self = STATE_SYNC_CACHE_REQUEST (object);

  g_clear_object (&self->task);
  g_clear_pointer (&self->data, g_bytes_unref);
  g_free (self->key);

  G_OBJECT_CLASS (state_sync_cache_request_parent_class)->finalize (object);
}

static void
state_sync_cache_request_class_init (StateSyncCacheRequestClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = state_sync_cache_request_dispose;
  object_class->finalize = state_sync_cache_request_finalize;
}

static void
state_sync_cache_request_init (StateSyncCacheRequest *self)
{
}
