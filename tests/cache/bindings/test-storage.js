// SPDX-License-Identifier: LGPL-2.1-or-later
// A storage of an app's own, written in JavaScript; a migration, and one that throws.

imports.gi.versions.StateSync = '1';
const {Gio, GLib, GObject, StateSync} = imports.gi;
const System = imports.system;

imports.searchPath.unshift(
    GLib.build_filenamev([GLib.path_get_dirname(System.programPath), '..', '..', 'support']));
const {check, finish, runUntil} = imports.checks;

const APP_ID = 'org.example.Editor';
const TOPIC = `${APP_ID}.settings`;

const Transport = GObject.registerClass({
    Implements: [StateSync.InvalidationSource, StateSync.SnapshotProvider, StateSync.Writer],
}, class Transport extends GObject.Object {
    _init(text) {
        super._init();
        this.text = text;
    }

    vfunc_subscribe(subscription) {
        subscription.ready();
    }

    vfunc_unsubscribe(_subscription) {
    }

    vfunc_dup_instance() {
        return this.text !== null ? 'one' : null;
    }

    vfunc_get_snapshot(pull) {
        if (this.text === null) {
            pull.return_error_literal(Gio.io_error_quark(), Gio.IOErrorEnum.FAILED, 'nobody');
            return;
        }
        const data = new GLib.Bytes(this.text);
        pull.return_snapshot(StateSync.Snapshot.new_from(7, data, 'one'));
    }

    vfunc_commit(_commit) {
        throw new Error('nothing is written here');
    }
});

const Storage = GObject.registerClass({
    Implements: [StateSync.CacheStorage],
}, class Storage extends GObject.Object {
    _init() {
        super._init();
        this.kept = new Map();
    }

    vfunc_load(request) {
        request.return_data(this.kept.get(request.get_key()) ?? null);
    }

    vfunc_save(request) {
        this.kept.set(request.get_key(), request.get_data());
        request.return_done();
    }

    vfunc_remove(request) {
        this.kept.delete(request.get_key());
        request.return_done();
    }

    vfunc_clear(request) {
        this.kept.clear();
        request.return_done();
    }

    vfunc_list(request) {
        request.return_keys([...this.kept.keys()]);
    }
});

function open(cache, text) {
    const transport = new Transport(text);
    const client = StateSync.Client.new_for_transport(transport, transport, transport, APP_ID);
    client.set_cache(cache);
    return client.get_topic('settings');
}

const events = [];

function makeCache(version) {
    const cache = new StateSync.Cache({app_id: APP_ID, storage, schema_version: version});
    cache.connect('event', (_cache, event) => {
        events.push([event.get_kind(), event.get_topic(), event.get_revision()]);
    });
    return cache;
}

function load(cache) {
    const topic = open(cache, null);
    topic.load_cached_sync(null);
    return [imports.byteArray.toString(topic.get_text().toArray()), topic.cached];
}

const {SAVE_STARTED, SAVE_COMPLETED, LOADED, MISSED, MIGRATED, MIGRATION_FAILED, CLEARED} =
    StateSync.CacheEventKind;
const storage = new Storage();
const first = makeCache(1);
const topic = open(first, '{"a":1}');
topic.start_sync(null);
topic.stop();
first.flush_sync(null);
check('kept', [...storage.kept.keys()], [TOPIC]);
check('saved', events, [[MISSED, TOPIC, 0], [SAVE_STARTED, TOPIC, 7], [SAVE_COMPLETED, TOPIC, 7]]);
check('statistics', first.get_statistics().saves, 1);

events.length = 0;
check('shown', load(makeCache(1)), ['{"a":1}', true]);
check('loaded', events, [[LOADED, TOPIC, 7]]);

events.length = 0;
const second = makeCache(2);
second.add_migration(1, (_cache, _topic, data) => {
    data.get_object().set_boolean_member('b', true);
    return data;
});
second.set_validator((_cache, _topic, data) => data.get_object().has_member('b'));
check('migrated', load(second), ['{"a":1,"b":true}', true]);
check('told', events, [[MIGRATED, TOPIC, 7], [LOADED, TOPIC, 7]]);

events.length = 0;
const third = makeCache(2);
third.add_migration(1, () => {
    throw new GLib.Error(Gio.io_error_quark(), Gio.IOErrorEnum.FAILED, 'no');
});
check('not migrated', load(third), ['null', false]);
check('told of that', events, [[MIGRATION_FAILED, TOPIC, 7]]);

events.length = 0;
let cleared = false;
third.clear_async(null, (_cache, result) => {
    cleared = third.clear_finish(result);
});
runUntil(() => cleared);
check('cleared', [events, storage.kept.size], [[[CLEARED, null, 0]], 0]);

finish();
