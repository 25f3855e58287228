#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a language makes without the constructor has nothing to work on: its calls are refused with
a critical, and neither they nor its end bring the program down."""

import unittest

import gi

gi.require_version("GLib", "2.0")
gi.require_version("StateSync", "1")
from gi.repository import GLib, StateSync

CALLS = {
    "Value": [("get_topic",), ("get_path",), ("set_path", "a"), ("set_topic", None)],
    "Applier": [("start",), ("stop",), ("apply",), ("get_topic",), ("dup_object",)],
    "Client": [("get_topic", "x"), ("begin",), ("get_available",)],
    "Topic": [("get_name",), ("get_revision",), ("get_text",), ("stop",), ("is_current",)],
    "Engine": [("get_topic",), ("get_state",), ("get_revision",), ("stop",)],
    "Subscription": [("invalidate", 1, None)],
    "Pull": [],
    "Commit": [],
    "Transaction": [("get_length",)],
    "Item": [("get_key",), ("get_value",), ("get_member", "x")],
    "ListModel": [("get_topic",), ("get_path",), ("get_key_member",), ("get_item", 0)],
    "TopicEntry": [("get_name",), ("get_revision",)],
    "TopicsModel": [("get_client",), ("get_namespace",), ("is_loading",), ("get_item", 0)],
    "Policy": [],
}


class Bare(unittest.TestCase):
    def test_is_refused(self):
        for name, calls in CALLS.items():
            bare = getattr(StateSync, name)()
            for method, *arguments in calls:
                with self.subTest(f"{name}.{method}"):
                    try:
                        getattr(bare, method)(*arguments)
                    except TypeError:
                        pass  # an object was promised
            del bare


if __name__ == "__main__":
    # Criticals are what is expected here, and would end the program under the test environment.
    GLib.log_set_always_fatal(GLib.LogLevelFlags.LEVEL_ERROR)
    unittest.main()
