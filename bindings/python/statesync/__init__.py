# SPDX-License-Identifier: LGPL-2.1-or-later
"""State that is the same in all windows and processes of an app, from Python.

    import statesync

    async def main():
        async with await statesync.connect("org.example.Editor") as client:
            async with client.topic("settings") as settings:
                await settings.update({"theme": "dark"})
                async for data in settings.changes():
                    print(data)

    statesync.run(main())

It is a thin layer over what introspection gives (`gi.repository.StateSync`), whose objects it keeps
as `gobject`: values are Python's, calls are awaited, errors are exceptions of classes of their own.
"""

import gi

gi.require_version("Json", "1.0")
gi.require_version("StateSync", "1")

from .awaiting import Call, Event, Outcome, Task, run
from .client import Client, Transaction
from .errors import (AccessDenied, Conflict, Error, InvalidData, InvalidOption, InvalidTopic,
                     LimitExceeded, OutcomeUnknown, Rejected, RevisionExhausted, Storage, TooLarge,
                     Unavailable)
from .topic import Topic
from .values import Value

connect = Client.connect

__all__ = [
    "AccessDenied", "Call", "Client", "Conflict", "Error", "Event", "InvalidData", "InvalidOption",
    "InvalidTopic", "LimitExceeded", "Outcome", "OutcomeUnknown", "Rejected", "RevisionExhausted",
    "Storage", "Task", "TooLarge", "Topic", "Transaction", "Unavailable", "Value", "connect", "run",
]
