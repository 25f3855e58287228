/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Apps make themselves known to a registry, whose place this takes. Then they are asked: an app is
 * a tree of objects, which is looked through again until what is waited for is there. */

#include "support/reader.h"

#define ACCESSIBLE "org.a11y.atspi.Accessible"
#define ROOT "/org/a11y/atspi/accessible/root"

/* Of AT-SPI's states. */
#define CHECKED (1u << 4)
#define PRESSED (1u << 20)
#define SELECTED (1u << 23)
#define SENSITIVE (1u << 24)

#define N_OBJECTS 2
#define N_NAMES 3

struct _TestReader
{
  GDBusConnection *bus;
  const char *address; /* of that bus */
  GQueue *apps;        /* that have registered and were not awaited yet */
  guint objects[N_OBJECTS];
  guint names[N_NAMES];
};

/* --- the registry, and who tells where it is --- */

static void
on_embed (GDBusConnection *bus,
          const char *sender,
          const char *path,
          const char *interface,
          const char *method,
          GVariant *args,
          GDBusMethodInvocation *invocation,
          gpointer user_data)
{
  TestReader *self = user_data;

  g_queue_push_tail (self->apps, g_strdup (sender));
  g_dbus_method_invocation_return_value (
      invocation, g_variant_new ("((so))", g_dbus_connection_get_unique_name (bus), ROOT));
}

static void
on_get_address (GDBusConnection *bus,
                const char *sender,
                const char *path,
                const char *interface,
                const char *method,
                GVariant *args,
                GDBusMethodInvocation *invocation,
                gpointer user_data)
{
  TestReader *self = user_data;

  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(s)", self->address));
}

static const struct
{
  const char *path;
  const char *xml;
  GDBusInterfaceVTable vtable;
} objects[N_OBJECTS] = {
  { ROOT,
    "<node><interface name='org.a11y.atspi.Socket'><method name='Embed'>"
    "<arg type='(so)' direction='in'/><arg type='(so)' direction='out'/>"
    "</method></interface></node>",
    { .method_call = on_embed } },
  { "/org/a11y/bus",
    "<node><interface name='org.a11y.Bus'><method name='GetAddress'>"
    "<arg type='s' direction='out'/></method></interface></node>",
    { .method_call = on_get_address } },
};

/* Toolkits ask for the portal when they start; the bus would start the machine's. */
static const char *const names[N_NAMES] = {
  "org.a11y.atspi.Registry",
  "org.a11y.Bus",
  "org.freedesktop.portal.Desktop",
};

TestReader *
test_reader_new (TestSession *session, TestClient *client)
{
  TestReader *self = g_new0 (TestReader, 1);

  self->bus = g_object_ref (test_client_get_connection (client));
  self->address = test_session_get_address (session);
  self->apps = g_queue_new ();
  for (guint i = 0; i < N_OBJECTS; i++)
    {
      g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (objects[i].xml, NULL);

      self->objects[i] = g_dbus_connection_register_object (
          self->bus, objects[i].path, info->interfaces[0], &objects[i].vtable, self, NULL, NULL);
      g_assert_cmpuint (self->objects[i], !=, 0);
    }
  for (guint i = 0; i < N_NAMES; i++)
    self->names[i] = g_bus_own_name_on_connection (self->bus, names[i], G_BUS_NAME_OWNER_FLAGS_NONE,
                                                   NULL, NULL, NULL, NULL);
  test_client_sync (client);
  return self;
}

void
test_reader_free (TestReader *self)
{
  for (guint i = 0; i < N_NAMES; i++)
    g_bus_unown_name (self->names[i]);
  for (guint i = 0; i < N_OBJECTS; i++)
    g_dbus_connection_unregister_object (self->bus, self->objects[i]);
  g_queue_free_full (self->apps, g_free);
  g_object_unref (self->bus);
  g_free (self);
}

char *
test_reader_await_app (TestReader *self)
{
  while (g_queue_is_empty (self->apps))
    g_main_context_iteration (NULL, TRUE);
  return g_queue_pop_head (self->apps);
}

/* --- looking --- */

typedef struct
{
  TestReader *reader;
  const char *app;
  const char *role;
  const char *name;
} Search;

/* (nullable): NULL if it is not there any more. @args: (nullable) floating */
static GVariant *
ask (Search *self, const char *path, const char *interface, const char *method, GVariant *args)
{
  return g_dbus_connection_call_sync (self->reader->bus, self->app, path, interface, method, args,
                                      NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
}

static GVariant *
ask_property (Search *self, const char *path, const char *interface, const char *name)
{
  g_autoptr (GVariant) answer = ask (self, path, "org.freedesktop.DBus.Properties", "Get",
                                     g_variant_new ("(ss)", interface, name));
  GVariant *value = NULL;

  if (answer != NULL)
    g_variant_get (answer, "(v)", &value);
  return value;
}

static guint
get_states (Search *self, const char *path)
{
  g_autoptr (GVariant) answer = ask (self, path, ACCESSIBLE, "GetState", NULL);
  g_autoptr (GVariant) states = NULL;
  guint low = 0;

  if (answer != NULL)
    {
      states = g_variant_get_child_value (answer, 0);
      g_variant_get_child (states, 0, "u", &low);
    }
  return low;
}

static gboolean
matches (Search *self, const char *path)
{
  g_autoptr (GVariant) name = ask_property (self, path, ACCESSIBLE, "Name");
  g_autoptr (GVariant) role = NULL;
  const char *said = "";

  if (name == NULL || !g_pattern_match_simple (self->name, g_variant_get_string (name, NULL)))
    return FALSE;
  role = ask (self, path, ACCESSIBLE, "GetRoleName", NULL);
  if (role != NULL)
    g_variant_get (role, "(&s)", &said);
  return g_str_equal (said, self->role);
}

/* (nullable): the first in the tree, in the order of depth */
static char *
find_below (Search *self, const char *path)
{
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariantIter) children = NULL;
  const char *child;
  char *found = NULL;

  if (matches (self, path))
    return g_strdup (path);

  answer = ask (self, path, ACCESSIBLE, "GetChildren", NULL);
  if (answer == NULL)
    return NULL;
  g_variant_get (answer, "(a(so))", &children);
  while (found == NULL && g_variant_iter_next (children, "(&s&o)", NULL, &child))
    found = find_below (self, child);
  return found;
}

/* A test that waits for ever says at its end for what. */
static void
announce (Search *self, const char *until)
{
  g_test_message ("waits for the %s \"%s\": %s", self->role, self->name, until);
}

/* (nullable) */
static char *
find (Search *self)
{
  g_autoptr (GVariant) answer = ask (self, ROOT, ACCESSIBLE, "GetRoleName", NULL);

  if (answer == NULL)
    g_error ("the app with the %s “%s” has ended", self->role, self->name);
  while (g_main_context_iteration (NULL, FALSE))
    {
    }
  return find_below (self, ROOT);
}

static char *
describe (Search *self, const char *path)
{
  g_autoptr (GVariant) value = NULL;
  guint states = get_states (self, path);

  if ((states & SENSITIVE) == 0)
    return g_strdup ("insensitive");
  value = ask_property (self, path, "org.a11y.atspi.Value", "CurrentValue");
  if (value != NULL)
    return g_strdup_printf ("%g", g_variant_get_double (value));
  return g_strdup ((states & (CHECKED | PRESSED | SELECTED)) != 0 ? "on" : "off");
}

void
test_reader_get_extents (
    TestReader *self, const char *app, const char *role, const char *name, TestExtents *extents)
{
  Search search = { self, app, role, name };

  announce (&search, "to be used");
  for (;;)
    {
      g_autofree char *path = find (&search);
      g_autoptr (GVariant) answer = NULL;

      if (path != NULL && (get_states (&search, path) & SENSITIVE) != 0)
        answer =
            ask (&search, path, "org.a11y.atspi.Component", "GetExtents", g_variant_new ("(u)", 1));
      if (answer == NULL)
        continue;
      g_variant_get (answer, "((iiii))", &extents->x, &extents->y, &extents->width,
                     &extents->height);
      if (extents->width > 0 && extents->height > 0)
        return;
    }
}

void
test_reader_wait_until (
    TestReader *self, const char *app, const char *role, const char *name, const char *how)
{
  Search search = { self, app, role, name };

  announce (&search, how[0] != '\0' ? how : "to be there");
  for (;;)
    {
      g_autofree char *path = find (&search);
      g_autofree char *is = path != NULL ? describe (&search, path) : NULL;

      if (is != NULL && (g_str_equal (how, "") || g_str_equal (how, is)))
        return;
    }
}

/* (nullable) */
static char *
dup_text (Search *self, const char *path)
{
  g_autoptr (GVariant) answer =
      ask (self, path, "org.a11y.atspi.Text", "GetText", g_variant_new ("(ii)", 0, -1));
  char *text = NULL;

  if (answer != NULL)
    g_variant_get (answer, "(s)", &text);
  return text;
}

void
test_reader_wait_for_text (
    TestReader *self, const char *app, const char *role, const char *name, const char *pattern)
{
  Search search = { self, app, role, name };

  announce (&search, pattern);
  for (;;)
    {
      g_autofree char *path = find (&search);
      g_autofree char *text = path != NULL ? dup_text (&search, path) : NULL;

      if (text != NULL && g_pattern_match_simple (pattern, text))
        return;
    }
}

void
test_reader_wait_until_gone (TestReader *self, const char *app, const char *role, const char *name)
{
  Search search = { self, app, role, name };

  announce (&search, "to be gone");
  for (;;)
    {
      g_autofree char *path = find (&search);

      if (path == NULL)
        return;
    }
}
