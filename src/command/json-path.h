/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define JSON_PATH_HELP                                                                             \
  "PATH is names joined by dots, of members or, from 0, of elements: window.sizes.0. A name\n"    \
  "that is empty, holds a dot or begins with a quote is written as in JSON: '\"a.b\".c'."

/* One place in a JSON text. */
typedef struct _JsonPath JsonPath;

JsonPath *json_path_parse (const char *text, GError **error);
void      json_path_free  (JsonPath *self);
GBytes   *json_path_find  (const JsonPath *self, GBytes *json);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JsonPath, json_path_free)

G_END_DECLS
