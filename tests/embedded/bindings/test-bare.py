#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a language makes without the constructor has nothing to work on: its calls are refused with
a critical, and neither they nor its end bring the program down."""

import unittest

import gi

gi.require_version("StateSyncService", "1")
from gi.repository import GLib, StateSyncService

CALLS = {
    "Access": [],
    "Grants": [],
    "Service": [("open_async", None, None), ("get_storage",), ("rights_changed",),
                ("get_idle_since",), ("list_async", None, None, None)],
    "SqliteStorage": [("get_path",), ("get_lock_timeout",)],
    "Validation": [("get_topic",), ("accept",), ("reject", "no"),
                   ("replace", GLib.Bytes.new(b"1"))],
}


class Bare(unittest.TestCase):
    def test_is_refused(self):
        for name, calls in CALLS.items():
            bare = getattr(StateSyncService, name)()
            for method, *arguments in calls:
                with self.subTest(f"{name}.{method}"):
                    try:
                        getattr(bare, method)(*arguments)
                    except TypeError:
                        pass  # an object was promised
            del bare

    def test_no_path(self):
        storage = StateSyncService.SqliteStorage()
        with self.assertRaisesRegex(GLib.Error, "without a path"):
            storage.open()
        storage.close()


if __name__ == "__main__":
    # Criticals are what is expected here, and would end the program under the test environment.
    GLib.log_set_always_fatal(GLib.LogLevelFlags.LEVEL_ERROR)
    unittest.main()
