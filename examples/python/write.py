#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""write.py PATCH: changes in the settings what the JSON Merge Patch names."""

import json
import sys

import statesync


async def main():
    async with await statesync.connect("org.example.Editor") as client:
        return await client.topic("settings").merge(json.loads(sys.argv[1]))


if len(sys.argv) != 2:
    sys.exit("usage: write.py PATCH")
try:
    print("saved as revision", statesync.run(main()))
except (ValueError, statesync.Error) as error:
    sys.exit(f"not saved: {error}")
