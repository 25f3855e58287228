# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where an app gets its topics from."""

from __future__ import annotations

import contextlib
import weakref
from types import TracebackType
from typing import Any, Optional

from gi.repository import Gio, StateSync

from .awaiting import Call
from .topic import Topic, write_flags
from .values import Value, to_node


class Transaction:
    """Changes that take effect together, in order, or not at all. As a context manager it is
    committed in the end, unless that comes by an exception."""

    def __init__(self, client: StateSync.Client) -> None:
        self._client = client
        self._transaction = client.begin()

    def write(self, topic: str, data: Value, *, durable: bool = True,
              if_revision: Optional[int] = None) -> None:
        """The topic is to be this."""
        self._transaction.write(topic, to_node(data), *write_flags(durable, if_revision))

    def merge(self, topic: str, patch: Value, *, durable: bool = True,
              if_revision: Optional[int] = None) -> None:
        """The topic is to be changed by the patch."""
        self._transaction.merge(topic, to_node(patch), *write_flags(durable, if_revision))

    def commit(self) -> Call[list[int]]:
        """Makes the changes; gives the revision of each one's topic then."""
        return Call(lambda *rest: self._client.write_many_async(self._transaction, *rest),
                    self._client.write_many_finish)

    async def __aenter__(self) -> Transaction:
        return self

    async def __aexit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException],
                        traceback: Optional[TracebackType]) -> None:
        if kind is None:
            await self.commit()


class Client:
    """An app makes one, mostly by connect() with its application id; topics are named inside that.

    As a context manager it leaves the topics that it gave in the end, as they do as such.
    """

    def __init__(self, gobject: StateSync.Client) -> None:
        self.gobject = gobject
        self._topics: weakref.WeakSet[Topic] = weakref.WeakSet()

    @classmethod
    def connect(cls, namespace: Optional[str] = None,
                flags: StateSync.ClientFlags = StateSync.ClientFlags.NONE) -> Call[Client]:
        """One of the session's service."""
        return Call(lambda *rest: StateSync.Client.new_async(namespace, flags, *rest),
                    lambda result: cls(StateSync.Client.new_finish(result)))

    @classmethod
    def for_connection(cls, connection: Gio.DBusConnection, bus_name: Optional[str],
                       object_path: str, namespace: Optional[str] = None,
                       flags: StateSync.ClientFlags = StateSync.ClientFlags.NONE) -> Client:
        """One of an app's own service."""
        return cls(StateSync.Client.new_for_connection(connection, bus_name, object_path, namespace,
                                                       flags))

    @classmethod
    def broadcast(cls, app_id: str, connection: Optional[Gio.DBusConnection] = None) -> Client:
        """One that needs no service: files that the app's processes share."""
        return cls(StateSync.Client.new_broadcast(app_id, connection))

    @classmethod
    def for_transport(cls, source: StateSync.InvalidationSource,
                      provider: StateSync.SnapshotProvider, writer: StateSync.Writer,
                      namespace: Optional[str] = None) -> Client:
        """One over anything else."""
        return cls(StateSync.Client.new_for_transport(source, provider, writer, namespace))

    @property
    def namespace(self) -> Optional[str]:
        return self.gobject.get_namespace()

    @property
    def available(self) -> bool:
        """Whether there is a service."""
        return self.gobject.get_available()

    def topic(self, name: str) -> Topic:
        """One topic, which is not followed before start(). It is the same replica for all who ask."""
        topic = Topic(self.gobject.get_topic(name))
        self._topics.add(topic)
        return topic

    def begin(self) -> Transaction:
        """An empty transaction."""
        return Transaction(self.gobject)

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException],
                        traceback: Optional[TracebackType]) -> None:
        async with contextlib.AsyncExitStack() as stack:
            for topic in list(self._topics):
                stack.push_async_exit(topic)
