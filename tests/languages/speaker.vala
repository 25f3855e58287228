// SPDX-License-Identifier: LGPL-2.1-or-later
// The rows of the table in Vala: `speaker ROW NAMESPACE`.

const string[] ERRORS = {
    "InvalidTopic", "InvalidData", "InvalidOption", "Conflict", "TooLarge", "LimitExceeded",
    "AccessDenied", "RevisionExhausted", "Rejected", "Storage", "Unavailable"
};

const StateSync.WriteFlags NONE = StateSync.WriteFlags.NONE;

void say (string line) {
    stdout.puts (line + "\n");
    stdout.flush ();
}

void show (StateSync.Topic topic) {
    say (@"$(topic.revision) $(Json.to_string (topic.data, false))");
}

/* As the bus has it. */
string name_of (Error error) {
    var full = DBusError.encode_gerror (error);
    return full.substring (full.last_index_of_char ('.') + 1);
}

namespace Row {
    async void follow (StateSync.Client client, string name) throws Error {
        var topic = client.get_topic (name);
        yield topic.start_async (null);
        show (topic);
        topic.changed.connect (() => show (topic));

        var input = new DataInputStream (new UnixInputStream (0, false));
        string? line;
        while ((line = yield input.read_line_async (Priority.DEFAULT, null)) != null) {
            if (line == "merge") {
                yield topic.merge_async (Json.from_string ("{\"by\":\"me\"}"), NONE, 0, null, null);
            } else {
                topic.stop ();
                say ("stopped");
            }
        }
    }

    async void write (StateSync.Client client, string name) throws Error {
        var topic = client.get_topic (name);
        uint64 revision;
        yield topic.write_async (Json.from_string ("{\"theme\":\"dark\"}"), NONE, 0, null, out revision);
        say (@"$revision");
        yield topic.write_async (Json.from_string ("[1.5,null,\"ä\"]"), NONE, 0, null, out revision);
        say (@"$revision");
        yield topic.start_async (null);
        show (topic);
    }

    async void merge (StateSync.Client client, string name) throws Error {
        var topic = client.get_topic (name);
        uint64 revision;
        var patch = Json.from_string ("{\"a\":null,\"b\":{\"c\":4}}");
        yield topic.merge_async (patch, NONE, 0, null, out revision);
        say (@"$revision");
        yield topic.start_async (null);
        show (topic);
    }

    async void conflict (StateSync.Client client, string name) throws Error {
        var topic = client.get_topic (name);
        var mine = Json.from_string ("\"mine\"");
        uint64 revision;
        try {
            yield topic.write_async (mine, StateSync.WriteFlags.IF_REVISION, 0, null, out revision);
        } catch (StateSync.Error.CONFLICT error) {
            say (name_of (error));
        }
        yield topic.refresh_async (null);
        yield topic.write_async (mine, StateSync.WriteFlags.IF_REVISION, topic.revision, null,
                                 out revision);
        say (@"$revision");
    }

    async void together (StateSync.Client client, string name) throws Error {
        var one = Json.from_string ("1");
        var transaction = client.begin ();
        transaction.write (@"$name.a", one, NONE, 0);
        transaction.write (@"$name. ", one, NONE, 0);
        try {
            yield client.write_many_async (transaction, null);
        } catch (StateSync.Error error) {
            say (name_of (error));
        }

        transaction = client.begin ();
        transaction.write (@"$name.a", one, NONE, 0);
        transaction.write_text (@"$name.b", "2", NONE, 0);
        transaction.write_text (@"$name.a", "3", NONE, 0);
        string[] words = {};
        foreach (var revision in yield client.write_many_async (transaction, null))
            words += revision.to_string ();
        say (string.joinv (" ", words));
    }

    async void optimistic (StateSync.Client client, string name) throws Error {
        var topic = client.get_topic (name);
        yield topic.start_async (null);
        show (topic);

        SourceFunc go_on = optimistic.callback;
        AsyncResult? done = null;
        topic.update_async.begin (Json.from_string ("{\"volume\":4}"), NONE, 0, null, (_, result) => {
            done = result;
            go_on ();
        });
        show (topic);
        yield;
        uint64 revision;
        topic.update_async.end (done, out revision);
        say (@"$revision");
        show (topic);

        topic.write_rejected.connect ((patch, error) => say (@"taken back: $(name_of (error))"));
        topic.update_async.begin (Json.from_string ("{\"volume\":11}"), NONE, 0, null);
        show (topic);
        yield topic.settle_async (null);
        show (topic);
    }

    async void errors (StateSync.Client client, string name) throws Error {
        var bus = yield Bus.get (BusType.SESSION);
        var refusing = new StateSync.Client.for_connection (
            bus, "org.example.Refusing", "/org/example/Refusing", "org.example",
            StateSync.ClientFlags.NONE);
        foreach (unowned string wanted in ERRORS) {
            try {
                yield refusing.get_topic (wanted).write_async (Json.from_string ("1"), NONE, 0, null, null);
            } catch (StateSync.Error error) {
                say (name_of (error));
            }
        }
    }

    async void list (StateSync.Client client, string name) throws Error {
        var bus = yield Bus.get (BusType.SESSION);
        var answer = yield bus.call (
            "org.statesync.StateSync1", "/org/statesync/StateSync1", "org.statesync.StateSync1",
            "ListTopics", new Variant ("(s)", @"$(client.get_namespace ()).$name"),
            new VariantType ("(a(st))"), DBusCallFlags.NONE, -1, null);
        var topics = answer.get_child_value (0).iterator ();
        string topic;
        uint64 revision;
        while (topics.next ("(st)", out topic, out revision))
            say (@"$topic $revision");
    }
}

async void run (string row, string name) throws Error {
    var client = yield new StateSync.Client (name, StateSync.ClientFlags.NONE, null);
    switch (row) {
    case "follow":
    case "restart":
        yield Row.follow (client, row);
        break;
    case "write":
        yield Row.write (client, row);
        break;
    case "merge":
        yield Row.merge (client, row);
        break;
    case "conflict":
        yield Row.conflict (client, row);
        break;
    case "together":
        yield Row.together (client, row);
        break;
    case "optimistic":
        yield Row.optimistic (client, row);
        break;
    case "errors":
        yield Row.errors (client, row);
        break;
    case "list":
        yield Row.list (client, row);
        break;
    }
}

int main (string[] arguments) {
    var loop = new MainLoop ();
    var status = 0;
    run.begin (arguments[1], arguments[2], (_, result) => {
        try {
            run.end (result);
        } catch (Error error) {
            printerr ("%s\n", error.message);
            status = 1;
        }
        loop.quit ();
    });
    loop.run ();
    return status;
}
