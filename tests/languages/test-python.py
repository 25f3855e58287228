#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the layer for Python promises beside the table, on the bus that it is given."""

import asyncio
import contextlib
import enum
import gc
import os
import pathlib
import sys
import unittest

import statesync
from gi.repository import Gio, GLib, GObject, StateSync

NAMESPACE = "org.example.Layer"
XML = pathlib.Path(__file__).parents[2] / "introspection" / "org.statesync.StateSync1.xml"
VALUES = [
    None, True, False, 0, -5, 2**63 - 1, -2**63, 1.5, -1e300, 5e-324, "", "ä\n\u0001\U0001f600\"\\",
    [], {}, [[], {"a": [1, {"b": None}]}], {"": 0, "ä": {"z": 1, "a": 2}},
]


def on_loop(test):
    """The test is a coroutine, and this runs it with a topic of its own."""
    async def main(self):
        async with await statesync.connect(NAMESPACE) as client:
            async with client.topic(self.id().rpartition(".")[2]) as topic:
                await test(self, client, topic)

    return lambda self: statesync.run(main(self))


def serve(on_call):
    """A service of the test's own, and a client of it."""
    flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
             | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
    service = Gio.DBusConnection.new_for_address_sync(os.environ["DBUS_SESSION_BUS_ADDRESS"], flags,
                                                      None, None)
    interface = Gio.DBusNodeInfo.new_for_xml(XML.read_text()).interfaces[0]
    service.register_object("/", interface, on_call, None, None)
    bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    return service, statesync.Client.for_connection(bus, service.get_unique_name(), "/")


class Values(unittest.TestCase):
    @on_loop
    async def test_there_and_back(self, _client, topic):
        for value in VALUES:
            await topic.write(value)
            self.assertEqual(topic.data, value)
            self.assertIs(type(topic.data), type(value))

    @on_loop
    async def test_names_keep_their_order(self, _client, topic):
        await topic.write({"z": 1, "a": 2})
        self.assertEqual(list(topic.data), ["z", "a"])

    @on_loop
    async def test_what_is_no_value(self, _client, topic):
        for value, kind in ((2**63, ValueError), (-2**63 - 1, ValueError), (float("nan"), ValueError),
                            (float("inf"), ValueError), ("\ud800", ValueError), (b"", TypeError),
                            ("a\0b", ValueError), ({"a\0b": 1}, ValueError),
                            ({1: 2}, TypeError), ([{None: 1}], TypeError), ({1, 2}, TypeError)):
            with self.subTest(value), self.assertRaises(kind):
                await topic.write(value)
        self.assertEqual(topic.revision, 0)

    @on_loop
    async def test_kinds_of_values(self, _client, topic):
        """What is a value as well is written as that."""
        class Kind(enum.IntEnum):
            ONE = 1

        class Name(str):
            pass

        await topic.write((Kind.ONE, Name("a"), {Name("b"): True}))
        self.assertEqual(topic.data, [1, "a", {"b": True}])

    @on_loop
    async def test_nul(self, _client, topic):
        """JSON has a way to write one, and what others write so is read as it is."""
        bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        await statesync.Call(
            lambda *rest: bus.call("org.statesync.StateSync1", "/org/statesync/StateSync1",
                                   "org.statesync.StateSync1", "Write",
                                   GLib.Variant("(ssa{sv})", (topic.name, '"a\\u0000b"', {})),
                                   None, Gio.DBusCallFlags.NONE, -1, *rest),
            bus.call_finish)
        await topic.refresh()
        self.assertEqual(topic.data, "a\0b")

    @on_loop
    async def test_data_is_ones_own(self, _client, topic):
        await topic.write({"a": 1})
        topic.data["a"] = 2
        self.assertEqual(topic.data, {"a": 1})


class Topics(unittest.TestCase):
    @on_loop
    async def test_context(self, client, topic):
        same = client.topic("test_context")
        self.assertIs(same.gobject, topic.gobject)
        self.assertFalse(topic.is_stopped)
        async with same:
            pass
        self.assertTrue(topic.is_stopped)

    def test_client_stops_its_topics(self):
        async def main():
            async with await statesync.connect(NAMESPACE) as client:
                topic = client.topic("stopped")
                await topic.start()
            return topic

        self.assertTrue(statesync.run(main()).is_stopped)

    def test_leaving_loses_nothing(self):
        async def main():
            async with await statesync.connect(NAMESPACE) as client:
                async with client.topic("left") as topic:
                    for i in range(3):
                        topic.update({str(i): i})
                other = client.topic("left_by_client")
                await other.start()
                for i in range(3):
                    other.update({str(i): i})

            client = await statesync.connect(NAMESPACE)
            for name in "left", "left_by_client":
                topic = client.topic(name)
                await topic.refresh()
                self.assertEqual(topic.data, {"0": 0, "1": 1, "2": 2})

        statesync.run(main())

    @on_loop
    async def test_changed(self, _client, topic):
        told = []
        end = topic.on_changed(told.append)
        await topic.write({"a": 1, "b": 1})
        await topic.merge({"b": 2, "c": 3})
        end()
        await topic.merge({"b": 4})
        self.assertEqual(told, [None, ["b", "c"]])

    @on_loop
    async def test_changes(self, _client, topic):
        seen = []
        async for data in topic.changes():
            seen.append(data)
            if len(seen) == 3:
                topic.stop()
            else:
                topic.update(len(seen))
        self.assertEqual(seen, [None, 1, 2])

    @on_loop
    async def test_transaction_is_left_by_an_exception(self, client, topic):
        with self.assertRaises(KeyError):
            async with client.begin() as transaction:
                transaction.write("test_transaction_is_left_by_an_exception", 1)
                raise KeyError
        await topic.refresh()
        self.assertEqual(topic.revision, 0)

    def test_cached(self):
        """What one run has left the next one shows before it follows."""
        cache = StateSync.Cache.new(NAMESPACE)

        async def first():
            async with await statesync.connect(NAMESPACE) as client:
                client.gobject.set_cache(cache)
                async with client.topic("cached") as topic:
                    await topic.write([1])
                    self.assertFalse(topic.is_cached)

        async def second():
            async with await statesync.connect(NAMESPACE) as client:
                client.gobject.set_cache(StateSync.Cache.new(NAMESPACE))
                topic = client.topic("cached")
                await topic.load_cached()
                self.assertEqual((topic.data, topic.is_cached), ([1], True))
                await topic.start()
                self.assertEqual((topic.data, topic.is_cached), ([1], False))

        statesync.run(first())
        cache.flush_sync(None)
        statesync.run(second())

    @on_loop
    async def test_loop_that_is_left(self, _client, topic):
        def is_followed():
            changed = GObject.signal_lookup("changed", topic.gobject)
            return GObject.signal_has_handler_pending(topic.gobject, changed, 0, True)

        self.assertFalse(is_followed())
        async for _ in topic.changes():
            self.assertTrue(is_followed())
            break
        gc.collect()
        self.assertFalse(is_followed())

    def test_not_durable(self):
        asked = []

        def answer(_bus, _sender, _path, _interface, _method, parameters, invocation):
            asked.append(parameters.unpack()[2].get("durable", True))
            invocation.return_value(GLib.Variant("(t)", (1,)))

        _service, client = serve(answer)
        for durable in True, False:
            statesync.run(client.topic("t").write(1, durable=durable))
        self.assertEqual(asked, [True, False])

    def test_no_service(self):
        client = statesync.Client.for_connection(Gio.bus_get_sync(Gio.BusType.SESSION, None),
                                                 "org.example.Nobody", "/")
        topic, told, failed = client.topic("t"), [], statesync.Event()
        topic.on_error(told.append)
        topic.on_error(lambda _: failed.set())
        with self.assertRaisesRegex(statesync.Unavailable, "org.example.Nobody"):
            statesync.run(topic.write(1))
        topic.start().ignore()  # it is tried again for a while
        statesync.run(failed)
        self.assertEqual(told[0].get_topic(), "t")
        self.assertEqual((client.available, topic.available, topic.is_current), (False,) * 3)

        async def leave():
            async with client:
                topic.update(1)  # there is nobody to wait for

        statesync.run(leave())
        self.assertTrue(topic.is_stopped)

    def test_service_leaves_without_an_answer(self):
        service, client = serve(lambda *_: service.close_sync(None))
        with self.assertRaises(statesync.OutcomeUnknown):
            statesync.run(client.topic("t").write(1))


class Awaiting(unittest.TestCase):
    @on_loop
    async def test_begins_at_once(self, _client, topic):
        topic.update({"a": 1})
        self.assertEqual(topic.data, {"a": 1})
        self.assertTrue(topic.has_pending)
        await topic.settle()
        self.assertFalse(topic.has_pending)

    @on_loop
    async def test_many_await_one(self, _client, topic):
        call = topic.write(1)

        async def wait():
            return await call

        tasks = [statesync.Task(wait()) for _ in range(3)]
        self.assertEqual([await task for task in tasks], [1, 1, 1])
        self.assertEqual(await call, 1)

    @on_loop
    async def test_tasks_run_side_by_side(self, _client, topic):
        gate, order = statesync.Event(), []

        async def first():
            await gate
            order.append("first")

        task = statesync.Task(first())
        order.append("second")
        gate.set()
        await task
        self.assertEqual(order, ["second", "first"])

    @on_loop
    async def test_cancel(self, _client, topic):
        async def wait():
            try:
                await statesync.Event()
            finally:
                told.append("ended")

        told = []
        task = statesync.Task(wait())
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task
        self.assertEqual(told, ["ended"])

    @on_loop
    async def test_cancel_while_it_runs(self, _client, topic):
        async def wait():
            await topic.settle()
            topic.update(1)
            await statesync.Event()

        topic.on_changed(lambda _: task.cancel())
        task = statesync.Task(wait())
        with self.assertRaises(asyncio.CancelledError):
            await task

    @on_loop
    async def test_cancel_a_call(self, _client, topic):
        call = topic.refresh()
        call.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await call

    @on_loop
    async def test_result_before_the_end(self, _client, topic):
        call = topic.write(1)
        with self.assertRaises(asyncio.InvalidStateError):
            call.result()
        self.assertEqual(await call, 1)

    def reported(self, begin):
        """What is reported of an outcome that nobody asks for."""
        reported, hook = [], sys.excepthook
        sys.excepthook = lambda kind, *_: reported.append(kind)

        async def main():
            async with await statesync.connect(NAMESPACE) as client:
                topic = client.topic("reported")
                done = statesync.Event()
                begin(topic).when_done(done.set)
                await done

        try:
            statesync.run(main())
            gc.collect()
        finally:
            sys.excepthook = hook
        return reported

    def test_nobody_asks(self):
        self.assertEqual(self.reported(lambda topic: topic.write(1, if_revision=7)),
                         [statesync.Conflict])

    def test_nobody_has_to_ask(self):
        self.assertEqual(self.reported(lambda topic: topic.update(1, if_revision=7)), [])

    def test_failing_callback(self):
        """It is reported, and keeps nobody else waiting."""
        def begin(topic):
            call = topic.write(1)
            call.when_done(lambda: 1 / 0)
            return call

        self.assertEqual(self.reported(begin), [ZeroDivisionError])

    @on_loop
    async def test_tasks_that_wait_for_each_other(self, _client, topic):
        async def after(outcome):
            return await outcome

        last = topic.write(1)
        for _ in range(sys.getrecursionlimit()):
            last = statesync.Task(after(last))
        self.assertEqual(await last, 1)

    @on_loop
    async def test_what_can_not_be_awaited(self, _client, topic):
        await topic.write(1)
        with self.assertRaisesRegex(RuntimeError, "None can't be awaited here"):
            await asyncio.sleep(0)
        self.assertEqual(await topic.write(2), 2)

    def test_interrupt(self):
        async def main():
            await statesync.connect(NAMESPACE)
            raise KeyboardInterrupt

        with contextlib.redirect_stderr(None), self.assertRaises(KeyboardInterrupt):
            statesync.run(main())

    def test_exception_of_a_coroutine(self):
        async def main():
            await statesync.connect(NAMESPACE)
            raise KeyError

        with self.assertRaises(KeyError):
            statesync.run(main())

    def test_nothing_to_wait_for(self):
        async def main():
            return 5

        self.assertEqual(statesync.run(main()), 5)

    def test_call_without_a_coroutine(self):
        client = statesync.run(statesync.connect(NAMESPACE))
        self.assertEqual(statesync.run(client.topic("call").write(5)), 1)
        with self.assertRaises(statesync.Conflict):
            statesync.run(client.topic("call").write(6, if_revision=0))


class Asyncio(unittest.TestCase):
    """The same coroutines, where asyncio runs on GLib's main loop."""

    @classmethod
    def setUpClass(cls):
        try:
            import gbulb
        except ImportError:
            raise unittest.SkipTest("there is no gbulb")
        gbulb.install()
        cls.loop = asyncio.get_event_loop()

    @classmethod
    def tearDownClass(cls):
        cls.loop.close()
        asyncio.set_event_loop_policy(None)

    def test_gather(self):
        async def main():
            async with await statesync.connect(NAMESPACE) as client:
                async with client.topic("asyncio") as topic:
                    revisions = await asyncio.gather(topic.merge({"a": 1}), topic.merge({"b": 1}))
                    return sorted(revisions), topic.data

        self.assertEqual(self.loop.run_until_complete(main()), ([1, 2], {"a": 1, "b": 1}))

    def test_cancel(self):
        event = statesync.Event()

        async def wait():
            await event

        async def main():
            task = asyncio.ensure_future(wait())
            await asyncio.sleep(0)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task

        self.loop.run_until_complete(main())
        self.assertTrue(event.done())


if __name__ == "__main__":
    unittest.main()
