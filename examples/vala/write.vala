// SPDX-License-Identifier: LGPL-2.1-or-later
// write PATCH: changes in the settings what the JSON Merge Patch names.

async uint64 save (string text) throws Error {
    var patch = text != "" ? Json.from_string (text) : null;
    if (patch == null)
        throw new IOError.INVALID_ARGUMENT ("there is no patch");

    var client = yield new StateSync.Client ("org.example.Editor", StateSync.ClientFlags.NONE, null);
    uint64 revision;
    yield client.get_topic ("settings").merge_async (patch,
                                                     StateSync.WriteFlags.NONE, 0, null,
                                                     out revision);
    return revision;
}

int main (string[] arguments) {
    if (arguments.length != 2) {
        printerr ("usage: write PATCH\n");
        return 1;
    }
    var loop = new MainLoop ();
    var status = 0;
    save.begin (arguments[1], (_, result) => {
        try {
            print ("saved as revision %" + uint64.FORMAT + "\n", save.end (result));
        } catch (Error error) {
            printerr ("not saved: %s\n", error.message);
            status = 1;
        }
        loop.quit ();
    });
    loop.run ();
    return status;
}
