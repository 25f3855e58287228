// SPDX-License-Identifier: LGPL-2.1-or-later
// What the layer for Node promises beside the table, and the proxy that dbus-next makes of the XML,
// on the bus that this is given.

import {deepStrictEqual, ok, rejects, strictEqual} from 'node:assert';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import test, {after} from 'node:test';
import {Message, Variant, sessionBus} from '@jellybrick/dbus-next';
import {Client, StateSyncError} from '../../bindings/node/statesync.js';

const NAME = 'org.statesync.StateSync1', PATH = '/org/statesync/StateSync1';
const VALUES = [
    null, true, false, 0, -5, 2 ** 53, 1.5, 1e21, -1e300, 5e-324, '', 'ä\n\u0001\u{1f600}"\\',
    [], {}, [[], {a: [1, {b: null}]}], {'': 0, 'z': {z: 1, a: 2}}, 'ä'.repeat(2 ** 20),
];

const client = await Client.connect('org.example.Node');
const others = sessionBus(); // everybody else's connection
await once(others, 'connect');
after(() => {
    client.close();
    others.disconnect();
});

function refusedAs(code) {
    return error => error instanceof StateSyncError && error.code === code;
}

/* What the bus answers. */
async function ask(bus, member, signature = '', ...body) {
    const name = 'org.freedesktop.DBus';
    const reply = await bus.call(new Message({destination: name, path: '/org/freedesktop/DBus',
        interface: name, member, signature, body}));
    return reply.body[0];
}

/* Tells a client that there is something new, true or not. */
function tell(told, topic) {
    const message = Message.newSignal(PATH, NAME, 'Invalidated', 'st', [topic.name, 1n]);
    message.destination = told.service.$object.bus.name;
    others.send(message);
}

/* A service that has one state, whatever topic is asked for. The name is its own once it is free. */
async function serve(t, oracle) {
    const bus = sessionBus();
    t.after(() => bus.disconnect());
    bus.addMethodHandler(message => {
        const isPull = message.member === 'GetSnapshot';
        bus.send(Message.newMethodReturn(message, isPull ? 'ts' : '', isPull ? oracle.state : []));
        oracle.asked?.();
        return true;
    });
    await bus.requestName('org.example.Oracle', 0);
    return () => bus.releaseName('org.example.Oracle');
}

test('the proxy has each type there and back', async () => {
    const {service} = client;
    const revision = (2n ** 64n) - 1n;
    strictEqual(await service.Write('node.a', '{"n": 1}', {}), 1n);
    strictEqual(await service.Write('node.a', '{"m": 2}', {mode: new Variant('s', 'merge')}), 2n);
    deepStrictEqual(await service.GetSnapshot('node.a'), [2n, '{"n": 1,"m": 2}']);
    await rejects(service.Write('node.a', '1', {'expected-revision': new Variant('t', revision)}),
        error => error.type === `${NAME}.Error.Conflict` && error.text.includes(`${revision}`));
    deepStrictEqual(await service.WriteMany([['node.b', '1', {}], ['node.b', '2', {}]]), [1n, 2n]);
    deepStrictEqual(await service.ListTopics('node'), [['node.a', 2n], ['node.b', 2n]]);
    deepStrictEqual(await service.GetSnapshots(['node.b', 'node.c']), [[2n, '2'], [0n, 'null']]);
});

test('what bears descriptors is refused', async () => {
    await rejects(client.service.OpenSnapshot('node.a'),
        error => error.type === 'org.freedesktop.DBus.Error.NotSupported');
});

test('properties and statistics', async () => {
    const proxy = await others.getProxyObject(NAME, PATH);
    const properties = proxy.getInterface('org.freedesktop.DBus.Properties');
    ok((await properties.Get(NAME, 'Version')).value);
    strictEqual((await properties.Get(NAME, 'MaxTopicLength')).value, 255);
    const statistics = await proxy.getInterface(`${NAME}.Statistics`).Get();
    strictEqual(typeof statistics.topics.value, 'bigint');
});

test('the proxy tells of signals', async () => {
    const proxy = (await others.getProxyObject(NAME, PATH)).getInterface(NAME);
    const told = once(proxy, 'Invalidated');
    await proxy.GetSnapshot('node.told'); // the rule is on the bus
    await client.service.Write('node.told', '1', {});
    deepStrictEqual(await told, ['node.told', 1n]);
});

test('values there and back', async () => {
    const topic = client.topic('values');
    for (const value of VALUES) {
        const revision = await topic.write(value);
        deepStrictEqual(await topic.read(), {revision, data: value});
    }
});

test('what is no value', async () => {
    const topic = client.topic('none');
    for (const value of [NaN, Infinity, [NaN]])
        await rejects(topic.write(value), RangeError);
    for (const value of [undefined, () => {}, 1n])
        await rejects(topic.write(value), TypeError);
    await rejects(topic.write(2 ** 64), refusedAs('InvalidData'));
    strictEqual((await topic.read()).revision, 0n);
});

test('options', async () => {
    const topic = client.topic('options');
    strictEqual(await topic.write(1, {ifRevision: 0, durable: false}), 1n);
    strictEqual(await topic.merge(2, {ifRevision: 1n}), 2n);
    await rejects(topic.merge(3, {ifRevision: 1n}), refusedAs('Conflict'));
});

test('one that follows no more leaves the others their signals', async () => {
    const topic = client.topic('two');
    const loops = [topic.changes(), topic.changes()];
    for (const loop of loops)
        strictEqual((await loop.next()).value.data, null);
    await loops[0].return();
    await topic.write(1);
    deepStrictEqual((await loops[1].next()).value, {revision: 1n, data: 1});
    await loops[1].return();
});

test('of changes that are not taken the newest is told', async () => {
    const topic = client.topic('newest');
    const loop = topic.changes();
    await loop.next();
    for (const value of [1, 2, 3])
        await topic.write(value);
    strictEqual((await loop.next()).value.data, 3);
    await loop.return();
});

test('what can not be followed is told', async () => {
    await rejects(client.topic(' ').changes().next(), refusedAs('InvalidTopic'));
});

test('the place for sandboxed apps, where nothing is broadcast', async t => {
    const sandboxed = await Client.connect('org.example.Node',
        {name: 'org.freedesktop.portal.StateSync', path: '/org/freedesktop/portal/StateSync'});
    t.after(() => sandboxed.close());
    const loop = sandboxed.topic('sandboxed').changes();
    await loop.next();
    await client.topic('sandboxed').write('seen');
    strictEqual((await loop.next()).value.data, 'seen');
    await loop.return();
});

test('a pull that was lost with the service is repeated', async () => {
    const topic = client.topic('lost');
    const loop = topic.changes();
    await loop.next();
    const next = loop.next();

    const {bus} = client.service.$object;
    const pid = await ask(others, 'GetConnectionUnixProcessID', 's', NAME);
    await ask(others, 'AddMatch', 's', `type='signal',member='NameOwnerChanged',arg0='${NAME}'`);
    process.kill(pid, 'SIGSTOP');
    tell(client, topic);
    await ask(others, 'GetId');
    for (let i = 0; i < 3; i++)
        await ask(bus, 'GetId'); // behind what is told; then behind the pull that it leads to
    const comes = new Promise(resolve => others.on('message', ({member, body}) => {
        if (member === 'NameOwnerChanged' && body[0] === NAME && body[2] !== '')
            resolve();
    }));
    process.kill(pid, 'SIGKILL');
    await comes; // nobody but the loop calls it
    await others.call(new Message({destination: NAME, path: PATH, interface: NAME,
        member: 'Write', signature: 'ssa{sv}', body: [topic.name, '"back"', {}]}));
    deepStrictEqual((await next).value, {revision: 1n, data: 'back'});
    await loop.return();
});

test('what is older is shown if another instance says so', async t => {
    const oracle = {state: [5n, '5']};
    const leave = await serve(t, oracle);
    const asker = await Client.connect(null, {name: 'org.example.Oracle', path: '/'});
    t.after(() => asker.close());
    const topic = asker.topic('t');
    const loop = topic.changes();
    deepStrictEqual((await loop.next()).value, {revision: 5n, data: 5});

    const next = loop.next();
    oracle.state = [4n, '4'];
    const asked = new Promise(resolve => (oracle.asked = resolve));
    tell(asker, topic);
    await asked;
    oracle.state = [6n, '6'];
    tell(asker, topic);
    deepStrictEqual((await next).value, {revision: 6n, data: 6});

    await serve(t, {state: [2n, '2']});
    await leave();
    deepStrictEqual((await loop.next()).value, {revision: 2n, data: 2});
    await loop.return();
    await asker.service.Unsubscribe([topic.name]); // what the loop's end said is answered
});

/* A service that notes how it is called, and a topic of it. */
async function listen(t) {
    const bus = sessionBus(), calls = [];
    const replies = {GetSnapshot: ['ts', [1n, '1']], Write: ['t', [1n]]};
    bus.addMethodHandler(message => {
        const {member, body: [first, , options]} = message;
        calls.push([member, first, options?.durable.value]);
        bus.send(Message.newMethodReturn(message, ...replies[member] ?? ['', []]));
        return true;
    });
    await bus.requestName('org.example.Listener', 0);
    const asker = await Client.connect(null, {name: 'org.example.Listener', path: '/'});
    t.after(() => {
        asker.close();
        bus.disconnect();
    });
    return {calls, topic: asker.topic('t')};
}

test('durable or not is what the service is told', async t => {
    const {calls, topic} = await listen(t);
    await topic.write(1);
    await topic.merge({}, {durable: false});
    deepStrictEqual(calls, [['Write', 't', true], ['Write', 't', false]]);
});

test('a loop ends when its signal is aborted, and tells the service', async t => {
    const {calls, topic} = await listen(t);
    const controller = new AbortController(), {signal} = controller;
    const loop = topic.changes({signal});
    strictEqual((await loop.next()).value.data, 1);
    const next = loop.next();
    controller.abort();
    strictEqual((await next).done, true);
    await topic.read(); // behind what the loop has told
    deepStrictEqual(calls.map(([member]) => member),
        ['Subscribe', 'GetSnapshot', 'Unsubscribe', 'GetSnapshot']);

    strictEqual((await topic.changes({signal}).next()).done, true);
    await topic.read(); // what the loop's end said is answered
    strictEqual(calls.filter(([member]) => member === 'Subscribe').length, 1);
});

test('what comes when its signal is aborted is not told any more', async t => {
    const {topic} = await listen(t);
    const controller = new AbortController();
    const next = topic.changes({signal: controller.signal}).next();
    controller.abort();
    strictEqual((await next).done, true);
    await topic.read(); // what the loop's end said is answered
});

test('where nobody serves', async t => {
    const nobody = await Client.connect(null, {name: 'org.example.Nobody', path: '/'});
    t.after(() => nobody.close());
    await rejects(nobody.topic('t').write(1), refusedAs('Unavailable'));
    await rejects(nobody.topic('t').changes().next(), refusedAs('Unavailable'));
});

test('what can not be connected leaves the bus', async () => {
    await rejects(Client.connect(null, {name: 'no name'})); // else this program does not end
});

/* Connects to another bus. */
async function elsewhere(address, connect) {
    const here = process.env.DBUS_SESSION_BUS_ADDRESS;
    process.env.DBUS_SESSION_BUS_ADDRESS = address;
    try {
        return await connect();
    } finally {
        process.env.DBUS_SESSION_BUS_ADDRESS = here;
    }
}

test('where there is no bus', async () => {
    await rejects(elsewhere('unix:path=/nowhere', () => Client.connect()), {code: 'ENOENT'});
});

/* A client that follows a topic, and to whose write nobody answers. */
async function waiting() {
    const service = sessionBus();
    service.on('error', () => {}); // it ends with the bus
    const written = new Promise(resolve => service.addMethodHandler(message => {
        if (message.member === 'GetSnapshot')
            service.send(Message.newMethodReturn(message, 'ts', [1n, '1']));
        else if (message.member === 'Subscribe')
            service.send(Message.newMethodReturn(message, '', []));
        else
            resolve();
        return true;
    }));
    await service.requestName('org.example.Mute', 0);

    const asker = await Client.connect(null, {name: 'org.example.Mute', path: '/'});
    const topic = asker.topic('t');
    const loop = topic.changes();
    await loop.next();
    const next = loop.next();
    const write = topic.write(2);
    next.catch(() => {}); // it is asked later
    write.catch(() => {});
    await written;
    return {asker, next, service, topic, write};
}

test('a bus that ends leaves nobody waiting', async () => {
    const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address']);
    const [address] = await once(daemon.stdout, 'data');
    const {asker, next, topic, write} = await elsewhere(`${address}`.trim(), waiting);
    daemon.kill('SIGKILL');
    await rejects(write, refusedAs('OutcomeUnknown'));
    await rejects(next, refusedAs('Unavailable'));
    await rejects(topic.read(), refusedAs('Unavailable'));
    asker.close();
});

test('a client that is closed leaves nobody waiting', async t => {
    const {asker, next, service, topic, write} = await waiting();
    t.after(() => service.disconnect());
    asker.close();
    await rejects(write, refusedAs('OutcomeUnknown'));
    strictEqual((await next).done, true);
    await rejects(topic.read(), refusedAs('Unavailable'));
    strictEqual((await topic.changes().next()).done, true);
});
