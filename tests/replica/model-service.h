/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/error.h"
#include "protocol/snapshot.h"
#include "protocol/write.h"

G_BEGIN_DECLS

/* The service as the contract tells it, for one topic, in memory: compare-and-swap, all or
 * nothing, durable or not, a validator, and crashes. It remembers every state that it ever had
 * and which changes took effect, by their marks: members "#N" that each change sets. */
typedef struct
{
  guint instance;
  StateSyncSnapshot *current;
  StateSyncSnapshot *stored;
  GHashTable *history; /* "INSTANCE REVISION" → GBytes */
  GArray *log;         /* of ModelEntry: what is in effect */
  GHashTable *lost;    /* marks that were in effect before a crash, and whether it was a wipe */
} ModelService;

typedef struct
{
  guint mark;
  guint64 revision;
} ModelEntry;

typedef enum
{
  MODEL_CRASH_KEEPING,  /* what is visible is stored */
  MODEL_CRASH_LOSING,   /* only what was stored survives */
  MODEL_CRASH_NEW_FILE, /* nothing does */
} ModelCrash;

void               model_service_init         (ModelService *self);
void               model_service_clear        (ModelService *self);

gboolean           model_service_write        (ModelService *self, GPtrArray *writes, guint64 *revision, GError **error);
void               model_service_store        (ModelService *self);
void               model_service_crash        (ModelService *self, ModelCrash how);

GBytes            *model_service_look_back    (ModelService *self, StateSyncSnapshot *snapshot);
guint              model_service_count        (ModelService *self, guint mark);
guint64            model_service_find         (ModelService *self, guint mark);
gboolean           model_service_has_lost     (ModelService *self, guint mark, gboolean *by_new_file);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ModelService, model_service_clear)

G_END_DECLS
