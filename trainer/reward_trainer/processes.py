"""Other processes of a run: those that learn with this one, and those that sample for it.

They end when this one does, however it ends; what goes wrong in one of them is told here. What is
sent between them is pickled: they are this program's own, and nobody else has their pipes.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self

from reward_trainer.errors import LostError, TrainerError

_END_S = 5.0
"""How long a process may take to end by itself before it is killed."""
_REPORT_S = 2.0
"""How long it may take until it is known of a process that is gone that it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Failure:
    """The last that a process says."""

    why: str
    at_s: float
    """On the clock that all processes of a machine share."""


class Channel:
    """The pipe to the process that started this one."""

    def __init__(self, pipe: Connection) -> None:
        """Speak through ``pipe``."""
        self._pipe = pipe

    def __iter__(self) -> Iterator[Any]:
        """Yield what is sent here, until the other side has closed the pipe."""
        while True:
            try:
                yield _read(self._pipe)
            except EOFError:
                return

    def send(self, value: Any) -> None:
        """Send ``value`` to the process that started this one."""
        self._pipe.send_bytes(pickle.dumps(value))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Tell the other side what has failed within, and end this process without a word here."""
        if error is None:
            return
        told = isinstance(error, TrainerError)
        why = str(error) if told else "".join(traceback.format_exception(error)).rstrip()
        with suppress(OSError):  # nobody listens any more
            self.send(_Failure(why=why, at_s=time.monotonic()))
        sys.exit(1)


class Companion:
    """A process that runs a function beside this one."""

    def __init__(self, name: str, main: Callable[..., None], *arguments: Any) -> None:
        """Start ``main(channel, *arguments)``, which must be importable, in a new process."""
        context = get_context("spawn")
        self.name = name
        self._failure: _Failure | None = None
        self._ended = False
        self._asking = Lock()  # one thread alone is told the status, or reads a pipe
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(main, theirs, arguments), name=name)
        self._process.start()
        theirs.close()
        # multiprocessing waits at exit for its processes, which wait for their pipes to be closed.
        atexit.register(end, [self])

    @property
    def sentinel(self) -> int:
        """Is ready, for ``multiprocessing.connection.wait``, when the process is gone."""
        return self._process.sentinel

    @property
    def replies(self) -> Connection:
        """Is ready, for ``multiprocessing.connection.wait``, when there is something to receive."""
        return self._pipe

    def send(self, value: Any) -> None:
        """Send ``value`` to it.

        Raises:
            LostError: it is gone.
        """
        self.send_pickled(pickle.dumps(value))

    def send_pickled(self, data: bytes) -> None:
        """Send what is pickled already; see ``send``."""
        try:
            if self._failure is not None:
                raise BrokenPipeError
            self._pipe.send_bytes(data)
        except OSError as error:
            raise LostError(cause([self]) or f"{self.name} is gone") from error

    def receive(self) -> Any:
        """Return the next that it has sent, when there is something.

        Raises:
            LostError: it is gone.
        """
        try:
            value = _read(self._pipe)
        except (EOFError, OSError) as error:
            raise LostError(cause([self]) or f"{self.name} is gone") from error
        if isinstance(value, _Failure):
            self._failure = value
            raise LostError(self._why())
        return value

    def has_ended(self, within_s: float = 0.0) -> bool:
        """Return whether it is gone, by no doing of this process."""
        return not self._ended and bool(wait([self._process.sentinel], within_s))

    def failure(self) -> tuple[bool, float]:
        """Return what makes the failure of one process that of another: the lower one is first."""
        killed = (self._status() or 0) < 0
        if self._failure is None and not killed:
            self._read_failure()
        return not killed, self._failure.at_s if self._failure else 0.0

    def why(self) -> str:
        """Return why it has ended."""
        self._read_failure()
        return self._why()

    def _why(self) -> str:
        if self._failure is not None:
            return f"{self.name}: {self._failure.why}"
        status = self._status()
        if status is not None and status < 0:
            return f"{self.name} was killed by {signal.Signals(-status).name}"
        return f"{self.name} ended with {status}"

    def _status(self) -> int | None:
        """Return the status of a process that is gone; its pipes are closed before it has one."""
        with self._asking:
            self._process.join(_REPORT_S)
            return self._process.exitcode

    def _read_failure(self) -> None:
        """Read until the last that it has said."""
        with self._asking, suppress(EOFError, OSError):
            while self._failure is None and self._pipe.poll():
                said = _read(self._pipe)
                self._failure = said if isinstance(said, _Failure) else None

    def close_pipe(self) -> None:
        """Tell it that nothing more is sent."""
        self._ended = True
        self._pipe.close()

    def await_end(self, until_s: float) -> None:
        """Wait for its end until then, and kill it where it goes on."""
        self._process.join(max(until_s - time.monotonic(), 0.0))
        self._process.kill()
        self._process.join()


def send(companions: Iterable[Companion], value: Any) -> None:
    """Send ``value`` to each of ``companions``.

    Raises:
        LostError: one of them is gone.
    """
    data = pickle.dumps(value)
    for one in companions:
        one.send_pickled(data)


def cause(companions: Iterable[Companion]) -> str | None:
    """Return why the first that is gone of ``companions`` is, or None: all are there.

    One that was killed is the cause of what the others complain about.
    """
    until_s = time.monotonic() + _REPORT_S
    while True:
        gone = [one for one in companions if one.has_ended()]
        if gone or time.monotonic() > until_s:
            break
        time.sleep(_REPORT_S / 20)
    return min(gone, key=Companion.failure).why() if gone else None


def dismiss(companions: Iterable[Companion]) -> None:
    """Have ``companions`` end when they have done what they do."""
    for one in companions:
        one.close_pipe()


def end(companions: Iterable[Companion]) -> None:
    """End ``companions``; one that does not end by itself is killed."""
    companions = list(companions)
    dismiss(companions)
    until_s = time.monotonic() + _END_S
    for one in companions:
        one.await_end(until_s)


def _run(main: Callable[..., None], pipe: Connection, arguments: tuple[Any, ...]) -> None:
    """Be a companion: what is told to stop is ended by the process that started it."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    with Channel(pipe) as channel:
        main(channel, *arguments)


def _read(pipe: Connection) -> Any:
    # By bytes: what pipes send by themselves has tensors in files that both have to hold open.
    return pickle.loads(pipe.recv_bytes())  # noqa: S301 - nobody else has the pipe


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
