"""The service's end of the zygote: start it, have workers forked and reaped, notice its end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reward_service.cpu_lane.frames import MAX_PACKET_BYTES
from reward_verifiers.registry import Domain

log = logging.getLogger(__name__)

START_S = 60.0
"""A zygote that is not ready by then is broken; on an idle machine it takes about two."""
_END_S = 5.0
_MAX_LOG_BYTES = 1 << 16
"""What the workers write to stderr is logged up to here a minute: a worker may be hostile."""
_LOG_WINDOW_S = 60.0


class ZygoteError(RuntimeError):
    """The zygote could not be started."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Events:
    """Whom to tell what the zygote did."""

    forked: Callable[[int, int], None]
    """Token of the request, process id."""
    fork_failed: Callable[[int, str], None]
    """Token of the request, reason."""
    reaped: Callable[[int, int], None]
    """Process id; exit code, or minus the number of the signal that ended it."""
    lost: Callable[[], None]
    """The zygote is gone, and with it every worker."""


class ZygoteLink:
    """One zygote process. Made anew for every start."""

    def __init__(self, domains: Mapping[str, Domain], memory_mb: int, events: Events) -> None:
        self._setup = setup_of(domains, memory_mb)
        self._events = events
        self._socket: socket.socket | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._ready: asyncio.Future[dict[str, float]] | None = None
        self._logger: asyncio.Task[None] | None = None
        self._last_words = b""
        self.timings: dict[str, float] = {}
        """Where the start went: ``import_s``, ``warm_up_s``."""

    @property
    def pid(self) -> int | None:
        """Its process id, once started."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Start the zygote and wait until it can fork.

        Raises:
            ZygoteError: it ended, or was not ready in time; the message quotes what it said last.
        """
        loop = asyncio.get_running_loop()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._ready = loop.create_future()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "reward_service.cpu_lane.zygote"),
                *(str(theirs.fileno()), str(os.getpid())),
                pass_fds=(theirs.fileno(),),
                env=_environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        self._socket.setblocking(False)
        self._socket.send(json.dumps(self._setup).encode())
        loop.add_reader(self._socket.fileno(), self._on_packets)
        self._logger = asyncio.create_task(self._log_stderr())
        started = False
        try:
            async with asyncio.timeout(START_S):
                self.timings = await self._ready
            started = True
        except (TimeoutError, ConnectionError) as error:
            # At the end of its stderr stands why; there is nothing more to come but what is there.
            await asyncio.wait([self._logger], timeout=_END_S)
            words = _printable(self._last_words).split("\n")
            said = next((line for line in reversed(words) if line.strip()), repr(error))
            raise ZygoteError(f"the zygote did not start: {said[:500]}") from error
        finally:
            if not started:
                self.kill()
                await self.close()

    def fork(self, token: int, line: socket.socket, progress: int) -> None:
        """Have a worker forked that serves ``line`` and writes its ``progress``."""
        if self._socket is not None:
            packet = json.dumps({"fork": token}).encode()
            with contextlib.suppress(OSError):  # a zygote that is gone is reported as lost
                socket.send_fds(self._socket, [packet], [line.fileno(), progress])

    def reap(self, pid: int) -> None:
        """Have a dead or dying worker reaped."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.send(json.dumps({"reap": pid}).encode())

    async def close(self) -> None:
        """End the zygote and, through it, every worker; returns when they are reaped."""
        self._hang_up()
        if self._process is None:
            return
        try:
            async with asyncio.timeout(_END_S):
                await self._process.wait()
        except TimeoutError:
            self.kill()
            await self._process.wait()
        if self._logger is not None:
            await self._logger

    def kill(self) -> None:
        """End a zygote that does not answer; its workers die with it."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    def _hang_up(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None

    def _on_packets(self) -> None:
        while self._socket is not None:
            try:
                packet = self._socket.recv(MAX_PACKET_BYTES)
            except BlockingIOError:
                return
            except OSError:
                packet = b""
            if not packet:
                self._on_lost()
                return
            self._on_packet(json.loads(packet))

    def _on_packet(self, packet: Mapping[str, Any]) -> None:
        assert self._ready is not None
        if "ready" in packet:
            if not self._ready.done():
                self._ready.set_result(packet["ready"])
        elif "forked" in packet:
            self._events.forked(packet["forked"], packet["pid"])
        elif "fork_failed" in packet:
            self._events.fork_failed(packet["fork_failed"], packet["error"])
        else:
            self._events.reaped(packet["reaped"], packet["status"])

    def _on_lost(self) -> None:
        assert self._ready is not None
        self._hang_up()
        self.kill()
        if self._ready.done():
            self._events.lost()
        else:
            self._ready.set_exception(ConnectionError("it ended"))

    async def _log_stderr(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        logged, window_end = 0, 0.0
        while chunk := await self._process.stderr.read(4096):
            self._last_words = (self._last_words + chunk)[-4096:]
            if time.monotonic() > window_end:
                logged, window_end = 0, time.monotonic() + _LOG_WINDOW_S
            if logged < _MAX_LOG_BYTES:
                log.warning("cpu lane: %s", _printable(chunk).rstrip())
            logged += len(chunk)


def _printable(raw: bytes) -> str:
    """Return text that cannot do anything to a terminal, whoever wrote it."""
    text = raw.decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() or sign == "\n" else "?" for sign in text)


def setup_of(domains: Mapping[str, Domain], memory_mb: int) -> dict[str, Any]:
    """Return what a zygote is told first, as JSON values."""
    return {
        "memory_mb": memory_mb,
        "domains": {
            domain.name: {
                "spec": f"{domain.spec.__module__}:{domain.spec.__qualname__}",
                "module": domain.module,
                "warm_up": domain.warm_up,
            }
            for domain in domains.values()
        },
    }


def _environment() -> dict[str, str]:
    """Return the zygote's whole environment.

    Nothing is inherited, so no token can leak. Verdicts must not depend on the order of sets, so
    the hash seed is fixed; a worker never has more than one thread.
    """
    path = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    threads = dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
        "1",
    )
    return {"PYTHONPATH": path, "PYTHONHASHSEED": "0", "LANG": "C.UTF-8", "HOME": "/", **threads}
