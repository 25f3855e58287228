#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Lists from Python, over the real service."""

import json
import unittest

import gi

gi.require_version("Json", "1.0")
gi.require_version("StateSync", "1")
from gi.repository import GLib, Json, StateSync

NONE = StateSync.ClientFlags.NONE


def run_until(condition):
    while not condition():
        GLib.MainContext.default().iteration(True)


def write(topic, data):
    topic.write_sync(Json.from_string(json.dumps(data)), StateSync.WriteFlags.NONE, 0, None)


class Lists(unittest.TestCase):
    def setUp(self):
        self.client = StateSync.Client.new_sync("org.example.App", NONE, None)
        self.topic = self.client.get_topic("playlist")
        self.topic.start_sync(None)

    def test_array(self):
        tracks = StateSync.ListModel.new_for_array(self.topic, "tracks", "id")
        told = []
        tracks.connect("items-changed", lambda tracks, *change: told.append(change))

        write(self.topic, {"tracks": [{"id": "a"}, {"id": "b"}]})
        run_until(lambda: len(tracks) == 2)
        b = tracks[1]
        write(self.topic, {"tracks": [{"id": "a"}, {"id": "n"}, {"id": "b", "title": "B"}]})
        run_until(lambda: len(tracks) == 3)
        self.assertEqual(told, [(0, 0, 2), (1, 0, 1)])
        self.assertIs(tracks[2], b)
        self.assertEqual([track.get_key() for track in tracks], ["a", "n", "b"])
        self.assertEqual(b.get_member("title").get_string(), "B")

    def test_members(self):
        members = StateSync.ListModel.new_for_members(self.topic, None)
        write(self.topic, {"x": "1", "y": 2, "z": ["3"]})
        run_until(lambda: len(members) == 3)
        self.assertEqual([item.props.key for item in members], ["x", "y", "z"])
        self.assertEqual([members[0].props.string, members[1].props.integer,
                          members[2].props.strings], ["1", 2, ["3"]])

    def test_topics(self):
        topics = StateSync.TopicsModel.new(self.client, "docs")
        run_until(lambda: not topics.props.loading)
        write(self.client.get_topic("docs.one"), 1)
        run_until(lambda: len(topics) == 1)
        self.assertEqual([entry.props.name for entry in topics], ["docs.one"])
        write(self.client.get_topic("docs.one"), 2)
        run_until(lambda: topics[0].props.revision == 2)
        write(self.client.get_topic("docs.one"), None)
        run_until(lambda: len(topics) == 0)


if __name__ == "__main__":
    unittest.main()
