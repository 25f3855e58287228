/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "replica/model-service.h"
#include "replica/replica.h"

G_BEGIN_DECLS

/* Several replicas, the model service, and a bus between them that keeps the order of each
 * connection and nothing else: it may delay, lose a connection, and see the service crash. */

#define MODEL_MAX_PEERS 3

/* Peer 0 marks its updates from here on, peer 1 from twice this on, and so forth. */
#define MODEL_PEER_MARK 1000

typedef enum
{
  UPDATE_PENDING,
  UPDATE_CONFIRMED,
  UPDATE_REJECTED,
  UPDATE_UNKNOWN,
} UpdateState;

typedef struct
{
  guint mark;
  StateSyncWrite *write;
  gboolean is_bad;
  UpdateState state;
  gint error_code;
} Update;

typedef struct
{
  guint index;
  StateSyncReplica *replica;
  GPtrArray *updates; /* of Update, in the order made */
  guint n_ended;      /* of them, from the first on */

  GQueue requests; /* of Message: on the way to the service */
  GQueue replies;  /* of Message: on the way back */
  GQueue ghosts;   /* of Message: sent over a connection that is gone; may still arrive */
  gboolean is_writing;
  gboolean is_pulling;
  gboolean is_dirty;     /* a pull is due */
  guint n_pulls_needed;  /* so often a pull was asked for */
  guint newest_instance; /* snapshots of older ones don't come any more */
  guint n_lost;
} Peer;

typedef enum
{
  STEP_UPDATE,
  STEP_FOREIGN,
  STEP_TAKE,
  STEP_PULL,
  STEP_SERVE,
  STEP_RECEIVE,
  STEP_BOARD,
  STEP_DISCONNECT,
  STEP_GHOST,
  STEP_CRASH,
  STEP_STORE,
  STEP_ROUND, /* take, pull, serve and receive in one */
  N_STEP_KINDS
} StepKind;

/* What it does is decided by its own numbers and the world as it is: a schedule of which steps
 * are left out is a schedule too. */
typedef struct
{
  StepKind kind;
  guint peer;
  guint32 dice;
} Step;

/* How often the schedules came to the places that matter. */
typedef struct
{
  guint confirmed;
  guint rejected;
  guint unknown;
  guint lost;
  guint unguarded;
  guint in_order;
  guint together;
  guint taken_back_by_crash;
} Coverage;

typedef struct
{
  ModelService service;
  Peer peers[MODEL_MAX_PEERS];
  guint n_peers;
  gboolean is_stormy; /* others write just before each write is served */
  guint n_foreign;
  char *failure; /* (nullable): the first promise that was broken */
  Coverage *coverage;
} World;

void world_init   (World *self, guint n_peers, gboolean is_stormy, Coverage *coverage);
void world_clear  (World *self);

void world_step   (World *self, const Step *step);
void world_drain  (World *self);

/* Says what is broken; only the first is kept. */
void world_fail   (World *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

void world_check_peer (World *self, Peer *peer);
void world_check_end  (World *self);

G_END_DECLS
