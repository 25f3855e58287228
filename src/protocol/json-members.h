/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/json-decoder.h"
#include "protocol/json-step.h"

G_BEGIN_DECLS

/* A member of an object, as places in its text. */
typedef struct
{
  StateSyncJsonName name;
  const char *start; /* the quote of its name */
  const char *value;
  const char *end;

  /* If the value is an object, its own members: @n_members from @first_member on. */
  guint first_member;
  guint n_members;
} StateSyncJsonMember;

StateSyncJsonMember state_sync_json_member_read   (const char *p, StateSyncJsonDecoder *decoder);
gboolean            state_sync_json_member_next   (StateSyncJsonRest *rest, StateSyncJsonDecoder *decoder, StateSyncJsonMember *member);
GArray             *state_sync_json_members_index (const char *text, const char *end, StateSyncJsonDecoder *decoder);

G_END_DECLS
