/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Arguments that make no sense, by chance and by the hundred thousand: each gets a named error
 * and changes nothing, and the service's memory stays where it was.
 */

#include <string.h>

#include "service/service-fixture.h"
#include "support/raw-client.h"

static const char *const methods[] = { "Write",        "WriteMany",    "GetSnapshot",
                                       "GetSnapshots", "OpenSnapshot", "ListTopics" };

/* --- by chance --- */

static guint
random_below (guint n)
{
  return (guint)g_test_rand_int_range (0, (gint32)n);
}

/* Pieces of JSON, of names, and of neither. */
static char *
random_text (void)
{
  static const char *const pieces[] = {
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\"a\"",
    "\"b\":",
    "1",
    "-",
    "01",
    "1e999",
    "tr",
    "true",
    "null",
    " ",
    ".",
    "\t",
    "\\u",
    "\\",
    "é",
    "\xf0\x9f\x99\x82",
    "\x7f",
    "a",
    "org.",
    "",
    "\n",
    "9223372036854775808",
  };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint n = random_below (8); n > 0; n--)
    g_string_append (text, pieces[random_below (G_N_ELEMENTS (pieces))]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static GVariant *
random_value (void)
{
  g_autofree char *text = random_text ();

  switch (random_below (6))
    {
    case 0:
      return g_variant_new_string (text);
    case 1:
      return g_variant_new_uint64 ((guint64)random_below (3));
    case 2:
      return g_variant_new_boolean (random_below (2) == 1);
    case 3:
      return g_variant_new_int32 ((gint32)random_below (3));
    case 4:
      return g_variant_new_variant (g_variant_new_string (text));
    default:
      return g_variant_new_bytestring (text);
    }
}

static GVariant *
random_options (void)
{
  static const char *const keys[] = { "mode", "expected-revision", "durable", "color", "" };
  static const char *const modes[] = { "merge", "replace", "Merge" };
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  for (guint n = random_below (3); n > 0; n--)
    {
      guint key = random_below (G_N_ELEMENTS (keys));
      GVariant *value = key == 0 && random_below (2) == 0
                            ? g_variant_new_string (modes[random_below (G_N_ELEMENTS (modes))])
                            : random_value ();

      g_variant_builder_add (&options, "{sv}", keys[key], value);
    }
  return g_variant_builder_end (&options);
}

static GVariant *
random_write (void)
{
  g_autofree char *topic = random_text ();
  g_autofree char *data = random_text ();

  return g_variant_new ("(ss@a{sv})", topic, data, random_options ());
}

static GVariant *
random_array (const char *type, GVariant *(*new_item) (void))
{
  GVariantBuilder items;

  g_variant_builder_init (&items, G_VARIANT_TYPE (type));
  for (guint n = random_below (4); n > 0; n--)
    g_variant_builder_add_value (&items, new_item ());
  return g_variant_builder_end (&items);
}

static GVariant *
random_string (void)
{
  g_autofree char *text = random_text ();

  return g_variant_new_string (text);
}

/* Now and then of a type that the method does not take. */
static GVariant *
random_args (const char *method)
{
  GVariant *arg;

  if (random_below (20) == 0)
    return g_variant_new_tuple (NULL, 0);
  if (random_below (20) == 0)
    {
      arg = random_value ();
      return g_variant_new_tuple (&arg, 1);
    }
  if (g_str_equal (method, "Write"))
    return random_write ();
  if (g_str_equal (method, "WriteMany"))
    arg = random_array ("a(ssa{sv})", random_write);
  else if (g_str_equal (method, "GetSnapshots"))
    arg = random_array ("as", random_string);
  else
    arg = random_string ();
  return g_variant_new_tuple (&arg, 1);
}

/* What is stored, in order: a refusal must leave it as it is. */
static void
test_random_arguments (Fixture *self, gconstpointer data)
{
  g_autofree char *state = fixture_dup_state (self);
  guint n_refused = 0;

  for (guint i = 0; i < 1500; i++)
    {
      const char *method = methods[random_below (G_N_ELEMENTS (methods))];
      g_autoptr (GVariant) args = g_variant_ref_sink (random_args (method));
      g_autofree char *text = g_variant_print (args, TRUE);
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) answer = test_client_call (self->client, method, args, &error);
      g_autofree char *after = NULL;

      g_test_message ("%s %s", method, text);
      if (answer != NULL && !g_str_has_prefix (method, "Write"))
        continue;

      after = fixture_dup_state (self);
      if (answer == NULL)
        {
          g_assert_true (error->domain == STATE_SYNC_ERROR || error->domain == G_DBUS_ERROR);
          g_assert_cmpuint (strlen (error->message), >, 0);
          g_assert_cmpstr (after, ==, state);
          n_refused++;
        }
      g_free (state);
      state = g_steal_pointer (&after);
    }
  g_assert_cmpuint (n_refused, >, 300);
}

/* --- by the hundred thousand --- */

#define N_WARM_UP 10000
#define N_BAD 100000
#define AT_ONCE 500

typedef GDBusMessage *(*NewBadCall) (void);

static GDBusMessage *
bad_data (void)
{
  return test_raw_call_new ("org.statesync.StateSync1", "Write",
                            test_client_write_args ("t", "{\"a\":01}", NULL));
}

static GDBusMessage *
bad_topic (void)
{
  return test_raw_call_new ("org.statesync.StateSync1", "Write",
                            test_client_write_args (" t", "1", NULL));
}

static GDBusMessage *
bad_option (void)
{
  return test_raw_call_new ("org.statesync.StateSync1", "Write",
                            test_client_write_args ("t", "1", "{'color': <'red'>}"));
}

static GDBusMessage *
conflict (void)
{
  return test_raw_call_new ("org.statesync.StateSync1", "Write",
                            test_client_write_args ("t", "1", "{'expected-revision': <@t 9>}"));
}

static GDBusMessage *
bad_second_of_many (void)
{
  return test_raw_call_new ("org.statesync.StateSync1", "WriteMany",
                            write_many_args (test_client_write_args ("t", "2", NULL),
                                             test_client_write_args ("t", "]", NULL), NULL));
}

static GDBusMessage *
conflict_in_many (void)
{
  return test_raw_call_new (
      "org.statesync.StateSync1", "WriteMany",
      write_many_args (test_client_write_args ("t", "2", NULL),
                       test_client_write_args ("t", "3", "{'expected-revision': <@t 9>}"), NULL));
}

static GDBusMessage *
bad_name_to_read (void)
{
  return test_raw_call_new ("org.statesync.StateSync1", "OpenSnapshot", g_variant_new ("(s)", ""));
}

static GDBusMessage *
bad_signature (void)
{
  return test_raw_call_new ("org.statesync.StateSync1", "GetSnapshot", g_variant_new ("(u)", 1));
}

static GDBusMessage *
unknown_method (void)
{
  return test_raw_call_new ("org.statesync.StateSync1", "Frobnicate", NULL);
}

static GDBusMessage *
unknown_interface (void)
{
  return test_raw_call_new ("org.statesync.None", "Write", NULL);
}

static const NewBadCall bad_calls[] = {
  bad_data,         bad_topic,        bad_option,    conflict,       bad_second_of_many,
  conflict_in_many, bad_name_to_read, bad_signature, unknown_method, unknown_interface,
};

static void
make_bad_calls (TestRawClient *peer, GPtrArray *calls, guint n_calls)
{
  for (guint i = 0; i < n_calls; i += AT_ONCE)
    {
      for (guint j = 0; j < AT_ONCE; j++)
        test_raw_client_send (peer, g_ptr_array_index (calls, j % calls->len));
      for (guint j = 0; j < AT_ONCE; j++)
        {
          g_autoptr (GDBusMessage) answer = test_raw_client_receive (peer);

          g_assert_nonnull (g_dbus_message_get_error_name (answer));
        }
    }
}

static void
test_bad_calls_leave_memory_where_it_was (Fixture *self, gconstpointer data)
{
  g_autoptr (TestRawClient) peer = test_raw_client_new (test_session_get_address (self->session));
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func (g_object_unref);
  guint64 before;

  for (guint i = 0; i < G_N_ELEMENTS (bad_calls); i++)
    g_ptr_array_add (calls, bad_calls[i]());

  test_client_write (self->client, "t", "0");
  make_bad_calls (peer, calls, N_WARM_UP);
  before = test_process_get_resident_kib (self->daemon);
  make_bad_calls (peer, calls, N_BAD);

  /* 100,000 times 20 bytes would show. */
  g_assert_cmpuint (test_process_get_resident_kib (self->daemon), <, before + 2048);
  test_client_assert_snapshot (self->client, "t", 1, "0");
}

int
main (int argc, char **argv)
{
  fixture_prepare_to_measure_memory ();
  g_test_init (&argc, &argv, NULL);

  test_add ("/service/input/random-arguments", test_random_arguments);
  test_add ("/service/input/bad-calls-leave-memory-where-it-was",
            test_bad_calls_leave_memory_where_it_was);

  return g_test_run ();
}
