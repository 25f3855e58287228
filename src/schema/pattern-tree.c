/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reads a regular expression as ECMA 262 has it with the flag u: characters are code points, \d and
 * \w are ASCII, \s is ECMA's white space, $ is the very end. Taken is what can be decided in one
 * pass over a text; refused with a reason are look-around and back references, which can't, and
 * whatever is not in the grammar. Beyond it, a backslash may stand before any ASCII punctuation.
 */

#include "schema/pattern-tree.h"

#include <string.h>

#define MAX_GROUPS_DEEP 64
#define MAX_REPEAT 65535

typedef struct
{
  const char *p;
  const char *end;
  guint depth;
  const char *reason; /* (nullable) of the first fault */
} Parser;

static StateSyncPatternTree *parse_choice (Parser *self);

static gpointer
fail (Parser *self, const char *reason)
{
  if (self->reason == NULL)
    self->reason = reason;
  return NULL;
}

static gboolean
refuse (Parser *self, const char *reason)
{
  fail (self, reason);
  return FALSE;
}

static gboolean
at (const Parser *self, char c)
{
  return self->p < self->end && *self->p == c;
}

static gboolean
take (Parser *self, char c)
{
  if (!at (self, c))
    return FALSE;

  self->p++;
  return TRUE;
}

static gboolean
take_word (Parser *self, const char *word)
{
  gsize length = strlen (word);

  if ((gsize)(self->end - self->p) < length || memcmp (self->p, word, length) != 0)
    return FALSE;

  self->p += length;
  return TRUE;
}

static gunichar
take_character (Parser *self)
{
  gunichar c = g_utf8_get_char (self->p);

  self->p = g_utf8_next_char (self->p);
  return c;
}

/* --- sets --- */

static StateSyncPatternTree *
tree_new (StateSyncPatternKind kind)
{
  StateSyncPatternTree *self = g_new0 (StateSyncPatternTree, 1);

  self->kind = kind;
  self->least = self->most = 1;
  if (kind == STATE_SYNC_PATTERN_SET)
    self->set.ranges = g_array_new (FALSE, FALSE, sizeof (StateSyncPatternRange));
  return self;
}

void
state_sync_pattern_tree_free (StateSyncPatternTree *self)
{
  g_clear_pointer (&self->set.ranges, g_array_unref);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_free (self);
}

static void
add_range (StateSyncPatternSet *set, gunichar first, gunichar last)
{
  StateSyncPatternRange range = { first, last };

  g_array_append_val (set->ranges, range);
}

gboolean
state_sync_pattern_set_has (const StateSyncPatternSet *self, gunichar c)
{
  gboolean has = FALSE;

  for (guint i = 0; i < self->ranges->len && !has; i++)
    {
      const StateSyncPatternRange *range = &g_array_index (self->ranges, StateSyncPatternRange, i);

      has = c >= range->first && c <= range->last;
    }
  if (!has && self->categories != 0)
    has = (self->categories >> g_unichar_type (c) & 1) != 0;
  return has != self->is_negated;
}

static const StateSyncPatternRange digits[] = { { '0', '9' }, { 0 } };
static const StateSyncPatternRange word[] = {
  { '0', '9' }, { 'A', 'Z' }, { '_', '_' }, { 'a', 'z' }, { 0 }
};
static const StateSyncPatternRange space[] = {
  { 0x09, 0x0d },
  { 0x20, 0x20 },
  { 0xa0, 0xa0 },
  { 0x1680, 0x1680 },
  { 0x2000, 0x200a },
  { 0x2028, 0x2029 },
  { 0x202f, 0x202f },
  { 0x205f, 0x205f },
  { 0x3000, 0x3000 },
  { 0xfeff, 0xfeff },
  { 0 },
};

/* Adds the @ranges, which are in order, or what is between them. */
static void
add_class (StateSyncPatternSet *set, const StateSyncPatternRange *ranges, gboolean is_negated)
{
  gunichar next = 0;

  for (; ranges->last != 0; ranges++)
    {
      if (!is_negated)
        add_range (set, ranges->first, ranges->last);
      else
        add_range (set, next, ranges->first - 1);
      next = ranges->last + 1;
    }
  if (is_negated)
    add_range (set, next, 0x10ffff);
}

#define BIT(type) ((guint32)1 << G_UNICODE_##type)
#define LETTERS                                                                                    \
  (BIT (LOWERCASE_LETTER) | BIT (MODIFIER_LETTER) | BIT (OTHER_LETTER) | BIT (TITLECASE_LETTER) |  \
   BIT (UPPERCASE_LETTER))
#define MARKS (BIT (SPACING_MARK) | BIT (ENCLOSING_MARK) | BIT (NON_SPACING_MARK))
#define NUMBERS (BIT (DECIMAL_NUMBER) | BIT (LETTER_NUMBER) | BIT (OTHER_NUMBER))
#define PUNCTUATION                                                                                \
  (BIT (CONNECT_PUNCTUATION) | BIT (DASH_PUNCTUATION) | BIT (CLOSE_PUNCTUATION) |                  \
   BIT (FINAL_PUNCTUATION) | BIT (INITIAL_PUNCTUATION) | BIT (OTHER_PUNCTUATION) |                 \
   BIT (OPEN_PUNCTUATION))
#define SYMBOLS                                                                                    \
  (BIT (CURRENCY_SYMBOL) | BIT (MODIFIER_SYMBOL) | BIT (MATH_SYMBOL) | BIT (OTHER_SYMBOL))
#define SEPARATORS (BIT (LINE_SEPARATOR) | BIT (PARAGRAPH_SEPARATOR) | BIT (SPACE_SEPARATOR))

/* clang-format off */

static const struct
{
  const char *name;
  const char *long_name;
  guint32 bits;
} categories[] = {
  { "L", "Letter", LETTERS },
  { "Ll", "Lowercase_Letter", BIT (LOWERCASE_LETTER) },
  { "Lm", "Modifier_Letter", BIT (MODIFIER_LETTER) },
  { "Lo", "Other_Letter", BIT (OTHER_LETTER) },
  { "Lt", "Titlecase_Letter", BIT (TITLECASE_LETTER) },
  { "Lu", "Uppercase_Letter", BIT (UPPERCASE_LETTER) },
  { "M", "Mark", MARKS },
  { "Mc", "Spacing_Mark", BIT (SPACING_MARK) },
  { "Me", "Enclosing_Mark", BIT (ENCLOSING_MARK) },
  { "Mn", "Nonspacing_Mark", BIT (NON_SPACING_MARK) },
  { "N", "Number", NUMBERS },
  { "Nd", "Decimal_Number", BIT (DECIMAL_NUMBER) },
  { "Nl", "Letter_Number", BIT (LETTER_NUMBER) },
  { "No", "Other_Number", BIT (OTHER_NUMBER) },
  { "P", "Punctuation", PUNCTUATION },
  { "Pc", "Connector_Punctuation", BIT (CONNECT_PUNCTUATION) },
  { "Pd", "Dash_Punctuation", BIT (DASH_PUNCTUATION) },
  { "Pe", "Close_Punctuation", BIT (CLOSE_PUNCTUATION) },
  { "Pf", "Final_Punctuation", BIT (FINAL_PUNCTUATION) },
  { "Pi", "Initial_Punctuation", BIT (INITIAL_PUNCTUATION) },
  { "Po", "Other_Punctuation", BIT (OTHER_PUNCTUATION) },
  { "Ps", "Open_Punctuation", BIT (OPEN_PUNCTUATION) },
  { "S", "Symbol", SYMBOLS },
  { "Sc", "Currency_Symbol", BIT (CURRENCY_SYMBOL) },
  { "Sk", "Modifier_Symbol", BIT (MODIFIER_SYMBOL) },
  { "Sm", "Math_Symbol", BIT (MATH_SYMBOL) },
  { "So", "Other_Symbol", BIT (OTHER_SYMBOL) },
  { "Z", "Separator", SEPARATORS },
  { "Zl", "Line_Separator", BIT (LINE_SEPARATOR) },
  { "Zp", "Paragraph_Separator", BIT (PARAGRAPH_SEPARATOR) },
  { "Zs", "Space_Separator", BIT (SPACE_SEPARATOR) },
  { "Cc", "Control", BIT (CONTROL) },
  { "Cf", "Format", BIT (FORMAT) },
  { "Cn", "Unassigned", BIT (UNASSIGNED) },
  { "Co", "Private_Use", BIT (PRIVATE_USE) },
};

/* clang-format on */

/* Behind "\p" or "\P". */
static gboolean
take_category (Parser *self, StateSyncPatternSet *set, gboolean is_negated)
{
  const char *start, *close;

  if (!take (self, '{'))
    return refuse (self, "\\p needs a category in braces, such as \\p{L}");
  start = self->p;
  close = memchr (start, '}', (gsize)(self->end - start));
  if (close == NULL)
    return refuse (self, "\\p needs a category in braces, such as \\p{L}");

  self->p = close + 1;
  for (guint i = 0; i < G_N_ELEMENTS (categories); i++)
    {
      g_autofree char *name = g_strndup (start, (gsize)(close - start));

      if (!g_str_equal (name, categories[i].name) && !g_str_equal (name, categories[i].long_name))
        continue;
      set->categories |= is_negated ? ~categories[i].bits : categories[i].bits;
      return TRUE;
    }
  return refuse (self, "this \\p is not known: take a general category, such as \\p{L} or \\p{Lu}");
}

/* Behind a backslash: \d, \w, \s, \p or what they exclude; FALSE if it is none of them. */
static gboolean
take_class (Parser *self, StateSyncPatternSet *set)
{
  char c = self->p < self->end ? *self->p : '\0';
  gboolean is_negated = g_ascii_isupper (c);

  switch (g_ascii_tolower (c))
    {
    case 'd':
      add_class (set, digits, is_negated);
      break;
    case 'w':
      add_class (set, word, is_negated);
      break;
    case 's':
      add_class (set, space, is_negated);
      break;
    case 'p':
      self->p++;
      take_category (self, set, is_negated);
      return TRUE;
    default:
      return FALSE;
    }
  self->p++;
  return TRUE;
}

static gboolean
take_hex (Parser *self, guint n_digits, gunichar *c)
{
  *c = 0;
  for (guint i = 0; i < n_digits; i++, self->p++)
    {
      if (self->p == self->end || !g_ascii_isxdigit (*self->p))
        return refuse (self, "an escape has too few hexadecimal digits");
      *c = *c << 4 | (gunichar)g_ascii_xdigit_value (*self->p);
    }
  return TRUE;
}

/* Behind "\u": four digits, two times four for a surrogate pair, or any number in braces. */
static gboolean
take_unicode (Parser *self, gunichar *c)
{
  gunichar low;

  if (take (self, '{'))
    {
      for (*c = 0; !take (self, '}'); self->p++)
        {
          if (self->p == self->end || !g_ascii_isxdigit (*self->p))
            return refuse (self, "\\u{ needs hexadecimal digits and a closing brace");
          *c = *c << 4 | (gunichar)g_ascii_xdigit_value (*self->p);
          if (*c > 0x10ffff)
            return refuse (self, "\\u{ has a number above 10FFFF");
        }
      return TRUE;
    }

  if (!take_hex (self, 4, c))
    return FALSE;
  if (*c < 0xd800 || *c > 0xdfff)
    return TRUE;
  if (*c > 0xdbff || !take_word (self, "\\u") || !take_hex (self, 4, &low) || low < 0xdc00 ||
      low > 0xdfff)
    return refuse (self, "half of a surrogate pair stands alone");
  *c = 0x10000 + ((*c - 0xd800) << 10) + (low - 0xdc00);
  return TRUE;
}

/* Behind a backslash: an escape that stands for one character. */
static gboolean
take_escape (Parser *self, gunichar *c)
{
  static const char letters[] = "fnrtv";
  static const char values[] = "\f\n\r\t\v";
  const char *letter;

  if (self->p == self->end)
    return refuse (self, "it ends with a backslash");

  *c = take_character (self);
  if (*c == 'u')
    return take_unicode (self, c);
  if (*c == 'x')
    return take_hex (self, 2, c);
  if (*c == 'c')
    {
      if (self->p == self->end || !g_ascii_isalpha (*self->p))
        return refuse (self, "\\c needs a letter");
      *c = (gunichar)*self->p++ % 32;
      return TRUE;
    }
  if (*c == '0')
    {
      *c = 0;
      return self->p == self->end || !g_ascii_isdigit (*self->p) ||
             refuse (self, "an escape has an octal number");
    }
  if (*c == 'k' || (*c < 0x80 && g_ascii_isdigit (*c)))
    return refuse (self, "back references are not supported");

  letter = *c < 0x80 ? strchr (letters, (char)*c) : NULL;
  if (letter != NULL && *c != 0)
    {
      *c = (gunichar)values[letter - letters];
      return TRUE;
    }
  return (*c < 0x80 && g_ascii_ispunct ((char)*c)) || refuse (self, "an escape is unknown");
}

/* One member of a class in brackets; *@is_class if it is none that can begin or end a range. */
static gboolean
take_class_member (Parser *self, StateSyncPatternSet *set, gunichar *c, gboolean *is_class)
{
  *is_class = FALSE;
  if (self->p == self->end)
    return refuse (self, "a [ is not closed");
  if (!take (self, '\\'))
    {
      *c = take_character (self);
      return TRUE;
    }
  if (take (self, 'b'))
    {
      *c = '\b';
      return TRUE;
    }
  if (take_class (self, set))
    {
      *is_class = TRUE;
      return self->reason == NULL;
    }
  return take_escape (self, c);
}

/* Behind the "[". */
static gboolean
take_brackets (Parser *self, StateSyncPatternSet *set)
{
  set->is_negated = take (self, '^');
  while (!take (self, ']'))
    {
      gboolean is_class, is_last_class;
      gunichar first, last;

      if (!take_class_member (self, set, &first, &is_class))
        return FALSE;
      if (!at (self, '-') || (self->p + 1 < self->end && self->p[1] == ']'))
        {
          if (!is_class)
            add_range (set, first, first);
          continue;
        }
      self->p++;
      if (!take_class_member (self, set, &last, &is_last_class))
        return FALSE;
      if (is_class || is_last_class || first > last)
        return refuse (self, "a range in [ ] has no order");
      add_range (set, first, last);
    }
  return TRUE;
}

/* --- the tree --- */

static StateSyncPatternTree *
parse_group (Parser *self)
{
  g_autoptr (StateSyncPatternTree) group = NULL;

  if (take_word (self, "?=") || take_word (self, "?!") || take_word (self, "?<=") ||
      take_word (self, "?<!"))
    return fail (self, "look-around is not supported; use allOf and not in the schema instead");
  if (take_word (self, "?<"))
    {
      const char *close = memchr (self->p, '>', (gsize)(self->end - self->p));

      if (close == NULL || close == self->p)
        return fail (self, "the name of a group is not complete");
      self->p = close + 1;
    }
  else if (at (self, '?') && !take_word (self, "?:"))
    {
      return fail (self, "this kind of group is unknown");
    }

  if (++self->depth > MAX_GROUPS_DEEP)
    return fail (self, "groups nest too deep");
  group = parse_choice (self);
  self->depth--;
  if (group != NULL && !take (self, ')'))
    return fail (self, "a ( is not closed");
  return g_steal_pointer (&group);
}

static StateSyncPatternTree *
parse_escape (Parser *self)
{
  g_autoptr (StateSyncPatternTree) set = NULL;
  gunichar c;

  if (take (self, 'b'))
    return tree_new (STATE_SYNC_PATTERN_EDGE);
  if (take (self, 'B'))
    return tree_new (STATE_SYNC_PATTERN_NO_EDGE);

  set = tree_new (STATE_SYNC_PATTERN_SET);
  if (!take_class (self, &set->set))
    {
      if (!take_escape (self, &c))
        return NULL;
      add_range (&set->set, c, c);
    }
  return self->reason == NULL ? g_steal_pointer (&set) : NULL;
}

static StateSyncPatternTree *
parse_any_character (void)
{
  StateSyncPatternTree *any = tree_new (STATE_SYNC_PATTERN_SET);

  any->set.is_negated = TRUE;
  add_range (&any->set, '\n', '\n');
  add_range (&any->set, '\r', '\r');
  add_range (&any->set, 0x2028, 0x2029);
  return any;
}

static StateSyncPatternTree *
parse_atom (Parser *self)
{
  g_autoptr (StateSyncPatternTree) set = NULL;
  gunichar c;

  if (take (self, '('))
    return parse_group (self);
  if (take (self, '\\'))
    return parse_escape (self);
  if (take (self, '^'))
    return tree_new (STATE_SYNC_PATTERN_BEGIN);
  if (take (self, '$'))
    return tree_new (STATE_SYNC_PATTERN_END);
  if (take (self, '.'))
    return parse_any_character ();

  set = tree_new (STATE_SYNC_PATTERN_SET);
  if (take (self, '['))
    return take_brackets (self, &set->set) ? g_steal_pointer (&set) : NULL;
  c = take_character (self);
  if (c != 0 && c < 0x80 && strchr ("*+?{}]", (char)c) != NULL)
    return fail (self, "one of * + ? { } ] stands where it has no meaning; put a backslash before "
                       "it if it is meant as a character");
  add_range (&set->set, c, c);
  return g_steal_pointer (&set);
}

static gboolean
take_number (Parser *self, guint *number)
{
  const char *start = self->p;

  for (*number = 0; self->p < self->end && g_ascii_isdigit (*self->p); self->p++)
    {
      *number = *number * 10 + (guint)(*self->p - '0');
      if (*number > MAX_REPEAT)
        return refuse (self, "a repetition is asked for too often; 65535 times is the limit");
    }
  return self->p > start || refuse (self, "{ needs numbers and }, as in {2} or {2,} or {2,4}");
}

/* Behind an atom: how often it may stand there. That it is lazy changes nothing here. */
static gboolean
parse_repetition (Parser *self, StateSyncPatternTree *tree)
{
  if (take (self, '*'))
    {
      tree->least = 0;
      tree->most = STATE_SYNC_PATTERN_NO_LIMIT;
    }
  else if (take (self, '+'))
    {
      tree->most = STATE_SYNC_PATTERN_NO_LIMIT;
    }
  else if (take (self, '?'))
    {
      tree->least = 0;
    }
  else if (take (self, '{'))
    {
      if (!take_number (self, &tree->least))
        return FALSE;
      tree->most = tree->least;
      if (take (self, ','))
        {
          tree->most = STATE_SYNC_PATTERN_NO_LIMIT;
          if (!at (self, '}') && !take_number (self, &tree->most))
            return FALSE;
        }
      if (!take (self, '}') || tree->least > tree->most)
        return refuse (self, "{ needs numbers and }, as in {2} or {2,} or {2,4}");
    }
  else
    {
      return TRUE;
    }
  take (self, '?');
  return TRUE;
}

static StateSyncPatternTree *
tree_new_of_parts (StateSyncPatternKind kind)
{
  StateSyncPatternTree *self = tree_new (kind);

  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_pattern_tree_free);
  return self;
}

static StateSyncPatternTree *
parse_sequence (Parser *self)
{
  g_autoptr (StateSyncPatternTree) sequence = tree_new_of_parts (STATE_SYNC_PATTERN_SEQUENCE);

  while (self->p < self->end && !at (self, '|') && !at (self, ')'))
    {
      StateSyncPatternTree *atom = parse_atom (self);

      if (atom == NULL)
        return NULL;
      g_ptr_array_add (sequence->parts, atom);
      if (!parse_repetition (self, atom))
        return NULL;
    }
  return g_steal_pointer (&sequence);
}

static StateSyncPatternTree *
parse_choice (Parser *self)
{
  g_autoptr (StateSyncPatternTree) choice = tree_new_of_parts (STATE_SYNC_PATTERN_CHOICE);

  do
    {
      StateSyncPatternTree *sequence = parse_sequence (self);

      if (sequence == NULL)
        return NULL;
      g_ptr_array_add (choice->parts, sequence);
    }
  while (take (self, '|'));
  return g_steal_pointer (&choice);
}

/* (transfer full) (nullable): NULL with *@reason, the end of a sentence. */
StateSyncPatternTree *
state_sync_pattern_tree_parse (StateSyncJsonName text, const char **reason)
{
  Parser self = { .p = text.text, .end = text.text + text.length };
  g_autoptr (StateSyncPatternTree) tree = parse_choice (&self);

  if (tree != NULL && self.p < self.end)
    fail (&self, "a ) closes nothing");
  *reason = self.reason;
  return self.reason == NULL ? g_steal_pointer (&tree) : NULL;
}
