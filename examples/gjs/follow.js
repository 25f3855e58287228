#!/usr/bin/gjs -m
// SPDX-License-Identifier: LGPL-2.1-or-later
// Shows the settings, now and whenever somebody changes them.

import GLib from 'gi://GLib?version=2.0';
import System from 'system';
import {Client} from '../../bindings/javascript/statesync.js';

let status = 0;

async function main() {
    const client = await Client.connect('org.example.Editor');
    const settings = client.topic('settings');
    await settings.start();
    for await (const data of settings.changes())
        print(JSON.stringify(data));
}

const loop = new GLib.MainLoop(null, false);
main().catch(error => {
    printerr(`can't follow: ${error.message}`);
    status = 1;
}).finally(() => loop.quit());
loop.run();
System.exit(status);
