/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/log.h"

#include "protocol/revision.h"

#include "statesync/enum-types.h"

/* One line on what is done with a topic, with its fields for journals. Costs nothing unless
 * debugging is on. */
void
state_sync_log_debug (const char *topic, guint64 revision, const char *instance, const char *what)
{
  char text[STATE_SYNC_REVISION_TEXT_SIZE];

  if (g_log_writer_default_would_drop (G_LOG_LEVEL_DEBUG, G_LOG_DOMAIN))
    return;

  state_sync_revision_format (revision, text);
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_DEBUG, "STATESYNC_TOPIC", topic, "STATESYNC_REVISION",
                    text, "STATESYNC_OWNER", instance != NULL ? instance : "", "MESSAGE",
                    "%s at revision %s: %s", topic, text, what);
}

const char *
state_sync_phase_name (StateSyncPhase phase)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (STATE_SYNC_TYPE_PHASE);
  const GEnumValue *value = g_enum_get_value (klass, phase);

  return value != NULL ? value->value_nick : "unknown";
}

/* The same for what went wrong. */
void
state_sync_log_failure (StateSyncFailure *failure, GLogLevelFlags level)
{
  const char *topic = state_sync_failure_get_topic (failure);
  const char *phase = state_sync_phase_name (state_sync_failure_get_phase (failure));
  const char *message = state_sync_failure_get_error (failure)->message;
  g_autofree char *next = NULL;
  char text[STATE_SYNC_REVISION_TEXT_SIZE];

  if (g_log_writer_default_would_drop (level, G_LOG_DOMAIN))
    return;

  if (state_sync_failure_get_will_retry (failure))
    next = g_strdup_printf ("; trying again in %u ms", state_sync_failure_get_next_delay (failure));
  state_sync_revision_format (state_sync_failure_get_local_revision (failure), text);
  g_log_structured (G_LOG_DOMAIN, level, "STATESYNC_TOPIC", topic, "STATESYNC_REVISION", text,
                    "STATESYNC_PHASE", phase, "MESSAGE", "%s at revision %s, %s: %s%s", topic, text,
                    phase, message, next != NULL ? next : "");
}
