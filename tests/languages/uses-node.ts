// SPDX-License-Identifier: LGPL-2.1-or-later
// What TypeScript is to say of uses of the module for Node; it is never run.

import {Client, StateSyncError, Topic} from '../../bindings/node/statesync.js';

export async function right() {
    const client: Client = await Client.connect('org.example.App');
    const settings: Topic = client.topic('settings');
    const revision: bigint = await settings.write({a: [1, 2.5, null]}, {ifRevision: 0});
    await settings.merge({a: 1}, {durable: false, ifRevision: revision});
    const stopping = new AbortController();
    for await (const {revision, data} of settings.changes({signal: stopping.signal}))
        data.a = revision + 1n;
    const transaction = client.begin();
    transaction.merge('cart', {paid: true});
    const revisions: bigint[] = await transaction.commit();
    const topics: [string, bigint][] = await client.service.ListTopics('org.example.App');
    const code: string | null = new StateSyncError('Conflict', 'no').code;
    return [revisions, topics, code];
}

export async function wrong(client: Client) {
    const settings = client.topic('settings');
    // @ts-expect-error: an option that there is not
    settings.write(1, {revision: 1});
    // @ts-expect-error: a revision is no number
    const revision: number = await settings.merge({});
    // @ts-expect-error: no such method
    settings.nothing();
    // @ts-expect-error: a topic has a name
    client.topic(5);
    // @ts-expect-error: what bears a descriptor is not to be had
    client.service.OpenSnapshot('settings');
    return revision;
}
