/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which names an object has, told apart as they read: "a" and "\u0061" are one name.
 *
 * Nearly all objects are small, and most names are new. A name leaves one bit in a mask of 256;
 * only where the bit is set already is it compared with the names before it. From FEW names on
 * an open hash table does the same. Whoever writes the text chooses the names, so the table's
 * hash is SipHash-1-3 under a random key: nobody can choose names that collide, and an object
 * of 100,000 members costs 100,000 steps.
 */

#include "protocol/json-names.h"

#include <string.h>

#define FEW 64
#define MASK_BITS 256

typedef struct
{
  guint32 hash;
  guint32 index; /* into the names, plus one; 0 is a free slot */
} Slot;

struct _StateSyncJsonNames
{
  StateSyncJsonName *names;
  guint n_names;
  guint capacity;

  guint64 mask[MASK_BITS / 64]; /* while there is no table */
  Slot *slots;                  /* (nullable) the table, at most two thirds full */
  guint n_slots;
  guint64 key[2];
};

StateSyncJsonNames *
state_sync_json_names_new (void)
{
  StateSyncJsonNames *self = g_new0 (StateSyncJsonNames, 1);

  self->capacity = FEW;
  self->names = g_new (StateSyncJsonName, self->capacity);
  return self;
}

void
state_sync_json_names_free (StateSyncJsonNames *self)
{
  g_free (self->names);
  g_free (self->slots);
  g_free (self);
}

void
state_sync_json_names_clear (StateSyncJsonNames *self)
{
  self->n_names = 0;
  memset (self->mask, 0, sizeof self->mask);
  g_clear_pointer (&self->slots, g_free);
}

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

  for (guint i = 0; i < self->n_names; i++)
    {
      if (name_equal (&self->names[i], name))
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

  while (self->slots[i].index != 0 && (self->slots[i].hash != name_hash ||
                                       !name_equal (&self->names[self->slots[i].index - 1], name)))
    i = (i + 1) & last;
  return &self->slots[i];
}

/* A table of @n_slots, a power of two, with what the old one held. */
static void
resize_table (StateSyncJsonNames *self, guint n_slots)
{
  g_autofree Slot *old = g_steal_pointer (&self->slots);
  guint n_old = self->n_slots;

  self->n_slots = n_slots;
  self->slots = g_new0 (Slot, n_slots);
  for (guint i = 0; old != NULL && i < n_old; i++)
    {
      guint at = old[i].hash & (n_slots - 1);

      if (old[i].index == 0)
        continue;
      while (self->slots[at].index != 0)
        at = (at + 1) & (n_slots - 1);
      self->slots[at] = old[i];
    }
}

static void
begin_table (StateSyncJsonNames *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->key); i++)
    self->key[i] = (guint64)g_random_int () << 32 | g_random_int ();

  resize_table (self, 4 * FEW);
  for (guint i = 0; i < self->n_names; i++)
    {
      guint32 name_hash = hash (self, &self->names[i]);

      *find_slot (self, &self->names[i], name_hash) = (Slot){ name_hash, i + 1 };
    }
}

static void
append (StateSyncJsonNames *self, const StateSyncJsonName *name)
{
  if (self->n_names == self->capacity)
    {
      self->capacity *= 2;
      self->names = g_renew (StateSyncJsonName, self->names, self->capacity);
    }
  self->names[self->n_names++] = *name;
}

static gboolean
add_to_few (StateSyncJsonNames *self, const StateSyncJsonName *name)
{
  guint bit = mask_bit (name);
  guint index;

  if (find_among_few (self, name, bit, &index))
    return FALSE;

  append (self, name);
  self->mask[bit / 64] |= G_GUINT64_CONSTANT (1) << bit % 64;
  if (self->n_names > FEW)
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

  append (self, name);
  *slot = (Slot){ name_hash, self->n_names };
  if (3 * self->n_names > 2 * self->n_slots)
    resize_table (self, 4 * self->n_slots);
  return TRUE;
}

/* FALSE if the name is there already. Names count from 0 in the order in which they came. */
gboolean
state_sync_json_names_add (StateSyncJsonNames *self, StateSyncJsonName name)
{
  return self->slots == NULL ? add_to_few (self, &name) : add_to_table (self, &name);
}

gboolean
state_sync_json_names_find (StateSyncJsonNames *self, StateSyncJsonName name, guint *index)
{
  Slot *slot;

  if (self->slots == NULL)
    return find_among_few (self, &name, mask_bit (&name), index);

  slot = find_slot (self, &name, hash (self, &name));
  if (slot->index == 0)
    return FALSE;

  *index = slot->index - 1;
  return TRUE;
}
