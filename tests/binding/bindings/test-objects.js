// SPDX-License-Identifier: LGPL-2.1-or-later
// Objects of JavaScript that show a topic: an applier, and a member as an object.

imports.gi.versions.StateSync = '1';
const {Gio, GLib, GObject, Json, StateSync} = imports.gi;
const System = imports.system;

imports.searchPath.unshift(
    GLib.build_filenamev([GLib.path_get_dirname(System.programPath), '..', '..', 'support']));
const {check, finish, runUntil} = imports.checks;

const Service = GObject.registerClass({
    Implements: [StateSync.InvalidationSource, StateSync.SnapshotProvider, StateSync.Writer],
}, class Service extends GObject.Object {
    _init(data) {
        super._init();
        this.revision = 1;
        this.data = data;
        this.subscriptions = new Set();
    }

    vfunc_subscribe(subscription) {
        this.subscriptions.add(subscription);
        subscription.ready();
    }

    vfunc_unsubscribe(subscription) {
        this.subscriptions.delete(subscription);
    }

    vfunc_dup_instance() {
        return 'service';
    }

    vfunc_get_snapshot(pull) {
        const text = new GLib.Bytes(JSON.stringify(this.data));
        pull.return_snapshot(StateSync.Snapshot.new_from(this.revision, text, 'service'));
    }

    vfunc_commit(commit) {
        const patch = commit.get_transaction().get_data(0).toArray();
        this.write({...this.data, ...JSON.parse(imports.byteArray.toString(patch))});
        commit.return_revisions([this.revision], 'service');
    }

    write(data) {
        this.revision++;
        this.data = data;
        for (const subscription of this.subscriptions)
            subscription.invalidate(this.revision, 'service');
    }
});

const Settings = GObject.registerClass({
    Properties: {
        'font-size': GObject.ParamSpec.int('font-size', '', '',
            GObject.ParamFlags.READWRITE, 6, 72, 12),
        'title': GObject.ParamSpec.string('title', '', '',
            GObject.ParamFlags.READWRITE, 'untitled'),
    },
}, class Settings extends GObject.Object {});

const service = new Service({fontSize: 14, title: 'a'});
const client = StateSync.Client.new_for_transport(service, service, service, null);
const topic = client.get_topic('settings');
topic.start_sync(null);

function show(data) {
    service.write(data);
    runUntil(() => topic.revision >= service.revision);
}

const settings = new Settings();
const applier = StateSync.Applier.new(topic, settings, StateSync.ApplierMode.REPLACE, null, null);
applier.start();
check('applied', [settings.font_size, settings.title], [14, 'a']);
show({'font-size': 15});
check('replaced', [settings.font_size, settings.title], [15, 'untitled']);

applier.set_map(data => {
    const title = data.get_object().get_string_member('title').toUpperCase();
    return Json.from_string(JSON.stringify({title}));
});
show({title: 'b'});
check('mapped', [settings.font_size, settings.title], [12, 'B']);
applier.stop();

let message = '';
try {
    StateSync.Applier.new(topic, settings, StateSync.ApplierMode.PATCH, ['title'], ['title']);
} catch (error) {
    message = error.message;
}
check('both lists', message, 'Keys are picked and omitted at once: give one of the two lists');

const value = StateSync.Value.new(topic, 'title');
value.bind_property('string', settings, 'title', GObject.BindingFlags.SYNC_CREATE);
check('bound', settings.title, 'b');
value.string = 'c';
topic.settle_sync(null);
check('written', [settings.title, service.data], ['c', {title: 'c'}]);

const {DEFAULT} = StateSync.BindFlags;
show({fontSize: 14, title: 'a'});
topic.bind('fontSize', settings, 'font-size', DEFAULT);
settings.font_size = 20;
topic.settle_sync(null);
check('bound to a property', service.data, {fontSize: 20, title: 'a'});
StateSync.unbind(settings, 'font-size');
show({fontSize: 40, title: 'a'});
check('unbound', settings.font_size, 20);

topic.bind_with_mapping('title', settings, 'title', DEFAULT,
    node => node.get_string().toUpperCase(),
    title => title ? Json.from_string(JSON.stringify(title.toLowerCase())) : null);
check('mapped to a property', settings.title, 'A');
settings.title = 'BCD';
topic.settle_sync(null);
settings.title = '';
topic.settle_sync(null);
check('mapped from a property', service.data.title, 'bcd');

const action = topic.create_action('title');
action.activate(new GLib.Variant('s', 'b'));
const wraps = topic.create_action_with_type('wraps', new GLib.VariantType('b'));
wraps.activate(null);
topic.settle_sync(null);
check('actions', [action.state.unpack(), wraps.state.unpack(), service.data],
    ['b', true, {fontSize: 40, title: 'b', wraps: true}]);

const group = new Gio.SimpleActionGroup();
topic.add_actions(group, 'doc-');
check('a map of actions', group.list_actions().sort(), ['doc-fontSize', 'doc-title', 'doc-wraps']);
topic.remove_actions(group);
check('an empty map', group.list_actions(), []);

topic.stop();
finish();
