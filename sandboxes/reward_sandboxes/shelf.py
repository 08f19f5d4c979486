"""Warm sandboxes of one kind: started, kept, worn out and replaced, in the background.

A sandbox that is worn (so many jobs, so many minutes) serves until the one that replaces it is
there; one that is tainted ends at once. Starts that fail are tried again, ever less often, and who
waits is told after a while.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from reward_sandboxes.answers import Hello
from reward_sandboxes.launcher import Launcher
from reward_sandboxes.slot import Slot
from reward_sandboxes.types import SandboxError

log = logging.getLogger(__name__)

_FIRST_BACKOFF_S = 0.1
_SPENT = 2.0
"""A sandbox that is so worn ends even if nothing has replaced it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Upkeep:
    """When sandboxes are started, replaced and ended."""

    retire_jobs: int = 500
    """A sandbox is replaced after so many jobs."""
    retire_s: float = 1800.0
    """A sandbox is replaced after so long."""
    idle_s: float = 300.0
    """One more than is kept warm ends when nobody has used it for so long."""
    hello_s: float = 20.0
    """A sandbox that is not ready after so long is taken for broken."""
    patience_s: float = 20.0
    """Whoever waits for a sandbox is told that none can be started after so long."""
    most_backoff_s: float = 10.0
    """The longest pause between two tries to start one."""


class Shelf:
    """The sandboxes of one kind."""

    def __init__(
        self, kind: str, launcher: Launcher, upkeep: Upkeep, make_room: Callable[[], None]
    ) -> None:
        self.kind = kind
        self.retired = 0
        """How many have ended, for whatever reason."""
        self.hello: Hello | None = None
        """What the last one that was started said of itself."""
        self.last_error = ""
        """Why the last start failed; empty once one works."""
        self._launcher = launcher
        self._upkeep = upkeep
        self._make_room = make_room
        self._all: set[Slot] = set()
        self._idle: deque[tuple[Slot, float]] = deque()
        self._worn: list[Slot] = []
        self._waiting: deque[tuple[asyncio.Future[Slot], bool]] = deque()
        self._keep = 0
        self._n_starting = 0
        self._failing_since: float | None = None
        self._next_try = 0.0
        self._starters: set[asyncio.Task[None]] = set()
        self._watchers: set[asyncio.Task[None]] = set()
        self._closed = False

    def __len__(self) -> int:
        """How many there are, or will be soon."""
        return len(self._all) + self._n_starting

    @property
    def idle_since(self) -> float | None:
        """Since when one has not been used; None if all are in use."""
        return self._idle[0][1] if self._idle else None

    def keep(self, n: int) -> None:
        """Keep at least ``n`` from now on."""
        self._keep = n
        self._start_missing()

    async def open(self) -> None:
        """Start the first one, and try only once.

        Raises:
            SandboxError: it cannot be started.
        """
        self._n_starting += 1
        try:
            self._came(await Slot.start(self._launcher, self.kind, self._upkeep.hello_s))
        finally:
            self._n_starting -= 1

    async def take(self, *, fresh: bool = False) -> Slot:
        """Return a sandbox that nobody uses; a ``fresh`` one has never been used.

        Raises:
            SandboxError: none can be started.
        """
        while self._idle and not fresh:
            slot, _ = self._idle.pop()  # the one used last: the others may be worth ending
            if not slot.taint:
                return slot
        self._refuse_if_hopeless()
        mine: asyncio.Future[Slot] = asyncio.get_running_loop().create_future()
        self._waiting.append((mine, fresh))
        self._start_missing()
        try:
            return await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled() and mine.exception() is None:
                self.put(mine.result())
            raise
        finally:
            if (mine, fresh) in self._waiting:
                self._waiting.remove((mine, fresh))

    def put(self, slot: Slot) -> None:
        """Take back a sandbox, or end it if it is tainted."""
        wear = self._wear(slot)
        if slot.taint or self._closed or wear >= _SPENT:
            self._end(slot, slot.taint or ("closed" if self._closed else "worn out"))
        else:
            if wear >= 1.0 and slot not in self._worn:
                self._worn.append(slot)
            self._offer(slot, new=False)
        self._start_missing()

    def end_idle(self, *, unused_for: float = 0.0) -> bool:
        """End the one that was unused longest, if that is so long; say whether one was."""
        if not self._idle or time.monotonic() - self._idle[0][1] < unused_for:
            return False
        self._end(self._idle[0][0], "not needed")
        return True

    def sweep(self) -> None:
        """End those beyond what is kept that nobody has used for long."""
        while len(self._all) > self._keep and self.end_idle(unused_for=self._upkeep.idle_s):
            pass

    async def close(self) -> None:
        """End every sandbox, and wait until all have."""
        self._closed = True
        self._tell_all(SandboxError("the sandboxes are closed"))
        for starter in self._starters:
            starter.cancel()
        for slot in list(self._all):
            self._end(slot, "closed")
        tasks = self._starters | self._watchers
        if tasks:
            await asyncio.wait(tasks)

    def _wear(self, slot: Slot) -> float:
        """Return how much of its life is over; past 1 it waits to be replaced."""
        age_s = time.monotonic() - slot.born
        upkeep = self._upkeep
        return max(slot.n_jobs / upkeep.retire_jobs, age_s / upkeep.retire_s)

    def _needed(self) -> int:
        kept = max(0, self._keep - len(self._all))
        return 0 if self._closed else max(kept, len(self._waiting)) + len(self._worn)

    def _start_missing(self) -> None:
        while self._n_starting < self._needed():
            self._n_starting += 1
            _spawn(self._start_one(), self._starters).add_done_callback(self._started)

    async def _start_one(self) -> None:
        try:
            while self._n_starting <= self._needed():
                await asyncio.sleep(self._next_try - time.monotonic())
                self._make_room()
                try:
                    slot = await Slot.start(self._launcher, self.kind, self._upkeep.hello_s)
                except SandboxError as error:
                    self._failed(error)
                else:
                    self._came(slot)
                    return
        finally:
            self._n_starting -= 1

    def _started(self, starter: asyncio.Task[None]) -> None:
        """Tell those who wait of a bug of ours; nobody else would."""
        error = None if starter.cancelled() else starter.exception()
        if error is not None:
            log.error("starting a sandbox crashed", exc_info=error, extra={"kind": self.kind})
            self._tell_all(SandboxError(f"starting a sandbox crashed: {error!r}"))

    def _failed(self, error: SandboxError) -> None:
        now = time.monotonic()
        if self._failing_since is None:
            self._failing_since = now
        self.last_error = str(error)
        log.warning("a sandbox did not start", extra={"kind": self.kind, "why": str(error)})
        failing_s = now - self._failing_since
        # Pausing for as long as it has failed doubles the pause each time.
        pause_s = min(max(failing_s, _FIRST_BACKOFF_S), self._upkeep.most_backoff_s)
        self._next_try = now + pause_s
        if failing_s > self._upkeep.patience_s:
            self._tell_all(error)

    def _refuse_if_hopeless(self) -> None:
        if self._closed:
            raise SandboxError("the sandboxes are closed")
        now, since = time.monotonic(), self._failing_since
        if since is not None and now - since > self._upkeep.patience_s and now < self._next_try:
            raise SandboxError(self.last_error)

    def _tell_all(self, error: SandboxError) -> None:
        for mine, _ in self._waiting:
            if not mine.done():
                mine.set_exception(SandboxError(str(error)))
        self._waiting.clear()

    def _came(self, slot: Slot) -> None:
        self._failing_since = None
        self._next_try = 0.0
        self.last_error = ""
        self.hello = slot.hello
        self._all.add(slot)
        _spawn(self._watch(slot), self._watchers)
        if self._closed:
            self._end(slot, "closed")
            return
        if self._worn:
            self._replace(self._worn[0])
        self._offer(slot, new=True)

    def _replace(self, worn: Slot) -> None:
        if any(worn is slot for slot, _ in self._idle):
            self._end(worn, "worn out")
        else:
            self._worn.remove(worn)
            worn.taint = worn.taint or "worn out"  # ends when it is given back

    def _offer(self, slot: Slot, *, new: bool) -> None:
        for entry in list(self._waiting):
            mine, fresh = entry
            if mine.done():
                self._waiting.remove(entry)
            elif new or not fresh:
                self._waiting.remove(entry)
                mine.set_result(slot)
                return
        self._idle.append((slot, time.monotonic()))

    def _end(self, slot: Slot, why: str) -> None:
        slot.kill(why)
        if slot in self._all:
            self._all.remove(slot)
            self.retired += 1
            log.info("a sandbox ends", extra={"kind": self.kind, "why": slot.taint})
        if slot in self._worn:
            self._worn.remove(slot)
        for entry in self._idle:
            if entry[0] is slot:
                self._idle.remove(entry)
                break

    async def _watch(self, slot: Slot) -> None:
        """Miss a sandbox that ends as soon as it does, and see to it that nothing is left."""
        why = await slot.wait()
        self._end(slot, f"it ended: {why}" if why else "it ended")
        self._start_missing()


def _spawn(work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> asyncio.Task[None]:
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return task
