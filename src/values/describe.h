/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* For messages: what was found, and what would have been right. */
char *state_sync_describe_json     (JsonNode *node);
char *state_sync_describe_property (GParamSpec *pspec);

G_END_DECLS
