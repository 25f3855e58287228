#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The preferences window of examples/settings, in Python."""

import json
import pathlib
import sys
import time

import gi

gi.require_version("Adw", "1")
gi.require_version("Gtk", "4.0")

import statesync
from gi.repository import Adw, GLib, Gtk, Json, StateSync

UI = pathlib.Path(__file__).resolve().parents[1] / "settings" / "preferences-window.ui"
BOTH_WAYS = StateSync.BindFlags.DEFAULT

# In the order of the rows' models.
THEMES = "system", "light", "dark"
LANGUAGES = "en", "de", "es", "fr"

SCHEMES = {"light": Adw.ColorScheme.FORCE_LIGHT, "dark": Adw.ColorScheme.FORCE_DARK}


@Gtk.Template(filename=str(UI))
class PreferencesWindow(Adw.PreferencesWindow):
    __gtype_name__ = "PreferencesWindow"

    theme = Gtk.Template.Child()
    language = Gtk.Template.Child()
    font_size = Gtk.Template.Child()
    sidebar = Gtk.Template.Child()
    notifications = Gtk.Template.Child()
    auto_save = Gtk.Template.Child()
    status = Gtk.Template.Child()

    def __init__(self, settings: statesync.Topic, **properties):
        super().__init__(**properties)
        self.settings = settings

        self.bind_choice("theme", self.theme, THEMES)
        self.bind_choice("language", self.language, LANGUAGES)
        settings.gobject.bind("fontSize", self.font_size, "value", BOTH_WAYS)
        settings.gobject.bind("sidebar", self.sidebar, "active", BOTH_WAYS)
        settings.gobject.bind("notifications", self.notifications, "active", BOTH_WAYS)
        settings.gobject.bind("autoSave", self.auto_save, "active", BOTH_WAYS)

        settings.on_rejected(self.on_rejected)
        for signal in "notify::available", "notify::has-pending", "notify::revision":
            settings.gobject.connect(signal, self.show_status)
        self.show_status()

    def bind_choice(self, member, row, names):
        self.settings.gobject.bind_with_mapping(
            member, row, "selected", BOTH_WAYS,
            lambda node: names.index(node.get_string()) if node.get_string() in names else 0,
            lambda position: Json.from_string(json.dumps(names[position])))

    def on_rejected(self, _patch, error):
        self.add_toast(Adw.Toast(title=GLib.markup_escape_text(error.message)))

    def show_status(self, *_):
        """What is only this window's own, and so in no topic."""
        if not self.settings.available:
            text = "Not connected"
        elif self.settings.has_pending:
            text = "Saving…"
        else:
            text = f"Revision {self.settings.revision} · synced at {time.strftime('%X')}"
        self.status.set_label(text)


def on_activate(application, settings):
    window = application.get_active_window()
    (window or PreferencesWindow(settings, application=application)).present()


def main():
    client = statesync.run(statesync.connect("org.example.Settings"))
    settings = client.topic("settings")
    settings.gobject.bind_with_mapping(
        "theme", Adw.StyleManager.get_default(), "color-scheme", StateSync.BindFlags.GET,
        lambda node: SCHEMES.get(node.get_string(), Adw.ColorScheme.DEFAULT), None)
    settings.start()

    application = Adw.Application(application_id="org.example.Settings.Python")
    application.set_accels_for_action("window.close", ["<Control>q", "<Control>w"])
    application.connect("activate", on_activate, settings)
    status = application.run()
    if settings.available:
        statesync.run(settings.settle())  # what was done in it the moment before
    return status


try:
    sys.exit(main())
except statesync.Error as error:
    sys.exit(f"settings: {error}")
