# SPDX-License-Identifier: LGPL-2.1-or-later
"""Python values as the JSON of topics, and back. They go by their text, of which the library keeps
every byte, and Python's own reader makes the values."""

from __future__ import annotations

import json
from typing import Any, Mapping, Sequence, Union

from gi.repository import GLib, Json

Value = Union[None, bool, int, float, str, Sequence["Value"], Mapping[str, "Value"]]
"""What can be written. What is read is made of None, bool, int, float, str, list and dict."""

_INT64 = range(-2**63, 2**63)


def _check(value: Any) -> None:
    """Python's writer would make a name of a number, and JSON-GLib another number of a large one."""
    if isinstance(value, int) and value not in _INT64:
        raise ValueError(f"{value} does not fit in the 64 bits that an integer of a topic has")
    if isinstance(value, dict):
        for name, member in value.items():
            if not isinstance(name, str):
                raise TypeError(f"{name!r} can't be the name of a member: names are strings")
            _check(member)
    elif isinstance(value, (list, tuple)):
        for element in value:
            _check(element)


def to_node(value: Value) -> Json.Node:
    """Raises TypeError for what JSON has not, and ValueError for numbers that it can't hold."""
    _check(value)
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Json.from_string(text)


def from_text(text: GLib.Bytes) -> Any:
    return json.loads(text.get_data())


def from_node(node: Json.Node) -> Any:
    return json.loads(Json.to_string(node, False))
