/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/error.h"

#include <string.h>

#define PREFIX "org.statesync.StateSync1.Error."

/* The last part of the error's D-Bus name, as in "InvalidTopic". */
const char *
state_sync_error_name (StateSyncError code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (code >= 0 && code < STATE_SYNC_N_ERRORS, NULL);

  error = g_error_new_literal (STATE_SYNC_ERROR, code, "");
  name = g_dbus_error_encode_gerror (error);
  return g_intern_string (name + strlen (PREFIX));
}

/* (transfer full): what is refused may be anything: it is quoted safe for a terminal, and cut
 * short. */
char *
state_sync_error_quote (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GString) quoted = g_string_new ("“");
  glong n = 0;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p), n++)
    {
      gunichar c = g_utf8_get_char (p);

      if (n == 80)
        {
          g_string_append (quoted, "…");
          break;
        }
      if (g_unichar_iscntrl (c))
        g_string_append_printf (quoted, "\\u%04x", c);
      else
        g_string_append_unichar (quoted, c);
    }
  g_string_append (quoted, "”");
  return g_string_free (g_steal_pointer (&quoted), FALSE);
}

GError *
state_sync_error_invalid_topic (const char *topic, const char *reason)
{
  g_autofree char *name = state_sync_error_quote (topic);

  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_TOPIC,
                      "Topic name %s is refused: %s", name, reason);
}

GError *
state_sync_error_invalid_data (const char *topic, gsize offset, const char *reason)
{
  g_autofree char *name = state_sync_error_quote (topic);

  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_DATA,
                      "Data for topic %s is refused at byte %" G_GSIZE_FORMAT ": %s", name, offset,
                      reason);
}

GError *
state_sync_error_invalid_option (const char *topic, const char *key, const char *reason)
{
  g_autofree char *name = state_sync_error_quote (topic);
  g_autofree char *option = state_sync_error_quote (key);

  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_OPTION,
                      "Option %s of the write to topic %s is refused: %s", option, name, reason);
}

GError *
state_sync_error_conflict (const char *topic, guint64 actual, guint64 expected)
{
  g_autofree char *name = state_sync_error_quote (topic);

  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_CONFLICT,
                      "Topic %s is at revision %" G_GUINT64_FORMAT
                      ", not at the expected %" G_GUINT64_FORMAT ": read it again and retry",
                      name, actual, expected);
}

GError *
state_sync_error_too_large (const char *topic, guint64 size, guint64 limit)
{
  g_autofree char *name = state_sync_error_quote (topic);

  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_TOO_LARGE,
                      "Data for topic %s would be %" G_GUINT64_FORMAT
                      " bytes, above the limit of %" G_GUINT64_FORMAT
                      ": divide it among several topics",
                      name, size, limit);
}

GError *
state_sync_error_answer_too_large (const char *what, guint64 limit, const char *advice)
{
  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_TOO_LARGE,
                      "%s would be more than the %" G_GUINT64_FORMAT " bytes of one answer: %s",
                      what, limit, advice);
}

GError *
state_sync_error_limit_exceeded (const char *what, guint64 limit)
{
  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_LIMIT_EXCEEDED,
                      "%s, above the limit of %" G_GUINT64_FORMAT
                      ": wait for answers before sending more",
                      what, limit);
}

/* @what: has a name, such as that of an app, quoted already. */
GError *
state_sync_error_quota_exceeded (const char *what, guint64 limit, const char *advice)
{
  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_LIMIT_EXCEEDED,
                      "%s, above the limit of %" G_GUINT64_FORMAT " for sandboxed apps: %s", what,
                      limit, advice);
}

/* The same for a topic that is there as for one that is not. */
GError *
state_sync_error_access_denied (const char *topic, const char *reason)
{
  g_autofree char *name = state_sync_error_quote (topic);

  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_ACCESS_DENIED, "Topic %s is refused: %s",
                      name, reason);
}

GError *
state_sync_error_revision_exhausted (const char *topic)
{
  g_autofree char *name = state_sync_error_quote (topic);

  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_REVISION_EXHAUSTED,
                      "Topic %s is at the last revision, 18446744073709551615: "
                      "continue under another name",
                      name);
}

/* The message is the application's, and goes to the writer as it is. */
GError *
state_sync_error_rejected (const char *message)
{
  g_autofree char *valid = g_utf8_make_valid (message, -1);

  return g_error_new_literal (STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED, valid);
}

GError *
state_sync_error_not_validated (const char *topic)
{
  g_autofree char *name = state_sync_error_quote (topic);

  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED,
                      "The write to topic %s is refused because its validator gave no answer: "
                      "tell the author of the service",
                      name);
}

GError *
state_sync_error_invalid_amendment (const char *topic, gsize offset, const char *reason)
{
  g_autofree char *name = state_sync_error_quote (topic);

  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED,
                      "The write to topic %s is refused because its validator gave invalid data "
                      "at byte %" G_GSIZE_FORMAT " (%s): tell the author of the service",
                      name, offset, reason);
}

GError *
state_sync_error_amendment_too_large (const char *topic, guint64 size, guint64 limit)
{
  g_autofree char *name = state_sync_error_quote (topic);

  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED,
                      "The write to topic %s is refused because its validator gave data of "
                      "%" G_GUINT64_FORMAT " bytes, above the limit of %" G_GUINT64_FORMAT
                      ": tell the author of the service",
                      name, size, limit);
}

GError *
state_sync_error_storage (const char *what, const char *reason)
{
  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_STORAGE, "%s: %s", what, reason);
}

GError *
state_sync_error_unavailable (void)
{
  return g_error_new_literal (STATE_SYNC_ERROR, STATE_SYNC_ERROR_UNAVAILABLE,
                              "The service is shutting down: call again, which starts it anew");
}

/* The client's own: a reply was lost, and what the topic is now does not tell. */
GError *
state_sync_error_outcome_unknown (const char *topic, const char *reason)
{
  g_autofree char *name = state_sync_error_quote (topic);

  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_OUTCOME_UNKNOWN,
                      "It is not known whether a change of topic %s took effect: its reply was "
                      "lost (%s). Look at the topic and make the change again if it is missing",
                      name, reason);
}
