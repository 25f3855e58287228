/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "schema/schema.h"

G_BEGIN_DECLS

/* In the texts of these tests ' stands for ". */
GBytes          *test_json            (const char *text);

StateSyncSchema *test_schema          (const char *text);

/* @message: (nullable): NULL = it fits */
void             test_assert_check    (StateSyncSchema *schema, GBytes *data, const char *message);
void             test_assert_refused  (const char *schema, const char *message);

G_END_DECLS
