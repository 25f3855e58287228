/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* There is a board for each topic that somebody maps, and none for others; it goes with its last
 * reader. A board that no longer suits the data is replaced: it is closed, which tells its readers
 * to map anew; they hear of it by the bell that is rung for this commit anyway. That is before
 * anything of the commit is shown, or a reader could find the new state of one topic and, after
 * that, the old one of another on its board of before.
 *
 * What a peer holds goes when it leaves. Each may hold so many boards; the rest of its topics it
 * follows by signal.
 *
 * Everything here runs in the main context.
 */

#include "service/boards.h"

#include <unistd.h>

#include "protocol/error.h"
#include "service/board-file.h"
#include "service/peer.h"

#define BOARDS_OF_PEER_MAX 1024

struct _StateSyncBoards
{
  GHashTable *topics; /* name → Topic; those that have readers */
  GPtrArray *written; /* of Topic: by the commit that is being published */
  guint64 n_rings;
};

typedef struct
{
  char *name;
  StateSyncBoardFile *board;
  GHashTable *readers; /* of StateSyncPeer, each of which has it among its topics */
} Topic;

static void
topic_free (gpointer data)
{
  Topic *topic = data;

  state_sync_board_file_free (topic->board);
  g_hash_table_unref (topic->readers);
  g_free (topic->name);
  g_free (topic);
}

/* A board goes with its last reader. */
static void
release_topic (StateSyncBoards *self, Topic *topic)
{
  if (g_hash_table_size (topic->readers) > 0)
    return;

  state_sync_board_file_close (topic->board);
  g_hash_table_remove (self->topics, topic->name);
}

static void
remove_reader (StateSyncBoards *self, Topic *topic, StateSyncPeer *peer)
{
  g_hash_table_remove (topic->readers, peer);
  release_topic (self, topic);
}

/* --- what peers ask for --- */

static GError *
no_memory (const char *what, const GError *cause)
{
  return g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_LIMIT_EXCEEDED,
                      "%s can't be made (%s): follow by signal instead", what, cause->message);
}

/* The reading end, to be given away, -1 on error. A peer has one doorbell: the one before is
 * rung no more. */
int
state_sync_boards_open_doorbell (StateSyncPeer *peer, GError **error)
{
  g_autoptr (GError) cause = NULL;
  int fd;
  StateSyncDoorbell *doorbell = state_sync_doorbell_new (&fd, &cause);

  if (doorbell == NULL)
    {
      g_propagate_error (error, no_memory ("A doorbell", cause));
      return -1;
    }

  g_clear_pointer (&peer->reader.doorbell, state_sync_doorbell_free);
  peer->reader.doorbell = doorbell;
  return fd;
}

/* (nullable): the topic, with a board that may have no reader yet. */
static Topic *
find_topic (StateSyncBoards *self, const char *name, StateSyncSnapshot *snapshot, GError **error)
{
  Topic *topic = g_hash_table_lookup (self->topics, name);
  StateSyncBoardFile *board;

  if (topic != NULL)
    return topic;

  board =
      state_sync_board_file_new (g_bytes_get_size (state_sync_snapshot_get_data (snapshot)), error);
  if (board == NULL)
    return NULL;

  state_sync_board_file_write (board, snapshot);
  state_sync_board_file_show (board);
  topic = g_new0 (Topic, 1);
  topic->name = g_strdup (name);
  topic->board = board;
  topic->readers = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (self->topics, topic->name, topic);
  return topic;
}

static gboolean
has_mapped (StateSyncPeer *peer, Topic *topic)
{
  return topic != NULL && g_hash_table_contains (topic->readers, peer);
}

static gboolean
check_limit (StateSyncBoards *self, StateSyncPeer *peer, const char *name, GError **error)
{
  if (peer->reader.topics == NULL || g_hash_table_size (peer->reader.topics) < BOARDS_OF_PEER_MAX ||
      has_mapped (peer, g_hash_table_lookup (self->topics, name)))
    return TRUE;

  g_set_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_LIMIT_EXCEEDED,
               "Topic “%s” can't be mapped: this connection has mapped %u topics, the most there "
               "may be; unmap one, or follow the topic by signal",
               name, BOARDS_OF_PEER_MAX);
  return FALSE;
}

static void
add_reader (Topic *topic, StateSyncPeer *peer)
{
  if (peer->reader.topics == NULL)
    peer->reader.topics = g_hash_table_new (NULL, NULL);
  g_hash_table_add (peer->reader.topics, topic);
  g_hash_table_add (topic->readers, peer);
}

/* The board for reading, to be given away, -1 on error, which changes nothing. @snapshot: what is
 * committed now */
int
state_sync_boards_map (StateSyncBoards *self,
                       StateSyncPeer *peer,
                       const char *name,
                       StateSyncSnapshot *snapshot,
                       GError **error)
{
  g_autoptr (GError) cause = NULL;
  Topic *topic = NULL;
  int fd = -1;

  if (check_limit (self, peer, name, &cause))
    topic = find_topic (self, name, snapshot, &cause);
  if (topic != NULL)
    fd = state_sync_board_file_open (topic->board, &cause);
  if (fd >= 0)
    {
      add_reader (topic, peer);
      return fd;
    }

  if (topic != NULL)
    release_topic (self, topic);
  if (cause->domain == STATE_SYNC_ERROR)
    g_propagate_error (error, g_steal_pointer (&cause));
  else
    g_propagate_error (error, no_memory ("A board", cause));
  return -1;
}

void
state_sync_boards_unmap (StateSyncBoards *self, StateSyncPeer *peer, const char *name)
{
  Topic *topic = g_hash_table_lookup (self->topics, name);

  if (!has_mapped (peer, topic))
    return;

  g_hash_table_remove (peer->reader.topics, topic);
  remove_reader (self, topic, peer);
}

/* The peer has left. Its boards are closed before its bell, whose end others may be waiting for. */
void
state_sync_boards_forget (StateSyncBoards *self, StateSyncPeer *peer)
{
  g_autoptr (GHashTable) topics = g_steal_pointer (&peer->reader.topics);
  GHashTableIter iter;
  gpointer topic;

  if (topics != NULL)
    {
      g_hash_table_iter_init (&iter, topics);
      while (g_hash_table_iter_next (&iter, &topic, NULL))
        remove_reader (self, topic, peer);
    }
  g_clear_pointer (&peer->reader.doorbell, state_sync_doorbell_free);
}

/* --- commits --- */

/* Without memory for another board, this one says that the data is to be pulled. */
static void
replace (Topic *topic, gsize size)
{
  StateSyncBoardFile *board = state_sync_board_file_new (size, NULL);

  if (board == NULL)
    return;
  state_sync_board_file_close (topic->board);
  state_sync_board_file_free (topic->board);
  topic->board = board;
}

void
state_sync_boards_write (StateSyncBoards *self, const char *name, StateSyncSnapshot *snapshot)
{
  Topic *topic = g_hash_table_lookup (self->topics, name);
  gsize size;

  if (topic == NULL)
    return;

  size = g_bytes_get_size (state_sync_snapshot_get_data (snapshot));
  if (!state_sync_board_file_fits (topic->board, size))
    replace (topic, size);
  state_sync_board_file_write (topic->board, snapshot);
  g_ptr_array_add (self->written, topic);
}

/* What was written is there for readers when this returns. */
void
state_sync_boards_show (StateSyncBoards *self)
{
  for (guint i = 0; i < self->written->len; i++)
    {
      Topic *topic = g_ptr_array_index (self->written, i);

      state_sync_board_file_show (topic->board);
    }
  g_ptr_array_set_size (self->written, 0);
}

static void
ring (StateSyncBoards *self, Topic *topic)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, topic->readers);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      StateSyncPeer *peer = key;

      if (peer->reader.doorbell == NULL)
        continue;
      self->n_rings++;
      if (!state_sync_doorbell_ring (peer->reader.doorbell))
        g_clear_pointer (&peer->reader.doorbell, state_sync_doorbell_free);
    }
}

void
state_sync_boards_ring (StateSyncBoards *self, const char *name)
{
  Topic *topic = g_hash_table_lookup (self->topics, name);

  if (topic != NULL)
    ring (self, topic);
}

/* --- rights that end --- */

/* All its readers share the board, so it ends for all; those who still may map it anew. */
static void
close_for_all (StateSyncBoards *self, Topic *topic)
{
  GHashTableIter iter;
  gpointer peer;

  state_sync_board_file_close (topic->board);
  ring (self, topic);
  g_hash_table_iter_init (&iter, topic->readers);
  while (g_hash_table_iter_next (&iter, &peer, NULL))
    g_hash_table_remove (((StateSyncPeer *)peer)->reader.topics, topic);
  g_hash_table_remove (self->topics, topic->name);
}

void
state_sync_boards_revoke (StateSyncBoards *self,
                          StateSyncPeer *peer,
                          StateSyncMayKnowFunc may_know,
                          gpointer user_data)
{
  g_autoptr (GList) topics =
      peer->reader.topics != NULL ? g_hash_table_get_keys (peer->reader.topics) : NULL;

  for (GList *l = topics; l != NULL; l = l->next)
    {
      Topic *topic = l->data;

      if (!may_know (peer, topic->name, user_data))
        close_for_all (self, topic);
    }
}

/* --- the object --- */

guint
state_sync_boards_get_n_boards (StateSyncBoards *self)
{
  return g_hash_table_size (self->topics);
}

guint64
state_sync_boards_get_n_rings (StateSyncBoards *self)
{
  return self->n_rings;
}

StateSyncBoards *
state_sync_boards_new (void)
{
  StateSyncBoards *self = g_new0 (StateSyncBoards, 1);

  self->written = g_ptr_array_new ();
  self->topics = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, topic_free);
  return self;
}

void
state_sync_boards_free (StateSyncBoards *self)
{
  g_hash_table_unref (self->topics);
  g_ptr_array_unref (self->written);
  g_free (self);
}
