// SPDX-License-Identifier: LGPL-2.1-or-later
// A transport written in JavaScript: both interfaces, and an engine over them.

imports.gi.versions.StateSync = '1';
const {Gio, GLib, GObject, StateSync} = imports.gi;
const System = imports.system;

imports.searchPath.unshift(
    GLib.build_filenamev([GLib.path_get_dirname(System.programPath), '..', '..', 'support']));
const {check, finish, runUntil} = imports.checks;

const Transport = GObject.registerClass({
    Implements: [StateSync.InvalidationSource, StateSync.SnapshotProvider],
}, class Transport extends GObject.Object {
    _init() {
        super._init();
        this.revision = 1;
        this.instance = 'first';
        this.failures = 0;
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
        return this.instance;
    }

    vfunc_get_snapshot(pull) {
        if (this.failures > 0) {
            this.failures--;
            pull.return_error_literal(Gio.io_error_quark(), Gio.IOErrorEnum.FAILED, 'not now');
            return;
        }
        const data = new GLib.Bytes(`${pull.topic} ${this.revision}`);
        pull.return_snapshot(StateSync.Snapshot.new_from(this.revision, data, this.instance));
    }

    write() {
        this.revision++;
        for (const subscription of this.subscriptions)
            subscription.invalidate(this.revision, null);
    }

    serve(instance) {
        this.instance = instance;
        this.instance_changed();
    }
});

const applied = [];
const phases = [];
const transport = new Transport();
const engine = StateSync.Engine.new(transport, transport, 'settings',
    new StateSync.Policy({retry_delay: 1}), (_engine, snapshot) => {
        applied.push(imports.byteArray.toString(snapshot.get_data().toArray()));
        return true;
    });
engine.connect('sync-error', (_engine, failure) => {
    phases.push([failure.get_phase(), failure.get_error().message, failure.get_will_retry()]);
});

let started = false;
transport.failures = 1;
engine.start_async(null, (_engine, result) => {
    started = engine.start_finish(result);
});
runUntil(() => started);
check('the first failure', phases, [[StateSync.Phase.GET_SNAPSHOT, 'not now', true]]);

transport.write();
runUntil(() => engine.revision === 2);
transport.serve(null);
check('available', engine.available, false);
transport.revision = 1;
transport.serve('second');
runUntil(() => applied.length === 3);
check('applied', applied, ['settings 1', 'settings 2', 'settings 1']);

engine.stop();
transport.write();
check('subscriptions', transport.subscriptions.size, 0);
check('state', engine.state, StateSync.Lifecycle.STOPPED);
finish();
