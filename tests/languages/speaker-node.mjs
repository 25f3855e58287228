// SPDX-License-Identifier: LGPL-2.1-or-later
// The rows of the table in JavaScript for Node: `node speaker-node.mjs ROW NAMESPACE`.

import {createInterface} from 'node:readline';
import {Client, StateSyncError} from '../../bindings/node/statesync.js';

const ERRORS = ['InvalidTopic', 'InvalidData', 'InvalidOption', 'Conflict', 'TooLarge',
    'LimitExceeded', 'AccessDenied', 'RevisionExhausted', 'Rejected', 'Storage', 'Unavailable'];

const print = console.log;

function show({revision, data}) {
    print(`${revision} ${JSON.stringify(data)}`);
}

/* The name of the error that it rejects with. */
async function refusal(promise) {
    try {
        return await promise;
    } catch (error) {
        if (!(error instanceof StateSyncError))
            throw error;
        return error.code;
    }
}

async function showChanges(topic, signal) {
    for await (const snapshot of topic.changes({signal}))
        show(snapshot);
    print('stopped');
}

async function follow(client, name) {
    const topic = client.topic(name);
    const stopping = new AbortController();
    const shown = showChanges(topic, stopping.signal);
    for await (const line of createInterface({input: process.stdin})) {
        if (line === 'merge')
            await topic.merge({by: 'me'});
        else
            stopping.abort();
    }
    await shown;
}

async function write(client, name) {
    const topic = client.topic(name);
    print(`${await topic.write({theme: 'dark'})}`);
    print(`${await topic.write([1.5, null, 'ä'])}`);
    show(await topic.read());
}

async function merge(client, name) {
    const topic = client.topic(name);
    print(`${await topic.merge({a: null, b: {c: 4}})}`);
    show(await topic.read());
}

async function conflict(client, name) {
    const topic = client.topic(name);
    print(await refusal(topic.write('mine', {ifRevision: 0})));
    const {revision} = await topic.read();
    print(`${await topic.write('mine', {ifRevision: revision})}`);
}

async function together(client, name) {
    let transaction = client.begin();
    transaction.write(`${name}.a`, 1);
    transaction.write(`${name}. `, 1);
    print(await refusal(transaction.commit()));

    transaction = client.begin();
    for (const [topic, number] of [['a', 1], ['b', 2], ['a', 3]])
        transaction.write(`${name}.${topic}`, number);
    print((await transaction.commit()).join(' '));
}

/* There is no replica that could show a change and take it back. It shows what it is about to
 * write; when that is refused it reads again what holds, and shows that. */
async function optimistic(client, name) {
    const topic = client.topic(name);
    let {revision, data} = await topic.read();
    show({revision, data});
    show({revision, data: {...data, volume: 4}});
    print(`${await topic.merge({volume: 4})}`);
    ({revision, data} = await topic.read());
    show({revision, data});
    show({revision, data: {...data, volume: 11}});
    print(`taken back: ${await refusal(topic.merge({volume: 11}))}`);
    show(await topic.read());
}

async function errors() {
    const client = await Client.connect('org.example',
        {name: 'org.example.Refusing', path: '/org/example/Refusing'});
    for (const name of ERRORS)
        print(await refusal(client.topic(name).write(1)));
    client.close();
}

async function list(client, name) {
    const {namespace, service} = client;
    for (const [topic, revision] of await service.ListTopics(`${namespace}.${name}`))
        print(`${topic} ${revision}`);
}

const ROWS = {follow, write, merge, conflict, together, optimistic, errors, restart: follow, list};
const [row, namespace] = process.argv.slice(2);
const client = await Client.connect(namespace);
await ROWS[row](client, row);
client.close();
