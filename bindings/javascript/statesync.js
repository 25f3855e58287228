// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * State that is the same in all windows and processes of an app, from GJS.
 *
 * A thin layer over what introspection gives (`gi://StateSync`), whose objects it keeps as
 * `gobject`: data are plain objects, calls are promises, errors are of classes of their own.
 *
 * @module statesync
 */

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import Json from 'gi://Json?version=1.0';
import StateSync from 'gi://StateSync?version=1';

for (const name of ['start', 'load_cached', 'refresh', 'write', 'merge', 'update', 'settle'])
    Gio._promisify(StateSync.Topic.prototype, `${name}_async`, `${name}_finish`);
Gio._promisify(StateSync.Client, 'new_async', 'new_finish');
Gio._promisify(StateSync.Client.prototype, 'write_many_async', 'write_many_finish');

/* --- errors --- */

/**
 * What went wrong, as a sentence for people. Base of all that is below, and itself what has no class
 * here: that there is no bus, for instance.
 */
export class StateSyncError extends Error {
    /**
     * @param {string} message
     */
    constructor(message) {
        super(message);
        this.name = new.target.name;
    }
}

/** The topic's name breaks the naming rule. */
export class InvalidTopic extends StateSyncError {}

/** The data is not acceptable JSON. */
export class InvalidData extends StateSyncError {}

/** An option is unknown, or of a wrong type or value. */
export class InvalidOption extends StateSyncError {}

/** The topic is not at the expected revision. */
export class Conflict extends StateSyncError {}

/** The data, or an answer, is above the limit. */
export class TooLarge extends StateSyncError {}

/** The caller has too much under way or stored. */
export class LimitExceeded extends StateSyncError {}

/** The caller may not do this. */
export class AccessDenied extends StateSyncError {}

/** The topic's revision is at its maximum. */
export class RevisionExhausted extends StateSyncError {}

/** The application that owns the topic refused the change. */
export class Rejected extends StateSyncError {}

/** The change could not be made durable. */
export class Storage extends StateSyncError {}

/** The service is shutting down. */
export class Unavailable extends StateSyncError {}

/** The change may or may not have taken effect. */
export class OutcomeUnknown extends StateSyncError {}

/** @type {Map<number, new (message: string) => StateSyncError>} */
const errorClasses = new Map([
    [StateSync.Error.INVALID_TOPIC, InvalidTopic],
    [StateSync.Error.INVALID_DATA, InvalidData],
    [StateSync.Error.INVALID_OPTION, InvalidOption],
    [StateSync.Error.CONFLICT, Conflict],
    [StateSync.Error.TOO_LARGE, TooLarge],
    [StateSync.Error.LIMIT_EXCEEDED, LimitExceeded],
    [StateSync.Error.ACCESS_DENIED, AccessDenied],
    [StateSync.Error.REVISION_EXHAUSTED, RevisionExhausted],
    [StateSync.Error.REJECTED, Rejected],
    [StateSync.Error.STORAGE, Storage],
    [StateSync.Error.UNAVAILABLE, Unavailable],
    [StateSync.Error.OUTCOME_UNKNOWN, OutcomeUnknown],
]);

/**
 * @param {any} error of GLib
 * @returns {Error} the same of this module; what was cancelled stays as GLib has it
 */
function translate(error) {
    if (!(error instanceof GLib.Error) || error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED))
        return error;
    if (error.matches(Gio.DBusError, Gio.DBusError.NO_REPLY))
        return new OutcomeUnknown(error.message);
    const isOurs = error.matches(StateSync.Error, error.code);
    return new (isOurs && errorClasses.get(error.code) || StateSyncError)(error.message);
}

/**
 * @template T
 * @param {Promise<any>} promise
 * @param {(finished: any) => T} take
 * @returns {Promise<T>}
 */
function settled(promise, take) {
    return promise.then(take, error => {
        throw translate(error);
    });
}

/* --- values --- */

// JSON-GLib ends a string at a NUL, and UTF-8 has no place for half a character.
const NO_TEXT = /[\0\p{Surrogate}]/u;

/**
 * What a topic holds: null, booleans, numbers, strings, arrays and plain objects of these.
 *
 * @typedef {any} Value
 */

/**
 * @param {string} name
 * @param {any} value
 * @returns {any} itself; JSON.stringify would make null of some numbers, and an integer that JSON
 * readers don't read of others
 */
function checked(name, value) {
    if (typeof value === 'number' && !(Math.abs(value) < 2 ** 63 || Math.abs(value) >= 1e21 &&
        Number.isFinite(value)))
        throw new RangeError(`${value} is no number that a topic can hold`);
    for (const text of [name, value]) {
        if (typeof text === 'string' && NO_TEXT.test(text))
            throw new RangeError(`${JSON.stringify(text)} is no string that can be written`);
    }
    return value;
}

/**
 * @param {Value} value
 * @returns {any} a Json.Node
 */
function toNode(value) {
    const text = JSON.stringify(value, checked);
    if (text === undefined)
        throw new TypeError(`${typeof value} is nothing that a topic can hold`);
    return Json.from_string(text);
}

/**
 * @param {any} bytes GLib.Bytes
 * @returns {Value}
 */
function fromText(bytes) {
    return JSON.parse(new TextDecoder().decode(bytes.toArray()));
}

/* --- topics --- */

/**
 * How a change is made. With ifRevision it is refused with Conflict unless the topic is at that
 * revision, 0 for one never written. Without durable it is acknowledged before it is on stable
 * storage.
 *
 * @typedef {object} WriteOptions
 * @property {boolean} [durable]
 * @property {number} [ifRevision]
 */

/**
 * @param {WriteOptions} options
 * @returns {[number, number]} flags and expected revision
 */
function writeFlags({durable = true, ifRevision}) {
    let flags = StateSync.WriteFlags.NONE;
    if (!durable)
        flags |= StateSync.WriteFlags.NOT_DURABLE;
    if (ifRevision !== undefined)
        flags |= StateSync.WriteFlags.IF_REVISION;
    return [flags, ifRevision ?? 0];
}

/**
 * A topic, and what may be done with it: the replica that all of the process share. What changes it
 * begins at once, also where nobody awaits the promise.
 */
export class Topic {
    /**
     * @param {any} gobject a StateSync.Topic
     */
    constructor(gobject) {
        /** What GTK can bind to, a StateSync.Topic. */
        this.gobject = gobject;
    }

    /**
     * In full, as it is on the bus.
     *
     * @returns {string}
     */
    get name() {
        return this.gobject.get_name();
    }

    /**
     * What is seen: values of one's own, made anew each time.
     *
     * @returns {Value}
     */
    get data() {
        return fromText(this.gobject.get_text());
    }

    /**
     * Of what is confirmed.
     *
     * @returns {number}
     */
    get revision() {
        return this.gobject.get_revision();
    }

    /**
     * Whether there is a service.
     *
     * @returns {boolean}
     */
    get available() {
        return this.gobject.get_available();
    }

    /**
     * Whether some of what is seen is not confirmed yet.
     *
     * @returns {boolean}
     */
    get hasPending() {
        return this.gobject.get_has_pending();
    }

    /**
     * Whether what is seen is left from an earlier run, and nobody has confirmed it since.
     *
     * @returns {boolean}
     */
    get isCached() {
        return this.gobject.get_cached();
    }

    /**
     * Whether nothing newer is known of.
     *
     * @returns {boolean}
     */
    get isCurrent() {
        return this.gobject.is_current();
    }

    /**
     * Whether following has ended.
     *
     * @returns {boolean}
     */
    get isStopped() {
        return this.gobject.get_state() === StateSync.Lifecycle.STOPPED;
    }

    /**
     * Follows it from now on. Done once its first data is there. One that fails is made good once
     * there is a service, so nobody has to await it.
     *
     * @returns {Promise<void>}
     */
    start() {
        const started = settled(this.gobject.start_async(null), () => undefined);
        started.catch(() => {});
        return started;
    }

    /**
     * Shows what an earlier run has left in the client's cache, if it has one.
     *
     * @returns {Promise<void>}
     */
    loadCached() {
        return settled(this.gobject.load_cached_async(null), () => undefined);
    }

    /** Ends that, for everybody of the process. */
    stop() {
        this.gobject.stop();
    }

    /**
     * Pulls it, whatever is known.
     *
     * @returns {Promise<void>}
     */
    refresh() {
        return settled(this.gobject.refresh_async(null), () => undefined);
    }

    /**
     * Makes it this, which everyone sees once it is committed.
     *
     * @param {Value} data
     * @param {WriteOptions} [options]
     * @returns {Promise<number>} its revision then
     */
    write(data, options = {}) {
        return settled(this.gobject.write_async(toNode(data), ...writeFlags(options), null),
            ([revision]) => revision);
    }

    /**
     * Changes what the JSON Merge Patch names, and null removes; everyone sees it once it is
     * committed.
     *
     * @param {Value} patch
     * @param {WriteOptions} [options]
     * @returns {Promise<number>} its revision then
     */
    merge(patch, options = {}) {
        return settled(this.gobject.merge_async(toNode(patch), ...writeFlags(options), null),
            ([revision]) => revision);
    }

    /**
     * The same, seen in this process before this returns, and taken back if it is refused. The
     * handlers of onRejected are told of that, so nobody has to await it.
     *
     * @param {Value} patch
     * @param {WriteOptions} [options]
     * @returns {Promise<number>} its revision once it is confirmed
     */
    update(patch, options = {}) {
        const outcome = settled(
            this.gobject.update_async(toNode(patch), ...writeFlags(options), null),
            ([revision]) => revision);
        outcome.catch(() => {});
        return outcome;
    }

    /**
     * Done once no change of this process is pending.
     *
     * @returns {Promise<void>}
     */
    settle() {
        return settled(this.gobject.settle_async(null), () => undefined);
    }

    /**
     * The data has changed.
     *
     * @param {(members: string[] | null) => void} handler is given the members that differ; null if
     * it is, or was, no object
     * @returns {() => void} ends that
     */
    onChanged(handler) {
        return this.#connect('changed', (_topic, members) =>
            handler(members?.length > 0 ? members : null));
    }

    /**
     * A change made by update() was taken back.
     *
     * @param {(patch: Value, error: Error) => void} handler is given the patch, and why
     * @returns {() => void} ends that
     */
    onRejected(handler) {
        return this.#connect('write-rejected', (_topic, patch, error) =>
            handler(JSON.parse(Json.to_string(patch, false)), translate(error)));
    }

    /**
     * Something went wrong.
     *
     * @param {(failure: any) => void} handler is given a StateSync.Failure: what, and what is done
     * about it
     * @returns {() => void} ends that
     */
    onError(handler) {
        return this.#connect('sync-error', (_topic, failure) => handler(failure));
    }

    /**
     * Its data now, and each time that it has changed, until it is stopped. Of what changes faster
     * than it is taken, the newest is told.
     *
     * @returns {AsyncGenerator<Value, void>}
     */
    async *changes() {
        /** @type {(value?: any) => void} */
        let wake = () => {};
        const ends = ['changed', 'notify::state'].map(signal => this.#connect(signal, () => wake()));
        try {
            while (!this.isStopped) {
                const changed = new Promise(resolve => (wake = resolve));
                yield this.data;
                await changed;
            }
        } finally {
            ends.forEach(end => end());
        }
    }

    /**
     * @param {string} signal
     * @param {(...parameters: any[]) => void} handler
     * @returns {() => void}
     */
    #connect(signal, handler) {
        const number = this.gobject.connect(signal, handler);
        return () => this.gobject.disconnect(number);
    }
}

/* --- clients --- */

/** Changes that take effect together, in order, or not at all; made by Client.begin(). */
export class Transaction {
    #client;
    #transaction;

    /**
     * @param {any} client a StateSync.Client
     */
    constructor(client) {
        this.#client = client;
        this.#transaction = client.begin();
    }

    /**
     * The topic is to be this.
     *
     * @param {string} topic
     * @param {Value} data
     * @param {WriteOptions} [options]
     */
    write(topic, data, options = {}) {
        this.#transaction.write(topic, toNode(data), ...writeFlags(options));
    }

    /**
     * The topic is to be changed by the patch.
     *
     * @param {string} topic
     * @param {Value} patch
     * @param {WriteOptions} [options]
     */
    merge(topic, patch, options = {}) {
        this.#transaction.merge(topic, toNode(patch), ...writeFlags(options));
    }

    /**
     * Makes the changes.
     *
     * @returns {Promise<number[]>} the revision of each one's topic then
     */
    commit() {
        return settled(this.#client.write_many_async(this.#transaction, null),
            revisions => revisions);
    }
}

/**
 * An app makes one, mostly by Client.connect() with its application id; topics are named inside
 * that.
 */
export class Client {
    /**
     * @param {any} gobject a StateSync.Client
     */
    constructor(gobject) {
        /** A StateSync.Client. */
        this.gobject = gobject;
    }

    /**
     * One of the session's service.
     *
     * @param {string | null} [namespace]
     * @param {number} [flags] StateSync.ClientFlags
     * @returns {Promise<Client>}
     */
    static connect(namespace = null, flags = StateSync.ClientFlags.NONE) {
        return settled(StateSync.Client.new_async(namespace, flags, null),
            gobject => new Client(gobject));
    }

    /**
     * One of an app's own service.
     *
     * @param {any} connection a Gio.DBusConnection
     * @param {string | null} busName
     * @param {string} objectPath
     * @param {string | null} [namespace]
     * @param {number} [flags] StateSync.ClientFlags
     * @returns {Client}
     */
    static forConnection(connection, busName, objectPath, namespace = null,
        flags = StateSync.ClientFlags.NONE) {
        return new Client(StateSync.Client.new_for_connection(connection, busName, objectPath,
            namespace, flags));
    }

    /**
     * One that needs no service: files that the app's processes share.
     *
     * @param {string} appId
     * @param {any} [connection] a Gio.DBusConnection
     * @returns {Client}
     */
    static broadcast(appId, connection = null) {
        return new Client(StateSync.Client.new_broadcast(appId, connection));
    }

    /**
     * One over anything else.
     *
     * @param {any} source a StateSync.InvalidationSource
     * @param {any} provider a StateSync.SnapshotProvider
     * @param {any} writer a StateSync.Writer
     * @param {string | null} [namespace]
     * @returns {Client}
     */
    static forTransport(source, provider, writer, namespace = null) {
        return new Client(StateSync.Client.new_for_transport(source, provider, writer, namespace));
    }

    /** @returns {string | null} */
    get namespace() {
        return this.gobject.get_namespace();
    }

    /**
     * Whether there is a service.
     *
     * @returns {boolean}
     */
    get available() {
        return this.gobject.get_available();
    }

    /**
     * One topic, which is not followed before start(). It is the same replica for all who ask.
     *
     * @param {string} name
     * @returns {Topic}
     */
    topic(name) {
        return new Topic(this.gobject.get_topic(name));
    }

    /**
     * An empty transaction.
     *
     * @returns {Transaction}
     */
    begin() {
        return new Transaction(this.gobject);
    }
}
