/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the permission store says, and what follows for whom. */

#include <string.h>

#include "access/grant-table.h"
#include "log-record.h"

#define APP "org.example.App"
#define OTHER "org.example.Other"

static GPtrArray *
set (StateSyncGrantTable *table, const char *name, const char *permissions)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) parsed = NULL;

  if (permissions == NULL)
    return state_sync_grant_table_set (table, name, NULL);

  parsed = g_variant_parse (G_VARIANT_TYPE ("a{sas}"), permissions, NULL, NULL, &error);
  g_assert_no_error (error);
  return state_sync_grant_table_set (table, name, parsed);
}

/* @apps: (nullable): those whose rights it changes, in any order. */
static void
assert_set (StateSyncGrantTable *table,
            const char *name,
            const char *permissions,
            const char *const *apps)
{
  g_autoptr (GPtrArray) changed = set (table, name, permissions);
  guint n_apps = 0;

  for (; apps != NULL && apps[n_apps] != NULL; n_apps++)
    g_assert_true (g_ptr_array_find_with_equal_func (changed, apps[n_apps], g_str_equal, NULL));
  g_assert_cmpuint (changed->len, ==, n_apps);
}

static void
assert_found (StateSyncGrantTable *table,
              const char *app,
              StateSyncRights rights,
              const char *topic,
              const char *name)
{
  g_autofree char *found = state_sync_grant_table_find (table, app, rights, topic);

  g_assert_cmpstr (found, ==, name);
}

#define READ STATE_SYNC_RIGHTS_READ
#define WRITE STATE_SYNC_RIGHTS_WRITE

static void
test_rights (void)
{
  static const struct
  {
    const char *app;
    StateSyncRights rights;
    const char *topic;
    const char *name;
  } cases[] = {
    { APP, READ, "a", "a" },
    { APP, READ, "a.b", "a" },
    { APP, READ, "a.b.c.d", "a" },
    { APP, READ, "a.", "a" },
    { APP, READ, "ab", NULL },
    { APP, READ, "a:b", NULL },
    { APP, READ, "b.a", NULL },
    { APP, READ, ".a", NULL },
    { APP, READ, ".", NULL },
    { APP, READ, "", NULL },
    { APP, WRITE, "a", NULL },
    { APP, READ | WRITE, "a", NULL },
    { APP, READ | WRITE, "a.b", "a.b" },

    /* The widest, for writing as for reading. */
    { APP, WRITE, "a.b", "a.b" },
    { APP, WRITE, "a.b.c", "a.b" },

    /* Who may write may read. */
    { OTHER, READ, "a.b.c", "a.b.c" },
    { OTHER, WRITE, "a.b.c", "a.b.c" },
    { OTHER, READ, "a.b", NULL },
    { "org.example.Third", READ, "a", NULL },
    { "", READ, "a", NULL },
  };
  StateSyncGrantTable *table = state_sync_grant_table_new ();

  assert_set (table, "a", "{'" APP "': ['read']}", (const char *const[]){ APP, NULL });
  assert_set (table, "a.b", "{'" APP "': ['write']}", (const char *const[]){ APP, NULL });
  assert_set (table, "a.b.c", "{'" APP "': ['write'], '" OTHER "': ['write', 'read']}",
              (const char *const[]){ APP, OTHER, NULL });

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s: %s", cases[i].app, cases[i].topic);
      assert_found (table, cases[i].app, cases[i].rights, cases[i].topic, cases[i].name);
    }
  state_sync_grant_table_free (table);
}

static void
test_changes (void)
{
  StateSyncGrantTable *table = state_sync_grant_table_new ();
  g_autoptr (GPtrArray) readable = NULL;
  g_autoptr (GPtrArray) names = NULL;

  assert_set (table, "a", "{'" APP "': ['read'], '" OTHER "': ['read']}",
              (const char *const[]){ APP, OTHER, NULL });
  assert_set (table, "b", "{'" OTHER "': ['write']}", (const char *const[]){ OTHER, NULL });

  /* The same again, in other words. */
  assert_set (table, "a", "{'" OTHER "': ['read', 'read'], '" APP "': ['read']}", NULL);

  /* One goes up, one goes. */
  assert_set (table, "a", "{'" APP "': ['write']}", (const char *const[]){ APP, OTHER, NULL });
  assert_found (table, OTHER, READ, "a", NULL);

  readable = state_sync_grant_table_list_readable (table, OTHER);
  g_assert_cmpuint (readable->len, ==, 1);
  g_assert_cmpstr (readable->pdata[0], ==, "b");

  /* Nothing is left, in whatever way that is said. */
  assert_set (table, "a", "{'" APP "': @as []}", (const char *const[]){ APP, NULL });
  assert_set (table, "a", "{}", NULL);
  assert_set (table, "b", NULL, (const char *const[]){ OTHER, NULL });
  assert_set (table, "b", NULL, NULL);
  names = state_sync_grant_table_get_names (table);
  g_assert_cmpuint (names->len, ==, 0);
  state_sync_grant_table_free (table);
}

/* The warnings since the last call have this in them; NULL: there were none. */
static void
assert_warned (const char *text)
{
  g_autofree char *log = test_log_take ();

  g_assert_true (text != NULL ? strstr (log, text) != NULL : log[0] == '\0');
}

/* One bad entry takes nothing from the good ones beside it. */
static void
test_malformed (void)
{
  static const struct
  {
    const char *permissions;
    const char *warning;
  } cases[] = {
    { "{'" APP "': ['read', 'Write']}", "the permission “Write” of " APP " for “a”" },
    { "{'" APP "': ['*', 'read', '']}", "the permission “*” of " APP " for “a”" },
    { "{'" APP "': ['read'], '': ['read']}", "the permissions of “” for “a”" },
    { "{'" APP "': ['read'], 'org': ['write']}", "the permissions of “org” for “a”" },
    { "{'" APP "': ['read'], 'snap.a.b': ['write']}", "the permissions of “snap.a.b” for “a”" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      StateSyncGrantTable *table = state_sync_grant_table_new ();

      assert_set (table, "a", cases[i].permissions, (const char *const[]){ APP, NULL });
      assert_warned (cases[i].warning);
      assert_found (table, APP, READ, "a", "a");
      assert_found (table, APP, WRITE, "a", NULL);
      state_sync_grant_table_free (table);
    }
}

static void
test_malformed_names (void)
{
  static const char *const names[] = { "", " a", "a\n" };
  StateSyncGrantTable *table = state_sync_grant_table_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      assert_set (table, names[i], "{'" APP "': ['write']}", NULL);
      assert_warned ("the permissions for a topic are ignored");
      assert_found (table, APP, READ, names[i], NULL);

      /* To be rid of it is no fault. */
      assert_set (table, names[i], NULL, NULL);
      assert_warned (NULL);
    }
  state_sync_grant_table_free (table);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  test_log_record (G_LOG_LEVEL_WARNING);

  g_test_add_func ("/access/grant-table/rights", test_rights);
  g_test_add_func ("/access/grant-table/changes", test_changes);
  g_test_add_func ("/access/grant-table/malformed", test_malformed);
  g_test_add_func ("/access/grant-table/malformed-names", test_malformed_names);

  return g_test_run ();
}
