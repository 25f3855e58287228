/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  INSPECTOR_TOKEN_NAME,
  INSPECTOR_TOKEN_STRING,
  INSPECTOR_TOKEN_NUMBER,
  INSPECTOR_TOKEN_LITERAL, /* true, false, null */
  INSPECTOR_TOKEN_MARK,    /* one of {}[],: */
  INSPECTOR_N_TOKEN_KINDS,
} InspectorTokenKind;

/* A token as a place in a text, in bytes. */
typedef struct
{
  InspectorTokenKind kind;
  gsize start;
  gsize end;
} InspectorToken;

/* @token: the one before, {0} in front of the first. FALSE if it was the last. */
gboolean inspector_token_next  (const char *text, gsize length, InspectorToken *token);

GArray  *inspector_tokens_read (const char *text, gsize length);
GBytes  *inspector_tokens_join (const char *text, gsize length);

G_END_DECLS
