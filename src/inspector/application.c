/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inspector/application.h"

#include "inspector/window.h"

struct _InspectorApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (InspectorApplication, inspector_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, "Print the version and exit", NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL, "[TOPIC]" },
  G_OPTION_ENTRY_NULL,
};

/* The keys are told in shortcuts.ui and in the manual, too. */
static const struct
{
  const char *action;
  const char *keys[3];
} keys[] = {
  { "win.search", { "<Control>f" } },
  { "win.edit", { "<Control>e" } },
  { "win.save", { "<Control>s" } },
  { "win.discard", { "Escape" } },
  { "win.go-to-fault", { "F8" } },
  { "win.copy-data", { "<Control><Shift>c" } },
  { "win.show-changes", { "<Control>d" } },
  { "win.show-page::data", { "<Alt>1" } },
  { "win.show-page::timeline", { "<Alt>2" } },
  { "win.show-page::followers", { "<Alt>3" } },
  { "win.back", { "<Alt>Left" } },
  { "win.export", { "<Control><Shift>e" } },
  { "win.start-service", { "F5" } },
  { "window.close", { "<Control>w" } },
  { "app.quit", { "<Control>q" } },
};

/* --- actions --- */

/* The window may have to ask first. */
static void
quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_close (gtk_application_get_active_window (user_data));
}

static void
about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  adw_show_about_window (gtk_application_get_active_window (GTK_APPLICATION (user_data)),
                         "application-name", "Statesync Inspector", "application-icon",
                         "org.statesync.Inspector", "version", STATESYNC_VERSION, "developer-name",
                         "The authors of Statesync", "license-type", GTK_LICENSE_LGPL_2_1, NULL);
}

static const GActionEntry actions[] = {
  { .name = "quit", .activate = quit },
  { .name = "about", .activate = about },
};

/* --- start --- */

static InspectorWindow *
get_window (InspectorApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  return window != NULL ? INSPECTOR_WINDOW (window) : inspector_window_new (self);
}

static int
inspector_application_handle_local_options (GApplication *application, GVariantDict *given)
{
  if (!g_variant_dict_contains (given, "version"))
    return -1;

  g_print ("statesync-inspector %s\n", STATESYNC_VERSION);
  return 0;
}

static int
inspector_application_command_line (GApplication *application, GApplicationCommandLine *line)
{
  GVariantDict *given = g_application_command_line_get_options_dict (line);
  InspectorWindow *window = get_window (INSPECTOR_APPLICATION (application));
  g_autofree const char **topics = NULL;

  if (g_variant_dict_lookup (given, G_OPTION_REMAINING, "^a&s", &topics) && topics[0] != NULL)
    inspector_window_open_topic (window, topics[0]);
  gtk_window_present (GTK_WINDOW (window));
  return 0;
}

static void
inspector_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (get_window (INSPECTOR_APPLICATION (application))));
}

static void
inspector_application_startup (GApplication *application)
{
  G_APPLICATION_CLASS (inspector_application_parent_class)->startup (application);

  gtk_window_set_default_icon_name ("org.statesync.Inspector");
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), keys[i].action,
                                           keys[i].keys);
}

/* --- the object --- */

InspectorApplication *
inspector_application_new (void)
{
  return g_object_new (INSPECTOR_TYPE_APPLICATION, "application-id", "org.statesync.Inspector",
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE, "resource-base-path",
                       "/org/statesync/Inspector", NULL);
}

static void
inspector_application_class_init (InspectorApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = inspector_application_startup;
  application_class->activate = inspector_application_activate;
  application_class->handle_local_options = inspector_application_handle_local_options;
  application_class->command_line = inspector_application_command_line;
}

static void
inspector_application_init (InspectorApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_summary (
      G_APPLICATION (self), "Shows the topics of the session, what they hold and how they change.");
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
}
