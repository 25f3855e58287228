/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cache/event.h"

#include "engine/log.h"
#include "protocol/error.h"
#include "statesync/enum-types.h"

struct _StateSyncCacheEvent
{
  gatomicrefcount ref_count;
  char *topic;
  GError *error;
  StateSyncCacheEventContext context; /* whose topic and error are these */
};

G_DEFINE_BOXED_TYPE (StateSyncCacheEvent,
                     state_sync_cache_event,
                     state_sync_cache_event_ref,
                     state_sync_cache_event_unref)

StateSyncCacheEvent *
state_sync_cache_event_new (const StateSyncCacheEventContext *context)
{
  StateSyncCacheEvent *self = g_new (StateSyncCacheEvent, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->topic = g_strdup (context->topic);
  self->error = context->error != NULL ? g_error_copy (context->error) : NULL;
  self->context = *context;
  self->context.topic = self->topic;
  self->context.error = self->error;
  return self;
}

/* What the kind is called, as the signal's detail. */
GQuark
state_sync_cache_event_get_nick (StateSyncCacheEvent *self)
{
  g_autoptr (GEnumClass) kinds = g_type_class_ref (STATE_SYNC_TYPE_CACHE_EVENT_KIND);

  return g_quark_from_static_string (g_enum_get_value (kinds, (int)self->context.kind)->value_nick);
}

/* What went wrong and no handler hears is at least heard here. */
void
state_sync_cache_event_log (StateSyncCacheEvent *self, gboolean is_heard)
{
  const char *topic = self->topic != NULL ? self->topic : "";
  const char *nick = g_quark_to_string (state_sync_cache_event_get_nick (self));
  g_autofree char *what = NULL;
  g_autofree char *name = NULL;

  if (self->error == NULL || is_heard)
    {
      what = g_strdup_printf ("cache: %s", nick);
      state_sync_log_debug (topic, self->context.revision, NULL, what);
      return;
    }
  name = self->topic != NULL ? state_sync_error_quote (topic) : g_strdup ("all topics");
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "STATESYNC_TOPIC", topic, "MESSAGE",
                    "Cache of %s, %s: %s", name, nick, self->error->message);
}

/**
 * state_sync_cache_event_ref:
 * @self: an event
 *
 * Takes a reference, from any thread.
 *
 * Returns: (transfer full): `self`
 */
StateSyncCacheEvent *
state_sync_cache_event_ref (StateSyncCacheEvent *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * state_sync_cache_event_unref:
 * @self: (transfer full): an event
 *
 * Drops a reference, from any thread.
 */
void
state_sync_cache_event_unref (StateSyncCacheEvent *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_error (&self->error);
  g_free (self->topic);
  g_free (self);
}

/**
 * state_sync_cache_event_get_kind:
 * @self: an event
 *
 * Tells what happened.
 *
 * Returns: the kind of event
 */
StateSyncCacheEventKind
state_sync_cache_event_get_kind (StateSyncCacheEvent *self)
{
  return self->context.kind;
}

/**
 * state_sync_cache_event_get_topic:
 * @self: an event
 *
 * Tells which topic it is about.
 *
 * Returns: (transfer none) (nullable): the topic's full name; `NULL` if all were cleared
 */
const char *
state_sync_cache_event_get_topic (StateSyncCacheEvent *self)
{
  return self->context.topic;
}

/**
 * state_sync_cache_event_get_revision:
 * @self: an event
 *
 * Tells which revision of the topic was saved or found.
 *
 * Returns: the revision; 0 if that is not known
 */
guint64
state_sync_cache_event_get_revision (StateSyncCacheEvent *self)
{
  return self->context.revision;
}

/**
 * state_sync_cache_event_get_error:
 * @self: an event
 *
 * Tells what went wrong, or why what was found is ignored. The message is fit to be read.
 *
 * Returns: (transfer none) (nullable): the error; `NULL` if nothing went wrong
 */
const GError *
state_sync_cache_event_get_error (StateSyncCacheEvent *self)
{
  return self->error;
}

/**
 * state_sync_cache_event_get_duration:
 * @self: an event
 *
 * Tells how long saving or loading took, packing and unpacking included.
 *
 * Returns: the time in microseconds; 0 if it is not over
 */
gint64
state_sync_cache_event_get_duration (StateSyncCacheEvent *self)
{
  return self->context.duration;
}

/**
 * state_sync_cache_event_get_n_bytes:
 * @self: an event
 *
 * Tells how much was handed to the storage, or found there.
 *
 * Returns: the bytes; 0 if nothing was
 */
guint64
state_sync_cache_event_get_n_bytes (StateSyncCacheEvent *self)
{
  return self->context.n_bytes;
}

/**
 * state_sync_cache_event_get_schema_version:
 * @self: an event
 *
 * Tells which schema version was found.
 *
 * Returns: the version, for a migration that from which it began; 0 if that is not known
 */
guint
state_sync_cache_event_get_schema_version (StateSyncCacheEvent *self)
{
  return self->context.schema_version;
}

/**
 * state_sync_cache_event_get_age:
 * @self: an event
 *
 * Tells how old what was found is.
 *
 * Returns: the time since it was saved in microseconds, or until then if that is yet to come;
 *   0 if that is not known
 */
gint64
state_sync_cache_event_get_age (StateSyncCacheEvent *self)
{
  return self->context.age;
}

/**
 * state_sync_cache_event_get_will_retry:
 * @self: an event
 *
 * Tells whether saving is tried again by itself.
 *
 * Returns: `TRUE` if another attempt follows after [method@CacheEvent.get_next_delay]
 */
gboolean
state_sync_cache_event_get_will_retry (StateSyncCacheEvent *self)
{
  return self->context.will_retry;
}

/**
 * state_sync_cache_event_get_next_delay:
 * @self: an event
 *
 * Tells when the next attempt follows.
 *
 * Returns: the time until then, in milliseconds
 */
guint
state_sync_cache_event_get_next_delay (StateSyncCacheEvent *self)
{
  return self->context.next_delay;
}
