"""One sandbox and the job it is doing: what is said over its two byte streams, and by when.

Whatever a sandbox says that it never says, and whatever it does not say in time, ends it: a slot
that raised ``SlotDiedError`` is never used again. A slot does one job at a time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import TypeVar

from reward_sandboxes import answers, orders
from reward_sandboxes.answers import Compiled, Heard, Hello, Ran
from reward_sandboxes.frames import Frames
from reward_sandboxes.launcher import Launcher, Link
from reward_sandboxes.orders import Order
from reward_sandboxes.supply import Supply
from reward_sandboxes.types import SandboxError
from reward_sandboxes.wire import Frame, Kind, Role, WireError, packed

_MAX_HELLO_BYTES = 1 << 16
# The sandbox counts CPU time in full and tells it rounded. The owner has to be the first of the two
# to find the time of a job used up, or he would wait for runs that are not made.
_ROUNDED_S = 1e-6
_WAIT_FOR_REASON_S = 1.0

_Answer = TypeVar("_Answer")


class SlotDiedError(SandboxError):
    """The sandbox broke while it was doing something; whoever asked may ask another one."""


class Slot:
    """A started sandbox."""

    def __init__(self, link: Link, kind: str) -> None:
        self.kind = kind
        self.born = time.monotonic()
        self.n_jobs = 0
        self.taint = ""
        """Why it must not be used again; empty while it may."""
        self._link = link
        self._frames = Frames(link)
        self._hello: Hello | None = None
        self._order: Order | None = None
        self._ended = False
        self._n_due = 0
        """Frames still to come before DONE, if the job is not ended early."""

    @classmethod
    async def start(cls, launcher: Launcher, kind: str, hello_s: float) -> Slot:
        """Start a sandbox of ``kind`` and wait for its HELLO, at most ``hello_s``.

        Raises:
            SandboxError: it cannot be started, or says nothing.
        """
        slot = cls(await launcher.start(kind), kind)
        try:
            slot._hello = await slot._next(answers.hello, _MAX_HELLO_BYTES, hello_s)
        finally:
            if slot._hello is None:  # also when cancelled
                slot.kill("it never got ready")
                await slot.wait()
        return slot

    @property
    def hello(self) -> Hello:
        """What it said of itself."""
        assert self._hello is not None
        return self._hello

    async def run(self, order: Order) -> AsyncGenerator[Compiled | Sequence[Ran], None]:
        """Yield how compiling went, then how the runs of ``order`` went, some at a time.

        Ends early as a job does. Whether it ends or is closed, ``finish`` has to come after it.

        Raises:
            SlotDiedError: the sandbox broke.
        """
        supply = Supply(order.runs)
        self.begin(order, supply.more())
        self._ended = supply.ended
        self._n_due += supply.n_ahead
        compiled = await self.compiled()
        supply.begin()
        yield compiled
        left_s = order.total_cpu_s if compiled.built.ok else 0.0
        while supply.n_ahead and left_s > 0:
            some: list[Ran] = []
            next_one: Ran | None = await self._ran_after(supply.pause_s())
            while next_one is not None:
                some.append(next_one)
                left_s -= next_one.result.cpu_s + _ROUNDED_S
                all_read = len(some) == supply.n_ahead or left_s <= 0
                next_one = None if all_read else self._ran_already()
            supply.answered([ran.n_bytes for ran in some])
            if left_s > 0 and (frames := supply.more()):
                self._link.write(frames)
                self._ended = supply.ended
                self._n_due = supply.n_ahead
            yield some

    def begin(self, order: Order, more: bytes = b"") -> None:
        """Send the OPEN of ``order``, and ``more`` frames right behind it."""
        assert self._order is None, "a slot does one job at a time"
        self._order = order
        self._ended = False
        self._n_due = 1 if order.role is Role.RUNS else 2  # BUILT; how the one process ended
        self._link.write(order.opening + more)

    async def compiled(self) -> Compiled:
        """Return how compiling went.

        Raises:
            SlotDiedError: the sandbox broke; so for every method that waits for an answer.
        """
        order = self._doing()
        compiled = await self._next(answers.compiled, order.max_built, order.build_cap_s)
        self._n_due -= 1
        return compiled

    async def heard(self) -> Heard | Ran:
        """Return the next message of the process inside, or how it ended."""
        order = self._doing()
        answer = await self._next(answers.heard, order.max_result, order.run_cap_s)
        if isinstance(answer, Ran):
            self._n_due -= 1
        return answer

    def say(self, message: bytes) -> None:
        """Send ``message`` to the process inside."""
        self._link.write(packed(Kind.SAY, None, message))

    def end(self) -> None:
        """Say that this is all of the job."""
        if not self._ended:
            self._ended = True
            self._link.write(orders.END)

    async def finish(self, grace_s: float) -> None:
        """End the job, if one was begun, so that another may begin; ``taint`` says if none may.

        Does not raise. What still runs is given ``grace_s`` to end.
        """
        if self._order is None or self.taint:
            return
        self.end()
        try:
            async with asyncio.timeout(grace_s):
                await self._until_done(max(self._order.max_built, self._order.max_result))
        except TimeoutError:
            self.kill("it did not end its job in time")
        except WireError as error:
            self.kill(f"it said {error}")
        self._order = None
        self.n_jobs += 1

    def kill(self, why: str) -> SlotDiedError:
        """End the sandbox, and return the error that says why."""
        self.taint = self.taint or why
        self._link.kill()
        return SlotDiedError(f"the sandbox broke: {why}")

    async def wait(self) -> str:
        """Wait until the sandbox has ended and left nothing; return what there is to say of it."""
        return await self._link.wait()

    async def _ran_after(self, pause_s: float) -> Ran:
        """Return how the next run went, not looking for it before ``pause_s`` are over."""
        order = self._doing()
        ran = self._ran_already()
        if ran is None:
            if pause_s:
                await asyncio.sleep(pause_s)
            ran = await self._next(answers.ran, order.max_result, order.run_cap_s)
            self._n_due -= 1
        return ran

    def _ran_already(self) -> Ran | None:
        """Return how the next run went, if it has been read already."""
        try:
            frame = self._frames.here(self._doing().max_result)
            if frame is None:
                return None
            self._n_due -= 1
            return answers.ran(frame)
        except WireError as error:
            raise self.kill(f"it said {error}") from error

    def _doing(self) -> Order:
        assert self._order is not None, "no job was begun"
        return self._order

    async def _next(self, read: Callable[[Frame], _Answer], max_body: int, cap_s: float) -> _Answer:
        """Return what ``read`` makes of the next frame, which has to come within ``cap_s``."""
        try:
            frame = self._frames.here(max_body)
            if frame is None:
                async with asyncio.timeout(cap_s):
                    frame = await self._frames.next(max_body)
            if frame is None:
                raise await self._gone()
            return read(frame)
        except TimeoutError:
            raise self.kill(f"it said nothing for {cap_s:.0f} s") from None
        except WireError as error:
            raise self.kill(f"it said {error}") from error

    async def _until_done(self, max_body: int) -> None:
        while True:
            frame = await self._frames.next(max_body)
            if frame is None:
                raise WireError("nothing more")
            if frame.kind is Kind.DONE:
                break
            self._n_due -= 1
            if self._n_due < 0 or frame.kind not in (Kind.BUILT, Kind.RESULT):
                raise WireError(f"{frame.kind.name} instead of DONE")
        why = answers.clean(frame) or ("more after DONE" if self._frames.left else "")
        if why:
            self.kill(why)

    async def _gone(self) -> SlotDiedError:
        """Return the error that says how the sandbox ended by itself."""
        self.kill("it ended")
        try:
            async with asyncio.timeout(_WAIT_FOR_REASON_S):
                why = await self._link.wait()
        except TimeoutError:
            why = ""
        return SlotDiedError(f"the sandbox ended: {why}" if why else "the sandbox ended")
