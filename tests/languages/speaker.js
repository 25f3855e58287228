// SPDX-License-Identifier: LGPL-2.1-or-later
// The rows of the table in JavaScript: `gjs -m speaker.js ROW NAMESPACE`.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import System from 'system';
import {Client, Conflict, StateSyncError} from '../../bindings/javascript/statesync.js';

Gio._promisify(Gio.DataInputStream.prototype, 'read_line_async', 'read_line_finish_utf8');

const ERRORS = ['InvalidTopic', 'InvalidData', 'InvalidOption', 'Conflict', 'TooLarge',
    'LimitExceeded', 'AccessDenied', 'RevisionExhausted', 'Rejected', 'Storage', 'Unavailable'];

function show(topic) {
    print(`${topic.revision} ${JSON.stringify(topic.data)}`);
}

/* What is told on standard input. */
async function* lines() {
    const stream = Gio.DataInputStream.new(Gio.UnixInputStream.new(0, false));
    for (;;) {
        const [line] = await stream.read_line_async(GLib.PRIORITY_DEFAULT, null);
        if (line === null)
            return;
        yield line;
    }
}

async function follow(client, name) {
    const topic = client.topic(name);
    await topic.start();
    show(topic);
    topic.onChanged(() => show(topic));
    for await (const line of lines()) {
        if (line === 'merge') {
            await topic.merge({by: 'me'});
        } else {
            topic.stop();
            print('stopped');
        }
    }
}

async function showOnce(topic) {
    await topic.start();
    show(topic);
    topic.stop();
}

async function write(client, name) {
    const topic = client.topic(name);
    print(await topic.write({theme: 'dark'}));
    print(await topic.write([1.5, null, 'ä']));
    await showOnce(topic);
}

async function merge(client, name) {
    const topic = client.topic(name);
    print(await topic.merge({a: null, b: {c: 4}}));
    await showOnce(topic);
}

async function conflict(client, name) {
    const topic = client.topic(name);
    try {
        print(await topic.write('mine', {ifRevision: 0}));
    } catch (error) {
        if (!(error instanceof Conflict))
            throw error;
        print(error.name);
    }
    await topic.refresh();
    print(await topic.write('mine', {ifRevision: topic.revision}));
}

async function together(client, name) {
    let transaction = client.begin();
    transaction.write(`${name}.a`, 1);
    transaction.write(`${name}. `, 1);
    await transaction.commit().catch(error => print(error.name));

    transaction = client.begin();
    for (const [topic, number] of [['a', 1], ['b', 2], ['a', 3]])
        transaction.write(`${name}.${topic}`, number);
    print((await transaction.commit()).join(' '));
}

async function optimistic(client, name) {
    const topic = client.topic(name);
    await topic.start();
    show(topic);
    const outcome = topic.update({volume: 4});
    show(topic);
    print(await outcome);
    show(topic);

    topic.onRejected((_patch, error) => print(`taken back: ${error.name}`));
    topic.update({volume: 11});
    show(topic);
    await topic.settle();
    show(topic);
}

async function errors() {
    const bus = Gio.bus_get_sync(Gio.BusType.SESSION, null);
    const client = Client.forConnection(bus, 'org.example.Refusing', '/org/example/Refusing',
        'org.example');
    for (const name of ERRORS) {
        try {
            await client.topic(name).write(1);
        } catch (error) {
            if (!(error instanceof StateSyncError))
                throw error;
            print(error.name);
        }
    }
}

async function list(client, name) {
    const service = Gio.DBusProxy.new_for_bus_sync(Gio.BusType.SESSION, Gio.DBusProxyFlags.NONE,
        null, 'org.statesync.StateSync1', '/org/statesync/StateSync1', 'org.statesync.StateSync1',
        null);
    const answer = service.call_sync('ListTopics',
        new GLib.Variant('(s)', [`${client.namespace}.${name}`]), Gio.DBusCallFlags.NONE, -1, null);
    for (const [topic, revision] of answer.recursiveUnpack()[0])
        print(`${topic} ${revision}`);
}

const ROWS = {follow, write, merge, conflict, together, optimistic, errors, restart: follow, list};

async function main(row, namespace) {
    await ROWS[row](await Client.connect(namespace), row);
}

const loop = new GLib.MainLoop(null, false);
let status = 0;
main(...System.programArgs).catch(error => {
    status = 1;
    printerr(error, error.stack);
}).finally(() => loop.quit());
loop.run();
System.exit(status);
