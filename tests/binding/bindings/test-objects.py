#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Objects of Python that show a topic: an applier, and a member as an object."""

import json
import unittest

import gi

gi.require_version("Json", "1.0")
gi.require_version("StateSync", "1")
from gi.repository import Gio, GLib, GObject, Json, StateSync


class Service(
    GObject.Object, StateSync.InvalidationSource, StateSync.SnapshotProvider, StateSync.Writer
):
    """One topic in memory, whose members are written one by one."""

    def __init__(self, data):
        super().__init__()
        self.revision = 1
        self.data = data
        self.subscriptions = []

    def do_subscribe(self, subscription):
        self.subscriptions.append(subscription)
        subscription.ready()

    def do_unsubscribe(self, subscription):
        self.subscriptions.remove(subscription)

    def do_dup_instance(self):
        return "service"

    def do_get_snapshot(self, pull):
        text = GLib.Bytes.new(json.dumps(self.data).encode())
        pull.return_snapshot(StateSync.Snapshot.new_from(self.revision, text, "service"))

    def do_commit(self, commit):
        transaction = commit.get_transaction()
        patch = json.loads(transaction.get_data(0).get_data())
        self.write({**self.data, **patch})
        commit.return_revisions([self.revision], "service")

    def write(self, data):
        self.revision += 1
        self.data = data
        for subscription in self.subscriptions:
            subscription.invalidate(self.revision, "service")


class Settings(GObject.Object):
    font_size = GObject.Property(type=int, default=12, minimum=6, maximum=72)
    title = GObject.Property(type=str, default="untitled")


class TestObjects(unittest.TestCase):
    def setUp(self):
        self.service = Service({"fontSize": 14, "title": "a"})
        client = StateSync.Client.new_for_transport(self.service, self.service, self.service, None)
        self.topic = client.get_topic("settings")
        self.topic.start_sync(None)
        self.settings = Settings()
        self.failures = []
        self.topic.connect(
            "sync-error",
            lambda _topic, failure: self.failures.append(failure.get_error().message),
        )

    def show(self, data):
        self.service.write(data)
        while self.topic.props.revision < self.service.revision:
            GLib.MainContext.default().iteration(True)

    def test_member(self):
        self.show({"title": "b", "view": {"columns": 3}})
        self.assertEqual(self.topic.get_member("title").get_string(), "b")
        self.assertEqual(self.topic.get_member("view.columns").get_int(), 3)
        self.assertIsNone(self.topic.get_member("view.rows"))

    def make(self, pick=None, omit=None):
        return StateSync.Applier.new(
            self.topic, self.settings, StateSync.ApplierMode.REPLACE, pick, omit
        )

    def test_applies(self):
        self.make().start()
        self.assertEqual((self.settings.font_size, self.settings.title), (14, "a"))
        self.show({"font_size": 15})
        self.assertEqual((self.settings.font_size, self.settings.title), (15, "untitled"))
        self.show({"font_size": 100, "title": "b"})
        self.assertEqual((self.settings.font_size, self.settings.title), (12, "b"))
        (message,) = self.failures
        self.assertIn("takes a whole number from 6 to 72, not 100", message)

    def test_refused(self):
        with self.assertRaisesRegex(GLib.Error, "one of the two lists"):
            self.make(["title"], ["title"])
        with self.assertRaisesRegex(GLib.Error, "“size” can't be picked"):
            self.make(["size"])

    def test_lenient(self):
        applier = self.make(["title"])
        applier.props.strict = False
        applier.start()
        self.show([1])
        self.assertEqual((self.settings.font_size, self.settings.title), (12, "a"))
        self.assertEqual(self.failures, [])

    def test_maps(self):
        def shout(data, settings):
            title = data.get_object().get_string_member("title")
            if title == "bad":
                raise GLib.Error.new_literal(Gio.io_error_quark(), "it is bad", 0)
            self.assertIs(settings, self.settings)
            return Json.from_string(json.dumps({"title": title.upper()}))

        applier = self.make()
        applier.set_map(shout)
        applier.start()
        self.assertEqual((self.settings.font_size, self.settings.title), (12, "A"))
        self.show({"title": "bad"})
        self.assertEqual(self.settings.title, "A")
        self.assertEqual(self.failures, ["Topic “settings” could not be mapped: it is bad"])

    def test_value(self):
        value = StateSync.Value.new(self.topic, StateSync.path_join(["title"]))
        value.bind_property("string", self.settings, "title", GObject.BindingFlags.SYNC_CREATE)
        self.assertEqual(self.settings.title, "a")
        self.show({"title": "b"})
        self.assertEqual(self.settings.title, "b")
        value.props.string = "c"
        self.assertEqual(self.settings.title, "c")
        self.topic.settle_sync(None)
        self.assertEqual(self.service.data, {"title": "c"})

    def test_binding(self):
        self.topic.bind("fontSize", self.settings, "font-size", StateSync.BindFlags.DEFAULT)
        self.assertEqual(self.settings.font_size, 14)
        self.settings.font_size = 20
        self.topic.settle_sync(None)
        self.assertEqual(self.service.data, {"fontSize": 20, "title": "a"})
        self.show({"fontSize": 30})
        self.assertEqual(self.settings.font_size, 30)

        StateSync.unbind(self.settings, "font-size")
        self.show({"fontSize": 40})
        self.assertEqual(self.settings.font_size, 30)

    def test_mapping(self):
        self.topic.bind_with_mapping(
            "title",
            self.settings,
            "title",
            StateSync.BindFlags.DEFAULT,
            lambda node: node.get_string().upper(),
            lambda title: Json.from_string(json.dumps(title.lower())) if title else None,
        )
        self.assertEqual(self.settings.title, "A")
        self.settings.title = "BCD"
        self.topic.settle_sync(None)
        self.assertEqual(self.service.data["title"], "bcd")
        self.settings.title = ""
        self.topic.settle_sync(None)
        self.assertEqual(self.service.data["title"], "bcd")

    def test_actions(self):
        title = self.topic.create_action("title")
        self.assertEqual(title.get_state().unpack(), "a")
        title.activate(GLib.Variant("s", "b"))
        wraps = self.topic.create_action_with_type("wraps", GLib.VariantType("b"))
        wraps.activate(None)
        self.assertTrue(wraps.get_state().unpack())
        self.topic.settle_sync(None)
        self.assertEqual(self.service.data, {"fontSize": 14, "title": "b", "wraps": True})

        group = Gio.SimpleActionGroup()
        self.topic.add_actions(group, "doc-")
        self.assertEqual(sorted(group.list_actions()), ["doc-fontSize", "doc-title", "doc-wraps"])
        self.topic.remove_actions(group)
        self.assertEqual(group.list_actions(), [])


if __name__ == "__main__":
    unittest.main()
