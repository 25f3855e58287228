/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whether a regular expression is found in a text, in time that nobody can raise.
 *
 * Engines that try one way after another, as PCRE does, take exponential time for expressions as
 * harmless as (a|a)*b; a limit on that refuses good texts and still lets a writer spend it once for
 * each string of a document. Here all ways are followed at once: the expression becomes a program
 * whose threads step through the text side by side, one at most at each instruction (Thompson). A
 * text costs at most its length times the size of the program, and that size has a limit.
 */

#include "schema/pattern.h"

#include <string.h>

#include "schema/pattern-tree.h"

#define MAX_INSTRUCTIONS 16384

typedef enum
{
  OP_SET,   /* takes a character that is in the set */
  OP_SPLIT, /* goes on at the next instruction and at @target */
  OP_JUMP,  /* goes on at @target */
  OP_BEGIN,
  OP_END,
  OP_EDGE,
  OP_NO_EDGE,
  OP_MATCH,
} Op;

typedef struct
{
  Op op;
  guint target;
  const StateSyncPatternSet *set;
  guint64 ascii[2]; /* which of the first 128 characters the set has */
} Instruction;

struct _StateSyncPattern
{
  StateSyncPatternTree *tree; /* holds the sets */
  GArray *program;            /* of Instruction */
};

/* --- compiling --- */

static void emit (GArray *program, const StateSyncPatternTree *tree);

static gboolean
is_full (GArray *program)
{
  return program->len > MAX_INSTRUCTIONS;
}

static guint
add (GArray *program, Op op, guint target)
{
  Instruction instruction = { .op = op, .target = target };

  g_array_append_val (program, instruction);
  return program->len - 1;
}

static void
set_target (GArray *program, guint at)
{
  g_array_index (program, Instruction, at).target = program->len;
}

static void
emit_set (GArray *program, const StateSyncPatternSet *set)
{
  Instruction instruction = { .op = OP_SET, .set = set };

  for (gunichar c = 0; c < 128; c++)
    {
      if (state_sync_pattern_set_has (set, c))
        instruction.ascii[c / 64] |= G_GUINT64_CONSTANT (1) << c % 64;
    }
  g_array_append_val (program, instruction);
}

static void
emit_choice (GArray *program, GPtrArray *parts)
{
  g_autoptr (GArray) jumps = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < parts->len; i++)
    {
      gboolean is_last = i == parts->len - 1;
      guint split = is_last ? 0 : add (program, OP_SPLIT, 0);
      guint jump;

      emit (program, g_ptr_array_index (parts, i));
      if (is_last)
        break;
      jump = add (program, OP_JUMP, 0);
      g_array_append_val (jumps, jump);
      set_target (program, split);
    }
  for (guint i = 0; i < jumps->len; i++)
    set_target (program, g_array_index (jumps, guint, i));
}

static void
emit_once (GArray *program, const StateSyncPatternTree *tree)
{
  switch (tree->kind)
    {
    case STATE_SYNC_PATTERN_SET:
      emit_set (program, &tree->set);
      break;
    case STATE_SYNC_PATTERN_BEGIN:
      add (program, OP_BEGIN, 0);
      break;
    case STATE_SYNC_PATTERN_END:
      add (program, OP_END, 0);
      break;
    case STATE_SYNC_PATTERN_EDGE:
      add (program, OP_EDGE, 0);
      break;
    case STATE_SYNC_PATTERN_NO_EDGE:
      add (program, OP_NO_EDGE, 0);
      break;
    case STATE_SYNC_PATTERN_SEQUENCE:
      /* What is empty counts too, or a repetition of it would never fill the program. */
      add (program, OP_JUMP, program->len + 1);
      for (guint i = 0; i < tree->parts->len; i++)
        emit (program, g_ptr_array_index (tree->parts, i));
      break;
    case STATE_SYNC_PATTERN_CHOICE:
      emit_choice (program, tree->parts);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* As often as the least asks for, then as often as may be. */
static void
emit (GArray *program, const StateSyncPatternTree *tree)
{
  g_autoptr (GArray) splits = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < tree->least && !is_full (program); i++)
    emit_once (program, tree);

  if (tree->most == STATE_SYNC_PATTERN_NO_LIMIT)
    {
      guint split = add (program, OP_SPLIT, 0);

      if (!is_full (program))
        emit_once (program, tree);
      add (program, OP_JUMP, split);
      set_target (program, split);
      return;
    }

  for (guint i = tree->least; i < tree->most && !is_full (program); i++)
    {
      guint split = add (program, OP_SPLIT, 0);

      g_array_append_val (splits, split);
      emit_once (program, tree);
    }
  for (guint i = 0; i < splits->len; i++)
    set_target (program, g_array_index (splits, guint, i));
}

/* (transfer full) (nullable): NULL with *@reason, the end of a sentence. */
StateSyncPattern *
state_sync_pattern_new (StateSyncJsonName text, const char **reason)
{
  g_autoptr (StateSyncPatternTree) tree = state_sync_pattern_tree_parse (text, reason);
  g_autoptr (GArray) program = g_array_new (FALSE, FALSE, sizeof (Instruction));
  StateSyncPattern *self;

  if (tree == NULL)
    return NULL;

  emit (program, tree);
  add (program, OP_MATCH, 0);
  if (is_full (program))
    {
      *reason = "it repeats too much";
      return NULL;
    }

  self = g_new0 (StateSyncPattern, 1);
  self->tree = g_steal_pointer (&tree);
  self->program = g_steal_pointer (&program);
  return self;
}

void
state_sync_pattern_free (StateSyncPattern *self)
{
  state_sync_pattern_tree_free (self->tree);
  g_array_unref (self->program);
  g_free (self);
}

/* --- matching --- */

/* Where threads are; at each instruction one at most. */
typedef struct
{
  guint *at;
  guint n;
} Threads;

typedef struct
{
  const Instruction *program;
  guint *stack;
  guint *seen; /* for each instruction: the last position at which a thread came there, plus one */
  guint position;
  gboolean is_begin, is_end, is_edge;
  guint64 n_steps;
} Matcher;

static gboolean
is_word_character (const char *p, const char *start, const char *end)
{
  return p >= start && p < end && (g_ascii_isalnum (*p) || *p == '_');
}

/* Goes from @at as far as no character is needed; TRUE if that is the end of the program. */
static gboolean
follow (Matcher *self, Threads *threads, guint at)
{
  guint n = 0;

  self->stack[n++] = at;
  while (n > 0)
    {
      const Instruction *next;

      at = self->stack[--n];
      if (self->seen[at] == self->position + 1)
        continue;
      self->seen[at] = self->position + 1;
      self->n_steps++;

      next = &self->program[at];
      switch (next->op)
        {
        case OP_MATCH:
          return TRUE;
        case OP_SET:
          threads->at[threads->n++] = at;
          break;
        case OP_JUMP:
          self->stack[n++] = next->target;
          break;
        case OP_SPLIT:
          self->stack[n++] = next->target;
          self->stack[n++] = at + 1;
          break;
        default:
          if (next->op == OP_BEGIN  ? self->is_begin
              : next->op == OP_END  ? self->is_end
              : next->op == OP_EDGE ? self->is_edge
                                    : !self->is_edge)
            self->stack[n++] = at + 1;
          break;
        }
    }
  return FALSE;
}

static gboolean
takes (Matcher *self, const Instruction *instruction, gunichar c)
{
  if (c < 128)
    return (instruction->ascii[c / 64] >> c % 64 & 1) != 0;

  self->n_steps += instruction->set->ranges->len / 8;
  return state_sync_pattern_set_has (instruction->set, c);
}

/* Steps all threads from one position to the next, and begins another at each. */
static gboolean
run (Matcher *self, Threads *now, Threads *then, StateSyncJsonName text)
{
  const char *end = text.text + text.length;

  for (const char *p = text.text;; p = g_utf8_next_char (p))
    {
      gunichar c;

      self->is_begin = p == text.text;
      self->is_end = p == end;
      self->is_edge =
          is_word_character (p - 1, text.text, end) != is_word_character (p, text.text, end);
      self->position++;
      now->n = 0;
      for (guint i = 0; i < then->n; i++)
        {
          if (follow (self, now, then->at[i]))
            return TRUE;
        }
      if (follow (self, now, 0))
        return TRUE;
      if (p == end)
        return FALSE;

      c = g_utf8_get_char (p);
      then->n = 0;
      for (guint i = 0; i < now->n; i++)
        {
          if (takes (self, &self->program[now->at[i]], c))
            then->at[then->n++] = now->at[i] + 1;
        }
    }
}

/* Whether it is found anywhere in @text. *@n_steps grows by what that took. */
gboolean
state_sync_pattern_matches (const StateSyncPattern *self, StateSyncJsonName text, guint64 *n_steps)
{
  guint n = self->program->len;
  g_autofree guint *memory = g_new (guint, 5 * n + 2);
  Threads now = { memory, 0 };
  Threads then = { memory + n, 0 };
  Matcher matcher = {
    .program = (const Instruction *)(gpointer)self->program->data,
    .seen = memory + 2 * n,
    .stack = memory + 3 * n,
  };
  gboolean matches;

  memset (matcher.seen, 0, n * sizeof (guint));
  matches = run (&matcher, &now, &then, text);
  *n_steps += matcher.n_steps + n / 8;
  return matches;
}
