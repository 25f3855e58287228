# SPDX-License-Identifier: LGPL-2.1-or-later
"""The errors of the interface, an exception class for each."""

from __future__ import annotations

import asyncio

from gi.repository import Gio, GLib, StateSync


class Error(Exception):
    """What went wrong, as a sentence for people. Base of all that is below, and itself what has no
    class here: that there is no bus, for instance."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidTopic(Error):
    """The topic's name breaks the naming rule."""


class InvalidData(Error):
    """The data is not acceptable JSON."""


class InvalidOption(Error):
    """An option is unknown, or of a wrong type or value."""


class Conflict(Error):
    """The topic is not at the expected revision."""


class TooLarge(Error):
    """The data, or an answer, is above the limit."""


class LimitExceeded(Error):
    """The caller has too much under way or stored."""


class AccessDenied(Error):
    """The caller may not do this."""


class RevisionExhausted(Error):
    """The topic's revision is at its maximum."""


class Rejected(Error):
    """The application that owns the topic refused the change."""


class Storage(Error):
    """The change could not be made durable."""


class Unavailable(Error):
    """The service is shutting down."""


class OutcomeUnknown(Error):
    """The change may or may not have taken effect."""


_CLASSES: dict[int, type[Error]] = {
    StateSync.Error.INVALID_TOPIC: InvalidTopic,
    StateSync.Error.INVALID_DATA: InvalidData,
    StateSync.Error.INVALID_OPTION: InvalidOption,
    StateSync.Error.CONFLICT: Conflict,
    StateSync.Error.TOO_LARGE: TooLarge,
    StateSync.Error.LIMIT_EXCEEDED: LimitExceeded,
    StateSync.Error.ACCESS_DENIED: AccessDenied,
    StateSync.Error.REVISION_EXHAUSTED: RevisionExhausted,
    StateSync.Error.REJECTED: Rejected,
    StateSync.Error.STORAGE: Storage,
    StateSync.Error.UNAVAILABLE: Unavailable,
    StateSync.Error.OUTCOME_UNKNOWN: OutcomeUnknown,
}


def from_glib(error: GLib.Error) -> BaseException:
    """The same error as an exception of this package; what was cancelled as Python has it."""
    if error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED):
        return asyncio.CancelledError()
    if error.matches(Gio.DBusError.quark(), Gio.DBusError.NO_REPLY):
        return OutcomeUnknown(error.message)
    if error.matches(StateSync.Error.quark(), error.code):
        return _CLASSES.get(error.code, Error)(error.message)
    return Error(error.message)
