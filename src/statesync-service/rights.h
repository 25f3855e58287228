/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * StateSyncRights:
 * @STATE_SYNC_RIGHTS_READ: to read it, to see it in lists, to be told when it changes
 * @STATE_SYNC_RIGHTS_WRITE: to change it
 *
 * What somebody may do with a topic.
 */
typedef enum
{
  STATE_SYNC_RIGHTS_READ = 1 << 0,
  STATE_SYNC_RIGHTS_WRITE = 1 << 1,
} StateSyncRights;

/**
 * StateSyncDecision:
 * @STATE_SYNC_DECISION_DEFAULT: as it is without a decision of the application: what
 *   [class@Access] says where the service has one, else yes
 * @STATE_SYNC_DECISION_ALLOW: it may
 * @STATE_SYNC_DECISION_DENY: it may not
 *
 * What an application says when it is asked about a right.
 */
typedef enum
{
  STATE_SYNC_DECISION_DEFAULT,
  STATE_SYNC_DECISION_ALLOW,
  STATE_SYNC_DECISION_DENY,
} StateSyncDecision;

G_END_DECLS
