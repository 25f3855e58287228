/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A board is a sequence lock that has one writer. The writer makes the sequence odd, changes what
 * it has to, and makes it even again, one step on. A reader copies between two looks at the
 * sequence: if both are even and the same, nothing was written in between and the copy is whole.
 * Nobody waits for anybody: the writer does not know of readers, and a reader that meets the
 * writer too often gives up and pulls. So does one whose writer died while the sequence was odd.
 *
 * The order of stores and loads is what makes it work. The writer's odd sequence has to be seen
 * before any of the data that follows it, hence the fence after; its even one after all of the
 * data, hence the release. For the reader it is the other way round. What is copied in between
 * may be anything, so nothing of it is believed before the second look: a length is compared with
 * the memory that is there.
 *
 * Both sides are processes on one machine; numbers are in its byte order. Readers in other
 * languages are written against the layout, so its offsets are fixed for the layout's version.
 */

#include "protocol/board.h"

#include <stddef.h>
#include <string.h>

#define MAGIC "SSB1"
#define VERSION 1

/* As a length: the data is too large to be here. */
#define NO_LENGTH G_MAXUINT64

#define STATE_LIVE 0
#define STATE_CLOSED 1

/* A writer needs a few microseconds; one that was interrupted needs longer than it is worth to
 * wait. */
#define MAX_TRIES 64

struct _StateSyncBoard
{
  char magic[4];
  guint32 version;
  guint64 sequence;
  guint64 revision;
  guint64 length;
  guint64 capacity;
  guint32 state;
  char padding[20];
  char data[];
};

G_STATIC_ASSERT (offsetof (StateSyncBoard, sequence) == 8);
G_STATIC_ASSERT (offsetof (StateSyncBoard, revision) == 16);
G_STATIC_ASSERT (offsetof (StateSyncBoard, length) == 24);
G_STATIC_ASSERT (offsetof (StateSyncBoard, capacity) == 32);
G_STATIC_ASSERT (offsetof (StateSyncBoard, state) == 40);
G_STATIC_ASSERT (offsetof (StateSyncBoard, data) == STATE_SYNC_BOARD_DATA);

/* --- the service's side --- */

/* Makes zeroed memory a board that has nothing yet. */
void
state_sync_board_init (StateSyncBoard *self, gsize capacity)
{
  memcpy (self->magic, MAGIC, sizeof self->magic);
  self->version = VERSION;
  self->length = NO_LENGTH;
  self->capacity = capacity;
}

static void
begin_write (StateSyncBoard *self)
{
  __atomic_store_n (&self->sequence, self->sequence + 1, __ATOMIC_RELAXED);
  __atomic_thread_fence (__ATOMIC_RELEASE);
}

static void
end_write (StateSyncBoard *self)
{
  __atomic_store_n (&self->sequence, self->sequence + 1, __ATOMIC_RELEASE);
}

/* Readers find nothing here from now until it is shown: a commit that changes several boards
 * writes all and shows them then, so nobody reads the new state of one and, after that, the old
 * one of another. Data above the board's capacity is not kept, only that there is a new
 * revision. */
void
state_sync_board_write (StateSyncBoard *self, guint64 revision, const char *data, gsize length)
{
  begin_write (self);
  __atomic_store_n (&self->revision, revision, __ATOMIC_RELAXED);
  if (length <= self->capacity)
    {
      self->length = length;
      memcpy (self->data, data, length);
    }
  else
    {
      self->length = NO_LENGTH;
    }
}

void
state_sync_board_show (StateSyncBoard *self)
{
  end_write (self);
}

void
state_sync_board_close (StateSyncBoard *self)
{
  begin_write (self);
  self->state = STATE_CLOSED;
  end_write (self);
}

/* --- a reader's side --- */

static inline void
relax (void)
{
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause ();
#endif
}

static gboolean
is_board (const StateSyncBoard *self, gsize size)
{
  return size >= STATE_SYNC_BOARD_DATA && memcmp (self->magic, MAGIC, sizeof self->magic) == 0 &&
         self->version == VERSION;
}

/* What is there now, if nobody writes: the sequence, which is even, at which that is so. */
static gboolean
begin_read (const StateSyncBoard *self, guint64 *sequence)
{
  *sequence = __atomic_load_n (&self->sequence, __ATOMIC_ACQUIRE);
  return *sequence % 2 == 0;
}

static gboolean
end_read (const StateSyncBoard *self, guint64 sequence)
{
  __atomic_thread_fence (__ATOMIC_ACQUIRE);
  return __atomic_load_n (&self->sequence, __ATOMIC_RELAXED) == sequence;
}

/* One try. @buffer is made once there is something to copy, and grows. */
static StateSyncBoardResult
try_read (const StateSyncBoard *self,
          gsize size,
          guint64 *revision,
          char **buffer,
          gsize *buffer_size,
          gsize *length)
{
  guint64 sequence;
  guint64 claimed;
  guint32 state;

  if (!begin_read (self, &sequence))
    return STATE_SYNC_BOARD_BUSY;

  *revision = __atomic_load_n (&self->revision, __ATOMIC_RELAXED);
  claimed = __atomic_load_n (&self->length, __ATOMIC_RELAXED);
  state = __atomic_load_n (&self->state, __ATOMIC_RELAXED);
  if (claimed <= size - STATE_SYNC_BOARD_DATA)
    {
      *length = claimed;
      if (*buffer == NULL || *buffer_size < *length)
        {
          *buffer = g_realloc (*buffer, MAX (*length, 1));
          *buffer_size = *length;
        }
      memcpy (*buffer, self->data, *length);
    }

  if (!end_read (self, sequence))
    return STATE_SYNC_BOARD_BUSY;
  if (state != STATE_LIVE)
    return STATE_SYNC_BOARD_CLOSED;
  if (claimed == NO_LENGTH)
    return STATE_SYNC_BOARD_TOO_LARGE;
  return claimed <= size - STATE_SYNC_BOARD_DATA ? STATE_SYNC_BOARD_OK : STATE_SYNC_BOARD_FOREIGN;
}

/* @revision: (out): also where the data is too large
 * @data: (out) (transfer full): a copy, unless the result is another than OK */
StateSyncBoardResult
state_sync_board_read (const StateSyncBoard *self, gsize size, guint64 *revision, GBytes **data)
{
  StateSyncBoardResult result = STATE_SYNC_BOARD_BUSY;
  g_autofree char *buffer = NULL;
  gsize buffer_size = 0;
  gsize length = 0;

  if (!is_board (self, size))
    return STATE_SYNC_BOARD_FOREIGN;

  for (guint i = 0; i < MAX_TRIES && result == STATE_SYNC_BOARD_BUSY; i++)
    {
      result = try_read (self, size, revision, &buffer, &buffer_size, &length);
      if (result == STATE_SYNC_BOARD_BUSY)
        relax ();
    }

  if (result == STATE_SYNC_BOARD_OK)
    *data = g_bytes_new_take (g_steal_pointer (&buffer), length);
  return result;
}

/* A look at the revision alone: one load of it when nobody writes. */
StateSyncBoardResult
state_sync_board_get_revision (const StateSyncBoard *self, gsize size, guint64 *revision)
{
  if (!is_board (self, size))
    return STATE_SYNC_BOARD_FOREIGN;

  for (guint i = 0; i < MAX_TRIES; i++)
    {
      guint64 sequence;
      guint32 state;

      if (begin_read (self, &sequence))
        {
          *revision = __atomic_load_n (&self->revision, __ATOMIC_RELAXED);
          state = __atomic_load_n (&self->state, __ATOMIC_RELAXED);
          if (end_read (self, sequence))
            return state == STATE_LIVE ? STATE_SYNC_BOARD_OK : STATE_SYNC_BOARD_CLOSED;
        }
      relax ();
    }
  return STATE_SYNC_BOARD_BUSY;
}
