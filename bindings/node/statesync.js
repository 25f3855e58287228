// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * State that is the same in all windows and processes of an app, from Node.
 *
 * A thin layer over the proxy that dbus-next makes of the interface's XML: data are plain objects,
 * following is a loop, errors have the names that the service gives them.
 *
 * How a topic is followed: the service is asked to tell this connection of its changes, and then
 * for its state; in this order nothing is missed. What is told only rings a bell: while a pull is
 * under way, any number of rings leads to one more pull. What a pull gives is shown if it is newer
 * than what was, or if it was asked for after another instance of the service came: such a one is
 * right, whatever the last one said. It also knows nothing of who wanted to be told, so it is asked
 * anew.
 *
 * @module statesync
 */

import {readFile} from 'node:fs/promises';
import {DBusError, Message, MessageType, Variant, sessionBus} from '@jellybrick/dbus-next';

const INTERFACE = 'org.statesync.StateSync1';
const XML = new URL(`${INTERFACE}.xml`, import.meta.url);
const FIRST_PAUSE = 500, LONGEST_PAUSE = 30000; // milliseconds, before a lost pull is repeated

/* --- errors --- */

/** What the bus says of a call that it did not deliver, or that nobody answered. */
const CODES_OF_THE_BUS = new Map([
    ['AccessDenied', 'AccessDenied'],
    ['LimitsExceeded', 'LimitExceeded'],
    ['NameHasNoOwner', 'Unavailable'],
    ['ServiceUnknown', 'Unavailable'],
    ['NoReply', 'OutcomeUnknown'],
]);
const PASSING = ['Unavailable', 'OutcomeUnknown'];

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
    constructor(code, message) {
        super(message);
        this.name = 'StateSyncError';
        this.code = code;
    }
}

/**
 * @param {unknown} error
 * @returns {unknown} the same of this module, if it came over the bus
 */
function translate(error) {
    if (!(error instanceof DBusError))
        return error;
    const ours = error.type.startsWith(`${INTERFACE}.Error.`);
    const name = error.type.slice(error.type.lastIndexOf('.') + 1);
    return new StateSyncError(ours ? name : CODES_OF_THE_BUS.get(name) ?? null, error.text);
}

/* --- values --- */

/**
 * What a topic holds: null, booleans, numbers, strings, arrays and plain objects of these.
 *
 * @typedef {any} Value
 */

/**
 * A state of a topic.
 *
 * @typedef {object} Snapshot
 * @property {bigint} revision 0 for a topic that was never written
 * @property {Value} data
 */

/**
 * How a change is made. With ifRevision it is refused with Conflict unless the topic is at that
 * revision, 0 for one never written. Without durable it is acknowledged before it is on stable
 * storage.
 *
 * @typedef {object} WriteOptions
 * @property {boolean} [durable]
 * @property {bigint | number} [ifRevision]
 */

/**
 * @param {Value} value
 * @returns {string} its JSON
 */
function toText(value) {
    const text = JSON.stringify(value, (_name, part) => {
        if (typeof part === 'number' && !Number.isFinite(part))
            throw new RangeError(`${part} is no number that a topic can hold`);
        return part;
    });
    if (text === undefined)
        throw new TypeError(`${typeof value} is nothing that a topic can hold`);
    return text;
}

/**
 * @param {'replace' | 'merge'} mode
 * @param {WriteOptions} options
 * @returns {Object<string, any>} as they are on the bus
 */
function toVariants(mode, {durable = true, ifRevision}) {
    const variants = {mode: new Variant('s', mode), durable: new Variant('b', durable)};
    return ifRevision === undefined ? variants
        : {...variants, 'expected-revision': new Variant('t', BigInt(ifRevision))};
}

/* --- the bus --- */

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
class Bell {
    #rung = false;
    #wake = () => {};

    ring() {
        this.#rung = true;
        this.#wake();
    }

    /**
     * Done once it was rung since the last time.
     *
     * @param {number} [atMost] milliseconds
     */
    async heard(atMost) {
        /** @type {any} */
        let timer;
        if (!this.#rung) {
            await new Promise(resolve => {
                this.#wake = () => resolve(undefined);
                if (atMost !== undefined)
                    timer = setTimeout(resolve, atMost);
            });
        }
        clearTimeout(timer);
        this.#rung = false;
    }
}

/** A connection to the bus and the proxy on it, which all topics of a client share. */
class Connection {
    /** How many instances of the service have come since. */
    instance = 0;
    /** Why nothing can be asked any more; null while it can. */
    end = /** @type {StateSyncError | null} */ (null);
    isClosed = false;
    /** @type {Map<string, Set<Bell>>} */
    #followers = new Map();
    /** @type {Set<(reason: Error) => void>} */
    #underWay = new Set();
    #name;

    /**
     * @param {any} bus
     * @param {string} name
     */
    constructor(bus, name) {
        this.bus = bus;
        this.#name = name;
        /** @type {any} */
        this.service = null;
        bus.on('message', (/** @type {any} */ message) => this.#told(message));
        bus.on('error', (/** @type {Error} */ error) =>
            this.#ended(`The connection to the bus was lost (${error.message}); make a new client`));
        bus._connection.on('end', () => // of which the bus tells nobody, not even who waits for it
            this.#ended('The bus has ended; make a new client once there is another'));
    }

    /**
     * @param {string} name
     * @param {string} path
     * @returns {Promise<Connection>}
     */
    static async open(name, path) {
        const bus = sessionBus();
        /** @type {(error: Error) => void} */
        let fail = () => {};
        const failed = new Promise((_resolve, reject) => (fail = reject));
        bus.on('error', fail);
        const connection = new Connection(bus, name);
        connection.#underWay.add(fail);
        try {
            await Promise.race([connection.#prepare(path), failed]);
        } catch (error) {
            bus.disconnect();
            throw error;
        }
        connection.#underWay.delete(fail);
        bus.off('error', fail);
        return connection;
    }

    close() {
        this.isClosed = true;
        this.#ended('The client was closed');
    }

    /**
     * @param {string} reason
     */
    #ended(reason) {
        if (this.end !== null)
            return;
        this.end = new StateSyncError('Unavailable', reason);
        this.bus.disconnect();
        this.#underWay.forEach(fail => fail(new StateSyncError('OutcomeUnknown', reason)));
        this.#followers.forEach(bells => bells.forEach(bell => bell.ring()));
    }

    /**
     * @param {string} path
     */
    async #prepare(path) {
        await this.bus.call(new Message({
            destination: 'org.freedesktop.DBus',
            path: '/org/freedesktop/DBus',
            interface: 'org.freedesktop.DBus',
            member: 'AddMatch',
            signature: 's',
            body: [`type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${this.#name}'`],
        }));
        const proxy = await this.bus.getProxyObject(this.#name, path, await readFile(XML, 'utf8'));
        this.service = proxy.getInterface(INTERFACE);
    }

    /**
     * @param {string} method
     * @param {...any} parameters
     * @returns {Promise<any>}
     */
    async call(method, ...parameters) {
        if (this.end !== null)
            throw this.end;
        /** @type {(reason: Error) => void} */
        let fail = () => {};
        try {
            return await new Promise((resolve, reject) => {
                this.#underWay.add(fail = reject);
                this.service[method](...parameters).then(resolve, reject);
            });
        } catch (error) {
            throw translate(error);
        } finally {
            this.#underWay.delete(fail);
        }
    }

    /**
     * @param {string} topic
     * @param {Bell} bell is rung when there may be news of it
     */
    follow(topic, bell) {
        const bells = this.#followers.get(topic) ?? new Set();
        this.#followers.set(topic, bells.add(bell));
    }

    /**
     * @param {string} topic
     * @param {Bell} bell
     */
    unfollow(topic, bell) {
        const bells = this.#followers.get(topic);
        bells?.delete(bell);
        if (bells?.size !== 0)
            return;
        this.#followers.delete(topic);
        this.call('Unsubscribe', [topic]).catch(() => {}); // it ends with the connection at the latest
    }

    /**
     * What is told needs no proof: it leads to a pull, and the pull is the truth.
     *
     * @param {any} message
     */
    #told({type, member, body}) {
        if (type !== MessageType.SIGNAL)
            return;
        if (member === 'Invalidated') {
            this.#followers.get(body[0])?.forEach(bell => bell.ring());
        } else if (member === 'NameOwnerChanged' && body[0] === this.#name && body[2] !== '') {
            this.instance++;
            this.#followers.forEach(bells => bells.forEach(bell => bell.ring()));
        }
    }
}

/* --- topics --- */

/** What one loop over changes knows. */
class Follower {
    /** How long to wait before the next pull if nobody rings, in milliseconds. */
    pause = /** @type {number | undefined} */ (undefined);
    #connection;
    #topic;
    #askedOf = -1;
    /** @type {{revision: bigint, text: string, instance: number} | null} */
    #shown = null;

    /**
     * @param {Connection} connection
     * @param {string} topic
     */
    constructor(connection, topic) {
        this.#connection = connection;
        this.#topic = topic;
    }

    /**
     * @returns {Promise<Snapshot | null>} null if there is nothing to show
     */
    async pull() {
        try {
            const snapshot = await this.#pull();
            this.pause = undefined;
            return snapshot;
        } catch (/** @type {any} */ error) {
            if (this.#connection.isClosed)
                return null;
            const isPassing = this.#connection.end === null && PASSING.includes(error.code);
            if (this.#shown === null || !isPassing)
                throw error;
            this.pause = Math.min(2 * (this.pause ?? FIRST_PAUSE), LONGEST_PAUSE);
            return null;
        }
    }

    /**
     * @returns {Promise<Snapshot | null>}
     */
    async #pull() {
        const {instance} = this.#connection; // an answer may be of a later one, which will ring
        if (this.#askedOf !== instance) {
            await this.#connection.call('Subscribe', [this.#topic]);
            this.#askedOf = instance;
        }
        const [revision, text] = await this.#connection.call('GetSnapshot', this.#topic);
        const shown = this.#shown;
        if (shown !== null && shown.instance === instance && revision <= shown.revision)
            return null;
        this.#shown = {revision, text, instance};
        const isTheSame = shown !== null && shown.revision === revision && shown.text === text;
        return isTheSame ? null : {revision, data: JSON.parse(text)};
    }
}

/** A topic, and what may be done with it. */
export class Topic {
    #connection;

    /**
     * @param {Connection} connection
     * @param {string} name
     */
    constructor(connection, name) {
        this.#connection = connection;
        /** In full, as it is on the bus. */
        this.name = name;
    }

    /**
     * What it is now.
     *
     * @returns {Promise<Snapshot>}
     */
    async read() {
        const [revision, text] = await this.#connection.call('GetSnapshot', this.name);
        return {revision, data: JSON.parse(text)};
    }

    /**
     * Makes it this.
     *
     * @param {Value} data
     * @param {WriteOptions} [options]
     * @returns {Promise<bigint>} its revision then
     */
    async write(data, options = {}) {
        return this.#connection.call('Write', this.name, toText(data),
            toVariants('replace', options));
    }

    /**
     * Changes what the JSON Merge Patch names, and null removes.
     *
     * @param {Value} patch
     * @param {WriteOptions} [options]
     * @returns {Promise<bigint>} its revision then
     */
    async merge(patch, options = {}) {
        return this.#connection.call('Write', this.name, toText(patch),
            toVariants('merge', options));
    }

    /**
     * What it is now, and each time that it has changed, until the signal is aborted or the client
     * closed. Of what changes faster than it is taken, the newest is told. When the service ends,
     * this waits for the next one.
     *
     * @param {{signal?: AbortSignal}} [options]
     * @returns {AsyncGenerator<Snapshot, void>}
     */
    async *changes(options = {}) {
        const {signal} = options;
        const bell = new Bell();
        const stop = () => bell.ring();
        const follower = new Follower(this.#connection, this.name);
        this.#connection.follow(this.name, bell);
        signal?.addEventListener('abort', stop);
        try {
            while (!signal?.aborted && !this.#connection.isClosed) {
                const snapshot = await follower.pull();
                if (snapshot !== null && !signal?.aborted)
                    yield snapshot;
                await bell.heard(follower.pause);
            }
        } finally {
            signal?.removeEventListener('abort', stop);
            this.#connection.unfollow(this.name, bell);
        }
    }
}

/* --- clients --- */

/** Changes that take effect together, in order, or not at all; made by Client.begin(). */
export class Transaction {
    #client;
    #connection;
    /** @type {[string, string, Object<string, any>][]} */
    #writes = [];

    /**
     * @param {Client} client
     * @param {Connection} connection
     */
    constructor(client, connection) {
        this.#client = client;
        this.#connection = connection;
    }

    /**
     * The topic is to be this.
     *
     * @param {string} topic
     * @param {Value} data
     * @param {WriteOptions} [options]
     */
    write(topic, data, options = {}) {
        this.#add(topic, data, 'replace', options);
    }

    /**
     * The topic is to be changed by the patch.
     *
     * @param {string} topic
     * @param {Value} patch
     * @param {WriteOptions} [options]
     */
    merge(topic, patch, options = {}) {
        this.#add(topic, patch, 'merge', options);
    }

    /**
     * Makes the changes.
     *
     * @returns {Promise<bigint[]>} the revision of each one's topic then
     */
    async commit() {
        return this.#connection.call('WriteMany', this.#writes);
    }

    /**
     * @param {string} topic
     * @param {Value} value
     * @param {'replace' | 'merge'} mode
     * @param {WriteOptions} options
     */
    #add(topic, value, mode, options) {
        this.#writes.push([this.#client.topic(topic).name, toText(value), toVariants(mode, options)]);
    }
}

/**
 * An app makes one, by Client.connect() with its application id; topics are named inside that.
 */
export class Client {
    #connection;

    /**
     * @param {Connection} connection
     * @param {string | null} namespace
     */
    constructor(connection, namespace) {
        this.#connection = connection;
        this.namespace = namespace;
    }

    /**
     * One of the session's service, or of another one: an app's own, or the same by the name that it
     * has for sandboxed apps.
     *
     * @param {string | null} [namespace]
     * @param {{name?: string, path?: string}} [place] its name on the bus, and its object path
     * @returns {Promise<Client>}
     */
    static async connect(namespace = null, place = {}) {
        const {name = INTERFACE, path = '/org/statesync/StateSync1'} = place;
        return new Client(await Connection.open(name, path), namespace);
    }

    /**
     * The proxy, for what needs no layer.
     *
     * @returns {Service}
     */
    get service() {
        return this.#connection.service;
    }

    /**
     * One topic.
     *
     * @param {string} name
     * @returns {Topic}
     */
    topic(name) {
        return new Topic(this.#connection, this.namespace === null ? name : `${this.namespace}.${name}`);
    }

    /**
     * An empty transaction.
     *
     * @returns {Transaction}
     */
    begin() {
        return new Transaction(this, this.#connection);
    }

    /** Leaves the bus. A program does not end by itself before. */
    close() {
        this.#connection.close();
    }
}
