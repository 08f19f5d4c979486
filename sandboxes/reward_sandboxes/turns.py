"""Turns: who may use a sandbox now, in the order of asking, and who may have them all to himself.

There are as many turns as there are cores for programs, so that no more programs run than can. A
turn taken ``alone`` is given once all others are back, and until it is back there are no others.
"""

from __future__ import annotations

import asyncio
from collections import deque

from reward_sandboxes.types import SandboxError, SandboxesFullError


class Turns:
    """A number of turns, and a bounded queue for them."""

    def __init__(self, size: int, most_waiting: int) -> None:
        self._size = size
        self._most_waiting = most_waiting
        self._taken = 0
        self._alone = False
        self._queue: deque[tuple[asyncio.Future[None], bool]] = deque()
        self._closed = ""

    @property
    def taken(self) -> int:
        """How many have a turn."""
        return self._taken

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return len(self._queue)

    async def take(self, *, alone: bool = False, again: bool = False) -> None:
        """Wait for a turn, which the caller gives back.

        ``again`` is for what had one already: it is next, and never refused.

        Raises:
            SandboxesFullError: too many wait.
            SandboxError: there are no more turns.
        """
        if self._closed:
            raise SandboxError(self._closed)
        if not self._queue and self._free(alone):
            self._give(alone)
            return
        if not again and len(self._queue) >= self._most_waiting:
            raise SandboxesFullError(f"{len(self._queue)} jobs wait for a sandbox already")
        mine = asyncio.get_running_loop().create_future()
        entry = (mine, alone)
        (self._queue.appendleft if again else self._queue.append)(entry)
        try:
            await mine
        except asyncio.CancelledError:
            if entry in self._queue:
                self._queue.remove(entry)
                self._serve()
            elif mine.done() and not mine.cancelled() and mine.exception() is None:
                self.give_back()
            raise

    def give_back(self) -> None:
        """Let the next one have a turn."""
        self._taken -= 1
        self._alone = False
        self._serve()

    def close(self, why: str) -> None:
        """Refuse everyone who waits, and who comes."""
        self._closed = why
        for mine, _ in self._queue:
            if not mine.done():
                mine.set_exception(SandboxError(why))
        self._queue.clear()

    def _serve(self) -> None:
        while self._queue and self._free(self._queue[0][1]):
            mine, alone = self._queue.popleft()
            if not mine.done():  # else cancelled, and not yet told
                self._give(alone)
                mine.set_result(None)

    def _free(self, alone: bool) -> bool:
        return not self._alone and self._taken < (1 if alone else self._size)

    def _give(self, alone: bool) -> None:
        self._taken += 1
        self._alone = alone
