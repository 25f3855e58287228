/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random writes past a random validator, and beside them a model that does one after another with
 * no batches, no waiting and no threads: the results are equal. Writes that have a topic in common
 * keep their order, and all others commute; so it does not matter that the store overlaps them. */

#include <string.h>

#include "protocol/error.h"
#include "store/store.h"
#include "support/await.h"
#include "support/memory-storage.h"

#define N_STEPS 30000
#define N_TOPICS 8
#define MAX_DATA_SIZE 24

/* --- what the validator does, told by the data alone --- */

typedef enum
{
  ACCEPT,
  REFUSE,
  REPLACE,
  DELETE,
  UNDO,
  BREAK,
  BLOAT,
  DROP,
  N_DECISIONS,
} Decision;

static Decision
decide (GBytes *data)
{
  guint hash = g_bytes_hash (data) % 17;

  return hash < N_DECISIONS ? (Decision)hash : ACCEPT;
}

/* What the validator puts there: a text for each decision that has one. */
static const char *const replacements[N_DECISIONS] = {
  [REPLACE] = "{\"r\":0}",
  [DELETE] = "null",
  [BREAK] = "{\"r\":}",
  [BLOAT] = "\"0123456789012345678901234567\"",
};

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

/* --- the model --- */

typedef struct
{
  guint64 revision;
  GBytes *data;
} State;

typedef State Model[N_TOPICS];

static void
state_set (State *state, guint64 revision, GBytes *data)
{
  GBytes *old = state->data;

  *state = (State){ revision, g_bytes_ref (data) };
  g_bytes_unref (old);
}

static void
model_copy (Model to, Model from)
{
  for (guint i = 0; i < N_TOPICS; i++)
    to[i] = (State){ from[i].revision, g_bytes_ref (from[i].data) };
}

static void
model_clear (Model model)
{
  for (guint i = 0; i < N_TOPICS; i++)
    g_clear_pointer (&model[i].data, g_bytes_unref);
}

static guint
topic_index (const char *topic)
{
  return (guint)(topic[0] - 'a');
}

/* Returns: (nullable): the error's name */
static const char *
model_write (State *state, const StateSyncWrite *write)
{
  g_autoptr (GBytes) data = state_sync_write_apply (write, state->data);
  g_autoptr (GBytes) replacement = NULL;
  Decision decision = decide (data);

  if (write->has_expected_revision && write->expected_revision != state->revision)
    return "Conflict";
  if (g_bytes_get_size (data) > MAX_DATA_SIZE)
    return "TooLarge";
  if (g_bytes_equal (data, state->data))
    return NULL;
  if (decision == REFUSE || decision == DROP)
    return "Rejected";
  if (decision == UNDO)
    return NULL;

  if (replacements[decision] != NULL)
    replacement = bytes_of (replacements[decision]);
  if (replacement == NULL || g_bytes_equal (replacement, data))
    {
      state_set (state, state->revision + 1, data);
      return NULL;
    }
  if (g_bytes_equal (replacement, state->data))
    return NULL;
  if (decision == BREAK || decision == BLOAT)
    return "Rejected";
  state_set (state, state->revision + 2, replacement);
  return NULL;
}

/* (transfer full): "REVISION…", or the error's name. */
static char *
model_write_all (Model model, GPtrArray *writes)
{
  GString *reply = g_string_new (NULL);
  Model before;

  model_copy (before, model);
  for (guint i = 0; i < writes->len; i++)
    {
      const StateSyncWrite *write = g_ptr_array_index (writes, i);
      State *state = &model[topic_index (write->topic)];
      const char *error = model_write (state, write);

      if (error != NULL)
        {
          model_clear (model);
          memcpy (model, before, sizeof before);
          g_string_assign (reply, error);
          return g_string_free (reply, FALSE);
        }
      g_string_append_printf (reply, "%" G_GUINT64_FORMAT " ", state->revision);
    }
  model_clear (before);
  return g_string_free (reply, FALSE);
}

/* --- the store --- */

typedef struct
{
  StateSyncStore *store;
  TestMemoryStorage *storage;
  GPtrArray *kept; /* of StateSyncValidation */
  GThread *helper;
  GAsyncQueue *helped; /* of StateSyncValidation; the run itself is the last one */
  guint64 announced[N_TOPICS];
  guint n_waiting;
  guint n_late;
} Run;

static void
answer (StateSyncValidation *validation)
{
  Decision decision = decide (state_sync_validation_get_data (validation));
  g_autoptr (GBytes) replacement = NULL;

  if (replacements[decision] != NULL)
    replacement = bytes_of (replacements[decision]);

  if (replacement != NULL)
    state_sync_validation_replace (validation, replacement);
  else if (decision == ACCEPT)
    state_sync_validation_accept (validation);
  else if (decision == REFUSE)
    state_sync_validation_reject (validation, "No.");
  else if (decision == UNDO)
    state_sync_validation_replace (
        validation, state_sync_snapshot_get_data (state_sync_validation_get_before (validation)));
}

static void
answer_and_drop (StateSyncValidation *validation)
{
  answer (validation);
  g_object_unref (validation);
}

static gpointer
help (gpointer user_data)
{
  Run *self = user_data;
  gpointer next;

  while ((next = g_async_queue_pop (self->helped)) != self)
    answer_and_drop (next);
  return NULL;
}

static void
validate (StateSyncValidation *validation, gpointer user_data)
{
  Run *self = user_data;
  int when = g_test_rand_int_range (0, 4);

  if (when < 2)
    {
      answer (validation);
      return;
    }

  self->n_late++;
  if (when == 2)
    g_ptr_array_add (self->kept, g_object_ref (validation));
  else
    g_async_queue_push (self->helped, g_object_ref (validation));
}

static void
answer_kept (Run *self)
{
  if (self->kept->len > 0)
    answer_and_drop (g_ptr_array_steal_index (self->kept, 0));
}

typedef struct
{
  Run *run;
  char *expected;
} Expectation;

static void
on_written (const guint64 *revisions, guint n_revisions, const GError *error, gpointer user_data)
{
  Expectation *expectation = user_data;
  g_autoptr (GString) reply =
      g_string_new (error != NULL ? state_sync_error_name (error->code) : NULL);

  for (guint i = 0; i < n_revisions; i++)
    g_string_append_printf (reply, "%" G_GUINT64_FORMAT " ", revisions[i]);
  g_assert_cmpstr (reply->str, ==, expectation->expected);

  expectation->run->n_waiting--;
  g_free (expectation->expected);
  g_free (expectation);
}

static void
on_changed (StateSyncStore *store, const char *topic, gpointer snapshot, gpointer user_data)
{
  Run *self = user_data;
  guint64 revision = state_sync_snapshot_get_revision (snapshot);

  g_assert_cmpuint (revision, >, self->announced[topic_index (topic)]);
  self->announced[topic_index (topic)] = revision;
}

/* --- random writes --- */

static char *
random_text (StateSyncWriteMode mode)
{
  int kind = g_test_rand_int_range (0, 30);

  if (kind == 0)
    return g_strdup ("null");
  if (kind == 1)
    return g_strdup ("\"012345678901234567890\"");
  if (kind < 20 || mode == STATE_SYNC_WRITE_MERGE)
    return g_strdup_printf ("{\"%c\":%d}", 'a' + g_test_rand_int_range (0, 4),
                            g_test_rand_int_range (0, 4));
  return g_strdup_printf ("%d", g_test_rand_int_range (0, 10));
}

static StateSyncWrite *
random_write (Model model)
{
  char topic[] = { (char)('a' + g_test_rand_int_range (0, N_TOPICS)), '\0' };
  StateSyncWriteMode mode = g_test_rand_bit () ? STATE_SYNC_WRITE_MERGE : STATE_SYNC_WRITE_REPLACE;
  g_autofree char *text = random_text (mode);
  g_autoptr (GBytes) data = bytes_of (text);
  StateSyncWrite *write = state_sync_write_new (topic, data);

  write->mode = mode;
  write->durable = g_test_rand_bit ();
  write->has_expected_revision = g_test_rand_int_range (0, 4) == 0;
  write->expected_revision =
      model[topic_index (topic)].revision + (guint64)g_test_rand_int_range (0, 2);
  return write;
}

static void
write_something (Run *self, Model model)
{
  g_autoptr (GPtrArray) writes =
      g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);
  Expectation *expectation = g_new (Expectation, 1);
  int n_writes = g_test_rand_int_range (0, 3) > 0 ? 1 : g_test_rand_int_range (2, 6);

  for (int i = 0; i < n_writes; i++)
    g_ptr_array_add (writes, random_write (model));

  *expectation = (Expectation){ self, model_write_all (model, writes) };
  self->n_waiting++;
  state_sync_store_write (self->store, writes, NULL, on_written, expectation);
}

/* --- the two of them --- */

static void
run_start (Run *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  self->storage = test_memory_storage_new ();
  self->kept = g_ptr_array_new ();
  self->helped = g_async_queue_new ();
  self->helper = g_thread_new ("helper", help, self);
  self->store = state_sync_store_new (STATE_SYNC_STORAGE (self->storage), MAX_DATA_SIZE);
  state_sync_store_set_validator (self->store, validate, NULL, self, NULL);
  g_signal_connect (self->store, "changed", G_CALLBACK (on_changed), self);
  state_sync_store_open_async (self->store, test_await_callback, &result);
  test_await (&result);
}

static void
run_end (Run *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  while (self->n_waiting > 0)
    {
      answer_kept (self);
      g_main_context_iteration (NULL, self->kept->len == 0);
    }
  g_async_queue_push (self->helped, self);
  g_thread_join (self->helper);
  g_async_queue_unref (self->helped);
  state_sync_store_close_async (self->store, test_await_callback, &result);
  test_await (&result);
  g_object_unref (self->store);
  g_ptr_array_unref (self->kept);
}

static void
assert_same (Run *self, Model model)
{
  for (guint i = 0; i < N_TOPICS; i++)
    {
      char topic[] = { (char)('a' + i), '\0' };
      g_autofree char *found = test_memory_storage_dup_state (self->storage, topic);
      g_autofree char *expected = g_strdup_printf (
          "%" G_GUINT64_FORMAT " %.*s", model[i].revision, (int)g_bytes_get_size (model[i].data),
          (const char *)g_bytes_get_data (model[i].data, NULL));

      g_assert_cmpuint (self->announced[i], ==, model[i].revision);
      g_assert_cmpuint (model[i].revision, >, 100);
      g_assert_cmpstr (found, ==, expected);
    }
}

static void
test_as_if_one_after_another (void)
{
  Run run = { 0 };
  Model model;

  for (guint i = 0; i < N_TOPICS; i++)
    model[i] = (State){ 0, bytes_of ("null") };

  run_start (&run);
  for (guint i = 0; i < N_STEPS; i++)
    {
      write_something (&run, model);
      if (g_test_rand_int_range (0, 3) == 0)
        g_main_context_iteration (NULL, FALSE);
      if (g_test_rand_int_range (0, 3) == 0)
        answer_kept (&run);
    }
  run_end (&run);

  assert_same (&run, model);
  g_assert_cmpuint (run.n_late, >, N_STEPS / 10);
  g_object_unref (run.storage);
  model_clear (model);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/validate-random/as-if-one-after-another", test_as_if_one_after_another);

  return g_test_run ();
}
