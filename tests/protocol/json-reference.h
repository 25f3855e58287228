/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The same as the protocol floor does, told in json-glib's values. */

JsonNode *test_reference_parse    (GBytes *text);

/* RFC 7396's pseudocode. @target is NULL where there is no value. */
JsonNode *test_reference_merge    (JsonNode *target, JsonNode *patch);

void      test_assert_json_equal  (JsonNode *actual, JsonNode *expected);

G_END_DECLS
