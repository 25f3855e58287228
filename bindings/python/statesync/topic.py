# SPDX-License-Identifier: LGPL-2.1-or-later
"""One topic as this process sees it."""

from __future__ import annotations

from types import TracebackType
from typing import Any, AsyncIterator, Callable, Optional

from gi.repository import GLib, StateSync

from .awaiting import Call, Event
from .errors import Error, from_glib
from .values import Value, from_node, from_text, to_node


def write_flags(durable: bool, if_revision: Optional[int]) -> tuple[StateSync.WriteFlags, int]:
    flags = StateSync.WriteFlags.NONE
    if not durable:
        flags |= StateSync.WriteFlags.NOT_DURABLE
    if if_revision is not None:
        flags |= StateSync.WriteFlags.IF_REVISION
    return flags, if_revision or 0


class Topic:
    """A topic, and what may be done with it: the replica that all of the process share.

    What changes it begins at once, also where nobody awaits the outcome. With @if_revision a change
    is refused with Conflict unless the topic is at that revision, 0 for one never written. Without
    @durable it is acknowledged before it is on stable storage.

    As a context manager it is followed within, and what was changed within is settled in the end;
    for a program that alone uses it, as the end is the end for everybody of the process. A window
    starts it, and drops it in the end.
    """

    def __init__(self, gobject: StateSync.Topic) -> None:
        self.gobject = gobject
        """What GTK can bind to."""

    def __repr__(self) -> str:
        return f"<statesync.Topic {self.name} at {self.revision}>"

    # What is known

    @property
    def name(self) -> str:
        """In full, as it is on the bus."""
        return self.gobject.get_name()

    @property
    def data(self) -> Any:
        """What is seen: values of one's own, made anew each time."""
        return from_text(self.gobject.get_text())

    @property
    def revision(self) -> int:
        """Of what is confirmed."""
        return self.gobject.get_revision()

    @property
    def available(self) -> bool:
        """Whether there is a service."""
        return self.gobject.get_available()

    @property
    def has_pending(self) -> bool:
        """Whether some of what is seen is not confirmed yet."""
        return self.gobject.get_has_pending()

    @property
    def is_cached(self) -> bool:
        """Whether what is seen is left from an earlier run, and nobody has confirmed it since."""
        return self.gobject.get_cached()

    @property
    def is_current(self) -> bool:
        """Whether nothing newer is known of."""
        return self.gobject.is_current()

    @property
    def is_stopped(self) -> bool:
        """Whether following has ended."""
        return self.gobject.get_state() == StateSync.Lifecycle.STOPPED

    # Following

    def start(self) -> Call[None]:
        """Follows it from now on. Done once its first data is there. One that fails is made good once
        there is a service, so nobody has to await it."""
        call = Call(self.gobject.start_async, lambda result: _none(self.gobject.start_finish(result)))
        call.ignore()
        return call

    def load_cached(self) -> Call[None]:
        """Shows what an earlier run has left in the client's cache, if it has one."""
        return Call(self.gobject.load_cached_async,
                    lambda result: _none(self.gobject.load_cached_finish(result)))

    def stop(self) -> None:
        """Ends that, for everybody of the process."""
        self.gobject.stop()

    def refresh(self) -> Call[None]:
        """Pulls it, whatever is known."""
        return Call(self.gobject.refresh_async,
                    lambda result: _none(self.gobject.refresh_finish(result)))

    async def __aenter__(self) -> Topic:
        await self.start()
        return self

    async def __aexit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException],
                        traceback: Optional[TracebackType]) -> None:
        try:
            if self.available:
                await self.settle()
        finally:
            self.stop()

    async def changes(self) -> AsyncIterator[Any]:
        """Its data now, and each time that it has changed, until it is stopped. Of what changes
        faster than it is taken, the newest is told."""
        news = Event()
        handlers = [self.gobject.connect(signal, lambda *_: news.set())
                    for signal in ("changed", "notify::state")]
        try:
            while not self.is_stopped:
                news = Event()
                yield self.data
                await news
        finally:
            for handler in handlers:
                self.gobject.disconnect(handler)

    # Changing it; everyone sees the change once it is committed

    def write(self, data: Value, *, durable: bool = True,
              if_revision: Optional[int] = None) -> Call[int]:
        """Makes it this; gives its revision then."""
        node, flags = to_node(data), write_flags(durable, if_revision)
        return Call(lambda *rest: self.gobject.write_async(node, *flags, *rest),
                    lambda result: _revision(self.gobject.write_finish(result)))

    def merge(self, patch: Value, *, durable: bool = True,
              if_revision: Optional[int] = None) -> Call[int]:
        """Changes what the JSON Merge Patch names, and None removes; gives its revision then."""
        node, flags = to_node(patch), write_flags(durable, if_revision)
        return Call(lambda *rest: self.gobject.merge_async(node, *flags, *rest),
                    lambda result: _revision(self.gobject.merge_finish(result)))

    # Changing it; this process sees the change at once, and it is taken back if it is refused

    def update(self, patch: Value, *, durable: bool = True,
               if_revision: Optional[int] = None) -> Call[int]:
        """The same as merge, seen in this process before this returns. The handlers of on_rejected
        are told of a refusal, so nobody has to await it."""
        node, flags = to_node(patch), write_flags(durable, if_revision)
        call = Call(lambda *rest: self.gobject.update_async(node, *flags, *rest),
                    lambda result: _revision(self.gobject.update_finish(result)))
        call.ignore()
        return call

    def settle(self) -> Call[None]:
        """Done once no change of this process is pending."""
        return Call(self.gobject.settle_async,
                    lambda result: _none(self.gobject.settle_finish(result)))

    # What it tells; each gives a function that ends that

    def on_changed(self, handler: Callable[[Optional[list[str]]], None]) -> Callable[[], None]:
        """The data has changed: the members that differ, or None if it is, or was, no object."""
        return self._connect("changed", lambda _, members: handler(members or None))

    def on_rejected(self, handler: Callable[[Any, Error], None]) -> Callable[[], None]:
        """A change made by update was taken back: the patch, and why."""
        def on_rejected(_: StateSync.Topic, patch: Any, error: GLib.Error) -> None:
            reason = from_glib(error)
            handler(from_node(patch), reason if isinstance(reason, Error) else Error(str(error)))

        return self._connect("write-rejected", on_rejected)

    def on_error(self, handler: Callable[[StateSync.Failure], None]) -> Callable[[], None]:
        """Something went wrong, and what is done about it."""
        return self._connect("sync-error", lambda _, failure: handler(failure))

    def _connect(self, signal: str, handler: Callable[..., None]) -> Callable[[], None]:
        number = self.gobject.connect(signal, handler)
        return lambda: self.gobject.disconnect(number)


def _none(_: bool) -> None:
    return None


def _revision(finished: Any) -> int:
    return finished.revision
