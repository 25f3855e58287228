/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which app a text speaks of: what Flatpak wrote, a label, a cgroup. */

#include <gio/gio.h>
#include <string.h>

#include "access/application-id.h"
#include "access/flatpak-info.h"
#include "access/identity.h"
#include "access/snap.h"

/* --- application ids --- */

static const struct
{
  const char *id;
  gboolean is_valid;
} ids[] = {
  { "org.example.App", TRUE },
  { "org.example.App.Devel", TRUE },
  { "io.github.some-one.App_2", TRUE },
  { "snapshot.example.App", TRUE },
  { "snap.firefox", TRUE },
  { "snap.7zip", TRUE },
  { "snap.firefox_2", TRUE },

  /* A vendor's namespace, or the world's. */
  { "org.example", FALSE },
  { "org", FALSE },
  { "", FALSE },

  /* It would be inside the namespace of a snap. */
  { "snap.firefox.App", FALSE },
  { "snap.firefox.", FALSE },
  { "snap", FALSE },
  { "snap.", FALSE },
  { "snap.Firefox", FALSE },
  { "snap.-a", FALSE },
  { "snap.a-", FALSE },
  { "snap.77", FALSE },
  { "snap.a_", FALSE },
  { "snap.a_b_c", FALSE },
  { "snap.a_aaaaaaaaaaa", FALSE },
  { "snap.a123456789a123456789a123456789a1234567890", FALSE },

  { "org..App", FALSE },
  { ".org.example.App", FALSE },
  { "org.example.App.", FALSE },
  { "org.example.2App", FALSE },
  { "org.example.App/../Other", FALSE },
  { "org.example.App\n", FALSE },
  { "org.example.\xc3\x84pp", FALSE },
  { ":1.2.3", FALSE },
};

static void
test_application_ids (void)
{
  g_autofree char *name = g_strnfill (255 - strlen ("org.example."), 'a');
  g_autofree char *longest = g_strconcat ("org.example.", name, NULL);
  g_autofree char *too_long = g_strconcat (longest, "a", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_test_message ("%s", ids[i].id);
      g_assert_true (state_sync_application_id_is_valid (ids[i].id) == ids[i].is_valid);
    }
  g_assert_true (state_sync_application_id_is_valid (longest));
  g_assert_false (state_sync_application_id_is_valid (too_long));
}

/* --- /.flatpak-info --- */

#define TEXT(text) text, sizeof (text) - 1

static const struct
{
  const char *text;
  gsize length;
  const char *application; /* NULL: it can't be told */
} infos[] = {
  { TEXT ("[Application]\nname=org.example.App\nruntime=runtime/org.example.Platform/x86_64/1\n\n"
          "[Instance]\ninstance-id=1234\nsession-bus-proxy=true\n\n[Context]\nshared=ipc;\n"),
    "org.example.App" },
  { TEXT ("[Application]\nname=org.example.App"), "org.example.App" },
  { TEXT ("[Instance]\nsandbox=false\n[Application]\nname=org.example.App\n"), "org.example.App" },
  { TEXT ("[Runtime]\nname=org.example.Platform\nruntime=org.example.Platform/x86_64/1\n"),
    "org.example.Platform" },

  { TEXT (""), NULL },
  { TEXT ("\n"), NULL },
  { TEXT ("\0"), NULL },
  { TEXT ("[Application]\nname=org.example.App\n\0[Application]\nname=org.example.Other\n"), NULL },
  { TEXT ("org.example.App\n"), NULL },
  { TEXT ("name=org.example.App\n"), NULL },
  { TEXT ("[Application]\n"), NULL },
  { TEXT ("[Application]\nruntime=org.example.App\n"), NULL },
  { TEXT ("[Application]\nname=\n"), NULL },
  { TEXT ("[Application]\nname=org\n"), NULL },
  { TEXT ("[Application]\nname=org.example.App.*\n"), NULL },
  { TEXT ("[Application]\nname=org.example.\xff\n"), NULL },
  { TEXT ("[Application]\nname=snap.firefox.App\n"), NULL },
  { TEXT ("[Application]\nname=snap.firefox\n"), NULL },
  { TEXT ("[Application]\nname=org.example.App\n[Runtime]\nname=org.example.Other\n"), NULL },
  { TEXT ("[Application]\nname=org.example.App\n[Instance]\nsandbox=true\n"), NULL },
  { TEXT ("[application]\nname=org.example.App\n"), NULL },
  { TEXT ("{\"name\": \"org.example.App\"}"), NULL },
};

static void
test_flatpak_info (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (infos); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *application =
          state_sync_flatpak_info_get_application (infos[i].text, infos[i].length, &error);

      g_test_message ("%u: %s", i, error != NULL ? error->message : "told");
      g_assert_cmpstr (application, ==, infos[i].application);
      g_assert_true ((error == NULL) == (application != NULL));
    }
}

/* --- snaps --- */

static const struct
{
  const char *label;
  const char *application;
} labels[] = {
  { "snap.firefox.firefox (enforce)", "snap.firefox" },
  { "snap.firefox.hook.configure (enforce)", "snap.firefox" },
  { "snap.firefox_two.firefox (enforce)", "snap.firefox_two" },
  { "snap.firefox.firefox//helper (enforce)", "snap.firefox" },

  { "snap.code.code (complain)", NULL },
  { "snap.code.code", NULL },
  { "snap.firefox (enforce)", NULL },
  { "snap..firefox (enforce)", NULL },
  { "snap.Fire fox.firefox (enforce)", NULL },
  { "/usr/bin/evince (enforce)", NULL },
  { "/snap.firefox.firefox (enforce)", NULL },
  { "unconfined", NULL },
  { "unconfined_u:unconfined_r:unconfined_t:s0", NULL },
  { "", NULL },
};

static const struct
{
  const char *text;
  const char *application;
} cgroups[] = {
  { "0::/user.slice/user-1000.slice/user@1000.service/app.slice/snap.firefox.firefox-2f8b.scope\n",
    "snap.firefox" },
  { "0::/user.slice/user-1000.slice/user@1000.service/app.slice/snap.firefox.firefox.2f8b.scope\n",
    "snap.firefox" },
  { "0::/user.slice/user@1000.service/app.slice/snap.a_b.daemon.service\n", "snap.a_b" },
  { "0::/app.slice/snap.firefox.firefox-2f8b.scope/child", "snap.firefox" },
  { "0::/snap.outer.app-1.scope/snap.inner.app-2.scope", "snap.inner" },
  { "12:cpu:/\n3:freezer:/snap.firefox\n1:name=systemd:/user.slice\n", "snap.firefox" },
  { "1:name=systemd:/user.slice/snap.firefox.firefox-2f8b.scope\n", "snap.firefox" },

  { "0::/user.slice/user-1000.slice/session-2.scope\n", NULL },
  { "0::/user.slice/app.slice/app-flatpak-org.example.App-77.scope\n", NULL },
  { "0::/system.slice/snapd.service\n", NULL },
  { "0::/system.slice/snap.firefox.service\n", NULL },
  { "0::/snap.firefox\n", NULL },
  { "0::/snap.firefox.firefox\n", NULL },
  { "0::/snap.Nonsense.app-1.scope\n", NULL },
  { "0::/not-snap.firefox.firefox-1.scope\n", NULL },
  { "3:freezer:/\n", NULL },
  { "snap.firefox.firefox-1.scope", NULL },
  { "", NULL },
};

static void
test_snap_labels (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      g_autofree char *application = state_sync_snap_from_label (labels[i].label);

      g_test_message ("%s", labels[i].label);
      g_assert_cmpstr (application, ==, labels[i].application);
    }
}

static void
test_snap_cgroups (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cgroups); i++)
    {
      g_autofree char *application = state_sync_snap_from_cgroup (cgroups[i].text);

      g_test_message ("%s", cgroups[i].text);
      g_assert_cmpstr (application, ==, cgroups[i].application);
    }
}

/* --- identities --- */

static void
test_identities (void)
{
  g_autoptr (StateSyncIdentity) unknown = state_sync_identity_new_unknown ();
  g_autoptr (StateSyncIdentity) app = state_sync_identity_new_app ("org.example.App");
  g_autoptr (StateSyncIdentity) host = state_sync_identity_new_host ();
  g_autoptr (StateSyncIdentity) same = state_sync_identity_ref (app);

  g_assert_cmpint (state_sync_identity_get_kind (unknown), ==, STATE_SYNC_IDENTITY_KIND_UNKNOWN);
  g_assert_cmpint (state_sync_identity_get_kind (app), ==, STATE_SYNC_IDENTITY_KIND_APP);
  g_assert_cmpint (state_sync_identity_get_kind (host), ==, STATE_SYNC_IDENTITY_KIND_HOST);
  g_assert_null (state_sync_identity_get_application_id (unknown));
  g_assert_cmpstr (state_sync_identity_get_application_id (same), ==, "org.example.App");
  g_assert_null (state_sync_identity_get_application_id (host));

  /* What is forgotten to be set is the least trusted. */
  g_assert_cmpint (STATE_SYNC_IDENTITY_KIND_UNKNOWN, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/access/rules/application-ids", test_application_ids);
  g_test_add_func ("/access/rules/flatpak-info", test_flatpak_info);
  g_test_add_func ("/access/rules/snap-labels", test_snap_labels);
  g_test_add_func ("/access/rules/snap-cgroups", test_snap_cgroups);
  g_test_add_func ("/access/rules/identities", test_identities);

  return g_test_run ();
}
