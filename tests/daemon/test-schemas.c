/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Topics that have a schema among those that are installed. */

#include <glib/gstdio.h>
#include <signal.h>

#include "support/client.h"

#define TOPIC "org.example.App.settings"
#define SCHEMA                                                                                     \
  "{\"type\":\"object\",\"properties\":{\"zoom\":{\"type\":\"number\",\"maximum\":4,"              \
  "\"default\":1},\"name\":{\"type\":\"string\"}}}"
#define DEFAULT "{\"zoom\":1}"

typedef struct
{
  TestSession *session;
  char *folder; /* of schemas */
  GSubprocess *daemon;
  TestClient *client;
} Fixture;

static void
install (Fixture *self, const char *topic, const char *text)
{
  g_autofree char *name = g_strconcat (topic, ".json", NULL);
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *share = NULL;

  self->session = test_session_new ();
  share = g_build_filename (test_session_get_folder (self->session), "share", NULL);
  self->folder = g_build_filename (share, "statesync", "schemas", NULL);
  g_assert_no_errno (g_mkdir_with_parents (self->folder, 0700));
  install (self, TOPIC, SCHEMA);
  install (self, "broken", "{\"maximun\":4}");
  test_session_set_env (self->session, "XDG_DATA_DIRS", share);
  self->daemon = test_session_start_daemon (self->session, NULL);
  self->client = test_client_new (test_session_get_address (self->session));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_process_end (self->daemon, SIGTERM);
  g_assert_true (g_subprocess_get_successful (self->daemon));
  g_object_unref (self->daemon);
  test_client_free (self->client);
  test_session_free (self->session);
  g_free (self->folder);
}

static void
assert_rejected (Fixture *self, const char *topic, const char *data, const char *message)
{
  test_client_assert_refused (self->client, "Write", test_client_write_args (topic, data, NULL),
                              STATE_SYNC_ERROR_REJECTED, message);
}

static void
test_default (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) list = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  test_client_assert_snapshot (self->client, TOPIC, 0, DEFAULT);
  list = test_client_call (self->client, "ListTopics", g_variant_new ("(s)", ""), &error);
  g_assert_no_error (error);
  text = g_variant_print (list, FALSE);
  g_assert_cmpstr (text, ==, "([],)");

  test_client_write_with (self->client, TOPIC, "{\"name\":\"x\"}",
                          "{'mode': <'merge'>, 'expected-revision': <uint64 0>}");
  test_client_assert_snapshot (self->client, TOPIC, 1, "{\"zoom\":1,\"name\":\"x\"}");
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  assert_rejected (self, TOPIC, "{\"zoom\":5}", "“zoom” is 5, but should be at most 4");
  test_client_assert_snapshot (self->client, TOPIC, 0, DEFAULT);
  g_assert_cmpuint (test_client_write (self->client, TOPIC, "{\"zoom\":3}"), ==, 1);

  /* It is the outcome of a merge that counts. */
  test_client_assert_refused (self->client, "Write",
                              test_client_write_args (TOPIC, "{\"zoom\":5}", "{'mode': <'merge'>}"),
                              STATE_SYNC_ERROR_REJECTED, NULL);
  g_assert_cmpuint (test_client_write (self->client, "other", "{\"zoom\":5}"), ==, 1);
}

/* To delete is always possible; what was deleted is there no more, default or not. */
static void
test_deleted (Fixture *self, gconstpointer data)
{
  test_client_write (self->client, TOPIC, "{\"zoom\":3}");
  g_assert_cmpuint (test_client_write (self->client, TOPIC, "null"), ==, 2);
  test_client_assert_snapshot (self->client, TOPIC, 2, "null");
}

/* Its check is done beside the main loop. */
static void
test_large (Fixture *self, gconstpointer data)
{
  g_autofree char *filler = g_strnfill (1024 * 1024, 'x');
  g_autofree char *good = g_strdup_printf ("{\"name\":\"%s\",\"zoom\":2}", filler);
  g_autofree char *bad = g_strdup_printf ("{\"name\":\"%s\",\"zoom\":\"2\"}", filler);

  g_assert_cmpuint (test_client_write (self->client, TOPIC, good), ==, 1);
  assert_rejected (self, TOPIC, bad, "“zoom” is \"2\", but should be a number");
  test_client_assert_snapshot (self->client, TOPIC, 1, good);
}

static void
test_broken (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 revision;

  test_client_assert_snapshot (self->client, "broken", 0, "null");
  g_assert_false (test_client_try_write (self->client, "broken", "1", NULL, &revision, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED);
  g_assert_nonnull (strstr (error->message, "#/maximun"));
  g_assert_nonnull (strstr (error->message, self->folder));
}

/* An update of the app brings another schema, while the service runs. */
static void
test_replaced (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 revision;

  assert_rejected (self, TOPIC, "{\"zoom\":5}", NULL);
  install (self, TOPIC, "{\"properties\":{\"zoom\":{\"maximum\":8}}}");
  while (!test_client_try_write (self->client, TOPIC, "{\"zoom\":5}", NULL, &revision, &error))
    {
      g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED);
      g_clear_error (&error);
    }

  install (self, "new", "{\"maximum\":8}");
  while (test_client_try_write (self->client, "new", "9", NULL, &revision, &error))
    test_client_write (self->client, "new", "1");
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED);
}

#define TEST(name, func)                                                                           \
  g_test_add ("/daemon/schemas/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("default", test_default);
  TEST ("refused", test_refused);
  TEST ("deleted", test_deleted);
  TEST ("large", test_large);
  TEST ("broken", test_broken);
  TEST ("replaced", test_replaced);

  return g_test_run ();
}
