/**
 * What went wrong, as a sentence for people. Its code is the name that the interface has for it:
 * InvalidTopic, Conflict and so on; OutcomeUnknown if the service ended meanwhile and a change may
 * or may not have been made; or null.
 */
export class StateSyncError extends Error {
    /**
     * @param {string | null} code
     * @param {string} message
     */
    constructor(code: string | null, message: string);
    code: string | null;
}
/** A topic, and what may be done with it. */
export class Topic {
    /**
     * @param {Connection} connection
     * @param {string} name
     */
    constructor(connection: Connection, name: string);
    /** In full, as it is on the bus. */
    name: string;
    /**
     * What it is now.
     *
     * @returns {Promise<Snapshot>}
     */
    read(): Promise<Snapshot>;
    /**
     * Makes it this.
     *
     * @param {Value} data
     * @param {WriteOptions} [options]
     * @returns {Promise<bigint>} its revision then
     */
    write(data: Value, options?: WriteOptions | undefined): Promise<bigint>;
    /**
     * Changes what the JSON Merge Patch names, and null removes.
     *
     * @param {Value} patch
     * @param {WriteOptions} [options]
     * @returns {Promise<bigint>} its revision then
     */
    merge(patch: Value, options?: WriteOptions | undefined): Promise<bigint>;
    /**
     * What it is now, and each time that it has changed, until the signal is aborted or the client
     * closed. Of what changes faster than it is taken, the newest is told. When the service ends,
     * this waits for the next one.
     *
     * @param {{signal?: AbortSignal}} [options]
     * @returns {AsyncGenerator<Snapshot, void>}
     */
    changes(options?: {
        signal?: AbortSignal | undefined;
    } | undefined): AsyncGenerator<Snapshot, void>;
    #private;
}
/** Changes that take effect together, in order, or not at all; made by Client.begin(). */
export class Transaction {
    /**
     * @param {Client} client
     * @param {Connection} connection
     */
    constructor(client: Client, connection: Connection);
    /**
     * The topic is to be this.
     *
     * @param {string} topic
     * @param {Value} data
     * @param {WriteOptions} [options]
     */
    write(topic: string, data: Value, options?: WriteOptions | undefined): void;
    /**
     * The topic is to be changed by the patch.
     *
     * @param {string} topic
     * @param {Value} patch
     * @param {WriteOptions} [options]
     */
    merge(topic: string, patch: Value, options?: WriteOptions | undefined): void;
    /**
     * Makes the changes.
     *
     * @returns {Promise<bigint[]>} the revision of each one's topic then
     */
    commit(): Promise<bigint[]>;
    #private;
}
/**
 * An app makes one, by Client.connect() with its application id; topics are named inside that.
 */
export class Client {
    /**
     * One of the session's service, or of another one: an app's own, or the same by the name that it
     * has for sandboxed apps.
     *
     * @param {string | null} [namespace]
     * @param {{name?: string, path?: string}} [place] its name on the bus, and its object path
     * @returns {Promise<Client>}
     */
    static connect(namespace?: string | null | undefined, place?: {
        name?: string | undefined;
        path?: string | undefined;
    } | undefined): Promise<Client>;
    /**
     * @param {Connection} connection
     * @param {string | null} namespace
     */
    constructor(connection: Connection, namespace: string | null);
    namespace: string | null;
    /**
     * The proxy, for what needs no layer.
     *
     * @returns {Service}
     */
    get service(): Service;
    /**
     * One topic.
     *
     * @param {string} name
     * @returns {Topic}
     */
    topic(name: string): Topic;
    /**
     * An empty transaction.
     *
     * @returns {Transaction}
     */
    begin(): Transaction;
    /** Leaves the bus. A program does not end by itself before. */
    close(): void;
    #private;
}
/**
 * What a topic holds: null, booleans, numbers, strings, arrays and plain objects of these.
 */
export type Value = any;
/**
 * A state of a topic.
 */
export type Snapshot = {
    /**
     * 0 for a topic that was never written
     */
    revision: bigint;
    data: Value;
};
/**
 * How a change is made. With ifRevision it is refused with Conflict unless the topic is at that
 * revision, 0 for one never written. Without durable it is acknowledged before it is on stable
 * storage.
 */
export type WriteOptions = {
    durable?: boolean | undefined;
    ifRevision?: number | bigint | undefined;
};
/**
 * The methods of the interface as they are, but for those that give descriptors, which are not to
 * be had from Node. Options are variants of dbus-next.
 */
export type Service = {
    Write: (topic: string, data: string, options: {
        [x: string]: any;
    }) => Promise<bigint>;
    WriteMany: (writes: [string, string, {
        [x: string]: any;
    }][]) => Promise<bigint[]>;
    GetSnapshot: (topic: string) => Promise<[bigint, string]>;
    GetSnapshots: (topics: string[]) => Promise<[bigint, string][]>;
    ListTopics: (namespace: string) => Promise<[string, bigint][]>;
    UnmapSnapshot: (topic: string) => Promise<null>;
    Subscribe: (names: string[]) => Promise<null>;
    Unsubscribe: (names: string[]) => Promise<null>;
};
/** A connection to the bus and the proxy on it, which all topics of a client share. */
declare class Connection {
    /**
     * @param {string} name
     * @param {string} path
     * @returns {Promise<Connection>}
     */
    static open(name: string, path: string): Promise<Connection>;
    /**
     * @param {any} bus
     * @param {string} name
     */
    constructor(bus: any, name: string);
    /** How many instances of the service have come since. */
    instance: number;
    /** Why nothing can be asked any more; null while it can. */
    end: StateSyncError | null;
    isClosed: boolean;
    bus: any;
    /** @type {any} */
    service: any;
    close(): void;
    /**
     * @param {string} method
     * @param {...any} parameters
     * @returns {Promise<any>}
     */
    call(method: string, ...parameters: any[]): Promise<any>;
    /**
     * @param {string} topic
     * @param {Bell} bell is rung when there may be news of it
     */
    follow(topic: string, bell: Bell): void;
    /**
     * @param {string} topic
     * @param {Bell} bell
     */
    unfollow(topic: string, bell: Bell): void;
    #private;
}
/**
 * The methods of the interface as they are, but for those that give descriptors, which are not to
 * be had from Node. Options are variants of dbus-next.
 *
 * @typedef {object} Service
 * @property {(topic: string, data: string, options: Object<string, any>) => Promise<bigint>} Write
 * @property {(writes: [string, string, Object<string, any>][]) => Promise<bigint[]>} WriteMany
 * @property {(topic: string) => Promise<[bigint, string]>} GetSnapshot
 * @property {(topics: string[]) => Promise<[bigint, string][]>} GetSnapshots
 * @property {(namespace: string) => Promise<[string, bigint][]>} ListTopics
 * @property {(topic: string) => Promise<null>} UnmapSnapshot
 * @property {(names: string[]) => Promise<null>} Subscribe
 * @property {(names: string[]) => Promise<null>} Unsubscribe
 */
/** Rings for any number of reasons, and is heard once. */
declare class Bell {
    ring(): void;
    /**
     * Done once it was rung since the last time.
     *
     * @param {number} [atMost] milliseconds
     */
    heard(atMost?: number | undefined): Promise<void>;
    #private;
}
export {};
