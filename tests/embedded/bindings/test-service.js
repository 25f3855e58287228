// SPDX-License-Identifier: LGPL-2.1-or-later
// An app in JavaScript that is its own backend, on the bus that it is given.

imports.gi.versions.StateSync = '1';
imports.gi.versions.StateSyncService = '1';
const {Gio, GLib, StateSync, StateSyncService} = imports.gi;
const System = imports.system;

imports.searchPath.unshift(
    GLib.build_filenamev([GLib.path_get_dirname(System.programPath), '..', '..', 'support']));
const {check, finish, runUntil} = imports.checks;

const NAME = 'org.example.Editor.StateSync';
const PATH = '/org/example/Editor/StateSync';

function wait(begin, end) {
    let done = null;
    begin((_source, result) => {
        done = result;
    });
    runUntil(() => done !== null);
    return end(done);
}

function text(snapshot) {
    return imports.byteArray.toString(snapshot.get_data().toArray());
}

const service = StateSyncService.Service.new(StateSyncService.MemoryStorage.new());
const changed = [];
service.set_initial_data('volume', new GLib.Bytes('5'));
service.connect('validate', (_service, validation) => {
    if (imports.byteArray.toString(validation.get_data().toArray()) === '11')
        validation.reject('The volume goes to ten');
    else
        validation.accept();
});
service.connect('changed', (_service, topic, snapshot) => {
    changed.push([topic, snapshot.get_revision(), text(snapshot)]);
});
check('open', wait(callback => service.open_async(null, callback),
    result => service.open_finish(result)), true);

const bus = Gio.bus_get_sync(Gio.BusType.SESSION, null);
check('export', service.export(bus, PATH, StateSyncService.ExportFlags.NONE), true);
Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.NONE, null, null);

function write(data) {
    return wait(callback => bus.call(NAME, PATH, 'org.statesync.StateSync1', 'Write',
        new GLib.Variant('(ssa{sv})', ['volume', data, {}]), null, Gio.DBusCallFlags.NONE, -1,
        null, callback), result => bus.call_finish(result).deepUnpack());
}

check('written', write('10'), [1]);
try {
    write('11');
    check('refused', false, true);
} catch (error) {
    check('refused', error.matches(StateSync.Error, StateSync.Error.REJECTED), true);
}
const snapshot = wait(callback => service.get_snapshot_async('volume', null, callback),
    result => service.get_snapshot_finish(result));
check('snapshot', [snapshot.get_revision(), text(snapshot)], [1, '10']);
check('changed', changed, [['volume', 1, '10']]);
service.unexport(bus, PATH);
check('close', wait(callback => service.close_async(null, callback),
    result => service.close_finish(result)), true);
finish();
