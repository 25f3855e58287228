/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/store-fixture.h"

#include "protocol/error.h"
#include "support/await.h"

#define MAX_DATA_SIZE 64

typedef struct
{
  Fixture *fixture;
  char *name;
} Waiter;

static Waiter *
waiter_new (Fixture *self, const char *name)
{
  Waiter *waiter = g_new (Waiter, 1);

  *waiter = (Waiter){ self, g_strdup (name) };
  self->n_waiting++;
  return waiter;
}

/* Records "NAME: TEXT", or the error, and frees both. */
static void
answer (Waiter *waiter, char *text, const GError *error)
{
  Fixture *self = waiter->fixture;

  if (error != NULL)
    {
      g_assert_cmpuint (error->domain, ==, STATE_SYNC_ERROR);
      g_ptr_array_add (self->events, g_strdup_printf ("%s: %s", waiter->name,
                                                      state_sync_error_name (error->code)));
      g_free (self->refusal);
      self->refusal = g_strdup (error->message);
    }
  else
    {
      g_ptr_array_add (self->events, g_strdup_printf ("%s: %s", waiter->name, text));
    }

  self->n_waiting--;
  g_free (text);
  g_free (waiter->name);
  g_free (waiter);
}

static void
on_written (const guint64 *revisions, guint n_revisions, const GError *error, gpointer user_data)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n_revisions; i++)
    g_string_append_printf (text, i == 0 ? "%" G_GUINT64_FORMAT : " %" G_GUINT64_FORMAT,
                            revisions[i]);
  answer (user_data, g_strdup (text->str), error);
}

static void
on_read (GPtrArray *snapshots, const GError *error, gpointer user_data)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; error == NULL && i < snapshots->len; i++)
    {
      StateSyncSnapshot *snapshot = g_ptr_array_index (snapshots, i);
      gsize length;
      const char *data = g_bytes_get_data (state_sync_snapshot_get_data (snapshot), &length);

      g_ptr_array_add (parts, g_strdup_printf ("%" G_GUINT64_FORMAT " %.*s",
                                               state_sync_snapshot_get_revision (snapshot),
                                               (int)length, data));
    }
  g_ptr_array_add (parts, NULL);
  answer (user_data, g_strjoinv (", ", (char **)parts->pdata), error);
}

static void
on_listed (GArray *items, const GError *error, gpointer user_data)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; error == NULL && i < items->len; i++)
    {
      const StateSyncListItem *item = &g_array_index (items, StateSyncListItem, i);

      g_ptr_array_add (parts, g_strdup_printf ("%s %" G_GUINT64_FORMAT "%s", item->topic,
                                               item->revision, item->bytes == 0 ? " deleted" : ""));
    }
  g_ptr_array_add (parts, NULL);
  answer (user_data, g_strjoinv (", ", (char **)parts->pdata), error);
}

static void
on_changed (StateSyncStore *store,
            const char *topic,
            StateSyncSnapshot *snapshot,
            gpointer user_data)
{
  Fixture *self = user_data;

  g_ptr_array_add (self->events, g_strdup_printf ("changed %s %" G_GUINT64_FORMAT, topic,
                                                  state_sync_snapshot_get_revision (snapshot)));
}

StateSyncWrite *
write_of (const char *topic, const char *data, StateSyncWriteMode mode, gboolean durable)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, strlen (data));
  StateSyncWrite *write = state_sync_write_new (topic, bytes);

  write->mode = mode;
  write->durable = durable;
  return write;
}

void
fixture_write_array (Fixture *self, const char *name, GPtrArray *writes)
{
  state_sync_store_write (self->store, writes, NULL, on_written, waiter_new (self, name));
}

static void
write_one (Fixture *self, const char *name, StateSyncWrite *write)
{
  g_autoptr (GPtrArray) writes =
      g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);

  g_ptr_array_add (writes, write);
  fixture_write_array (self, name, writes);
}

void
fixture_write (Fixture *self, const char *name, const char *topic, const char *data)
{
  write_one (self, name, write_of (topic, data, STATE_SYNC_WRITE_REPLACE, TRUE));
}

void
fixture_write_soft (Fixture *self, const char *name, const char *topic, const char *data)
{
  write_one (self, name, write_of (topic, data, STATE_SYNC_WRITE_REPLACE, FALSE));
}

void
fixture_write_if (
    Fixture *self, const char *name, const char *topic, const char *data, guint64 expected)
{
  StateSyncWrite *write = write_of (topic, data, STATE_SYNC_WRITE_REPLACE, TRUE);

  write->has_expected_revision = TRUE;
  write->expected_revision = expected;
  write_one (self, name, write);
}

void
fixture_merge (Fixture *self, const char *name, const char *topic, const char *patch)
{
  write_one (self, name, write_of (topic, patch, STATE_SYNC_WRITE_MERGE, TRUE));
}

void
fixture_read (Fixture *self, const char *name, const char *const *topics)
{
  state_sync_store_read (self->store, topics, self->max_bytes, on_read, waiter_new (self, name));
}

void
fixture_list (Fixture *self, const char *name, const char *namespace_)
{
  state_sync_store_list (self->store, namespace_, on_listed, waiter_new (self, name));
}

void
fixture_settle (Fixture *self)
{
  while (self->n_waiting > 0)
    g_main_context_iteration (NULL, TRUE);
}

void
fixture_wait_for_hold (Fixture *self)
{
  while (!test_memory_storage_is_holding (self->storage))
    g_main_context_iteration (NULL, FALSE);
}

void
fixture_assert_events (Fixture *self, const char *const *expected)
{
  g_autoptr (GPtrArray) events = g_steal_pointer (&self->events);
  g_autofree char *wanted = g_strjoinv ("\n", (char **)expected);
  g_autofree char *found = NULL;

  self->events = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (events, NULL);
  found = g_strjoinv ("\n", (char **)events->pdata);
  g_assert_cmpstr (found, ==, wanted);
}

void
fixture_assert_stored (Fixture *self, const char *topic, const char *expected)
{
  g_autofree char *state = test_memory_storage_dup_state (self->storage, topic);

  g_assert_cmpstr (state, ==, expected);
}

void
fixture_close (Fixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  state_sync_store_close_async (self->store, test_await_callback, &result);
  test_await (&result);
  g_assert_true (state_sync_store_close_finish (self->store, result, NULL));
  g_assert_true (test_memory_storage_is_closed (self->storage));
  g_clear_object (&self->store);
}

StateSyncValidation *
fixture_next_kept (Fixture *self)
{
  while (self->kept->len == 0)
    g_main_context_iteration (NULL, TRUE);
  return g_ptr_array_steal_index (self->kept, 0);
}

static void
set_rules (Fixture *self, const FixtureRules *rules)
{
  if (rules->validate != NULL)
    state_sync_store_set_validator (self->store, rules->validate, NULL, self, NULL);
  if (rules->initial_data != NULL)
    state_sync_store_set_initial_data (self->store, rules->initial_data, self, NULL);
}

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  self->events = g_ptr_array_new_with_free_func (g_free);
  self->max_bytes = G_MAXUINT64;
  self->kept = g_ptr_array_new_with_free_func (g_object_unref);
  self->storage = test_memory_storage_new ();
  self->store = state_sync_store_new (STATE_SYNC_STORAGE (self->storage), MAX_DATA_SIZE);
  if (data != NULL)
    set_rules (self, data);
  g_signal_connect (self->store, "changed", G_CALLBACK (on_changed), self);
  state_sync_store_open_async (self->store, test_await_callback, &result);
  test_await (&result);
  g_assert_true (state_sync_store_open_finish (self->store, result, NULL));
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  if (self->store != NULL)
    fixture_close (self);
  g_assert_cmpuint (self->n_waiting, ==, 0);
  g_object_unref (self->storage);
  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->kept);
  g_free (self->refusal);
}
