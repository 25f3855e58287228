// SPDX-License-Identifier: LGPL-2.1-or-later
// Lists from JavaScript, over the real service.

imports.gi.versions.StateSync = '1';
const {GLib, Json, StateSync} = imports.gi;
const System = imports.system;

imports.searchPath.unshift(
    GLib.build_filenamev([GLib.path_get_dirname(System.programPath), '..', '..', 'support']));
const {check, finish, runUntil} = imports.checks;

function write(topic, data) {
    topic.write_sync(Json.from_string(JSON.stringify(data)), StateSync.WriteFlags.NONE, 0, null);
}

function items(list) {
    return Array.from({length: list.get_n_items()}, (_, i) => list.get_item(i));
}

const client = StateSync.Client.new_sync('org.example.App', StateSync.ClientFlags.NONE, null);
const topic = client.get_topic('playlist');
topic.start_sync(null);

const tracks = StateSync.ListModel.new_for_array(topic, 'tracks', 'id');
const told = [];
tracks.connect('items-changed', (_list, ...change) => told.push(change));
write(topic, {tracks: [{id: 1}, {id: 2}]});
runUntil(() => tracks.get_n_items() === 2);
const second = tracks.get_item(1);
let edits = 0;
second.connect('notify::value', () => edits++);
write(topic, {tracks: [{id: 2, title: 'B'}]});
runUntil(() => tracks.get_n_items() === 1);
check('changes', told, [[0, 0, 2], [0, 1, 0]]);
check('edits', edits, 1);
check('identity', tracks.get_item(0) === second, true);
check('member', second.get_member('title').get_string(), 'B');

const members = StateSync.ListModel.new_for_members(topic, null);
write(topic, {x: 'one', y: true});
runUntil(() => members.get_n_items() === 2);
check('members', items(members).map(item => [item.key, item.string, item.boolean]),
    [['x', 'one', false], ['y', null, true]]);

const topics = StateSync.TopicsModel.new(client, null);
runUntil(() => !topics.loading);
check('topics', items(topics).map(entry => entry.name), ['playlist']);
write(client.get_topic('more'), 1);
runUntil(() => topics.get_n_items() === 2);
check('topics', items(topics).map(entry => entry.name), ['more', 'playlist']);

finish();
