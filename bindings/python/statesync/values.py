# SPDX-License-Identifier: LGPL-2.1-or-later
"""Python values as the JSON of topics, and back. They go by their text, of which the library keeps
every byte, and Python's own reader makes the values."""

from __future__ import annotations

import json
from typing import Any, Mapping, Sequence, Union

from gi.repository import GLib, Json

Value = Union[None, bool, int, float, str, Sequence["Value"], Mapping[str, "Value"]]
"""What can be written. What is read is made of None, bool, int, float, str, list and dict."""


def _check(value: Any) -> None:
    """Python's writer would make a name of a number, and JSON-GLib another number of a large one,
    and of a string what is before its first NUL."""
    if isinstance(value, int) and not -2**63 <= value < 2**63:
        raise ValueError(f"{value} does not fit in the 64 bits that an integer of a topic has")
    if isinstance(value, str) and "\0" in value:
        raise ValueError(f"{value!r} has a NUL, which no string that is written can have")
    if isinstance(value, dict):
        for name, member in value.items():
            if not isinstance(name, str):
                raise TypeError(f"{name!r} can't be the name of a member: names are strings")
            _check(name)
            _check(member)
    elif isinstance(value, (list, tuple)):
        for element in value:
            _check(element)


def to_node(value: Value) -> Json.Node:
    """Raises TypeError for what JSON has not, and ValueError for what it, or a node, can't hold."""
    _check(value)
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Json.from_string(text)


def from_text(text: GLib.Bytes) -> Any:
    return json.loads(text.get_data())


def from_node(node: Json.Node) -> Any:
    return json.loads(Json.to_string(node, False))
