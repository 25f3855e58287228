/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/json-decoder.h"

G_BEGIN_DECLS

/* Reads strings one after another, in bounded memory. Zeroed = ready. */
typedef struct
{
  StateSyncJsonDecoder *decoder; /* (nullable) */
  gsize used;
} StateSyncTexts;

StateSyncJsonName state_sync_texts_read  (StateSyncTexts *self, const char *quote);
void              state_sync_texts_clear (StateSyncTexts *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StateSyncTexts, state_sync_texts_clear)

G_END_DECLS
