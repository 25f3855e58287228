/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/error.h"

/* Indexed by StateSyncError; g_dbus_error_register_error_domain() wants them in this form. */
static const GDBusErrorEntry entries[] = {
#define ENTRY(code, name)                                                                          \
  {                                                                                                \
    STATE_SYNC_ERROR_##code, "org.statesync.StateSync1.Error." name                                \
  }
  ENTRY (INVALID_TOPIC, "InvalidTopic"),
  ENTRY (INVALID_DATA, "InvalidData"),
  ENTRY (INVALID_OPTION, "InvalidOption"),
  ENTRY (CONFLICT, "Conflict"),
  ENTRY (TOO_LARGE, "TooLarge"),
  ENTRY (LIMIT_EXCEEDED, "LimitExceeded"),
  ENTRY (ACCESS_DENIED, "AccessDenied"),
  ENTRY (REVISION_EXHAUSTED, "RevisionExhausted"),
  ENTRY (REJECTED, "Rejected"),
  ENTRY (STORAGE, "Storage"),
  ENTRY (UNAVAILABLE, "Unavailable"),
#undef ENTRY
};

G_STATIC_ASSERT (G_N_ELEMENTS (entries) == STATE_SYNC_N_ERRORS);

/**
 * state_sync_error_quark:
 *
 * Registers the error domain together with its names on the bus.
 *
 * Returns: the error domain, for which `STATE_SYNC_ERROR` is shorter
 */
GQuark
state_sync_error_quark (void)
{
  static gsize quark = 0;

  g_dbus_error_register_error_domain ("state-sync-error-quark", &quark, entries,
                                      G_N_ELEMENTS (entries));
  return (GQuark)quark;
}
