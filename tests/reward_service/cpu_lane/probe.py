"""A verifier that misbehaves on demand, inside a worker: the answer says how."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time

from reward_verifiers.errors import BadSpecError
from reward_verifiers.specs import MathSpec
from reward_verifiers.verdict import Verdict


def judge(answer: str, spec: MathSpec) -> Verdict:
    word, _, rest = answer.partition(" ")
    misdeed = _MISDEEDS.get(word)
    if misdeed is not None:
        misdeed(rest)
    if answer in spec.golds:
        return Verdict.correct(answer, pid=os.getpid())
    return Verdict.wrong(answer, pid=os.getpid())


def _burn(cpu_s: str) -> None:
    end = time.process_time() + float(cpu_s or 1e9)
    while time.process_time() < end:
        pass


def _fill_memory(_rest: str) -> None:
    hoard = []
    while True:
        hoard.append(bytearray(16 << 20))


def _recurse(depth: str) -> None:
    _recurse(depth)


def _overflow(_rest: str) -> None:
    float(10**400)


def _raise(text: str) -> None:
    raise LookupError(text)


def _bad_spec(text: str) -> None:
    raise BadSpecError(text)


def _say(text: str) -> None:
    """Write bytes to the service, past the worker's own code."""
    os.write(_line(), text.encode("latin-1"))


def _line() -> int:
    return next(fd for fd in range(3, 64) if _is_open(fd))


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _forge(text: str) -> None:
    payload = text.encode()
    os.write(_line(), len(payload).to_bytes(4, "big") + payload)


def _flood(_rest: str) -> None:
    os.write(_line(), (1 << 30).to_bytes(4, "big") + bytes(100))


_MISDEEDS = {
    "burn": _burn,
    "sleep": lambda rest: time.sleep(float(rest)),
    "hoard": _fill_memory,
    "recurse": _recurse,
    "overflow": _overflow,
    "raise": _raise,
    "bad_spec": _bad_spec,
    "leave": lambda rest: os._exit(int(rest)),
    "sysexit": lambda rest: sys.exit(int(rest)),
    "segfault": lambda _rest: ctypes.string_at(0),
    "hang": lambda _rest: signal.pause(),
    "say": _say,
    "forge": _forge,
    "flood": _flood,
}
