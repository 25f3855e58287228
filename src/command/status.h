/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "command/output.h"

G_BEGIN_DECLS

/* Exit statuses: what a script can tell apart. As codes of STATUS_ERROR they are errors too. */
typedef enum
{
  STATUS_SUCCESS,
  STATUS_FAILURE,
  STATUS_USAGE,
  STATUS_NOT_FOUND,
  STATUS_CONFLICT,
  STATUS_REFUSED,
  STATUS_UNAVAILABLE,
  STATUS_TIMED_OUT,
} Status;

#define STATUS_ERROR (status_error_quark ())

GQuark  status_error_quark (void);
Status  status_of_error    (const GError *error);
Status  status_report      (const GError *error, Output *err);
char   *status_describe    (void);

G_END_DECLS
