// SPDX-License-Identifier: LGPL-2.1-or-later
// The preferences window of examples/settings, in Vala.

// In the order of the rows' models.
const string[] THEMES = { "system", "light", "dark" };
const string[] LANGUAGES = { "en", "de", "es", "fr" };
const Adw.ColorScheme[] SCHEMES = {
    Adw.ColorScheme.DEFAULT, Adw.ColorScheme.FORCE_LIGHT, Adw.ColorScheme.FORCE_DARK
};

[GtkTemplate (ui = "/org/example/Settings/preferences-window.ui")]
class PreferencesWindow : Adw.PreferencesWindow {
    [GtkChild] unowned Adw.ComboRow theme;
    [GtkChild] unowned Adw.ComboRow language;
    [GtkChild] unowned Gtk.SpinButton font_size;
    [GtkChild] unowned Gtk.Switch sidebar;
    [GtkChild] unowned Gtk.Switch notifications;
    [GtkChild] unowned Gtk.Switch auto_save;
    [GtkChild] unowned Gtk.Label status;

    StateSync.Topic settings;

    public PreferencesWindow (Gtk.Application application, StateSync.Topic settings) {
        Object (application: application);
        this.settings = settings;

        const StateSync.BindFlags both_ways = StateSync.BindFlags.DEFAULT;
        bind_choice ("theme", theme, THEMES);
        bind_choice ("language", language, LANGUAGES);
        settings.bind ("fontSize", font_size, "value", both_ways);
        settings.bind ("sidebar", sidebar, "active", both_ways);
        settings.bind ("notifications", notifications, "active", both_ways);
        settings.bind ("autoSave", auto_save, "active", both_ways);

        theme.bind_property ("selected", Adw.StyleManager.get_default (), "color-scheme",
                             BindingFlags.SYNC_CREATE, (_, position, ref scheme) => {
            scheme.set_enum (SCHEMES[position.get_uint ()]);
            return true;
        });

        settings.write_rejected.connect ((_, error) => {
            add_toast (new Adw.Toast (Markup.escape_text (error.message)));
        });
        settings.notify["available"].connect (show_status);
        settings.notify["has-pending"].connect (show_status);
        settings.notify["revision"].connect (show_status);
        show_status ();
    }

    // Between a name and its position lies what Vala has closures for, a binding of properties: so
    // the member is an object with properties here.
    void bind_choice (string member, Adw.ComboRow row, string[] names) {
        var choice = new StateSync.Value (settings, member);
        choice.bind_property ("string", row, "selected",
                              BindingFlags.BIDIRECTIONAL | BindingFlags.SYNC_CREATE,
                              (_, name, ref position) => {
            for (uint i = 0; i < names.length; i++)
                if (names[i] == name.get_string ())
                    position.set_uint (i);
            return true;
        }, (_, position, ref name) => {
            name.set_string (names[position.get_uint ()]);
            return true;
        });
        settings.bind_property ("available", row, "sensitive", BindingFlags.SYNC_CREATE);
        row.set_data ("choice", choice);
    }

    // What is only this window's own, and so in no topic.
    void show_status () {
        if (!settings.available)
            status.label = "Not connected";
        else if (settings.has_pending)
            status.label = "Saving…";
        else
            status.label = @"Revision $(settings.revision) · synced at "
                + new DateTime.now_local ().format ("%X");
    }
}

int main (string[] arguments) {
    try {
        var client = new StateSync.Client.sync ("org.example.Settings", StateSync.ClientFlags.NONE);
        var settings = client.get_topic ("settings");
        settings.start_async.begin (null);

        var application = new Adw.Application ("org.example.Settings.Vala", 0);
        application.set_accels_for_action ("window.close", { "<Control>q", "<Control>w" });
        application.activate.connect (() => {
            var window = application.active_window;
            (window ?? new PreferencesWindow (application, settings)).present ();
        });
        var status = application.run (arguments);
        if (settings.available)
            settings.settle_sync (); // what was done in it the moment before
        return status;
    } catch (Error error) {
        printerr ("settings: %s\n", error.message);
        return 1;
    }
}
