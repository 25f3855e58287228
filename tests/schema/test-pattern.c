/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "schema/pattern.h"

#include <string.h>

#define ROUNDS 5000

static StateSyncPattern *
make (const char *text)
{
  const char *reason = NULL;
  StateSyncJsonName name = { text, strlen (text) };
  StateSyncPattern *pattern = state_sync_pattern_new (name, &reason);

  g_assert_cmpstr (reason, ==, NULL);
  g_assert_nonnull (pattern);
  return pattern;
}

static gboolean
matches (const StateSyncPattern *pattern, const char *text, gsize length)
{
  guint64 n_steps = 0;

  return state_sync_pattern_matches (pattern, (StateSyncJsonName){ text, length }, &n_steps);
}

/* clang-format off */

static const struct
{
  const char *pattern;
  const char *yes[8];
  const char *no[8];
} cases[] = {
  { "", { "", "a" }, { NULL } },
  { "a", { "a", "bab" }, { "", "b" } },
  { "^a$", { "a" }, { "", "aa", "a\n", "\na" } },
  { "^(a|bc)+$", { "a", "bca", "abc" }, { "", "b", "ab" } },
  { "^a?b*c+?$", { "c", "ac", "bbc", "abbcc" }, { "", "aac", "ab" } },
  { "^a{2}$", { "aa" }, { "a", "aaa" } },
  { "^a{2,}$", { "aa", "aaaaa" }, { "a" } },
  { "^a{1,3}?$", { "a", "aaa" }, { "", "aaaa" } },
  { "^a{0}b$", { "b" }, { "ab" } },
  { "^(a*)*$", { "", "aaa" }, { "b" } },
  { "^(|a)(b|)$", { "", "a", "b", "ab" }, { "ba" } },
  { "^(?:a|(?<name>b))$", { "a", "b" }, { "c" } },
  { "^[a-c_\\-]$", { "a", "c", "_", "-" }, { "d", "A" } },
  { "^[^a-c]$", { "d", "\n", "\xc3\xa9" }, { "a", "", "dd" } },
  { "^[-a]$", { "-", "a" }, { "b" } },
  { "^[a-]$", { "-", "a" }, { "b" } },
  { "^[\\d-]$", { "-", "7" }, { "b" } },
  { "[]", { NULL }, { "", "a", "]" } },
  { "^[^]$", { "a", "\n", "\xf0\x9f\x98\x80" }, { "", "aa" } },
  { "^[[:alpha]$", { "[", ":", "l" }, { "z" } },
  { "^[.*$(]$", { ".", "*", "$", "(" }, { "a" } },
  { "^[\\]\\\\^]$", { "]", "\\", "^" }, { "a" } },
  { "^\\d$", { "0", "9" }, { "a", "\xd9\xa3" } },
  { "^\\D$", { "a", "\xd9\xa3", "\n", "\xf0\x9f\x98\x80" }, { "0" } },
  { "^\\w$", { "a", "Z", "_", "5" }, { "-", "\xc3\xa9" } },
  { "^\\W$", { "-", "\xc3\xa9" }, { "a" } },
  { "^\\s$", { " ", "\t", "\n", "\v", "\xc2\xa0", "\xe2\x80\xa8", "\xef\xbb\xbf" }, { "a", "\xe2\x80\x8b" } },
  { "^\\S$", { "a", "\xe2\x80\x8b" }, { " ", "\xc2\xa0" } },
  { "^[\\s\\S]$", { "a", " ", "\n" }, { "" } },
  { "^[^\\W_]$", { "a", "0" }, { "_", "-" } },
  { "^.$", { "a", "\xc3\xa9", "\xf0\x9f\x98\x80", "\x01" }, { "", "\n", "\r", "\xe2\x80\xa8", "\xe2\x80\xa9", "ab" } },
  { "^\\p{Lu}\\p{Letter}\\P{L}$", { "\xc3\x89\xc3\xa9-", "Ab1" }, { "aba", "ABa" } },
  { "^\\u0041\\x42\\u{1F600}\\ud83d\\ude00$", { "AB\xf0\x9f\x98\x80\xf0\x9f\x98\x80" }, { "AB" } },
  { "^\\t\\n\\v\\f\\r\\cA\\cz\\/\\.\\-$", { "\t\n\v\f\r\x01\x1a/.-" }, { "" } },
  { "^[\\b]$", { "\b" }, { "b", "" } },
  { "\\bcat\\b", { "cat", "a cat.", "\xc3\xa9" "cat" }, { "cats", "_cat", "concat" } },
  { "^\\B$", { "" }, { "a" } },
  { "a\\Bb", { "ab" }, { "a b" } },
  { "^\xc3\xa9+$", { "\xc3\xa9\xc3\xa9" }, { "e" } },
  { "^[\xc3\xa0-\xc3\xbf]$", { "\xc3\xa9" }, { "e" } },
  { "x*", { "", "y" }, { NULL } },
  { "a|^b|c$", { "xa", "bx", "xc" }, { "xb", "cx" } },
  { "(^a|b$)", { "ax", "xb" }, { "xa", "bx" } },
};

static const struct
{
  const char *pattern;
  const char *reason;
} refused[] = {
  { "(", "a ( is not closed" },
  { "(a", "a ( is not closed" },
  { "a)", "a ) closes nothing" },
  { "[", "a [ is not closed" },
  { "[a", "a [ is not closed" },
  { "[a\\", "it ends with a backslash" },
  { "\\", "it ends with a backslash" },
  { "*", "one of * + ? { } ] stands where it has no meaning; put a backslash before it if it is meant as a character" },
  { "a**", "one of * + ? { } ] stands where it has no meaning; put a backslash before it if it is meant as a character" },
  { "a++", "one of * + ? { } ] stands where it has no meaning; put a backslash before it if it is meant as a character" },
  { "a]", "one of * + ? { } ] stands where it has no meaning; put a backslash before it if it is meant as a character" },
  { "{1}", "one of * + ? { } ] stands where it has no meaning; put a backslash before it if it is meant as a character" },
  { "a{", "{ needs numbers and }, as in {2} or {2,} or {2,4}" },
  { "a{,2}", "{ needs numbers and }, as in {2} or {2,} or {2,4}" },
  { "a{2", "{ needs numbers and }, as in {2} or {2,} or {2,4}" },
  { "a{3,2}", "{ needs numbers and }, as in {2} or {2,} or {2,4}" },
  { "a{65536}", "a repetition is asked for too often; 65535 times is the limit" },
  { "a{99999999999999999999}", "a repetition is asked for too often; 65535 times is the limit" },
  { "a{65535}", "it repeats too much" },
  { "((a{200}){200}){200}", "it repeats too much" },
  { "(((((){65535}){65535}){65535}){65535}){65535}", "it repeats too much" },
  { "(?=a)", "look-around is not supported; use allOf and not in the schema instead" },
  { "(?!a)", "look-around is not supported; use allOf and not in the schema instead" },
  { "(?<=a)", "look-around is not supported; use allOf and not in the schema instead" },
  { "(?<!a)", "look-around is not supported; use allOf and not in the schema instead" },
  { "(?<name", "the name of a group is not complete" },
  { "(?i)a", "this kind of group is unknown" },
  { "(?>a)", "this kind of group is unknown" },
  { "(*LIMIT_MATCH=1)a", "one of * + ? { } ] stands where it has no meaning; put a backslash before it if it is meant as a character" },
  { "(a)\\1", "back references are not supported" },
  { "(?<n>a)\\k<n>", "back references are not supported" },
  { "\\01", "an escape has an octal number" },
  { "\\a", "an escape is unknown" },
  { "\\\xc3\xa9", "an escape is unknown" },
  { "\\Z", "an escape is unknown" },
  { "\\x4", "an escape has too few hexadecimal digits" },
  { "\\u12", "an escape has too few hexadecimal digits" },
  { "\\ud83d", "half of a surrogate pair stands alone" },
  { "\\ude00", "half of a surrogate pair stands alone" },
  { "\\u{110000}", "\\u{ has a number above 10FFFF" },
  { "\\u{41", "\\u{ needs hexadecimal digits and a closing brace" },
  { "\\c1", "\\c needs a letter" },
  { "\\pL", "\\p needs a category in braces, such as \\p{L}" },
  { "\\p{L", "\\p needs a category in braces, such as \\p{L}" },
  { "\\p{Script=Greek}", "this \\p is not known: take a general category, such as \\p{L} or \\p{Lu}" },
  { "[\\p{Greek}]", "this \\p is not known: take a general category, such as \\p{L} or \\p{Lu}" },
  { "[z-a]", "a range in [ ] has no order" },
  { "[\\w-z]", "a range in [ ] has no order" },
  { "[a-\\d]", "a range in [ ] has no order" },
};

/* clang-format on */

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StateSyncPattern) pattern = make (cases[i].pattern);

      for (guint k = 0; k < G_N_ELEMENTS (cases[i].yes) && cases[i].yes[k] != NULL; k++)
        {
          g_test_message ("%s: %s", cases[i].pattern, cases[i].yes[k]);
          g_assert_true (matches (pattern, cases[i].yes[k], strlen (cases[i].yes[k])));
        }
      for (guint k = 0; k < G_N_ELEMENTS (cases[i].no) && cases[i].no[k] != NULL; k++)
        {
          g_test_message ("%s: %s", cases[i].pattern, cases[i].no[k]);
          g_assert_false (matches (pattern, cases[i].no[k], strlen (cases[i].no[k])));
        }
    }
}

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      const char *text = refused[i].pattern;
      const char *reason = NULL;

      g_test_message ("%s", text);
      g_assert_null (state_sync_pattern_new ((StateSyncJsonName){ text, strlen (text) }, &reason));
      g_assert_cmpstr (reason, ==, refused[i].reason);
    }
}

static void
test_nesting_groups (void)
{
  g_autofree char *open = g_strnfill (64, '(');
  g_autofree char *close = g_strnfill (64, ')');
  g_autofree char *deep = g_strconcat (open, "a", close, NULL);
  g_autofree char *deeper = g_strconcat ("(", open, "a", close, ")", NULL);
  g_autoptr (StateSyncPattern) pattern = make (deep);
  const char *reason;

  g_assert_true (matches (pattern, "a", 1));
  g_assert_null (state_sync_pattern_new ((StateSyncJsonName){ deeper, strlen (deeper) }, &reason));
  g_assert_cmpstr (reason, ==, "groups nest too deep");
}

static void
test_nul_is_a_character (void)
{
  g_autoptr (StateSyncPattern) escaped = make ("^a\\0b\\u0000$");
  const char *reason;
  g_autoptr (StateSyncPattern) plain =
      state_sync_pattern_new ((StateSyncJsonName){ "a\0b", 3 }, &reason);

  g_assert_true (matches (escaped, "a\0b\0", 4));
  g_assert_false (matches (escaped, "a", 1));
  g_assert_true (matches (plain, "xa\0b", 4));
  g_assert_false (matches (plain, "xa", 2));
}

/* --- beside GLib's engine, where the two mean the same --- */

static void put_choice (GString *out, guint depth);

static void
put_atom (GString *out, guint depth)
{
  static const char *const atoms[] = { "a",   "b",   " ",   ".",   "[ab]", "[^a]",
                                       "\\b", "\\w", "\\s", "\\B", "\\S",  "b" };

  if (depth > 0 && g_test_rand_int_range (0, 3) == 0)
    {
      g_string_append (out, g_test_rand_int_range (0, 2) == 0 ? "(" : "(?:");
      put_choice (out, depth - 1);
      g_string_append_c (out, ')');
      return;
    }
  g_string_append (out, atoms[g_test_rand_int_range (0, G_N_ELEMENTS (atoms))]);
}

static void
put_sequence (GString *out, guint depth)
{
  static const char *const repetitions[] = { "*", "+", "?", "{2}", "{1,3}", "{0,1}", "{2,}", "*?" };

  if (g_test_rand_int_range (0, 6) == 0)
    g_string_append_c (out, '^');
  for (gint n = g_test_rand_int_range (0, 4); n > 0; n--)
    {
      put_atom (out, depth);
      if (g_test_rand_int_range (0, 3) == 0 && !g_str_has_suffix (out->str, "\\B") &&
          !g_str_has_suffix (out->str, "\\b"))
        g_string_append (out, repetitions[g_test_rand_int_range (0, G_N_ELEMENTS (repetitions))]);
    }
  if (g_test_rand_int_range (0, 6) == 0)
    g_string_append_c (out, '$');
}

static void
put_choice (GString *out, guint depth)
{
  put_sequence (out, depth);
  while (g_test_rand_int_range (0, 3) == 0)
    {
      g_string_append_c (out, '|');
      put_sequence (out, depth);
    }
}

static void
test_like_another_engine (void)
{
  guint n_matches = 0;

  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (StateSyncPattern) pattern = NULL;
      g_autoptr (GRegex) regex = NULL;

      put_choice (text, 3);
      g_test_message ("%s", text->str);
      pattern = make (text->str);
      regex = g_regex_new (text->str, G_REGEX_DOLLAR_ENDONLY, 0, NULL);
      g_assert_nonnull (regex);
      for (guint k = 0; k < 8; k++)
        {
          char subject[10] = "";
          gint n = g_test_rand_int_range (0, 9);
          g_autoptr (GError) error = NULL;
          gboolean does, should;

          for (gint c = 0; c < n; c++)
            subject[c] = "aabbx "[g_test_rand_int_range (0, 6)];
          g_test_message ("  %s", subject);
          does = matches (pattern, subject, strlen (subject));
          should = g_regex_match_full (regex, subject, -1, 0, 0, NULL, &error);
          /* It gives up on one in a hundred thousand. */
          if (g_error_matches (error, G_REGEX_ERROR, G_REGEX_ERROR_MATCH))
            continue;
          g_assert_no_error (error);
          g_assert_cmpint (does, ==, should);
          n_matches += does;
        }
    }
  /* Not all the same answer. */
  g_assert_cmpuint (n_matches, >, ROUNDS);
  g_assert_cmpuint (n_matches, <, 7 * ROUNDS);
}

/* What takes other engines longer than the universe is old. */
static void
test_no_explosion (void)
{
  static const char *const patterns[] = {
    "^(a|a)*$", "^(a*)*b$", "^(a+)+$", "(a|aa)+(a|aa)+(a|aa)+c", "^(.*a){20}$", "(a?){30}a{30}b",
  };
  g_autofree char *run = g_strnfill (20000, 'a');
  g_autofree char *text = g_strconcat (run, "!", NULL);
  gsize length = strlen (text);

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autoptr (StateSyncPattern) pattern = make (patterns[i]);
      guint64 n_steps = 0;

      g_assert_false (
          state_sync_pattern_matches (pattern, (StateSyncJsonName){ text, length }, &n_steps));
      g_assert_cmpuint (n_steps, <, 1000 * length);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema/pattern/cases", test_cases);
  g_test_add_func ("/schema/pattern/refused", test_refused);
  g_test_add_func ("/schema/pattern/nesting-groups", test_nesting_groups);
  g_test_add_func ("/schema/pattern/nul-is-a-character", test_nul_is_a_character);
  g_test_add_func ("/schema/pattern/like-another-engine", test_like_another_engine);
  g_test_add_func ("/schema/pattern/no-explosion", test_no_explosion);
  return g_test_run ();
}
