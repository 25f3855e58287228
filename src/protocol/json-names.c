/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which names an object has, told apart as they read: "a" and "\u0061" are one name.
 *
 * Nearly all objects are small, and most names are new. A name leaves one bit in a mask of 256;
 * only where the bit is set already is it compared with the names before it. From FEW names on
 * an open hash table does the same. Whoever writes the text chooses the names, so the table's
 * hash is SipHash-1-3 under a random key: nobody can choose names that collide, and an object
 * of 100,000 members costs 100,000 steps.
 *
 * What a large object needs is dear to get: fresh pages cost more than the checking. So each thread
 * keeps the largest memory that it used, within a bound, for the next object.
 */

#include "protocol/json-names.h"

#include <string.h>

#define FEW 64
#define MASK_BITS 256

/* Enough for 100,000 names, about what the largest text that anybody should keep in one topic
 * has. */
#define SPARE_MAX_BYTES (4 * 1024 * 1024)

typedef struct
{
  StateSyncJsonName name;
  guint32 hash; /* once there is a table */
} Entry;

typedef struct
{
  guint32 hash;
  guint32 index; /* into the entries, plus one; 0 is a free slot */
} Slot;

struct _StateSyncJsonNames
{
  Entry *entries;
  guint n_entries;
  guint capacity;

  guint64 mask[MASK_BITS / 64]; /* while there is no table */
  guint n_slots; /* of the table, which is at most two thirds full; 0 = there is none */
  Slot *slots;
  guint slots_capacity;
  guint64 key[2];
};

/* --- memory --- */

static void
destroy (gpointer data)
{
  StateSyncJsonNames *self = data;

  g_free (self->entries);
  g_free (self->slots);
  g_free (self);
}

static GPrivate spare = G_PRIVATE_INIT (destroy); /* an empty one, or NULL */

static gsize
get_size (const StateSyncJsonNames *self)
{
  return self->capacity * sizeof (Entry) + self->slots_capacity * sizeof (Slot);
}

StateSyncJsonNames *
state_sync_json_names_new (void)
{
  StateSyncJsonNames *self = g_private_get (&spare);

  if (self != NULL)
    {
      g_private_set (&spare, NULL);
      return self;
    }

  self = g_new0 (StateSyncJsonNames, 1);
  self->capacity = FEW;
  self->entries = g_new (Entry, self->capacity);
  for (guint i = 0; i < G_N_ELEMENTS (self->key); i++)
    self->key[i] = (guint64)g_random_int () << 32 | g_random_int ();
  return self;
}

void
state_sync_json_names_clear (StateSyncJsonNames *self)
{
  self->n_entries = 0;
  self->n_slots = 0;
  memset (self->mask, 0, sizeof self->mask);
}

void
state_sync_json_names_free (StateSyncJsonNames *self)
{
  StateSyncJsonNames *kept = g_private_get (&spare);

  if (get_size (self) > SPARE_MAX_BYTES || (kept != NULL && get_size (kept) >= get_size (self)))
    {
      destroy (self);
      return;
    }
  state_sync_json_names_clear (self);
  g_private_replace (&spare, self);
}

/* --- names --- */

static gboolean
name_equal (const StateSyncJsonName *a, const StateSyncJsonName *b)
{
  return a->length == b->length && memcmp (a->text, b->text, a->length) == 0;
}

static inline guint64
rotate (guint64 x, guint bits)
{
  return x << bits | x >> (64 - bits);
}

static inline guint64
load_word (const char *p)
{
  guint64 word;

  memcpy (&word, p, sizeof word);
  return word;
}

/* What is left of a name after its whole words, and its length. */
static inline guint64
last_word (const StateSyncJsonName *name)
{
  guint64 word = name->length;

  for (gsize i = name->length & ~(gsize)7; i < name->length; i++)
    word = word << 8 | (guint8)name->text[i];
  return word;
}

/* Which bit of the mask a name sets. */
static guint
mask_bit (const StateSyncJsonName *name)
{
  guint64 word;

  if (name->length < sizeof word)
    word = last_word (name);
  else
    word = load_word (name->text) ^ rotate (load_word (name->text + name->length - sizeof word), 3);
  return (guint)(word * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) >> 56);
}

static gboolean
find_among_few (const StateSyncJsonNames *self,
                const StateSyncJsonName *name,
                guint bit,
                guint *index)
{
  if ((self->mask[bit / 64] >> bit % 64 & 1) == 0)
    return FALSE;

  for (guint i = 0; i < self->n_entries; i++)
    {
      if (name_equal (&self->entries[i].name, name))
        {
          *index = i;
          return TRUE;
        }
    }
  return FALSE;
}

static inline void
sip_round (guint64 v[4])
{
  v[0] += v[1];
  v[2] += v[3];
  v[1] = rotate (v[1], 13) ^ v[0];
  v[3] = rotate (v[3], 16) ^ v[2];
  v[0] = rotate (v[0], 32);
  v[2] += v[1];
  v[0] += v[3];
  v[1] = rotate (v[1], 17) ^ v[2];
  v[3] = rotate (v[3], 21) ^ v[0];
  v[2] = rotate (v[2], 32);
}

static inline void
sip_take (guint64 v[4], guint64 word)
{
  v[3] ^= word;
  sip_round (v);
  v[0] ^= word;
}

/* SipHash-1-3 (Aumasson, Bernstein), but for the order of bytes, which nobody sees. */
static guint32
hash (const StateSyncJsonNames *self, const StateSyncJsonName *name)
{
  guint64 v[4] = {
    self->key[0] ^ G_GUINT64_CONSTANT (0x736f6d6570736575),
    self->key[1] ^ G_GUINT64_CONSTANT (0x646f72616e646f6d),
    self->key[0] ^ G_GUINT64_CONSTANT (0x6c7967656e657261),
    self->key[1] ^ G_GUINT64_CONSTANT (0x7465646279746573),
  };

  for (gsize i = 0; i + sizeof (guint64) <= name->length; i += sizeof (guint64))
    sip_take (v, load_word (name->text + i));
  sip_take (v, last_word (name));

  v[2] ^= 0xff;
  for (guint i = 0; i < 3; i++)
    sip_round (v);
  return (guint32)(v[0] ^ v[1] ^ v[2] ^ v[3]);
}

/* The slot that holds @name, or the free one where it belongs. */
static Slot *
find_slot (const StateSyncJsonNames *self, const StateSyncJsonName *name, guint32 name_hash)
{
  guint last = self->n_slots - 1;
  guint i = name_hash & last;

  while (self->slots[i].index != 0 &&
         (self->slots[i].hash != name_hash ||
          !name_equal (&self->entries[self->slots[i].index - 1].name, name)))
    i = (i + 1) & last;
  return &self->slots[i];
}

/* A table of @n_slots, a power of two, of the entries that there are. */
static void
make_table (StateSyncJsonNames *self, guint n_slots)
{
  if (n_slots > self->slots_capacity)
    {
      g_free (self->slots);
      self->slots = g_new (Slot, n_slots);
      self->slots_capacity = n_slots;
    }
  memset (self->slots, 0, n_slots * sizeof (Slot));
  self->n_slots = n_slots;

  for (guint i = 0; i < self->n_entries; i++)
    {
      guint at = self->entries[i].hash & (n_slots - 1);

      while (self->slots[at].index != 0)
        at = (at + 1) & (n_slots - 1);
      self->slots[at] = (Slot){ self->entries[i].hash, i + 1 };
    }
}

static void
begin_table (StateSyncJsonNames *self)
{
  for (guint i = 0; i < self->n_entries; i++)
    self->entries[i].hash = hash (self, &self->entries[i].name);
  make_table (self, 4 * FEW);
}

static void
append (StateSyncJsonNames *self, const StateSyncJsonName *name, guint32 name_hash)
{
  if (self->n_entries == self->capacity)
    {
      self->capacity *= 2;
      self->entries = g_renew (Entry, self->entries, self->capacity);
    }
  self->entries[self->n_entries++] = (Entry){ *name, name_hash };
}

static gboolean
add_to_few (StateSyncJsonNames *self, const StateSyncJsonName *name)
{
  guint bit = mask_bit (name);
  guint index;

  if (find_among_few (self, name, bit, &index))
    return FALSE;

  append (self, name, 0);
  self->mask[bit / 64] |= G_GUINT64_CONSTANT (1) << bit % 64;
  if (self->n_entries > FEW)
    begin_table (self);
  return TRUE;
}

static gboolean
add_to_table (StateSyncJsonNames *self, const StateSyncJsonName *name)
{
  guint32 name_hash = hash (self, name);
  Slot *slot = find_slot (self, name, name_hash);

  if (slot->index != 0)
    return FALSE;

  append (self, name, name_hash);
  *slot = (Slot){ name_hash, self->n_entries };
  if (3 * self->n_entries > 2 * self->n_slots)
    make_table (self, 4 * self->n_slots);
  return TRUE;
}

/* FALSE if the name is there already. Names count from 0 in the order in which they came. */
gboolean
state_sync_json_names_add (StateSyncJsonNames *self, StateSyncJsonName name)
{
  return self->n_slots == 0 ? add_to_few (self, &name) : add_to_table (self, &name);
}

gboolean
state_sync_json_names_find (StateSyncJsonNames *self, StateSyncJsonName name, guint *index)
{
  Slot *slot;

  if (self->n_slots == 0)
    return find_among_few (self, &name, mask_bit (&name), index);

  slot = find_slot (self, &name, hash (self, &name));
  if (slot->index == 0)
    return FALSE;

  *index = slot->index - 1;
  return TRUE;
}
