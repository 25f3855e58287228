/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two switches: GLib's, by which an app's debug messages are shown, ours among them; and one that
 * shows ours alone, STATESYNC_DEBUG, for all topics or for some. What the latter asks for is told
 * as a message, which GLib's default writer shows: as a debug message it would drop it. */

#include "engine/log.h"

#include "protocol/error.h"
#include "protocol/name.h"
#include "protocol/revision.h"

#include "statesync/enum-types.h"

#define SWITCH "STATESYNC_DEBUG"
#define ALL "all"

/* (nullable): what the switch names, read once. */
static char **
get_switched_on (void)
{
  static char **names;
  static gsize is_read;

  if (g_once_init_enter (&is_read))
    {
      const char *value = g_getenv (SWITCH);

      names = value != NULL ? g_strsplit (value, ",", -1) : NULL;
      g_once_init_leave (&is_read, TRUE);
    }
  return names;
}

/* A name stands for the topic of that name and for all inside the namespace of that name. */
static gboolean
is_switched_on (const char *topic)
{
  char **names = get_switched_on ();

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      if (g_str_equal (names[i], ALL) || state_sync_name_is_in (topic, names[i]))
        return TRUE;
    }
  return FALSE;
}

/* FALSE if nobody would see it. */
static gboolean
choose_level (const char *topic, GLogLevelFlags *level)
{
  if (*level == G_LOG_LEVEL_DEBUG && is_switched_on (topic))
    *level = G_LOG_LEVEL_MESSAGE;
  return !g_log_writer_default_would_drop (*level, G_LOG_DOMAIN);
}

/* One line on what is done with a topic, with its fields for journals. Costs next to nothing
 * unless somebody looks. */
void
state_sync_log_debug (const char *topic, guint64 revision, const char *instance, const char *what)
{
  GLogLevelFlags level = G_LOG_LEVEL_DEBUG;
  g_autofree char *name = NULL;
  char text[STATE_SYNC_REVISION_TEXT_SIZE];

  if (!choose_level (topic, &level))
    return;

  name = state_sync_error_quote (topic);
  state_sync_revision_format (revision, text);
  g_log_structured (G_LOG_DOMAIN, level, "STATESYNC_TOPIC", topic, "STATESYNC_REVISION", text,
                    "STATESYNC_OWNER", instance != NULL ? instance : "", "MESSAGE",
                    "Topic %s at revision %s: %s", name, text, what);
}

const char *
state_sync_phase_name (StateSyncPhase phase)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (STATE_SYNC_TYPE_PHASE);
  const GEnumValue *value = g_enum_get_value (klass, phase);

  return value != NULL ? value->value_nick : "unknown";
}

/* What fails again as it did before: who reads along knows already, and there may be many topics.
 */
static gboolean
is_repeated (StateSyncFailure *failure)
{
  return state_sync_failure_get_attempt (failure) > 1 &&
         state_sync_failure_get_will_retry (failure);
}

/* The same for what went wrong. What no handler hears is at least heard here. */
void
state_sync_log_failure (StateSyncFailure *failure, const char *instance, gboolean is_heard)
{
  GLogLevelFlags level =
      is_heard || is_repeated (failure) ? G_LOG_LEVEL_DEBUG : G_LOG_LEVEL_MESSAGE;
  const char *topic = state_sync_failure_get_topic (failure);
  const char *phase = state_sync_phase_name (state_sync_failure_get_phase (failure));
  const char *message = state_sync_failure_get_error (failure)->message;
  g_autofree char *name = NULL;
  g_autofree char *next = NULL;
  char text[STATE_SYNC_REVISION_TEXT_SIZE];

  if (!choose_level (topic, &level))
    return;

  name = state_sync_error_quote (topic);
  if (state_sync_failure_get_will_retry (failure))
    next = g_strdup_printf ("; trying again in %u ms", state_sync_failure_get_next_delay (failure));
  state_sync_revision_format (state_sync_failure_get_local_revision (failure), text);
  g_log_structured (G_LOG_DOMAIN, level, "STATESYNC_TOPIC", topic, "STATESYNC_REVISION", text,
                    "STATESYNC_PHASE", phase, "STATESYNC_OWNER", instance != NULL ? instance : "",
                    "MESSAGE", "Topic %s at revision %s, %s: %s%s", name, text, phase, message,
                    next != NULL ? next : "");
}
