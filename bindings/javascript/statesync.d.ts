/**
 * What went wrong, as a sentence for people. Base of all that is below, and itself what has no class
 * here: that there is no bus, for instance.
 */
export class StateSyncError extends Error {
    /**
     * @param {string} message
     */
    constructor(message: string);
}
/** The topic's name breaks the naming rule. */
export class InvalidTopic extends StateSyncError {
}
/** The data is not acceptable JSON. */
export class InvalidData extends StateSyncError {
}
/** An option is unknown, or of a wrong type or value. */
export class InvalidOption extends StateSyncError {
}
/** The topic is not at the expected revision. */
export class Conflict extends StateSyncError {
}
/** The data, or an answer, is above the limit. */
export class TooLarge extends StateSyncError {
}
/** The caller has too much under way or stored. */
export class LimitExceeded extends StateSyncError {
}
/** The caller may not do this. */
export class AccessDenied extends StateSyncError {
}
/** The topic's revision is at its maximum. */
export class RevisionExhausted extends StateSyncError {
}
/** The application that owns the topic refused the change. */
export class Rejected extends StateSyncError {
}
/** The change could not be made durable. */
export class Storage extends StateSyncError {
}
/** The service is shutting down. */
export class Unavailable extends StateSyncError {
}
/** The change may or may not have taken effect. */
export class OutcomeUnknown extends StateSyncError {
}
/**
 * A topic, and what may be done with it: the replica that all of the process share. What changes it
 * begins at once, also where nobody awaits the promise.
 */
export class Topic {
    /**
     * @param {any} gobject a StateSync.Topic
     */
    constructor(gobject: any);
    /** What GTK can bind to, a StateSync.Topic. */
    gobject: any;
    /**
     * In full, as it is on the bus.
     *
     * @returns {string}
     */
    get name(): string;
    /**
     * What is seen: values of one's own, made anew each time.
     *
     * @returns {Value}
     */
    get data(): any;
    /**
     * Of what is confirmed.
     *
     * @returns {number}
     */
    get revision(): number;
    /**
     * Whether there is a service.
     *
     * @returns {boolean}
     */
    get available(): boolean;
    /**
     * Whether some of what is seen is not confirmed yet.
     *
     * @returns {boolean}
     */
    get hasPending(): boolean;
    /**
     * Whether what is seen is left from an earlier run, and nobody has confirmed it since.
     *
     * @returns {boolean}
     */
    get isCached(): boolean;
    /**
     * Whether nothing newer is known of.
     *
     * @returns {boolean}
     */
    get isCurrent(): boolean;
    /**
     * Whether following has ended.
     *
     * @returns {boolean}
     */
    get isStopped(): boolean;
    /**
     * Follows it from now on. Done once its first data is there. One that fails is made good once
     * there is a service, so nobody has to await it.
     *
     * @returns {Promise<void>}
     */
    start(): Promise<void>;
    /**
     * Shows what an earlier run has left in the client's cache, if it has one.
     *
     * @returns {Promise<void>}
     */
    loadCached(): Promise<void>;
    /** Ends that, for everybody of the process. */
    stop(): void;
    /**
     * Pulls it, whatever is known.
     *
     * @returns {Promise<void>}
     */
    refresh(): Promise<void>;
    /**
     * Makes it this, which everyone sees once it is committed.
     *
     * @param {Value} data
     * @param {WriteOptions} [options]
     * @returns {Promise<number>} its revision then
     */
    write(data: Value, options?: WriteOptions | undefined): Promise<number>;
    /**
     * Changes what the JSON Merge Patch names, and null removes; everyone sees it once it is
     * committed.
     *
     * @param {Value} patch
     * @param {WriteOptions} [options]
     * @returns {Promise<number>} its revision then
     */
    merge(patch: Value, options?: WriteOptions | undefined): Promise<number>;
    /**
     * The same, seen in this process before this returns, and taken back if it is refused. The
     * handlers of onRejected are told of that, so nobody has to await it.
     *
     * @param {Value} patch
     * @param {WriteOptions} [options]
     * @returns {Promise<number>} its revision once it is confirmed
     */
    update(patch: Value, options?: WriteOptions | undefined): Promise<number>;
    /**
     * Done once no change of this process is pending.
     *
     * @returns {Promise<void>}
     */
    settle(): Promise<void>;
    /**
     * The data has changed.
     *
     * @param {(members: string[] | null) => void} handler is given the members that differ; null if
     * it is, or was, no object
     * @returns {() => void} ends that
     */
    onChanged(handler: (members: string[] | null) => void): () => void;
    /**
     * A change made by update() was taken back.
     *
     * @param {(patch: Value, error: Error) => void} handler is given the patch, and why
     * @returns {() => void} ends that
     */
    onRejected(handler: (patch: Value, error: Error) => void): () => void;
    /**
     * Something went wrong.
     *
     * @param {(failure: any) => void} handler is given a StateSync.Failure: what, and what is done
     * about it
     * @returns {() => void} ends that
     */
    onError(handler: (failure: any) => void): () => void;
    /**
     * Its data now, and each time that it has changed, until it is stopped. Of what changes faster
     * than it is taken, the newest is told.
     *
     * @returns {AsyncGenerator<Value, void>}
     */
    changes(): AsyncGenerator<Value, void>;
    #private;
}
/** Changes that take effect together, in order, or not at all; made by Client.begin(). */
export class Transaction {
    /**
     * @param {any} client a StateSync.Client
     */
    constructor(client: any);
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
     * @returns {Promise<number[]>} the revision of each one's topic then
     */
    commit(): Promise<number[]>;
    #private;
}
/**
 * An app makes one, mostly by Client.connect() with its application id; topics are named inside
 * that.
 */
export class Client {
    /**
     * One of the session's service.
     *
     * @param {string | null} [namespace]
     * @param {number} [flags] StateSync.ClientFlags
     * @returns {Promise<Client>}
     */
    static connect(namespace?: string | null | undefined, flags?: number | undefined): Promise<Client>;
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
    static forConnection(connection: any, busName: string | null, objectPath: string, namespace?: string | null | undefined, flags?: number | undefined): Client;
    /**
     * One that needs no service: files that the app's processes share.
     *
     * @param {string} appId
     * @param {any} [connection] a Gio.DBusConnection
     * @returns {Client}
     */
    static broadcast(appId: string, connection?: any): Client;
    /**
     * One over anything else.
     *
     * @param {any} source a StateSync.InvalidationSource
     * @param {any} provider a StateSync.SnapshotProvider
     * @param {any} writer a StateSync.Writer
     * @param {string | null} [namespace]
     * @returns {Client}
     */
    static forTransport(source: any, provider: any, writer: any, namespace?: string | null | undefined): Client;
    /**
     * @param {any} gobject a StateSync.Client
     */
    constructor(gobject: any);
    /** A StateSync.Client. */
    gobject: any;
    /** @returns {string | null} */
    get namespace(): string | null;
    /**
     * Whether there is a service.
     *
     * @returns {boolean}
     */
    get available(): boolean;
    /**
     * One topic, which is not followed before start(). It is the same replica for all who ask.
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
}
/**
 * What a topic holds: null, booleans, numbers, strings, arrays and plain objects of these.
 */
export type Value = any;
/**
 * How a change is made. With ifRevision it is refused with Conflict unless the topic is at that
 * revision, 0 for one never written. Without durable it is acknowledged before it is on stable
 * storage.
 */
export type WriteOptions = {
    durable?: boolean | undefined;
    ifRevision?: number | undefined;
};
