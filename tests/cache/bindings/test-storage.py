#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A storage of an app's own, written in Python, around another; migrations, a validator, events."""

import unittest
import zlib

import gi

gi.require_version("Json", "1.0")
gi.require_version("StateSync", "1")
from gi.repository import Gio, GLib, GObject, Json, StateSync

APP_ID = "org.example.Editor"
TOPIC = APP_ID + ".settings"


class Transport(GObject.Object, StateSync.InvalidationSource, StateSync.SnapshotProvider,
                StateSync.Writer):
    """One topic's text, or nobody who serves."""

    def __init__(self, text=None):
        super().__init__()
        self.text = text

    def do_subscribe(self, subscription):
        subscription.ready()

    def do_unsubscribe(self, subscription):
        pass

    def do_dup_instance(self):
        return "one" if self.text is not None else None

    def do_get_snapshot(self, pull):
        if self.text is None:
            pull.return_error_literal(Gio.io_error_quark(), Gio.IOErrorEnum.FAILED, "nobody serves")
            return
        data = GLib.Bytes.new(self.text.encode())
        pull.return_snapshot(StateSync.Snapshot.new_from(7, data, "one"))

    def do_commit(self, commit):
        raise AssertionError("nothing is written here")


class Dictionary(GObject.Object, StateSync.CacheStorage):
    """Keeps everything as it is."""

    def __init__(self):
        super().__init__()
        self.kept = {}

    def do_load(self, request):
        data = self.kept.get(request.get_key())
        request.return_data(GLib.Bytes.new(data) if data is not None else None)

    def do_save(self, request):
        self.kept[request.get_key()] = request.get_data().get_data()
        request.return_done()

    def do_remove(self, request):
        self.kept.pop(request.get_key(), None)
        request.return_done()

    def do_clear(self, request):
        self.kept.clear()
        request.return_done()

    def do_list(self, request):
        request.return_keys(list(self.kept))


class Packed(GObject.Object, StateSync.CacheStorage):
    """Has another storage do the rest."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def do_load(self, request):
        def on_loaded(inner, result):
            try:
                data = inner.load_finish(result)
            except GLib.Error as error:
                request.return_error(error)
                return
            request.return_data(GLib.Bytes.new(zlib.decompress(data.get_data())) if data else None)

        self.inner.load_async(request.get_key(), None, on_loaded)

    def do_save(self, request):
        def on_saved(inner, result):
            inner.save_finish(result)
            request.return_done()

        data = GLib.Bytes.new(zlib.compress(request.get_data().get_data()))
        self.inner.save_async(request.get_key(), data, None, on_saved)

    def do_remove(self, request):
        request.return_done()

    def do_clear(self, request):
        request.return_error_literal(Gio.io_error_quark(), Gio.IOErrorEnum.FAILED, "never")

    def do_list(self, request):
        request.return_keys([])


class TestStorage(unittest.TestCase):
    def setUp(self):
        self.storage = Dictionary()
        self.events = []

    def make_cache(self, storage=None, **properties):
        cache = StateSync.Cache(app_id=APP_ID, storage=storage or self.storage, **properties)
        cache.connect("event", lambda _cache, event: self.events.append(event))
        return cache

    def open(self, cache, text=None):
        transport = Transport(text)
        client = StateSync.Client.new_for_transport(transport, transport, transport, APP_ID)
        client.set_policy(StateSync.Policy(retry_delay=1))
        client.set_cache(cache)
        return client.get_topic("settings")

    def leave(self, text, storage=None):
        """As an app that has shown this, and is gone."""
        cache = self.make_cache(storage)
        topic = self.open(cache, text)
        topic.start_sync(None)
        topic.stop()
        cache.flush_sync(None)
        self.events.clear()

    def load(self, cache):
        topic = self.open(cache)
        topic.load_cached_sync(None)
        return topic.get_text().get_data().decode(), topic.props.cached

    def kinds(self):
        return [event.get_kind().value_nick for event in self.events]

    def test_storage(self):
        self.leave('{"a":1}')
        self.assertEqual(list(self.storage.kept), [TOPIC])
        cache = self.make_cache()
        self.assertEqual(self.load(cache), ('{"a":1}', True))
        self.assertEqual(self.kinds(), ["loaded"])
        self.assertEqual(self.events[0].get_topic(), TOPIC)
        self.assertEqual(self.events[0].get_revision(), 7)
        statistics = cache.get_statistics()
        self.assertEqual((statistics.hits, statistics.misses, statistics.saves), (1, 0, 0))

    def test_start_without_a_service(self):
        self.leave('{"a":1}')
        topic = self.open(self.make_cache())
        with self.assertRaisesRegex(GLib.Error, "nobody serves"):
            topic.start_sync(None)
        self.assertEqual(topic.get_text().get_data(), b'{"a":1}')
        self.assertTrue(topic.props.cached)
        self.assertFalse(topic.props.available)

    def test_around_another(self):
        packed = Packed(self.storage)
        self.leave('{"a":1}', packed)
        self.assertNotIn(b"statesync", self.storage.kept[TOPIC])
        self.assertEqual(self.load(self.make_cache(packed)), ('{"a":1}', True))

    def test_memory(self):
        memory = StateSync.CacheMemoryStorage(
            failing=StateSync.CacheOperations.LOAD, failure_message="not today")
        self.assertEqual(self.load(self.make_cache(memory)), ("null", False))
        self.assertEqual(self.kinds(), ["load-failed"])
        self.assertEqual(self.events[0].get_error().message, "not today")

    def test_damaged(self):
        self.leave('{"a":1}')
        self.storage.kept[TOPIC] = self.storage.kept[TOPIC][:-1]
        self.assertEqual(self.load(self.make_cache()), ("null", False))
        self.assertEqual(self.kinds(), ["damaged"])

    def test_migration(self):
        def rename(_cache, _topic, data):
            members = data.get_object()
            members.set_int_member("b", members.get_int_member("a"))
            members.remove_member("a")
            return data

        def replace(_cache, _topic, data):
            return Json.from_string('{"c": %d}' % data.get_object().get_int_member("b"))

        self.leave('{"a":1}')
        cache = self.make_cache(schema_version=3)
        cache.add_migration(1, rename)
        cache.add_migration(2, replace)
        cache.set_validator(lambda _cache, _topic, data: data.get_object().has_member("c"))
        self.assertEqual(self.load(cache), ('{"c":1}', True))
        self.assertEqual(self.kinds(), ["migrated", "loaded"])
        self.assertEqual(self.events[0].get_schema_version(), 1)

    def test_migration_raises(self):
        def fail(_cache, _topic, _data):
            raise GLib.Error.new_literal(Gio.io_error_quark(), "I can't", 0)

        self.leave('{"a":1}')
        cache = self.make_cache(schema_version=2)
        cache.add_migration(1, fail)
        self.assertEqual(self.load(cache), ("null", False))
        self.assertEqual(self.kinds(), ["migration-failed"])
        self.assertIn("I can't", self.events[0].get_error().message)

    def test_detail(self):
        heard = []
        cache = self.make_cache()
        cache.connect("event::missed", lambda _cache, event: heard.append(event.get_topic()))
        self.load(cache)
        self.assertEqual(heard, [TOPIC])


if __name__ == "__main__":
    unittest.main()
