"""Sandboxes of a manager elsewhere, reached over TCP."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from reward_sandboxes import letters
from reward_sandboxes.caller import Caller, LostError
from reward_sandboxes.letters import Letter, LetterError
from reward_sandboxes.records import Record
from reward_sandboxes.turns import Turns
from reward_sandboxes.types import (
    Built,
    Dialogue,
    DialogueResult,
    Job,
    RunResult,
    SandboxError,
    Status,
)

log = logging.getLogger(__name__)

_TRIES = 2
_LEAST_CPU_S = 1e-3
_POLL_S = 2.0
_ANSWER_S = 10.0
_MISSED_POLLS = 3
"""A manager that does not say how it is so often is gone, whatever its connections say."""


class RemoteSandboxes:
    """A ``types.Sandboxes`` that asks a manager.

    A job changes nothing anywhere, so one whose connection breaks is asked for again, once.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        token: str = "",
        most_asking: int = 256,
        most_waiting: int = 20_000,
        patience_s: float = 20.0,
    ) -> None:
        """Not connected yet.

        Args:
            host: of the manager.
            port: of the manager.
            token: that the manager wants to hear.
            most_asking: jobs that are asked for at once, each over a connection of its own.
            most_waiting: jobs that wait for that; more are refused.
            patience_s: how long a job waits for a manager that cannot be reached.
        """
        self._caller = Caller(host, port, token, patience_s)
        self._turns = Turns(most_asking, most_waiting)
        self._status = Status(ready=False, backend="remote", reason="not started")
        self._poller: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Find out how the manager is.

        Raises:
            SandboxError: it cannot be reached, or cannot run programs.
        """
        try:
            await self._poll()
        except SandboxError as error:
            self._status = replace(self._status, reason=str(error))
            raise
        finally:
            if self._poller is None:
                self._poller = asyncio.create_task(self._keep_polling())
        if not self._status.ready:
            raise SandboxError(self._status.reason)

    async def close(self) -> None:
        """Close every connection; jobs still open raise ``SandboxError``."""
        if self._poller is not None:
            self._poller.cancel()
            await asyncio.wait({self._poller})
        self._turns.close("the sandboxes are closed")
        self._caller.close("the sandboxes are closed")
        self._status = replace(self._status, ready=False, reason="closed")

    def status(self) -> Status:
        """Say how the manager was, a moment ago, and whether it can be reached."""
        status = self._status
        if status.ready and self._caller.trouble:
            status = replace(status, ready=False, reason=self._caller.trouble)
        return replace(status, queued=status.queued + self._turns.waiting)

    async def run(self, job: Job) -> AsyncGenerator[Built | RunResult, None]:
        """Yield ``Built``, then a result per run in order, as they come.

        Raises:
            SandboxError: the manager says so, or cannot be reached.
        """
        async with self._turn() as waited_s:
            rest = _Rest(job, waited_s)
            lost = None
            for _ in range(_TRIES):
                try:
                    async with self._caller.connection(new=lost is not None) as manager:
                        await manager.send(letters.written("job", rest.job()))
                        while (letter := await manager.receive()).kind != "end":
                            answer = rest.took(letter)
                            if answer is not None:
                                yield answer
                except LostError as error:
                    lost = error
                else:
                    return
            raise SandboxError(f"lost the sandbox manager twice: {lost}")

    async def converse(self, dialogue: Dialogue) -> DialogueResult:
        """Let the test code of ``dialogue`` call its program, each in a sandbox of its own.

        Raises:
            SandboxError: as for ``run``.
        """
        async with self._turn() as waited_s:
            lost = None
            for _ in range(_TRIES):
                try:
                    async with self._caller.connection(new=lost is not None) as manager:
                        await manager.send(letters.written("dialogue", dialogue))
                        result = _read(await manager.receive(), "dialogue_result", DialogueResult)
                except LostError as error:
                    lost = error
                else:
                    return replace(result, built=_later(result.built, waited_s))
            raise SandboxError(f"lost the sandbox manager twice: {lost}")

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[float]:
        """Wait for a turn to ask, and say how long that took."""
        asked = time.monotonic()
        await self._turns.take()
        try:
            yield time.monotonic() - asked
        finally:
            self._turns.give_back()

    async def _poll(self) -> None:
        """Ask the manager how it is.

        Raises:
            SandboxError: it cannot be reached, or does not answer.
        """
        try:
            async with self._caller.connection() as manager, asyncio.timeout(_ANSWER_S):
                await manager.send(letters.written("status"))
                status = _read(await manager.receive(), "status", Status)
        except TimeoutError as error:
            raise SandboxError("the sandbox manager does not say how it is") from error
        self._status = replace(status, backend="remote")

    async def _keep_polling(self) -> None:
        n_missed = 0
        while True:
            await asyncio.sleep(_POLL_S)
            try:
                await self._poll()
                n_missed = 0
            except SandboxError as error:
                n_missed += 1
                log.warning("a sandbox manager does not answer", extra={"why": str(error)})
                self._status = replace(self._status, ready=False, reason=str(error))
                if n_missed % _MISSED_POLLS == 0:
                    self._caller.drop()


class _Rest:
    """What is left of a job, should its connection break."""

    def __init__(self, job: Job, waited_s: float) -> None:
        self._job = job
        self._waited_s = waited_s
        self._told = False
        self._n_done = 0
        self._cpu_s = 0.0

    def job(self) -> Job:
        """Return what to ask for."""
        limits = self._job.limits
        left_s = max(limits.total_cpu_s - self._cpu_s, _LEAST_CPU_S)
        return replace(
            self._job,
            runs=self._job.runs[self._n_done :],
            limits=replace(limits, total_cpu_s=left_s),
        )

    def took(self, letter: Letter) -> Built | RunResult | None:
        """Return what ``letter`` tells, unless it was told before."""
        if self._told and letter.kind == "result":
            result = _read(letter, "result", RunResult)
            self._n_done += 1
            self._cpu_s += result.cpu_s
            return result
        built = _read(letter, "built", Built)
        if not self._told:
            self._told = True
            return _later(built, self._waited_s)
        if not built.ok:
            raise SandboxError("a program compiled, and then did not: " + built.message[-200:])
        return None


def _read(letter: Letter, kind: str, record: type[Record]) -> Record:
    """Return the record in a ``letter`` that should be of ``kind``.

    Raises:
        SandboxError: the manager says that something failed.
        LostError: it says nothing that makes sense.
    """
    try:
        if letter.kind != kind:
            letters.raise_failure(letter)
        return letter.record(record)
    except LetterError as error:
        raise LostError(f"the manager said {error}") from error


def _later(built: Built, waited_s: float) -> Built:
    return replace(built, queue_s=built.queue_s + waited_s)
