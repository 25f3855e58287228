/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/log.h"

#include "protocol/error.h"
#include "protocol/revision.h"

/* Asked before a message is put together: it would be on the way of every write. */
static gboolean
is_wanted (void)
{
  return g_log_get_debug_enabled ();
}

void
state_sync_log_changed (const char *topic, guint64 revision)
{
  char text[STATE_SYNC_REVISION_TEXT_SIZE];

  if (!is_wanted ())
    return;

  state_sync_revision_format (revision, text);
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_DEBUG, "STATESYNC_TOPIC", topic, "STATESYNC_REVISION",
                    text, "MESSAGE", "topic “%s” is at revision %s", topic, text);
}

void
state_sync_log_refused (GDBusMethodInvocation *invocation, const GError *error)
{
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  const char *caller = g_dbus_method_invocation_get_sender (invocation);
  const char *name = error->domain == STATE_SYNC_ERROR ? state_sync_error_name (error->code) : "";

  if (!is_wanted ())
    return;

  /* On a connection without a bus the peer has no name. */
  if (caller == NULL)
    caller = "the peer";
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_DEBUG, "STATESYNC_METHOD", method, "STATESYNC_CALLER",
                    caller, "STATESYNC_ERROR", name, "MESSAGE", "%s of %s is refused: %s", method,
                    caller, error->message);
}
