"""The service's end of one worker: what it was asked, what it is judging, and for how long.

The clock of a question is the worker's CPU time since the answer before. The wall clock only says
when to look at it, so a busy host makes nothing slower than it is. As a worker answers in the order
it was asked, the first question without an answer is the one it is judging.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import time
from collections import deque
from pathlib import Path
from typing import Protocol, cast

from reward_service.cpu_lane.cpu_clock import cpu_ns
from reward_service.cpu_lane.death import CONNECTION_ENDED
from reward_service.cpu_lane.frames import (
    MAX_REPLY_BYTES,
    FrameError,
    Frames,
    Hello,
    Reply,
    framed,
    read_hello,
    read_reply,
)
from reward_service.cpu_lane.progress import Progress
from reward_service.cpu_lane.work import Question, group_frame

SLOW_S = 0.05
"""A question that takes longer is slow: what waits behind it is given to other workers."""
_HELLO_S = 30.0
_SECOND_LOOK_S = 0.002
_LOOK_AGAIN_S = 0.005  # near the limit on a starved host, the rest of the CPU time may take long


class Owner(Protocol):
    """Whom a worker's handle tells what happens."""

    judge_cpu_s: float
    judge_wall_s: float

    def on_hello(self, hello: Hello) -> None:
        """A worker can judge."""

    def on_reply(self, question: Question, reply: Reply, begun_at: float, cpu_s: float) -> None:
        """A worker answered ``question``, begun at ``begun_at``, with ``cpu_s`` of its CPU."""

    def on_idle(self, handle: WorkerHandle) -> None:
        """The worker could take more."""

    def on_slow(self, handle: WorkerHandle) -> None:
        """The worker has been judging its question for a while."""

    def on_cpu_limit(self, handle: WorkerHandle) -> None:
        """The question the worker is judging is over its limit."""

    def on_wall_limit(self, handle: WorkerHandle) -> None:
        """The worker stands still."""

    def on_death(self, handle: WorkerHandle, why: str) -> None:
        """The worker is gone, or says what no worker says."""


class WorkerHandle(asyncio.Protocol):
    """One worker process."""

    def __init__(self, owner: Owner, token: int, progress: Progress) -> None:
        self.token = token
        self._progress = progress
        self.pid: int | None = None
        self.gone = False
        self.slow = False
        """Whether the question it is judging has taken long."""
        self.n_judged = 0
        self.weigh_at = 0
        """How many it will have judged when its memory is looked at next."""
        self.worn_out = False
        """Whether it is to be replaced when it has done what it was asked."""
        self.begun_at = time.monotonic()
        """When it began the question it is judging."""
        self.asked: deque[Question] = deque()
        """What it has been asked and has not answered; it is judging the first."""
        self._owner = owner
        self._frames = Frames(MAX_REPLY_BYTES)
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._begun_cpu_ns = 0
        self._condemned: Question | None = None
        self._hello: Hello | None = None
        self._own_bytes_at_hello = 0

    @property
    def ready(self) -> bool:
        """Whether it can be asked."""
        return self._hello is not None and self.pid is not None

    @property
    def begun(self) -> Question | None:
        """The question that the worker has begun and not answered.

        One that gave no proper answer to it may have gone on to the next ones already.
        """
        begun = self._progress.begun
        return self.asked[0] if any(question.id == begun for question in self.asked) else None

    def forked(self, pid: int) -> None:
        """Note the process id; it and the worker's greeting come in either order."""
        self.pid = pid
        self._greet()

    def ask(self, questions: list[Question]) -> None:
        """Send ``questions``, all about one subject."""
        assert self._transport is not None
        if not self.asked:
            self._begin(time.monotonic(), self._cpu_ns())
        for question in questions:
            question.n_holders += 1
        self.asked.extend(questions)
        self._transport.write(framed(group_frame(questions)))
        if self._timer is None:
            self._look_in(SLOW_S)

    def end(self) -> None:
        """Kill the worker. Its process id stays taken until it is reaped."""
        self.gone = True
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.abort()
        self._progress.close()
        self.kill()

    def kill(self) -> None:
        """Kill the process, if it is known yet."""
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def grown_bytes(self) -> int:
        """Return by how much its memory has grown since its greeting, as far as can be seen."""
        return self._own_bytes() - self._own_bytes_at_hello

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do what asyncio's do, but are no subclass of theirs.
        self._transport = cast("asyncio.Transport", transport)
        if self.gone:
            self._transport.abort()
        else:
            self._look_in(_HELLO_S)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.gone:
            self._owner.on_death(self, CONNECTION_ENDED)

    def data_received(self, data: bytes) -> None:
        try:
            for payload in self._frames.feed(data):
                if self.gone:
                    return
                self._receive(payload)
        except FrameError as error:
            self._owner.on_death(self, f"it sent {error}")
            return
        if not self.gone:
            self._owner.on_idle(self)

    def _receive(self, payload: bytes) -> None:
        if self._hello is None:
            self._hello = read_hello(payload)
            self._greet()
            return
        reply = read_reply(payload)
        if not self.asked or self.asked[0].id != reply.id:
            raise FrameError("an answer to a question that it is not judging")
        question = self.asked.popleft()
        question.n_holders -= 1
        self.n_judged += 1
        begun_at = self.begun_at
        # The worker knows best when it was done, but must not claim time that it has not had.
        done_ns = min(max(reply.cpu_ns, self._begun_cpu_ns), self._cpu_ns())
        cpu_s = (done_ns - self._begun_cpu_ns) / 1e9
        self._begin(time.monotonic(), done_ns)
        if self.slow:
            self.slow = False
            self._stop_looking()
            if self.asked:
                self._look_in(SLOW_S)
        self._owner.on_reply(question, reply, begun_at, cpu_s)

    def _greet(self) -> None:
        if self._hello is not None and self.pid is not None:
            self._stop_looking()
            self._own_bytes_at_hello = self._own_bytes()
            self._owner.on_hello(self._hello)

    def _own_bytes(self) -> int:
        """Return the memory that it shares with nobody; 0 when it is gone meanwhile."""
        try:
            resident, shared = Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1:3]
        except OSError:
            return 0
        return (int(resident) - int(shared)) * resource.getpagesize()

    # the clock

    def _begin(self, now: float, used_ns: int) -> None:
        self.begun_at = now
        self._begun_cpu_ns = used_ns

    def _cpu_ns(self) -> int:
        """Return the worker's CPU clock; where it was when the worker is gone meanwhile."""
        assert self.pid is not None
        try:
            return cpu_ns(self.pid)
        except ProcessLookupError:
            return self._begun_cpu_ns

    def _look_in(self, seconds: float) -> None:
        self._timer = self._loop.call_later(seconds, self._look)

    def _stop_looking(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        """See how the question fares; look again when the next thing could be due."""
        self._timer = None
        if not self.ready:
            self._owner.on_death(self, f"it was not ready within {_HELLO_S:g} s")
            return
        if not self.asked:
            return
        wall_s = time.monotonic() - self.begun_at
        cpu_left_s = self._owner.judge_cpu_s - (self._cpu_ns() - self._begun_cpu_ns) / 1e9
        wall_left_s = self._owner.judge_wall_s - wall_s
        if cpu_left_s <= 0 or wall_left_s <= 0:
            self._condemn(self.asked[0], over_cpu=cpu_left_s <= 0)
            return
        due_s = min(cpu_left_s, wall_left_s)
        if not self.slow:
            if wall_s < SLOW_S:
                due_s = min(due_s, SLOW_S - wall_s)
            else:
                self.slow = True
                self._owner.on_slow(self)
        self._look_in(max(due_s, _LOOK_AGAIN_S))

    def _condemn(self, question: Question, *, over_cpu: bool) -> None:
        """Report ``question`` as over its limit, but only at the second look.

        If this process was held up, the answer may have come long ago; between the two looks the
        event loop reads it.
        """
        if self._condemned is not question:
            self._condemned = question
            self._look_in(_SECOND_LOOK_S)
        elif over_cpu:
            self._owner.on_cpu_limit(self)
        else:
            self._owner.on_wall_limit(self)
