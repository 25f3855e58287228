// SPDX-License-Identifier: LGPL-2.1-or-later
// What the layer for JavaScript promises beside the table, on the bus that it is given.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import GObject from 'gi://GObject?version=2.0';
import System from 'system';
import {Client, StateSyncError} from '../../bindings/javascript/statesync.js';

const VALUES = [
    null, true, false, 0, -5, 2 ** 53, -(2 ** 63) + 1024, 1.5, 1e21, -1e300, 5e-324, '',
    'ä\n\u0001\u{1f600}"\\', [], {}, [[], {a: [1, {b: null}]}], {'': 0, 'z': {z: 1, a: 2}},
];

let failed = 0;

function same(what, found, wanted) {
    if (JSON.stringify(found) === JSON.stringify(wanted))
        return;
    failed++;
    printerr(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
}

/* The class of what it throws, or rejects with. */
async function thrown(begin) {
    try {
        await begin();
    } catch (error) {
        return error.constructor.name;
    }
    return null;
}

/* Else they could be collected before they are called. */
const served = [];

/* A service of the test's own, and a client of it. */
function serve(write) {
    const service = Gio.DBusConnection.new_for_address_sync(
        GLib.getenv('DBUS_SESSION_BUS_ADDRESS'),
        Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
        Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, null, null);
    const object = Gio.DBusExportedObject.wrapJSObject(
        `<node><interface name="org.statesync.StateSync1"><method name="Write">
           <arg direction="in" type="s"/><arg direction="in" type="s"/>
           <arg direction="in" type="a{sv}"/><arg direction="out" type="t"/>
         </method></interface></node>`,
        {WriteAsync: write});
    object.export(service, '/');
    served.push(object, service);
    const bus = Gio.bus_get_sync(Gio.BusType.SESSION, null);
    return [service, Client.forConnection(bus, service.get_unique_name(), '/')];
}

const tests = {
    async valuesThereAndBack(client, topic) {
        for (const value of VALUES) {
            await topic.write(value);
            same('value', topic.data, value);
        }
    },

    async whatIsNoValue(client, topic) {
        for (const value of [NaN, Infinity, 2 ** 63, -(2 ** 63), 1e20, [NaN]])
            same(`${value}`, await thrown(() => topic.write(value)), 'RangeError');
        for (const value of ['a\0b', {'a\0b': 1}, '\ud800', {'\udc00': 1}])
            same(JSON.stringify(value), await thrown(() => topic.write(value)), 'RangeError');
        for (const value of [undefined, () => {}, 1n])
            same(`${typeof value}`, await thrown(() => topic.write(value)), 'TypeError');
        same('revision', topic.revision, 0);
    },

    async dataIsOnesOwn(client, topic) {
        await topic.write({a: 1});
        topic.data.a = 2;
        same('data', topic.data, {a: 1});
    },

    async changed(client, topic) {
        const told = [];
        const end = topic.onChanged(members => told.push(members));
        await topic.write({a: 1, b: 1});
        await topic.merge({b: 2, c: 3});
        end();
        await topic.merge({b: 4});
        same('told', told, [null, ['b', 'c']]);
    },

    async changes(client, topic) {
        const seen = [];
        for await (const data of topic.changes()) {
            seen.push(data);
            if (seen.length === 3)
                topic.stop();
            else
                topic.update(seen.length);
        }
        same('seen', seen, [null, 1, 2]);
    },

    async isThere(client, topic) {
        same('name', topic.name, 'org.example.Layer.isThere');
        same('available', [client.available, topic.available], [true, true]);
        same('current', topic.isCurrent, true);
        topic.update(1);
        same('pending', [topic.data, topic.hasPending], [1, true]);
        await topic.settle();
        same('settled', [topic.data, topic.hasPending], [1, false]);
        same('not durable', await topic.write(2, {durable: false, ifRevision: 1}), 2);
    },

    async cached(client, topic) {
        await topic.loadCached();
        same('cached', topic.isCached, false);
    },

    async rejected(client, topic) {
        const told = [];
        topic.onRejected((patch, error) => told.push([patch, error.name]));
        topic.update({a: 1}, {ifRevision: 7});
        await topic.settle();
        same('told', told, [[{a: 1}, 'Conflict']]);
        same('outcome', await thrown(() => topic.update({a: 1}, {ifRevision: 7})), 'Conflict');
    },

    async noService() {
        const bus = Gio.bus_get_sync(Gio.BusType.SESSION, null);
        const nobody = Client.forConnection(bus, 'org.example.Nobody', '/');
        const write = nobody.topic('t').write(1);
        same('error', await thrown(() => write), 'Unavailable');
        same('base', await write.catch(error => error instanceof StateSyncError), true);

        const topic = nobody.topic('u');
        const failure = new Promise(resolve => topic.onError(resolve));
        topic.start().catch(() => {}); // it is tried again for a while
        same('topic', (await failure).get_topic(), 'u');
        same('there', [nobody.available, topic.available, topic.isCurrent], [false, false, false]);
        topic.stop();
    },

    async serviceLeavesWithoutAnAnswer() {
        const [service, client] = serve(() => service.close_sync(null));
        same('error', await thrown(() => client.topic('t').write(1)), 'OutcomeUnknown');
    },

    async notDurable() {
        const asked = [];
        const [, client] = serve(([, , options], invocation) => {
            asked.push(options.durable?.deepUnpack() ?? true);
            invocation.return_value(new GLib.Variant('(t)', [1]));
        });
        for (const durable of [true, false])
            await client.topic('t').write(1, {durable});
        same('durable', asked, [true, false]);
    },

    async loopThatIsLeft(client, topic) {
        const isFollowed = () => GObject.signal_has_handler_pending(topic.gobject,
            GObject.signal_lookup('changed', topic.gobject.constructor.$gtype), 0, true);
        same('before', isFollowed(), false);
        for await (const data of topic.changes()) {
            same(`data ${data}`, isFollowed(), true);
            break;
        }
        same('after', isFollowed(), false);
    },
};

async function main() {
    const client = await Client.connect('org.example.Layer');
    for (const [name, test] of Object.entries(tests)) {
        const topic = client.topic(name);
        await topic.start();
        await test(client, topic);
        topic.stop();
        same(`${name} stopped`, topic.isStopped, true);
    }
}

const loop = new GLib.MainLoop(null, false);
main().catch(error => {
    failed++;
    printerr(error, error.stack);
}).finally(() => loop.quit());
loop.run();
System.exit(failed > 0 ? 1 : 0);
