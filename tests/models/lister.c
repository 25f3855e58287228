/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/lister.h"

#include <stdio.h>

char *
lister_describe (StateSyncTopicsModel *list)
{
  GListModel *model = G_LIST_MODEL (list);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (StateSyncTopicEntry) entry = g_list_model_get_item (model, i);

      g_string_append_printf (text, "%s%s=%" G_GUINT64_FORMAT, i > 0 ? " " : "",
                              state_sync_topic_entry_get_name (entry),
                              state_sync_topic_entry_get_revision (entry));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
tell (StateSyncTopicsModel *list)
{
  g_autofree char *text = lister_describe (list);

  puts (text);
  fflush (stdout);
}

static void
on_revision (StateSyncTopicEntry *entry, GParamSpec *pspec, gpointer list)
{
  tell (list);
}

static void
on_items_changed (GListModel *list, guint position, guint n_removed, guint n_added)
{
  for (guint i = 0; i < n_added; i++)
    {
      g_autoptr (GObject) entry = g_list_model_get_item (list, position + i);

      g_signal_connect (entry, "notify::revision", G_CALLBACK (on_revision), list);
    }
  tell (STATE_SYNC_TOPICS_MODEL (list));
}

/* @args: the client's namespace */
int
lister_play (TestClient *client, const char *const *args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncClient) app =
      state_sync_client_new_sync (args[0], STATE_SYNC_CLIENT_FLAGS_NONE, NULL, &error);
  g_autoptr (StateSyncTopicsModel) list = NULL;

  g_assert_no_error (error);
  list = state_sync_topics_model_new (app, NULL);
  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), NULL);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

void
lister_wait_for (GSubprocess *lister, const char *expected)
{
  for (;;)
    {
      g_autofree char *line = test_role_read_line (lister);

      g_assert_nonnull (line);
      if (g_str_equal (line, expected))
        return;
    }
}
