/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tells ThreadSanitizer what GLib orders. Its locks and queues are futexes and atomics inside a
 * library that is not instrumented, so each hand-over through them looks like a race. The
 * functions here stand before GLib's for all code that is linked into the program: they say
 * which side lets go and which takes over, and call GLib's.
 *
 * Only what is called from the program itself comes here; GLib's own calls inside don't. So a
 * function that is not here orders nothing as far as the sanitizer knows: it may report too much,
 * never too little; test-planted-race.c sees to it that it does not. To be linked into programs
 * built with -fsanitize=thread, and into no others.
 */

#include <dlfcn.h>
#include <gio/gio.h>
#include <sanitizer/tsan_interface.h>

/* The result of GLib's function of this name; its type is that of the function here. */
#define REAL(function) ((__typeof__ (&function))dlsym (RTLD_NEXT, #function))

/* --- locks --- */

void
g_mutex_lock (GMutex *mutex)
{
  REAL (g_mutex_lock) (mutex);
  __tsan_acquire (mutex);
}

void
g_mutex_unlock (GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_mutex_unlock) (mutex);
}

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_cond_wait) (cond, mutex);
  __tsan_acquire (mutex);
}

/* --- queues: by the item, so that a push orders nothing but what is pushed --- */

void
g_async_queue_push (GAsyncQueue *queue, gpointer data)
{
  __tsan_release (data);
  REAL (g_async_queue_push) (queue, data);
}

gpointer
g_async_queue_pop (GAsyncQueue *queue)
{
  gpointer data = REAL (g_async_queue_pop) (queue);

  __tsan_acquire (data);
  return data;
}

gpointer
g_async_queue_timeout_pop (GAsyncQueue *queue, guint64 timeout)
{
  gpointer data = REAL (g_async_queue_timeout_pop) (queue, timeout);

  if (data != NULL)
    __tsan_acquire (data);
  return data;
}

/* --- main contexts: from attaching a source to its callback --- */

typedef struct
{
  GSourceFunc func;
  gpointer data;
  GDestroyNotify notify;
} Callback;

static gboolean
callback_run (gpointer user_data)
{
  Callback *self = user_data;

  __tsan_acquire (self);
  return self->func (self->data);
}

static void
callback_free (gpointer user_data)
{
  Callback *self = user_data;

  __tsan_acquire (self);
  if (self->notify != NULL)
    self->notify (self->data);
  g_free (self);
}

void
g_source_set_callback (GSource *source, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  Callback *callback = g_new (Callback, 1);

  *callback = (Callback){ .func = func, .data = data, .notify = notify };
  REAL (g_source_set_callback) (source, callback_run, callback, callback_free);
  __tsan_release (callback);
}

/* --- reference counts: whoever lets go last sees what all others did --- */

gboolean
g_atomic_ref_count_dec (gatomicrefcount *count)
{
  gboolean is_last;

  __tsan_release (count);
  is_last = REAL (g_atomic_ref_count_dec) (count);
  if (is_last)
    __tsan_acquire (count);
  return is_last;
}

static void
order_references (gpointer counted)
{
  __tsan_release (counted);
  __tsan_acquire (counted);
}

void
g_bytes_unref (GBytes *bytes)
{
  if (bytes != NULL)
    order_references (bytes);
  REAL (g_bytes_unref) (bytes);
}

void (g_object_unref) (gpointer object)
{
  order_references (object);
  REAL (g_object_unref) (object);
}
