/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "schema/text.h"

#include "protocol/json-scan.h"

/* What decoded strings may take before they are forgotten. */
#define KEPT_BYTES ((gsize)64 * 1024)

/* The string whose quote is at @quote, with its escapes undone; good until the next is read. */
StateSyncJsonName
state_sync_texts_read (StateSyncTexts *self, const char *quote)
{
  gsize length = (gsize)(state_sync_json_skip_string (quote) - quote) - 2;

  if (self->decoder != NULL && self->used > KEPT_BYTES)
    state_sync_texts_clear (self);
  if (self->decoder == NULL)
    self->decoder = state_sync_json_decoder_new ();
  self->used += length;
  return state_sync_json_decoder_decode (self->decoder, quote + 1, length);
}

void
state_sync_texts_clear (StateSyncTexts *self)
{
  g_clear_pointer (&self->decoder, state_sync_json_decoder_free);
  self->used = 0;
}
