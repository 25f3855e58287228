# SPDX-License-Identifier: LGPL-2.1-or-later
"""`await` on a GLib main loop.

An Outcome is what something that is under way will come to. There are two: a Call, which GLib
answers with a callback, and a Task, which is a coroutine that goes on each time that an outcome it
awaits is there. Both begin at once, and call back from the main loop. An outcome may be awaited by
any number of coroutines, or by none: one that fails and that nobody ever asks is reported as
Python reports what can't be raised.

A coroutine gives the outcomes it waits for to whoever drives it. That is a Task here. Under
asyncio it is asyncio, to which an outcome gives a future of its own kind: so the same coroutine
runs there too, if asyncio runs on the GLib main loop (gbulb, or PyGObject from 3.50 on).
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any, Callable, Coroutine, Generator, Generic, Optional, TypeVar, Union

from gi.repository import Gio, GLib

from .errors import from_glib

T = TypeVar("T")


class Outcome(Generic[T]):
    """What something that is under way will come to. `await` it."""

    def __init__(self) -> None:
        self._is_done = False
        self._value: Optional[T] = None
        self._error: Optional[BaseException] = None
        self._is_asked_for = False
        self._waiting: list[Callable[[], object]] = []

    def done(self) -> bool:
        return self._is_done

    def result(self) -> T:
        """Its value, or what it failed with is raised; it has to be done."""
        if not self._is_done:
            raise asyncio.InvalidStateError("It is still under way")
        self._is_asked_for = True
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]  # as is promised

    def cancel(self) -> None:
        """Asks it to end. It does so in its own time, mostly with asyncio.CancelledError."""
        raise NotImplementedError

    def when_done(self, callback: Callable[[], object]) -> None:
        """Calls back once it is done: now, if it is."""
        if self._is_done:
            callback()
        else:
            self._waiting.append(callback)

    def __await__(self) -> Generator[Any, Any, T]:
        if not self._is_done:
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                yield self
            else:
                yield from self._wait_in(loop)
        return self.result()

    def _wait_in(self, loop: asyncio.AbstractEventLoop) -> Generator[Any, Any, None]:
        future = loop.create_future()

        def wake() -> None:
            if not future.done():
                future.set_result(None)

        self.when_done(lambda: loop.call_soon_threadsafe(wake))
        try:
            yield from future
        except asyncio.CancelledError:
            self.cancel()
            raise

    def _end(self, value: Optional[T], error: Optional[BaseException]) -> None:
        self._is_done, self._value, self._error = True, value, error
        waiting, self._waiting = self._waiting, []
        for callback in waiting:
            try:
                callback()
            except Exception as failure:  # the others wait nevertheless
                sys.excepthook(type(failure), failure, failure.__traceback__)

    def ignore(self) -> None:
        """Whoever has to know hears of its failure in another way."""
        self._is_asked_for = True

    def __del__(self) -> None:
        if (isinstance(self._error, Exception) and not self._is_asked_for
                and not sys.is_finalizing()):
            sys.excepthook(type(self._error), self._error, self._error.__traceback__)


class Call(Outcome[T]):
    """A call with a callback: @begin is given a cancellable and the callback, @end the result."""

    def __init__(self, begin: Callable[[Gio.Cancellable, Any], None],
                 end: Callable[[Gio.AsyncResult], T]) -> None:
        super().__init__()
        self._cancellable = Gio.Cancellable()
        self._finish = end
        begin(self._cancellable, self._on_ready)

    def _on_ready(self, source: Any, result: Gio.AsyncResult) -> None:
        try:
            value = self._finish(result)
        except GLib.Error as error:
            self._end(None, from_glib(error))
        else:
            self._end(value, None)

    def cancel(self) -> None:
        self._cancellable.cancel()


class Event(Outcome[None]):
    """What somebody says has happened."""

    def set(self) -> None:
        if not self._is_done:
            self._end(None, None)

    def cancel(self) -> None:
        if not self._is_done:
            self._end(None, asyncio.CancelledError())


class Task(Outcome[T]):
    """A coroutine that runs on the main loop, from now on."""

    def __init__(self, coroutine: Coroutine[Any, Any, T]) -> None:
        super().__init__()
        self._coroutine = coroutine
        self._awaited: Optional[Outcome[Any]] = None
        self._is_cancelled = False
        self._go_on()

    def _go_on(self) -> None:
        self._awaited = None
        try:
            awaited = self._coroutine.send(None)
            while not isinstance(awaited, Outcome):
                awaited = self._coroutine.throw(RuntimeError(
                    f"{awaited!r} can't be awaited here: only what Statesync gives can, or run this"
                    " under asyncio"))
        except StopIteration as end:
            self._end_later(end.value, None)
        except (SystemExit, KeyboardInterrupt) as error:
            self._end(None, error)
            raise
        except BaseException as error:
            self._end_later(None, error)
        else:
            self._awaited = awaited
            if self._is_cancelled:
                self.cancel()
            awaited.when_done(self._go_on)

    def _end_later(self, value: Optional[T], error: Optional[BaseException]) -> None:
        """Not from within, if somebody waits: the stack would grow with each task that waits for
        another one."""
        if not self._waiting:
            self._end(value, error)
            return
        source = GLib.Idle(GLib.PRIORITY_DEFAULT)
        source.set_callback(lambda *_: self._end(value, error))
        source.attach(GLib.MainContext.ref_thread_default())

    def cancel(self) -> None:
        """Cancels what the coroutine awaits, or will await next; it is there that it is told."""
        self._is_cancelled = self._awaited is None
        if self._awaited is not None:
            self._awaited.cancel()


def run(awaited: Union[Coroutine[Any, Any, T], Outcome[T]]) -> T:
    """Runs the thread's main loop until the coroutine ends or the outcome is there, and gives its
    value."""
    outcome = awaited if isinstance(awaited, Outcome) else Task(awaited)
    if not outcome.done():
        loop = GLib.MainLoop.new(GLib.MainContext.ref_thread_default(), False)
        outcome.when_done(loop.quit)
        loop.run()
    return outcome.result()

