/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/status.h"

#include <gio/gio.h>

#include "protocol/error.h"

/* Indexed by Status. The manual page has the same table; a test compares them. */
static const char *const meanings[] = {
  [STATUS_SUCCESS] = "success",
  [STATUS_FAILURE] = "failure of another kind, such as a file that can't be read",
  [STATUS_USAGE] = "the command line is wrong",
  [STATUS_NOT_FOUND] = "the topic holds nothing, or nothing at the path; or it has no schema",
  [STATUS_CONFLICT] = "the topic is not at the expected revision",
  [STATUS_REFUSED] = "topic, data or call is refused; the message says why",
  [STATUS_UNAVAILABLE] = "the bus or the service can't be reached",
  [STATUS_TIMED_OUT] = "what was waited for did not come in time",
};

GQuark
status_error_quark (void)
{
  return g_quark_from_static_string ("statesync-status");
}

Status
status_of_error (const GError *error)
{
  if (error->domain == STATUS_ERROR)
    return error->code;
  if (g_error_matches (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_CONFLICT))
    return STATUS_CONFLICT;
  if (g_error_matches (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_UNAVAILABLE))
    return STATUS_UNAVAILABLE;
  if (error->domain == STATE_SYNC_ERROR ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED))
    return STATUS_REFUSED;
  return STATUS_FAILURE;
}

/* Says what happened, in one line. A reader of the output who has left wants no more, which is
 * neither a failure nor worth a word. */
Status
status_report (const GError *error, Output *err)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    return STATUS_SUCCESS;

  output_message (err, STYLE_ERROR, error->message);
  return status_of_error (error);
}

/* (transfer full): the table, for --help. */
char *
status_describe (void)
{
  g_autoptr (GString) text = g_string_new ("Exit status:");

  for (guint i = 0; i < G_N_ELEMENTS (meanings); i++)
    g_string_append_printf (text, "\n  %u  %s", i, meanings[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
