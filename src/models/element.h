/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "protocol/json-decoder.h"

G_BEGIN_DECLS

/* What makes an element the same one in another state of its list. */
typedef enum
{
  STATE_SYNC_IDENTITY_BY_CONTENT, /* its text */
  STATE_SYNC_IDENTITY_BY_STRING,  /* a string, with its escapes undone: a name, or a key */
  STATE_SYNC_IDENTITY_BY_NUMBER,  /* a key that is a number, as it is written */
} StateSyncIdentityKind;

typedef struct
{
  StateSyncIdentityKind kind;
  const char *bytes;
  gsize length;
} StateSyncIdentity;

guint    state_sync_identity_hash  (gconstpointer identity);
gboolean state_sync_identity_equal (gconstpointer a, gconstpointer b);

/* An element of an array or a member of an object, as places in a text. In numbers of this size they
 * cost little where there are thousands, and no text is longer. */
typedef struct
{
  guint32 start;
  guint32 value; /* of a member behind its name, else the start */
  guint32 end;
  guint32 twin; /* one of the state before that has the same text, or STATE_SYNC_LIST_DIFF_NEW */
} StateSyncElement;

/* The container at the end of a way of names; NULL if there is none, or it is of another kind. */
const char       *state_sync_element_find_container (GBytes *text, const char *const *names, char kind);

StateSyncIdentity state_sync_element_identify       (const char *text, const StateSyncElement *element, const char *key_member, StateSyncJsonDecoder *decoder);

G_END_DECLS
