// SPDX-License-Identifier: LGPL-2.1-or-later
// Shows the settings, now and whenever somebody changes them.

void show (StateSync.Topic settings) {
    stdout.printf ("%s\n", Json.to_string (settings.data, false));
    stdout.flush ();
}

async void follow () throws Error {
    var client = yield new StateSync.Client ("org.example.Editor", StateSync.ClientFlags.NONE, null);
    var settings = client.get_topic ("settings");
    yield settings.start_async (null);
    show (settings);
    settings.changed.connect (() => show (settings));
    yield; // never comes back
}

int main () {
    var loop = new MainLoop ();
    follow.begin ((_, result) => {
        try {
            follow.end (result);
        } catch (Error error) {
            printerr ("%s\n", error.message);
        }
        loop.quit ();
    });
    loop.run ();
    return 1;
}
