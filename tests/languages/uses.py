# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a type checker is to say of uses of the package; it is never run.

An ignored error that does not occur is itself an error."""

import statesync


async def right(client: statesync.Client) -> None:
    settings: statesync.Topic = client.topic("settings")
    revision: int = await settings.write({"a": [1, 2.5, None, True, "text"]}, if_revision=0)
    settings.update({"a": revision}, durable=False)
    call: statesync.Call[int] = settings.merge({})
    task: statesync.Task[None] = statesync.Task(right(client))
    await task
    call.cancel()
    async for data in settings.changes():
        print(data["a"])
    async with client.begin() as transaction:
        transaction.write("cart", None)
    revisions: list[int] = await client.begin().commit()
    print(revisions)
    settings.on_rejected(lambda patch, error: print(patch, error.message))


async def wrong(client: statesync.Client) -> None:
    settings = client.topic("settings")
    await settings.write({"a": object()})  # type: ignore[dict-item]
    await settings.write({1: 2})  # type: ignore[dict-item]
    await settings.write(1, True)  # type: ignore[misc]
    await settings.write(1, if_revision="1")  # type: ignore[arg-type]
    text: str = await settings.merge({})  # type: ignore[assignment]
    settings.on_changed(lambda members, more: None)  # type: ignore[arg-type,misc]
    settings.revision = 5  # type: ignore[misc]
    settings.nothing()  # type: ignore[attr-defined]
    client.topic(5)  # type: ignore[arg-type]
    print(text)


if __name__ == "__main__":
    async def main() -> int:
        await right(await statesync.connect("org.example.App"))
        return 5

    number: int = statesync.run(main())
    one: statesync.Client = statesync.run(statesync.connect("org.example.App"))
