"""Warm sandboxes of every kind, not many more at once than may be used at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from reward_sandboxes.answers import Hello
from reward_sandboxes.launcher import Launcher
from reward_sandboxes.shelf import Shelf, Upkeep
from reward_sandboxes.slot import Slot


class Stock:
    """A shelf for each kind of sandbox; ``most`` sandboxes at once, or as many as are in use."""

    def __init__(self, launcher: Launcher, upkeep: Upkeep, most: int) -> None:
        self._launcher = launcher
        self._upkeep = upkeep
        self._most = most
        self._shelves: dict[str, Shelf] = {}
        self._sweeper: asyncio.Task[None] | None = None

    async def open(self, kind: str) -> None:
        """Start the first sandbox of ``kind``, and try only once.

        Raises:
            SandboxError: it cannot be started.
        """
        await self._shelf(kind).open()

    async def take(self, kind: str, *, fresh: bool = False) -> Slot:
        """Return a sandbox of ``kind`` that nobody uses; see ``Shelf.take``."""
        return await self._shelf(kind).take(fresh=fresh)

    def put(self, slot: Slot) -> None:
        """Take back a sandbox."""
        self._shelf(slot.kind).put(slot)

    def keep(self, kind: str, n: int) -> None:
        """Keep at least ``n`` sandboxes of ``kind`` warm."""
        self._shelf(kind).keep(n)

    @property
    def retired(self) -> int:
        """How many sandboxes have ended."""
        return sum(shelf.retired for shelf in self._shelves.values())

    def hello(self, kind: str) -> Hello | None:
        """Return what the last sandbox of ``kind`` said of itself."""
        shelf = self._shelves.get(kind)
        return shelf.hello if shelf else None

    def hellos(self) -> Mapping[str, Hello]:
        """Return what sandboxes say of themselves, by kind."""
        return {kind: shelf.hello for kind, shelf in self._shelves.items() if shelf.hello}

    def errors(self) -> Mapping[str, str]:
        """Return why no sandbox can be started, by kind."""
        return {kind: shelf.last_error for kind, shelf in self._shelves.items() if shelf.last_error}

    async def close(self) -> None:
        """End every sandbox, and wait until all have."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        for shelf in self._shelves.values():
            await shelf.close()

    def _shelf(self, kind: str) -> Shelf:
        if kind not in self._shelves:
            self._shelves[kind] = Shelf(kind, self._launcher, self._upkeep, self._make_room)
        if self._sweeper is None:
            self._sweeper = asyncio.create_task(self._sweep())
        return self._shelves[kind]

    def _make_room(self) -> None:
        """End the sandbox that was unused longest, if there would be too many."""
        shelves = self._shelves.values()
        if sum(map(len, shelves)) > self._most:
            unused = [
                (since, shelf) for shelf in shelves if (since := shelf.idle_since) is not None
            ]
            if unused:
                min(unused, key=lambda entry: entry[0])[1].end_idle()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(self._upkeep.idle_s / 4)
            for shelf in self._shelves.values():
                shelf.sweep()
