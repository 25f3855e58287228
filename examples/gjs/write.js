#!/usr/bin/gjs -m
// SPDX-License-Identifier: LGPL-2.1-or-later
// write.js PATCH: changes in the settings what the JSON Merge Patch names.

import GLib from 'gi://GLib?version=2.0';
import System from 'system';
import {Client} from '../../bindings/javascript/statesync.js';

let status = 0;

async function main() {
    const client = await Client.connect('org.example.Editor');
    const revision = await client.topic('settings').merge(JSON.parse(System.programArgs[0]));
    print(`saved as revision ${revision}`);
}

if (System.programArgs.length !== 1) {
    printerr('usage: write.js PATCH');
    System.exit(1);
}
const loop = new GLib.MainLoop(null, false);
main().catch(error => {
    printerr(`not saved: ${error.message}`);
    status = 1;
}).finally(() => loop.quit());
loop.run();
System.exit(status);
