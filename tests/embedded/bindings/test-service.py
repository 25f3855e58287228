#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An app in Python that is its own backend: a service, and a client of it, in one process."""

import socket
import unittest

import gi

gi.require_version("StateSync", "1")
gi.require_version("StateSyncService", "1")
from gi.repository import Gio, GLib, StateSync, StateSyncService

PATH = "/org/example/Editor/StateSync"
INTERFACE = "org.statesync.StateSync1"


def wait(begin, end):
    results = []
    begin(None, lambda _source, result: results.append(result))
    while not results:
        GLib.MainContext.default().iteration(True)
    return end(results[0])


def connect():
    """The two ends of a connection without a bus."""
    ends, places = socket.socketpair(), [[], []]
    for end, place, flags in zip(ends, places, ("AUTHENTICATION_SERVER", "AUTHENTICATION_CLIENT")):
        stream = Gio.Socket.new_from_fd(end.detach()).connection_factory_create_connection()
        guid = Gio.dbus_generate_guid() if flags.endswith("SERVER") else None
        Gio.DBusConnection.new(stream, guid, getattr(Gio.DBusConnectionFlags, flags), None, None,
                               lambda _source, result, place: place.append(result), place)
    while not all(places):
        GLib.MainContext.default().iteration(True)
    return [Gio.DBusConnection.new_finish(place[0]) for place in places]


class TestService(unittest.TestCase):
    def setUp(self):
        self.service = StateSyncService.Service.new(StateSyncService.MemoryStorage.new())

    def open(self):
        self.assertTrue(wait(self.service.open_async, self.service.open_finish))
        server_end, self.client_end = connect()
        flags = StateSyncService.ExportFlags.NONE
        self.assertTrue(self.service.export(server_end, PATH, flags))

    def tearDown(self):
        self.assertTrue(wait(self.service.close_async, self.service.close_finish))

    def call(self, method, arguments):
        return wait(
            lambda cancellable, callback: self.client_end.call(
                None, PATH, INTERFACE, method, arguments, None, Gio.DBusCallFlags.NONE, -1,
                cancellable, callback,
            ),
            self.client_end.call_finish,
        )

    def write(self, topic, text):
        data, flags = GLib.Bytes.new(text.encode()), StateSync.WriteFlags.NONE
        return wait(
            lambda *rest: self.service.write_async(topic, data, flags, 0, *rest),
            self.service.write_finish,
        )

    def read(self, topic):
        snapshot = wait(
            lambda *rest: self.service.get_snapshot_async(topic, *rest),
            self.service.get_snapshot_finish,
        )
        return snapshot.get_revision(), snapshot.get_data().get_data().decode()

    def test_validate(self):
        changed = []

        def on_validate(_service, validation):
            if validation.get_data().get_data() == b"11":
                validation.reject("The volume goes to ten")
            else:
                validation.accept()

        self.service.connect("validate", on_validate)
        self.service.connect("changed", lambda _, topic, s: changed.append((topic, s.get_revision())))
        self.open()
        self.assertEqual(self.write("volume", "10"), (True, 1))
        with self.assertRaises(GLib.Error) as refused:
            self.write("volume", "11")
        self.assertTrue(refused.exception.matches(StateSync.Error.quark(), StateSync.Error.REJECTED))
        self.assertEqual(refused.exception.message, "The volume goes to ten")
        self.assertEqual(self.read("volume"), (1, "10"))
        self.assertEqual(self.call("GetSnapshot", GLib.Variant("(s)", ("volume",))).unpack(), (1, "10"))
        self.assertEqual(changed, [("volume", 1)])

    def test_what_it_says_of_its_data(self):
        self.service.set_initial_data("volume", GLib.Bytes.new(b"5"))
        self.service.set_initial_data_func(
            lambda topic: GLib.Bytes.new(b'"window"') if topic.startswith("window.") else None)
        self.open()
        self.assertEqual(self.read("volume"), (0, "5"))
        self.assertEqual(self.read("window.1"), (0, '"window"'))
        self.assertEqual(self.read("other"), (0, "null"))
        self.write("volume", "6")
        names = wait(lambda *rest: self.service.list_async(None, *rest), self.service.list_finish)
        self.assertEqual(names, ["volume"])

    def test_migrate(self):
        storage = self.service.get_storage()
        self.open()
        self.write("volume", "5")
        self.tearDown()
        self.service = StateSyncService.Service(storage=storage, data_version=1)
        self.service.set_migrate_func(
            lambda version, topic, data: GLib.Bytes.new(b"[%d, %s]" % (version, data.get_data())))
        self.open()
        self.assertEqual(self.read("volume"), (2, "[0, 5]"))

    def test_authorize(self):
        asked = []

        def decide(_service, identity, topic, rights):
            asked.append((identity.get_kind(), topic, rights))
            return StateSyncService.Decision.DENY

        self.service.set_authorize_func(decide)
        self.open()
        with self.assertRaisesRegex(GLib.Error, "does not let you read it"):
            self.call("GetSnapshot", GLib.Variant("(s)", ("volume",)))
        self.assertEqual(asked, [(StateSyncService.IdentityKind.HOST, "volume",
                                  StateSyncService.Rights.READ)])

    def test_client(self):
        self.service.connect("validate", lambda _service, validation: validation.reject("no"))
        self.open()
        client = StateSync.Client.new_for_connection(
            self.client_end, None, PATH, None, StateSync.ClientFlags.NONE)
        topic = client.get_topic("volume")
        self.assertTrue(wait(topic.start_async, topic.start_finish))
        self.assertEqual(topic.get_revision(), 0)
        topic.stop()


if __name__ == "__main__":
    unittest.main()
