"""The pool: a turn and a warm sandbox for whoever has something to run.

A lease is both. It ends at once for the one who had it; the sandbox winds down in the background,
and only then is the turn somebody else's, so that never more programs run than there are turns.

A judge, which runs test code beside a program, comes from a stock of its own and needs no turn: who
has a judge has a lease already, so there are never more judges than turns, and nobody who holds the
one waits for the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from reward_sandboxes.launcher import Launcher
from reward_sandboxes.shelf import Upkeep
from reward_sandboxes.slot import Slot
from reward_sandboxes.stock import Stock
from reward_sandboxes.turns import Turns

_GRACE_S = 0.5
"""For what runs when its job is ended; longer, and the sandbox ends with it, which costs less."""


class Lease:
    """A sandbox, for as long as it is needed."""

    def __init__(self, pool: Pool, slot: Slot, stock: Stock, turns: Turns | None) -> None:
        self.slot = slot
        self._pool = pool
        self._stock = stock
        self._turns = turns
        self._judge: Lease | None = None
        self._ending: asyncio.Task[None] | None = None

    async def judge(self, kind: str, *, fresh: bool = False) -> Slot:
        """Return a sandbox for test code, of ``kind``; it goes back with this lease or before.

        Raises:
            SandboxError: no sandbox can be had.
        """
        assert self._judge is None, "one judge is enough"
        judges = self._pool.judges
        self._judge = Lease(self._pool, await judges.take(kind, fresh=fresh), judges, None)
        return self._judge.slot

    def end_judge(self) -> None:
        """Give the judge back, if there is one."""
        if self._judge is not None:
            self._judge.end()

    def end(self) -> asyncio.Task[None]:
        """Give the sandbox back, whatever it is doing; return the task of that. May be repeated."""
        self.end_judge()
        if self._ending is None:
            self._ending = self._pool.wind_down(self._give_back())
        return self._ending

    async def _give_back(self) -> None:
        try:
            await self.slot.finish(_GRACE_S)
            self._stock.put(self.slot)
            if self._judge is not None:
                await self._judge.end()  # so that the next one with this turn finds it there
        finally:
            if self._turns is not None:
                self._turns.give_back()


class Pool:
    """Turns, and the sandboxes to use them with."""

    def __init__(
        self, launcher: Launcher, *, slots: int, most_waiting: int, upkeep: Upkeep | None = None
    ) -> None:
        self.slots = slots
        self.turns = Turns(slots, most_waiting)
        self.stock = Stock(launcher, upkeep or Upkeep(), 2 * slots)
        self.judges = Stock(launcher, upkeep or Upkeep(), slots)
        self._winding_down: set[asyncio.Task[None]] = set()

    async def lease(
        self, kind: str, *, again: bool = False, fresh: bool = False, alone: bool = False
    ) -> Lease:
        """Return a lease of a sandbox of ``kind``, which the caller ends.

        ``again``: for who had one before; he is next. ``fresh``: one that nobody had before.
        ``alone``: while nobody else has one.

        Raises:
            SandboxesFullError: too many wait.
            SandboxError: no sandbox can be had.
        """
        await self.turns.take(alone=alone, again=again)
        slot = None
        try:
            slot = await self.stock.take(kind, fresh=fresh)
        finally:
            if slot is None:
                self.turns.give_back()
        return Lease(self, slot, self.stock, self.turns)

    def wind_down(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do the ``work`` of ending a lease in the background."""
        task = asyncio.create_task(work)
        self._winding_down.add(task)
        task.add_done_callback(self._winding_down.discard)
        return task

    async def close(self) -> None:
        """End every sandbox; who waits is refused, who has one sees it broken."""
        self.turns.close("the sandboxes are closed")
        await self.stock.close()
        await self.judges.close()
        if self._winding_down:
            await asyncio.wait(self._winding_down)
