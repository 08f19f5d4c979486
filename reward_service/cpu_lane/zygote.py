"""The zygote: a process that has loaded every verifier and forks workers when the service asks.

A fresh interpreter with SymPy takes a second or two to start; a fork of this one, milliseconds. The
service itself never forks: it has an event loop, threads and perhaps a few gigabytes. The zygote
has one thread, sees no question, and is the only one that reaps workers, on request: until then a
worker's process id cannot come to mean another process.

Packets on its socket, in JSON: first the set-up; then ``{"fork": token}`` with the worker's ends of
a line and of a progress word, and ``{"reap": pid}``. Back come ``{"ready": ...}``,
``{"forked": token, "pid": pid}``, ``{"fork_failed": token, "error": ...}`` and
``{"reaped": pid, "status": code}``. When the service is gone, everything ends.
"""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reward_sandboxes.kernel import prctl
from reward_service.cpu_lane import worker
from reward_service.cpu_lane.frames import MAX_PACKET_BYTES
from reward_service.cpu_lane.jail import readable_paths
from reward_service.cpu_lane.progress import Progress
from reward_service.cpu_lane.worker import Target

_REAP_EVERY_S = 0.005


def main(argv: list[str]) -> None:
    """Serve on the socket whose descriptor is ``argv[1]``, as a child of process ``argv[2]``."""
    prctl.die_with_parent(int(argv[2]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the service's business
    control = socket.socket(fileno=int(argv[1]))
    setup = json.loads(control.recv(MAX_PACKET_BYTES))
    gc.disable()  # loading makes no garbage worth the time, a fifth of it, to look for
    logging.disable(logging.WARNING)  # libraries' advice on how to use them is not for our log
    started = time.perf_counter()
    targets = load(setup["domains"])
    imported = time.perf_counter()
    warm_up(targets, setup["domains"])
    warm = time.perf_counter()
    nursery = _Nursery(control, targets, setup["memory_mb"])
    gc.collect()
    gc.freeze()  # no collection in a worker ever touches, and so copies, what is loaded by now
    gc.enable()
    _send(control, {"ready": {"import_s": imported - started, "warm_up_s": warm - imported}})
    nursery.serve()


def load(domains: Mapping[str, Any]) -> dict[str, Target]:
    """Import every domain's verifier."""
    return {name: Target.load(row["spec"], row["module"]) for name, row in domains.items()}


def warm_up(targets: Mapping[str, Target], domains: Mapping[str, Any]) -> None:
    """Judge every domain's warm-up questions, and so load what verifiers load late."""
    for name, row in domains.items():
        target = targets[name]
        for fields, answer in row["warm_up"]:
            target.judge(answer, target.spec.model_validate(fields))


def _send(control: socket.socket, packet: Mapping[str, Any]) -> None:
    control.send(json.dumps(packet).encode())


class _Nursery:
    """Forks and reaps."""

    def __init__(
        self, control: socket.socket, targets: Mapping[str, Target], memory_mb: int
    ) -> None:
        self._control = control
        self._targets = targets
        self._memory_mb = memory_mb
        self._readable: list[Path] = readable_paths()
        self._alive: set[int] = set()
        self._dying: set[int] = set()
        self._pid = os.getpid()

    def serve(self) -> None:
        """Do what the service asks until it is gone; then end every worker."""
        with contextlib.suppress(ConnectionError):
            while self._serve_once():
                self._reap()
        self._end_all()

    def _serve_once(self) -> bool:
        """Wait for a packet or until it is time to reap; return whether the service is there."""
        timeout = _REAP_EVERY_S if self._dying else None
        if not select.select([self._control], [], [], timeout)[0]:
            return True
        packet, descriptors, _, _ = socket.recv_fds(self._control, MAX_PACKET_BYTES, 2)
        if packet:
            self._obey(json.loads(packet), descriptors)
        return bool(packet)

    def _obey(self, order: Mapping[str, Any], descriptors: list[int]) -> None:
        if "fork" in order:
            self._fork(order["fork"], *descriptors)
        else:
            self._dying.add(order["reap"])

    def _fork(self, token: int, descriptor: int, progress: int) -> None:
        try:
            pid = os.fork()
        except OSError as error:
            os.close(descriptor)
            os.close(progress)
            _send(self._control, {"fork_failed": token, "error": str(error)})
            return
        if pid == 0:
            worker.run(
                descriptor,
                Progress(progress),
                self._targets,
                readable=self._readable,
                memory_mb=self._memory_mb,
                zygote=self._pid,
            )
        os.close(descriptor)
        os.close(progress)
        self._alive.add(pid)
        _send(self._control, {"forked": token, "pid": pid})

    def _reap(self) -> None:
        for pid in list(self._dying):
            reaped, status = os.waitpid(pid, os.WNOHANG)
            if reaped:
                self._dying.discard(pid)
                self._alive.discard(pid)
                code = os.waitstatus_to_exitcode(status)
                _send(self._control, {"reaped": pid, "status": code})

    def _end_all(self) -> None:
        for pid in self._alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in self._alive:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


if __name__ == "__main__":
    main(sys.argv)
