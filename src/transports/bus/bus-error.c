/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transports/bus/bus-error.h"

/* The bus speaks of unique names and of files in which services are described. */
static const struct
{
  GDBusError code;
  const char *message;
} explanations[] = {
  { G_DBUS_ERROR_NAME_HAS_NO_OWNER, "The service has left the bus" },
  { G_DBUS_ERROR_SERVICE_UNKNOWN, "The service has left the bus" },
  { G_DBUS_ERROR_NO_REPLY, "The service left, or did not answer in time" },
};

/* Gives an error of a call to an instance a message that is fit for people. */
void
state_sync_bus_error_explain (GError *error)
{
  g_dbus_error_strip_remote_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (explanations); i++)
    {
      if (!g_error_matches (error, G_DBUS_ERROR, (gint)explanations[i].code))
        continue;
      g_free (error->message);
      error->message = g_strdup (explanations[i].message);
    }
}
