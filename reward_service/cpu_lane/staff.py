"""The workers of a lane: so many are kept alive, whatever happens to them or to their zygote."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import signal
import socket
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from reward_service.cpu_lane.frames import Hello
from reward_service.cpu_lane.handle import Owner, WorkerHandle
from reward_service.cpu_lane.progress import Progress, shared_word
from reward_service.cpu_lane.zygote_link import Events, ZygoteError, ZygoteLink
from reward_verifiers.registry import Domain

log = logging.getLogger(__name__)

Autopsy = Callable[[int | None], None]
"""Told the exit code of a dead worker (minus the signal), or None if it died with its zygote."""

MAX_FAILED_STARTS = 5
"""So many workers or zygotes in a row that end before they are ready are an outage."""
_FORK_S = 10.0
_FIRST_PAUSE_S = 0.05
_MAX_PAUSE_S = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcomes:
    """Whom to tell what became of the staff."""

    zygote_lost: Callable[[list[WorkerHandle]], None]
    """These workers died with the zygote."""
    outage: Callable[[str], None]
    """No worker can be had, and why; goes on trying."""


class Staff:
    """Keeps ``size`` workers."""

    def __init__(
        self,
        size: int,
        *,
        domains: Mapping[str, Domain],
        memory_mb: int,
        owner: Owner,
        outcomes: Outcomes,
    ) -> None:
        self.size = size
        self.handles: dict[int, WorkerHandle] = {}
        """Every worker that lives or is on its way, by token."""
        self.jail: dict[str, bool | str] = {}
        """What the newest worker said of its jail."""
        self.n_ended = 0
        """Workers that have ended so far."""
        self.n_zygotes = 0
        self.trouble = ""
        """Why no worker can be had; empty while there are some."""
        self._domains = domains
        self._memory_mb = memory_mb
        self._owner = owner
        self._outcomes = outcomes
        self._tokens = itertools.count()
        self._zygote: ZygoteLink | None = None
        self._autopsies: dict[int, Autopsy] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._n_failed_starts = 0
        self._closing = False
        self._first_ready: asyncio.Future[None] | None = None

    @property
    def zygote(self) -> ZygoteLink | None:
        """The zygote in use, if there is one."""
        return self._zygote

    @property
    def n_coming(self) -> int:
        """Workers on their way."""
        return sum(not handle.ready for handle in self.handles.values())

    async def start(self) -> None:
        """Start everything; returns when the first worker is ready.

        Raises:
            ZygoteError: the zygote or its workers do not start.
        """
        self._first_ready = asyncio.get_running_loop().create_future()
        await self._start_zygote()
        await self._first_ready

    async def close(self) -> None:
        """End every process."""
        self._closing = True
        for task in self._tasks:
            task.cancel()
        for handle in self.handles.values():
            handle.end()
        self.handles.clear()
        if self._zygote is not None:
            await self._zygote.close()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def discard(self, handle: WorkerHandle, autopsy: Autopsy | None = None) -> None:
        """End a worker, if it is not dead yet, and have it replaced."""
        if self.handles.pop(handle.token, None) is None:
            return
        handle.end()
        self.n_ended += 1
        if not handle.ready:
            self._failed_start("workers end before they are ready")
        else:
            self._fill()
        if handle.pid is None:
            return  # killed as soon as it is known
        if autopsy is not None:
            self._autopsies[handle.pid] = autopsy
        if self._zygote is not None:
            self._zygote.reap(handle.pid)

    def greeted(self, hello: Hello) -> None:
        """Note that a worker is ready."""
        self.jail = hello.jail
        self._n_failed_starts = 0
        self.trouble = ""
        if self._first_ready is not None and not self._first_ready.done():
            self._first_ready.set_result(None)

    # workers

    def _fill(self) -> None:
        """Have workers forked until there are enough."""
        while not self._closing and self._zygote is not None and len(self.handles) < self.size:
            try:
                self._hire(self._zygote)
            except OSError as error:  # no descriptor or no memory left
                self._failed_start(str(error))
                return

    def _hire(self, zygote: ZygoteLink) -> None:
        progress = shared_word()
        try:
            ours, theirs = socket.socketpair()
        except OSError:
            os.close(progress)
            raise
        ours.setblocking(False)
        token = next(self._tokens)
        with theirs:
            zygote.fork(token, theirs, progress)
        handle = WorkerHandle(self._owner, token, Progress(progress))
        self.handles[token] = handle
        connecting = self._run(self._connect(handle, ours))
        # One that is cancelled before it began has nobody else to close its end.
        connecting.add_done_callback(lambda task: ours.close() if task.cancelled() else None)

    async def _connect(self, handle: WorkerHandle, line: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_unix_connection(lambda: handle, sock=line)
        loop.call_later(_FORK_S, self._see_to_fork, handle)

    def _see_to_fork(self, handle: WorkerHandle) -> None:
        """Start another zygote if this one has not even forked the worker."""
        if handle.pid is None and handle.token in self.handles and self._zygote is not None:
            log.error("cpu lane: the zygote does not answer; starting another")
            self._zygote.kill()

    def _on_forked(self, token: int, pid: int) -> None:
        handle = self.handles.get(token)
        if handle is not None:
            handle.forked(pid)
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        if self._zygote is not None:
            self._zygote.reap(pid)

    def _on_fork_failed(self, token: int, error: str) -> None:
        handle = self.handles.pop(token, None)
        if handle is not None:
            handle.end()
            self._failed_start(f"fork: {error}")

    def _on_reaped(self, pid: int, status: int) -> None:
        autopsy = self._autopsies.pop(pid, None)
        if autopsy is not None:
            autopsy(status)

    def _failed_start(self, why: str) -> None:
        """Try again after a pause that grows with every failure in a row."""
        self._n_failed_starts += 1
        if self._n_failed_starts >= MAX_FAILED_STARTS:
            self._complain(why)
        self._run(self._fill_later())

    async def _fill_later(self) -> None:
        await asyncio.sleep(self._pause_s())
        self._fill()

    def _pause_s(self) -> float:
        return float(min(_FIRST_PAUSE_S * 2 ** min(self._n_failed_starts, 20), _MAX_PAUSE_S))

    def _complain(self, why: str) -> None:
        self.trouble = why
        log.error("cpu lane: no worker can be had: %s", why)
        if self._first_ready is not None and not self._first_ready.done():
            self._first_ready.set_exception(ZygoteError(why))
        self._outcomes.outage(why)

    # the zygote

    async def _start_zygote(self) -> None:
        events = Events(
            forked=self._on_forked,
            fork_failed=self._on_fork_failed,
            reaped=self._on_reaped,
            lost=self._on_zygote_lost,
        )
        zygote = ZygoteLink(self._domains, self._memory_mb, events)
        self.n_zygotes += 1
        await zygote.start()
        self._zygote = zygote
        self._fill()

    def _on_zygote_lost(self) -> None:
        lost, self._zygote = self._zygote, None
        assert lost is not None
        handles = list(self.handles.values())
        self.handles.clear()
        self.n_ended += len(handles)
        for handle in handles:
            handle.end()
        autopsies, self._autopsies = self._autopsies, {}
        if self._closing:
            return
        log.error("cpu lane: the zygote ended; starting another")
        self._run(self._replace_zygote(lost, [handle.pid for handle in handles]))
        for autopsy in autopsies.values():
            autopsy(None)
        self._outcomes.zygote_lost(handles)

    async def _replace_zygote(self, lost: ZygoteLink, pids: list[int | None]) -> None:
        await lost.close()
        _reap_orphans(pids)
        while not self._closing:
            try:
                await self._start_zygote()
            except ZygoteError as error:
                self._n_failed_starts += 1
                self._complain(str(error))
                await asyncio.sleep(self._pause_s())
            else:
                return

    def _run(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _reap_orphans(pids: list[int | None]) -> None:
    """Reap workers whose zygote died, if they fell to us, as to process 1 of a container."""
    for pid in pids:
        if pid is not None:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
