/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which changes a match rule of the bus lets through to whom it belongs. */
typedef enum
{
  INSPECTOR_REACH_NONE,      /* not those of the topic */
  INSPECTOR_REACH_TOPIC,     /* of the topic alone */
  INSPECTOR_REACH_NAMESPACE, /* of a namespace that it is in */
  INSPECTOR_REACH_ALL,       /* of all topics */
} InspectorReach;

/* @owner: (nullable): the service's unique name */
InspectorReach inspector_match_rule_reach (const char *rule, const char *topic, const char *owner);

G_END_DECLS
