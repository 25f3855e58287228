// SPDX-License-Identifier: LGPL-2.1-or-later
// What the layer imports, and the tests compile without: Node's own declarations are no part of it,
// those of dbus-next need them and a later TypeScript.
declare module 'node:fs/promises' {
    export function readFile(file: URL, encoding: string): Promise<string>;
}

declare module '@jellybrick/dbus-next' {
    export class Variant {
        constructor(signature: string, value: unknown);
        signature: string;
        value: any;
    }
    export class DBusError extends Error {
        type: string;
        text: string;
    }
    export class Message {
        constructor(parts: object);
    }
    export const MessageType: {SIGNAL: number};
    export function sessionBus(): any;
}
