"""The C library through ctypes: calls that raise ``OSError`` when the kernel refuses."""

from __future__ import annotations

import ctypes
import os
from types import MappingProxyType

from reward_sandboxes.kernel.syscalls import AARCH64, X86_64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TABLES: Mapping[str, Mapping[str, int]] = MappingProxyType({"x86_64": X86_64, "aarch64": AARCH64})

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.prctl.restype = ctypes.c_int


class UnsupportedMachineError(OSError):
    """System call numbers of this machine are not known here."""


def machine() -> str:
    """Return what kind of machine this is, as the kernel names it."""
    return os.uname().machine


def syscall_numbers() -> Mapping[str, int]:
    """Return this machine's system call numbers by name.

    Raises:
        UnsupportedMachineError: it is neither x86_64 nor aarch64.
    """
    name = machine()
    if name not in _TABLES:
        raise UnsupportedMachineError(f"system calls of {name!r} are not known")
    return _TABLES[name]


def syscall(name: str, *arguments: object) -> int:
    """Make the system call ``name`` and return its result.

    Integers are passed as C longs; pointers as ctypes made them.

    Raises:
        OSError: the kernel refused.
    """
    number = syscall_numbers()[name]
    result = int(_libc.syscall(ctypes.c_long(number), *(_wide(value) for value in arguments)))
    if result < 0:
        raise _last_error(name)
    return result


def prepared(name: str, *arguments: object) -> Callable[[], int]:
    """Return ``syscall(name, *arguments)`` as a call that costs as little as it can when made.

    For a child that has just been forked: every page it touches is copied.
    """
    call = _libc.syscall
    values = (ctypes.c_long(syscall_numbers()[name]), *(_wide(value) for value in arguments))

    def make() -> int:
        result = int(call(*values))
        if result < 0:
            raise _last_error(name)
        return result

    return make


def prctl(option: int, *arguments: object) -> int:
    """Call ``prctl``, with the arguments not given as zeros.

    Raises:
        OSError: the kernel refused.
    """
    padded = [*arguments, 0, 0, 0, 0][:4]
    result = int(_libc.prctl(ctypes.c_int(option), *(_wide(value) for value in padded)))
    if result < 0:
        raise _last_error(f"prctl({option})")
    return result


def _wide(value: object) -> object:
    return ctypes.c_long(value) if isinstance(value, int) else value


def _last_error(what: str) -> OSError:
    code = ctypes.get_errno()
    return OSError(code, f"{what}: {os.strerror(code)}")
