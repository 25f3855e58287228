#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A transport written in Python: both interfaces, an engine over them, all that it tells."""

import unittest

import gi

gi.require_version("StateSync", "1")
from gi.repository import Gio, GLib, GObject, StateSync


class Transport(GObject.Object, StateSync.InvalidationSource, StateSync.SnapshotProvider):
    """Serves topics from a dictionary: name to (revision, text)."""

    def __init__(self):
        super().__init__()
        self.topics = {"settings": (1, "one")}
        self.subscriptions = []
        self.instance = "first"
        self.failures = 0

    def do_subscribe(self, subscription):
        self.subscriptions.append(subscription)
        subscription.ready()

    def do_unsubscribe(self, subscription):
        self.subscriptions.remove(subscription)

    def do_dup_instance(self):
        return self.instance

    def do_get_snapshot(self, pull):
        if self.failures > 0:
            self.failures -= 1
            pull.return_error(GLib.Error.new_literal(Gio.io_error_quark(), "not now", 0))
            return
        revision, text = self.topics[pull.get_topic()]
        data = GLib.Bytes.new(text.encode())
        pull.return_snapshot(StateSync.Snapshot.new_from(revision, data, self.instance))

    def write(self, topic, text):
        self.topics[topic] = (self.topics[topic][0] + 1, text)
        for subscription in self.subscriptions:
            if subscription.get_topic() == topic:
                subscription.invalidate(self.topics[topic][0], None)

    def serve(self, instance):
        self.instance = instance
        self.instance_changed()


class ConstantTransport(GObject.Object, StateSync.InvalidationSource, StateSync.SnapshotProvider):
    """The least there is: it can't tell who serves, and nothing changes."""

    def do_subscribe(self, subscription):
        subscription.ready()

    def do_unsubscribe(self, subscription):
        pass

    def do_get_snapshot(self, pull):
        pull.return_snapshot(StateSync.Snapshot.new(7, GLib.Bytes.new(b"seven")))


class RefusingSource(GObject.Object, StateSync.InvalidationSource):
    def do_subscribe(self, subscription):
        subscription.fail(GLib.Error.new_literal(Gio.io_error_quark(), "no such topic", 0))

    def do_unsubscribe(self, subscription):
        raise AssertionError("what was refused is over")


class TestTransport(unittest.TestCase):
    def setUp(self):
        self.transport = Transport()
        self.applied = []
        self.failures = []
        self.reject = None

    def make(self, source, provider=None, **policy):
        engine = StateSync.Engine.new(
            source, provider or source, "settings", StateSync.Policy(**policy), self.apply
        )
        engine.connect("sync-error", lambda _engine, failure: self.failures.append(failure))
        return engine

    def apply(self, _engine, snapshot):
        if self.reject is not None:
            raise self.reject
        self.applied.append((snapshot.get_revision(), snapshot.get_data().get_data().decode()))
        return True

    def finish(self, begin, end):
        results = []
        begin(None, lambda _engine, result: results.append(result))
        while not results:
            GLib.MainContext.default().iteration(True)
        return end(results[0])

    def start(self, engine):
        return self.finish(engine.start_async, engine.start_finish)

    def refresh(self, engine):
        return self.finish(engine.refresh_async, engine.refresh_finish)

    def run_until(self, condition):
        while not condition():
            GLib.MainContext.default().iteration(True)

    def test_follows(self):
        engine = self.make(self.transport)
        self.assertTrue(self.start(engine))
        self.assertEqual(engine.props.state, StateSync.Lifecycle.RUNNING)
        self.transport.write("settings", "two")
        self.run_until(lambda: engine.props.revision == 2)
        self.assertEqual(self.applied, [(1, "one"), (2, "two")])
        counters = engine.get_counters()
        self.assertEqual((counters.pulls, counters.invalidations), (2, 1))
        engine.stop()
        self.assertEqual(self.transport.subscriptions, [])

    def test_unavailable_and_back(self):
        engine = self.make(self.transport)
        self.start(engine)
        self.transport.serve(None)
        self.assertFalse(engine.props.available)
        self.transport.topics["settings"] = (1, "anew")
        self.transport.serve("second")
        self.run_until(lambda: len(self.applied) == 2)
        self.assertEqual(self.applied[1], (1, "anew"))
        engine.stop()

    def test_failure_is_told_and_retried(self):
        engine = self.make(self.transport, retry_delay=1)
        self.transport.failures = 1
        self.start(engine)
        (failure,) = self.failures
        self.assertEqual(failure.get_phase(), StateSync.Phase.GET_SNAPSHOT)
        self.assertEqual(failure.get_topic(), "settings")
        self.assertEqual(failure.get_error().message, "not now")
        self.assertEqual(failure.get_event_revision(), (False, 0))
        self.assertEqual((failure.get_attempt(), failure.get_next_delay()), (1, 1))
        self.assertTrue(failure.get_will_retry())
        self.assertEqual(self.applied, [(1, "one")])
        engine.stop()

    def test_apply_raises(self):
        engine = self.make(self.transport)
        self.reject = GLib.Error.new_literal(Gio.io_error_quark(), "I won't", 0)
        with self.assertRaisesRegex(GLib.Error, "I won't"):
            self.start(engine)
        self.assertEqual(self.failures[0].get_phase(), StateSync.Phase.APPLY)
        self.assertEqual(self.failures[0].get_snapshot_revision(), (True, 1))
        self.assertEqual(engine.props.state, StateSync.Lifecycle.IDLE)

    def test_constant_transport(self):
        engine = self.make(ConstantTransport())
        self.start(engine)
        self.assertTrue(engine.props.available)
        self.assertEqual(self.applied, [(7, "seven")])
        engine.stop()

    def test_refused(self):
        with self.assertRaisesRegex(GLib.Error, "no such topic"):
            self.start(self.make(RefusingSource(), self.transport))
        self.assertEqual(self.failures[0].get_phase(), StateSync.Phase.SUBSCRIBE)

    def test_accept(self):
        engine = self.make(self.transport)
        self.start(engine)
        engine.accept(StateSync.Snapshot.new(2, GLib.Bytes.new(b"mine")))
        self.assertEqual(self.applied[-1], (2, "mine"))
        engine.stop()

    def test_filter(self):
        engine = self.make(self.transport)
        self.start(engine)
        engine.set_filter(lambda topic, revision: (topic, revision) != ("settings", 2))
        self.transport.write("settings", "two")
        self.transport.write("settings", "three")
        self.run_until(lambda: engine.props.revision == 3)
        self.assertEqual(engine.get_counters().skipped, 1)
        engine.stop()

    def test_another_one_asks_the_provider(self):
        snapshot = self.finish(
            lambda cancellable, callback: self.transport.get_snapshot_async(
                "settings", cancellable, callback
            ),
            self.transport.get_snapshot_finish,
        )
        self.assertEqual((snapshot.get_revision(), snapshot.get_instance()), (1, "first"))


if __name__ == "__main__":
    unittest.main()
