/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/fault.h"

#include "statesync/error.h"

#define PROTOCOL_ERROR(...) g_error_new (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, __VA_ARGS__)

GError *
state_sync_fault_no_snapshot (const char *topic)
{
  return PROTOCOL_ERROR ("The provider answered a pull of topic “%s” with no snapshot: "
                         "it has to give one, or an error",
                         topic);
}

GError *
state_sync_fault_unanswered (const char *topic)
{
  return g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED,
                      "The provider dropped a pull of topic “%s” without an answer: "
                      "it has to answer each",
                      topic);
}

GError *
state_sync_fault_behind (const char *topic, guint64 revision, guint64 announced)
{
  return PROTOCOL_ERROR ("The provider gave revision %" G_GUINT64_FORMAT
                         " of topic “%s” after revision %" G_GUINT64_FORMAT
                         " was announced: it has to give the newest",
                         revision, topic, announced);
}

GError *
state_sync_fault_went_back (const char *topic, guint64 revision, guint64 local)
{
  return PROTOCOL_ERROR ("The provider gave revision %" G_GUINT64_FORMAT
                         " of topic “%s” after revision %" G_GUINT64_FORMAT
                         ": revisions may go back only with a new instance",
                         revision, topic, local);
}

GError *
state_sync_fault_other_instance (const char *topic, const char *instance, const char *expected)
{
  return PROTOCOL_ERROR ("The provider gave a snapshot of topic “%s” by %s, where %s was to give "
                         "it: it has to ask the instance that the source tells",
                         topic, instance, expected);
}

GError *
state_sync_fault_not_applied (const char *topic, guint64 revision)
{
  return g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED,
                      "The application did not apply revision %" G_GUINT64_FORMAT
                      " of topic “%s” and did not say why",
                      revision, topic);
}

GError *
state_sync_fault_closed_plan (const char *topic)
{
  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_OPTION,
                      "The policy for topic “%s” has a debounce or throttle without any edge, so "
                      "changes lead to no refresh: set the leading or the trailing edge",
                      topic);
}

GError *
state_sync_fault_stopped (const char *topic)
{
  return g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Following topic “%s” was stopped", topic);
}

GError *
state_sync_fault_start_stopped (const char *topic)
{
  return g_error_new (G_IO_ERROR, G_IO_ERROR_CLOSED,
                      "Following topic “%s” was stopped for good: make a new object to follow it "
                      "again",
                      topic);
}

/* Whether a provider's error tells that what it got makes no sense. */
gboolean
state_sync_fault_is_protocol (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA) ||
         g_error_matches (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_DATA);
}

/* Whether a provider's error tells that the same question will not get another answer soon. */
gboolean
state_sync_fault_is_final (const GError *error)
{
  return g_error_matches (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_ACCESS_DENIED) ||
         g_error_matches (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_TOPIC);
}
