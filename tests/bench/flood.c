/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* flood WAY WINDOW ADDRESS: calls the service without end, as an app that means ill would: so many
 * calls are always under way. With a window of 0 it never reads an answer. It prints a line when it
 * has begun.
 */

#include <stdlib.h>
#include <string.h>

#include "support/raw-client.h"

#define OWN "org.example.Flood.settings"
#define FOREIGN "org.example.Other.settings"

#define KIB 1024
#define MIB (1024 * KIB)

/* How many calls without an answer are a flood. */
#define N_BEGUN 1000

typedef struct
{
  const char *name;
  const char *methods[2]; /* which take turns */
  GVariant *(*make_args) (guint n);
} Way;

/* --- what it calls --- */

/* A JSON string that ends so. */
static GVariant *
write_args (gsize size, char last)
{
  g_autofree char *text = g_strnfill (size, 'x');
  GVariantBuilder options;

  text[0] = text[size - 1] = '"';
  text[size - 2] = last;
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  return g_variant_new ("(ssa{sv})", OWN, text, &options);
}

static GVariant *
write_small (guint n)
{
  return write_args (KIB, n % 2 == 0 ? 'a' : 'b');
}

static GVariant *
write_large (guint n)
{
  return write_args (MIB, n % 2 == 0 ? 'a' : 'b');
}

static GVariant *
write_wrong (guint n)
{
  return write_args (MIB, '\\');
}

static GVariant *
own (guint n)
{
  return g_variant_new ("(s)", OWN);
}

static GVariant *
foreign (guint n)
{
  return g_variant_new ("(s)", FOREIGN);
}

static GVariant *
everything (guint n)
{
  return g_variant_new ("(s)", "");
}

static GVariant *
names (guint n)
{
  const char *list[] = { OWN, "org.example.Flood", NULL };

  return g_variant_new ("(^as)", list);
}

static const Way ways[] = {
  { "write", { "Write", "Write" }, write_small },
  { "write-large", { "Write", "Write" }, write_large },
  { "write-wrong", { "Write", "Write" }, write_wrong },
  { "refused", { "GetSnapshot", "GetSnapshot" }, foreign },
  { "get", { "GetSnapshot", "GetSnapshot" }, own },
  { "open", { "OpenSnapshot", "OpenSnapshot" }, own },
  { "map", { "MapSnapshot", "UnmapSnapshot" }, own },
  { "list", { "ListTopics", "ListTopics" }, everything },
  { "subscribe", { "Subscribe", "Unsubscribe" }, names },
};

static const Way *
find_way (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      if (g_str_equal (ways[i].name, name))
        return &ways[i];
    }
  g_error ("there is no way %s", name);
}

/* --- the flood --- */

static gboolean
receive_answer (TestRawClient *client)
{
  g_autoptr (GDBusMessage) message = test_raw_client_receive (client);

  return g_dbus_message_get_reply_serial (message) != 0;
}

int
main (int argc, char **argv)
{
  const Way *way;
  guint window;
  TestRawClient *client;
  guint n_answers = 0;

  if (argc != 4)
    g_error ("usage: flood WAY WINDOW ADDRESS");

  way = find_way (argv[1]);
  window = (guint)atoi (argv[2]);
  client = test_raw_client_new (argv[3]);
  for (guint n_sent = 0;; n_sent++)
    {
      test_raw_client_call (client, way->methods[n_sent % 2], way->make_args (n_sent));
      if (n_sent == MIN (N_BEGUN, window))
        g_print ("begun\n");
      while (window != 0 && n_sent + 1 >= n_answers + window)
        n_answers += receive_answer (client);
    }
}
