#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The rows of the table in Python: `speaker.py ROW NAMESPACE`."""

import json
import sys

import statesync
from gi.repository import Gio, GLib

ERRORS = ["InvalidTopic", "InvalidData", "InvalidOption", "Conflict", "TooLarge", "LimitExceeded",
          "AccessDenied", "RevisionExhausted", "Rejected", "Storage", "Unavailable"]


def say(line):
    print(line, flush=True)


def show(topic):
    say(f"{topic.revision} {json.dumps(topic.data, ensure_ascii=False, separators=(',', ':'))}")


async def lines():
    """What is told on standard input."""
    stream = Gio.DataInputStream.new(Gio.UnixInputStream.new(0, False))
    while True:
        line = await statesync.Call(
            lambda *rest: stream.read_line_async(GLib.PRIORITY_DEFAULT, *rest),
            stream.read_line_finish_utf8)
        if line[0] is None:
            return
        yield line[0]


async def follow(client, name):
    topic = client.topic(name)
    await topic.start()
    show(topic)
    topic.on_changed(lambda _members: show(topic))
    async for line in lines():
        if line == "merge":
            await topic.merge({"by": "me"})
        else:
            topic.stop()
            say("stopped")


async def write(client, name):
    topic = client.topic(name)
    say(await topic.write({"theme": "dark"}))
    say(await topic.write([1.5, None, "ä"]))
    async with topic:
        show(topic)


async def merge(client, name):
    topic = client.topic(name)
    say(await topic.merge({"a": None, "b": {"c": 4}}))
    async with topic:
        show(topic)


async def conflict(client, name):
    topic = client.topic(name)
    try:
        say(await topic.write("mine", if_revision=0))
    except statesync.Conflict as error:
        say(type(error).__name__)
    await topic.refresh()
    say(await topic.write("mine", if_revision=topic.revision))


async def together(client, name):
    try:
        async with client.begin() as transaction:
            transaction.write(f"{name}.a", 1)
            transaction.write(f"{name}. ", 1)
    except statesync.Error as error:
        say(type(error).__name__)

    transaction = client.begin()
    for topic, number in ("a", 1), ("b", 2), ("a", 3):
        transaction.write(f"{name}.{topic}", number)
    say(" ".join(map(str, await transaction.commit())))


async def optimistic(client, name):
    async with client.topic(name) as topic:
        show(topic)
        outcome = topic.update({"volume": 4})
        show(topic)
        say(await outcome)
        show(topic)

        topic.on_rejected(lambda _patch, error: say(f"taken back: {type(error).__name__}"))
        topic.update({"volume": 11})
        show(topic)
        await topic.settle()
        show(topic)


async def errors(_client, _name):
    bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    client = statesync.Client.for_connection(bus, "org.example.Refusing", "/org/example/Refusing",
                                             "org.example")
    for name in ERRORS:
        try:
            await client.topic(name).write(1)
        except statesync.Error as error:
            say(type(error).__name__)


async def list_topics(client, name):
    service = Gio.DBusProxy.new_for_bus_sync(
        Gio.BusType.SESSION, Gio.DBusProxyFlags.NONE, None, "org.statesync.StateSync1",
        "/org/statesync/StateSync1", "org.statesync.StateSync1", None)
    for topic, revision in service.ListTopics("(s)", f"{client.namespace}.{name}"):
        say(f"{topic} {revision}")


ROWS = {"follow": follow, "write": write, "merge": merge, "conflict": conflict,
        "together": together, "optimistic": optimistic, "errors": errors, "restart": follow, "list": list_topics}


async def main(row, namespace):
    async with await statesync.connect(namespace) as client:
        await ROWS[row](client, row)


statesync.run(main(*sys.argv[1:]))
