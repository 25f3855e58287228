// SPDX-License-Identifier: LGPL-2.1-or-later
// What a test in JavaScript checks, and what it ends with.

const {GLib} = imports.gi;
const System = imports.system;

let failed = 0;

function check(what, found, wanted) {
    if (JSON.stringify(found) === JSON.stringify(wanted))
        return;
    failed++;
    printerr(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
}

function runUntil(condition) {
    while (!condition())
        GLib.MainContext.default().iteration(true);
}

// The end of the test, which fails if any check has.
function finish() {
    System.exit(failed > 0 ? 1 : 0);
}
