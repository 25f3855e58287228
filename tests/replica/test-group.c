/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What goes together says the same as one after the other. */

#include "replica/group.h"

#include <json-glib/json-glib.h>

typedef struct
{
  StateSyncWriteMode mode;
  const char *text;
} Change;

static void
pending_free (gpointer data)
{
  StateSyncPending *pending = data;

  state_sync_write_free (pending->write);
  g_free (pending);
}

static GBytes *
text_of (const char *quoted)
{
  char *text = g_strdelimit (g_strdup (quoted), "'", '"');

  return g_bytes_new_take (text, strlen (text));
}

static StateSyncWrite *
push (GQueue *queue, StateSyncWriteMode mode, const char *quoted)
{
  g_autoptr (GBytes) data = text_of (quoted);
  StateSyncPending *pending = g_new0 (StateSyncPending, 1);

  pending->write = state_sync_write_new ("t", data);
  pending->write->mode = mode;
  g_queue_push_tail (queue, pending);
  return pending->write;
}

static char *
describe (GPtrArray *writes)
{
  GString *line = g_string_new (NULL);

  for (guint i = 0; i < writes->len; i++)
    {
      const StateSyncWrite *write = g_ptr_array_index (writes, i);

      if (i > 0)
        g_string_append (line, ", ");
      g_string_append (line, write->mode == STATE_SYNC_WRITE_REPLACE ? "replace " : "merge ");
      g_string_append_len (line, g_bytes_get_data (write->data, NULL),
                           (gssize)g_bytes_get_size (write->data));
    }
  g_strdelimit (line->str, "\"", '\'');
  return g_string_free (line, FALSE);
}

/* --- by table --- */

#define REPLACE STATE_SYNC_WRITE_REPLACE
#define MERGE STATE_SYNC_WRITE_MERGE

static const struct
{
  Change changes[5];
  const char *together;
} rows[] = {
  { { { MERGE, "{'a':1}" } }, "merge {'a':1}" },
  { { { MERGE, "{'a':1}" }, { MERGE, "{'a':2,'b':1}" } }, "merge {'a':2,'b':1}" },
  { { { MERGE, "{'a':1}" }, { MERGE, "{'a':null}" } }, "merge {'a':null}" },
  { { { MERGE, "{'a':null}" }, { MERGE, "{'a':{'b':1}}" } },
    "merge {'a':null}, merge {'a':{'b':1}}" },
  { { { MERGE, "{'a':1}" }, { REPLACE, "{'b':2}" } }, "replace {'b':2}" },
  { { { MERGE, "{'a':0}" }, { MERGE, "{'a':{'b':1}}" }, { REPLACE, "5" } }, "replace 5" },
  { { { REPLACE, "{'b':2}" }, { MERGE, "{'a':1,'b':null}" } }, "replace {'a':1}" },
  { { { REPLACE, "5" }, { MERGE, "{'a':{'b':null}}" } }, "replace {'a':{}}" },
  { { { MERGE, "{'x':1}" },
      { MERGE, "{'a':0}" },
      { MERGE, "{'a':{'b':1}}" },
      { MERGE, "{'y':1}" } },
    "merge {'x':1,'a':0}, merge {'a':{'b':1},'y':1}" },
};

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) writes = NULL;
      g_autofree char *together = NULL;
      GQueue queue = G_QUEUE_INIT;

      for (guint k = 0; k < G_N_ELEMENTS (rows[i].changes) && rows[i].changes[k].text; k++)
        push (&queue, rows[i].changes[k].mode, rows[i].changes[k].text);

      writes = state_sync_group_compose (&queue, queue.length);
      together = describe (writes);
      g_assert_cmpstr (together, ==, rows[i].together);
      g_queue_clear_full (&queue, pending_free);
    }
}

/* --- how many --- */

static void
test_guarded_by_the_app_goes_alone (void)
{
  GQueue queue = G_QUEUE_INIT;

  push (&queue, MERGE, "{'a':1}");
  push (&queue, MERGE, "{'b':1}");
  push (&queue, MERGE, "{'c':1}")->has_expected_revision = TRUE;
  push (&queue, MERGE, "{'d':1}");
  g_assert_cmpuint (state_sync_group_measure (&queue, G_MAXUINT), ==, 2);
  g_assert_cmpuint (state_sync_group_measure (&queue, 1), ==, 1);
  pending_free (g_queue_pop_head (&queue));
  pending_free (g_queue_pop_head (&queue));
  g_assert_cmpuint (state_sync_group_measure (&queue, G_MAXUINT), ==, 1);
  g_queue_clear_full (&queue, pending_free);
}

static void
test_bytes_are_bounded (void)
{
  g_autofree char *filler = g_strnfill (3 * 1024 * 1024, 'x');
  g_autofree char *large = g_strdup_printf ("{'a':'%s'}", filler);
  GQueue queue = G_QUEUE_INIT;

  push (&queue, MERGE, large);
  push (&queue, MERGE, "{'b':1}");
  push (&queue, MERGE, large);
  push (&queue, MERGE, large);
  g_assert_cmpuint (state_sync_group_measure (&queue, G_MAXUINT), ==, 2);
  g_queue_clear_full (&queue, pending_free);
}

/* --- by property --- */

static void
append_value (GRand *rand, GString *text, guint depth)
{
  static const char *const scalars[] = { "null", "1", "'s'", "[1,{'a':null}]" };

  if (depth == 0 || g_rand_int_range (rand, 0, 3) == 0)
    {
      g_string_append (text, scalars[g_rand_int_range (rand, 0, G_N_ELEMENTS (scalars))]);
      return;
    }

  g_string_append_c (text, '{');
  for (char name = 'a'; name < 'd'; name++)
    {
      if (g_rand_boolean (rand))
        continue;
      if (text->str[text->len - 1] != '{')
        g_string_append_c (text, ',');
      g_string_append_printf (text, "'%c':", name);
      append_value (rand, text, depth - 1);
    }
  g_string_append_c (text, '}');
}

static char *
random_value (GRand *rand)
{
  GString *text = g_string_new (NULL);

  append_value (rand, text, 3);
  return g_string_free (text, FALSE);
}

static JsonNode *
parse (GBytes *text)
{
  g_autofree char *copy = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (copy, &error);

  g_assert_no_error (error);
  return node;
}

static GBytes *
apply_in_order (GQueue *queue, GBytes *target)
{
  GBytes *text = g_bytes_ref (target);

  for (GList *l = queue->head; l != NULL; l = l->next)
    {
      GBytes *next = state_sync_write_apply (((StateSyncPending *)l->data)->write, text);

      g_bytes_unref (text);
      text = next;
    }
  return text;
}

static void
check_one_group (GRand *rand)
{
  g_autofree char *start = random_value (rand);
  g_autoptr (GBytes) target = text_of (start);
  gint n_changes = g_rand_int_range (rand, 1, 12);
  g_autoptr (GPtrArray) writes = NULL;
  g_autoptr (GBytes) in_order = NULL;
  g_autoptr (GBytes) together = NULL;
  g_autoptr (JsonNode) expected = NULL;
  g_autoptr (JsonNode) actual = NULL;
  GQueue queue = G_QUEUE_INIT;
  guint n_changed;

  for (gint i = 0; i < n_changes; i++)
    {
      g_autofree char *text = random_value (rand);

      push (&queue, g_rand_int_range (rand, 0, 12) == 0 ? REPLACE : MERGE, text);
    }
  writes = state_sync_group_compose (&queue, queue.length);
  in_order = apply_in_order (&queue, target);
  together = state_sync_writes_apply (writes, target, &n_changed);
  g_assert_cmpuint (writes->len, <=, queue.length);
  g_assert_cmpuint (n_changed, <=, writes->len);

  expected = parse (in_order);
  actual = parse (together);
  if (!json_node_equal (expected, actual))
    {
      g_autofree char *line = describe (writes);

      g_error ("%s on %s is not what the changes make of it", line, start);
    }
  g_queue_clear_full (&queue, pending_free);
}

static void
test_same_as_in_order (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

  for (guint i = 0; i < 5000; i++)
    check_one_group (rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/replica/group/table", test_table);
  g_test_add_func ("/replica/group/guarded-by-the-app-goes-alone",
                   test_guarded_by_the_app_goes_alone);
  g_test_add_func ("/replica/group/bytes-are-bounded", test_bytes_are_bounded);
  g_test_add_func ("/replica/group/same-as-in-order", test_same_as_in_order);

  return g_test_run ();
}
