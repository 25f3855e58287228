/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* GTK's list widgets over lists of topics, unchanged, in a process and on a display of their own.
 * What is waited for is what they show. */

#include "models/widgets-role.h"
#include "support/display.h"

#include <string.h>

typedef struct
{
  TestSession *session;
  GSubprocess *daemon;
  TestClient *writer;
  TestDisplay *display;
  GSubprocess *window;
  GHashTable *shown; /* widget → what it showed last */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  self->daemon = test_session_start_daemon (self->session, NULL);
  self->writer = test_client_new (test_session_get_address (self->session));
  test_client_set_namespace (self->writer, "org.example.App");
  self->display = test_display_new (self->session);
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->window);
  g_hash_table_unref (self->shown);
  test_display_free (self->display);
  test_client_free (self->writer);
  g_clear_object (&self->daemon);
  test_session_free (self->session);
}

/* Reads on until that widget shows that. */
static void
wait_for (Fixture *self, const char *widget, const char *expected)
{
  while (g_strcmp0 (g_hash_table_lookup (self->shown, widget), expected) != 0)
    {
      g_autofree char *line = test_role_read_line (self->window);
      char *space;

      g_assert_nonnull (line);
      g_test_message ("%s", line);
      space = strchr (line, ' ');
      g_assert_nonnull (space);
      g_hash_table_insert (self->shown, g_strndup (line, (gsize)(space - line)),
                           g_strdup (space + 1));
    }
}

static void
write_tracks (Fixture *self, const char *tracks)
{
  g_autofree char *text = g_strdup_printf ("{\"tracks\":%s}", tracks);

  test_client_write_with (self->writer, "player", text, "{'mode': <'merge'>}");
}

#define A "{\"id\":1,\"title\":\"Adagio\"}"
#define B "{\"id\":2,\"title\":\"Bourree\"}"
#define C "{\"id\":3,\"title\":\"Corrente\"}"

static void
test_lists (Fixture *self, gconstpointer data)
{
  test_client_write (self->writer, "player",
                     "{\"tracks\":[" C "," A
                     "],\"styles\":{\"slow\":\"Largo\",\"fast\":\"Presto\"}}");
  self->window = test_display_spawn_role (self->display, "widgets", NULL);
  wait_for (self, "tracks", "Corrente Adagio");
  wait_for (self, "sorted", "Adagio Corrente");
  wait_for (self, "style", "0 Largo of 2");
  wait_for (self, "topics", "player");

  /* What is selected stays so, wherever it goes. */
  test_role_tell (self->window, "1");
  wait_for (self, "selected", "1 1");
  write_tracks (self, "[" B "," C "," A "]");
  wait_for (self, "tracks", "Bourree Corrente Adagio");
  wait_for (self, "sorted", "Adagio Bourree Corrente");
  wait_for (self, "selected", "2 1");
  write_tracks (self, "[" B "," A "]");
  wait_for (self, "tracks", "Bourree Adagio");
  wait_for (self, "sorted", "Adagio Bourree");
  wait_for (self, "selected", "1 1");

  /* An edit is shown, and sorted by. */
  write_tracks (self, "[" B ",{\"id\":1,\"title\":\"Zortziko\"}]");
  wait_for (self, "tracks", "Bourree Zortziko");
  wait_for (self, "sorted", "Bourree Zortziko");
  wait_for (self, "selected", "1 1");

  test_client_write_with (self->writer, "player",
                          "{\"styles\":{\"slow\":null,\"fast\":\"Vivace\",\"new\":\"Moderato\"}}",
                          "{'mode': <'merge'>}");
  wait_for (self, "style", "0 Vivace of 2");
  test_client_write (self->writer, "archive", "[]");
  wait_for (self, "topics", "archive player");
  test_client_write (self->writer, "player", "null");
  wait_for (self, "tracks", "");
  wait_for (self, "sorted", "");
  wait_for (self, "style", "4294967295 (null) of 0");
  wait_for (self, "topics", "archive");
}

int
main (int argc, char **argv)
{
  const TestRole roles[] = { WIDGETS_ROLE, { NULL, NULL } };

  test_init (&argc, &argv, roles);

  g_test_add ("/models/widgets/lists", Fixture, NULL, set_up, test_lists, tear_down);

  return g_test_run ();
}
