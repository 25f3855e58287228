/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A member name as it reads with its escapes undone; it may hold NUL. */
typedef struct
{
  const char *text;
  gsize length;
} StateSyncJsonName;

/* Undoes the escapes of names; what it made lives as long as it does. */
typedef struct _StateSyncJsonDecoder StateSyncJsonDecoder;

StateSyncJsonDecoder *state_sync_json_decoder_new    (void);
void                  state_sync_json_decoder_free   (StateSyncJsonDecoder *self);
StateSyncJsonName     state_sync_json_decoder_decode (StateSyncJsonDecoder *self, const char *text, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncJsonDecoder, state_sync_json_decoder_free)

G_END_DECLS
