#!/usr/bin/gjs -m
// SPDX-License-Identifier: LGPL-2.1-or-later
// The preferences window of examples/settings, in JavaScript.

import Adw from 'gi://Adw?version=1';
import GLib from 'gi://GLib?version=2.0';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import Json from 'gi://Json?version=1.0';
import StateSync from 'gi://StateSync?version=1';
import System from 'system';
import {Client} from '../../bindings/javascript/statesync.js';

const BOTH_WAYS = StateSync.BindFlags.DEFAULT;

// In the order of the rows' models.
const THEMES = ['system', 'light', 'dark'];
const LANGUAGES = ['en', 'de', 'es', 'fr'];

const SCHEMES = {light: Adw.ColorScheme.FORCE_LIGHT, dark: Adw.ColorScheme.FORCE_DARK};

const PreferencesWindow = GObject.registerClass({
    GTypeName: 'PreferencesWindow',
    Template: GLib.Uri.resolve_relative(import.meta.url, '../settings/preferences-window.ui',
        GLib.UriFlags.NONE),
    InternalChildren: ['theme', 'language', 'font_size', 'sidebar', 'notifications', 'auto_save',
        'status'],
}, class PreferencesWindow extends Adw.PreferencesWindow {
    constructor(settings, properties) {
        super(properties);

        const topic = settings.gobject;
        this.#bindChoice(topic, 'theme', this._theme, THEMES);
        this.#bindChoice(topic, 'language', this._language, LANGUAGES);
        topic.bind('fontSize', this._font_size, 'value', BOTH_WAYS);
        topic.bind('sidebar', this._sidebar, 'active', BOTH_WAYS);
        topic.bind('notifications', this._notifications, 'active', BOTH_WAYS);
        topic.bind('autoSave', this._auto_save, 'active', BOTH_WAYS);

        settings.onRejected((_patch, error) =>
            this.add_toast(new Adw.Toast({title: GLib.markup_escape_text(error.message, -1)})));
        for (const property of ['available', 'has-pending', 'revision'])
            topic.connect(`notify::${property}`, () => this.#showStatus(settings));
        this.#showStatus(settings);
    }

    #bindChoice(topic, member, row, names) {
        topic.bind_with_mapping(member, row, 'selected', BOTH_WAYS,
            node => Math.max(names.indexOf(node.get_string()), 0),
            position => Json.from_string(JSON.stringify(names[position])));
    }

    // What is only this window's own, and so in no topic.
    #showStatus(settings) {
        const time = GLib.DateTime.new_now_local().format('%X');
        if (!settings.available)
            this._status.label = 'Not connected';
        else if (settings.hasPending)
            this._status.label = 'Saving…';
        else
            this._status.label = `Revision ${settings.revision} · synced at ${time}`;
    }
});

// Not awaited: while an async function runs the main loop, no promise goes on.
function connect() {
    try {
        return new Client(StateSync.Client.new_sync('org.example.Settings',
            StateSync.ClientFlags.NONE, null));
    } catch (error) {
        printerr(`settings: ${error.message}`);
        System.exit(1);
    }
}

const settings = connect().topic('settings');
settings.gobject.bind_with_mapping('theme', Adw.StyleManager.get_default(), 'color-scheme',
    StateSync.BindFlags.GET, node => SCHEMES[node.get_string()] ?? Adw.ColorScheme.DEFAULT, null);
settings.start();

const application = new Adw.Application({applicationId: 'org.example.Settings.JavaScript'});
application.set_accels_for_action('window.close', ['<Control>q', '<Control>w']);
application.connect('activate', () =>
    (application.activeWindow ?? new PreferencesWindow(settings, {application})).present());
const status = application.run([]);
if (settings.available)
    settings.gobject.settle_sync(null);  // what was done in it the moment before
System.exit(status);
