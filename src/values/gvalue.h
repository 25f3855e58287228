/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A property's value out of JSON, and into it. @value: not initialised; it is on success.
 * @node: (nullable): NULL as null. The error is a sentence that names the property. */
gboolean  state_sync_json_to_gvalue (JsonNode *node, GParamSpec *pspec, GValue *value, GError **error);
JsonNode *state_sync_gvalue_to_json (const GValue *value, GParamSpec *pspec, GError **error);

/* The same, where what is no value of the property reads as its default; and whether two nodes read the
 * same. */
void      state_sync_json_read            (JsonNode *node, GParamSpec *pspec, GValue *value);
gboolean  state_sync_json_reads_the_same  (JsonNode *a, JsonNode *b, GParamSpec *pspec);

/* Whether anything but null can become a value of the property. */
gboolean  state_sync_has_json_form  (GParamSpec *pspec);

/* Both are values of the property. */
gboolean  state_sync_gvalue_equal   (const GValue *a, const GValue *b, GParamSpec *pspec);
/* @a, @b: (nullable): NULL where there is no member */
gboolean  state_sync_nodes_equal    (JsonNode *a, JsonNode *b);

G_END_DECLS
