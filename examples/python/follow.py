#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Shows the settings, now and whenever somebody changes them."""

import json
import sys

import statesync


async def main():
    async with await statesync.connect("org.example.Editor") as client:
        async with client.topic("settings") as settings:
            async for data in settings.changes():
                print(json.dumps(data), flush=True)


try:
    statesync.run(main())
except statesync.Error as error:
    sys.exit(f"can't follow: {error}")
