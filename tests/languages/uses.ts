// SPDX-License-Identifier: LGPL-2.1-or-later
// What TypeScript is to say of uses of the module; it is never run.

import {Client, Conflict, StateSyncError, Topic} from '../../bindings/javascript/statesync.js';

export async function right() {
    const client: Client = await Client.connect('org.example.App');
    const settings: Topic = client.topic('settings');
    const revision: number = await settings.write({a: [1, 2.5, null]}, {ifRevision: 0});
    settings.update({a: revision}, {durable: false});
    const end: () => void = settings.onChanged(members => members?.includes('a'));
    settings.onRejected((_patch, error) => error instanceof Conflict);
    for await (const data of settings.changes())
        data.a;
    const transaction = client.begin();
    transaction.merge('cart', {paid: true});
    const revisions: number[] = await transaction.commit();
    const error: StateSyncError = new Conflict('no');
    const name: string | null = client.namespace;
    return [end, revisions, error.message, name];
}

export async function wrong(client: Client) {
    const settings = client.topic('settings');
    // @ts-expect-error: an option that there is not
    settings.write(1, {revision: 1});
    // @ts-expect-error: no text
    const text: string = await settings.merge({});
    // @ts-expect-error: a handler that wants more than there is
    settings.onChanged((members: string[], more: number) => members.length + more);
    // @ts-expect-error: to be read only
    settings.revision = 5;
    // @ts-expect-error: no such method
    settings.nothing();
    // @ts-expect-error: a topic has a name
    client.topic(5);
    return text;
}
