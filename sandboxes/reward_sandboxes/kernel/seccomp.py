"""Filters on system calls: what a process may still ask of the kernel.

A filter is a list of rules, tried in order, and what happens when none fits. It can never be taken
off again, and every process started from now on has it too. Another machine's calling convention
(32-bit calls on a 64-bit kernel) ends the process, since its numbers mean other calls.

Not covered: what stands behind a pointer (the path of an ``open``) cannot be seen; use Landlock.
"""

from __future__ import annotations

import ctypes
import errno
import struct

from reward_sandboxes.kernel import libc
from reward_sandboxes.kernel.libc import prepared, syscall_numbers
from reward_sandboxes.kernel.prctl import set_no_new_privs
from reward_sandboxes.kernel.syscalls import KNOWN_CALLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# linux/seccomp.h
ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000
_ERRNO = 0x00050000
_PR_SET_SECCOMP = 22
_MODE_FILTER = 2

# linux/audit.h: the calling convention, as the kernel names it in every call
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# x86_64 kernels also take calls of the x32 convention, with this bit set in the number.
_X32_BIT = 0x40000000

# linux/bpf_common.h: load a word of the call's description, mask it, jump, jump on it, return
_LOAD, _AND, _JUMP, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x54, 0x05, 0x15, 0x35, 0x06
_MAX_JUMP = 255  # of a jump with a condition
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_MAX_INSTRUCTIONS = 4096


def refuse(code: int = errno.EPERM) -> int:
    """Return the action that lets the call fail with the error ``code``."""
    return _ERRNO | code


class Argument:
    """Holds if ``argument & mask == value`` in the lower 32 bits, all that counts of a C int."""

    __slots__ = ("index", "mask", "value")

    def __init__(self, *, index: int, value: int, mask: int = 0xFFFFFFFF) -> None:
        self.index = index
        self.value = value
        self.mask = mask


class Rule:
    """What happens to the calls named, if every one of ``when`` holds."""

    __slots__ = ("action", "calls", "when")

    def __init__(self, *, calls: Sequence[str], action: int, when: Sequence[Argument] = ()) -> None:
        """Name calls; one that only another kind of machine has is skipped."""
        self.calls = calls
        self.action = action
        self.when = when


def install(rules: Sequence[Rule], *, otherwise: int) -> None:
    """Filter the system calls of this process, for good. Sets "no new privileges" first.

    Raises:
        OSError: the kernel refused, or the machine is unknown.
    """
    put_on = installing(program(rules, otherwise=otherwise))
    set_no_new_privs()
    put_on()


def installing(code: bytes) -> Callable[[], int]:
    """Return the call that installs a ``program``; "no new privileges" has to be set by then."""
    buffer = ctypes.create_string_buffer(code, len(code))
    header = _FilterProgram(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    return prepared("prctl", _PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(header), 0, 0)


def program(rules: Sequence[Rule], *, otherwise: int) -> bytes:
    """Return ``rules`` as a classic BPF program.

    Raises:
        OSError: the machine is unknown.
        ValueError: no machine has a call of such a name, or the program would be longer than the
            kernel takes.
    """
    _refuse_unknown(rules)
    numbers = syscall_numbers()
    code = [
        _instruction(_LOAD, _ARCHITECTURE_AT),
        _instruction(_JUMP_EQUAL, _ARCHITECTURES[libc.machine()], if_not=0, if_so=1),
        _instruction(_RETURN, KILL_PROCESS),
        _instruction(_LOAD, _NUMBER_AT),
    ]
    if libc.machine() == "x86_64":
        code += [
            _instruction(_JUMP_AT_LEAST, _X32_BIT, if_so=0, if_not=1),
            _instruction(_RETURN, KILL_PROCESS),
        ]
    code += _search(_spans(rules, numbers, otherwise))
    if len(code) > _MAX_INSTRUCTIONS:
        raise ValueError(f"{len(code)} instructions; the kernel takes {_MAX_INSTRUCTIONS}")
    return b"".join(code)


def _refuse_unknown(rules: Sequence[Rule]) -> None:
    """Refuse misspelt names: skipped like those of another machine, they would protect nothing."""
    unknown = {name for rule in rules for name in rule.calls} - KNOWN_CALLS
    if unknown:
        raise ValueError(f"no machine has the system calls {sorted(unknown)}")


# From which number on, what happens to calls; until the next span begins.
_Span = tuple[int, list[bytes]]


def _spans(rules: Sequence[Rule], numbers: Mapping[str, int], otherwise: int) -> list[_Span]:
    """Return what happens to every call, in the order of numbers."""
    by_number: dict[int, list[Rule]] = {}
    for rule in rules:
        for name in rule.calls:
            if name in numbers:
                by_number.setdefault(numbers[name], []).append(rule)
    rest = [_instruction(_RETURN, otherwise)]
    spans: list[_Span] = [(0, rest)]
    for number in sorted(by_number):
        for start, code in ((number, _decision(by_number[number], rest)), (number + 1, rest)):
            if spans[-1][0] == start:
                spans.pop()
            if not spans or spans[-1][1] != code:
                spans.append((start, code))
    return spans


def _decision(rules: Sequence[Rule], rest: list[bytes]) -> list[bytes]:
    """Return the instructions for a call that ``rules`` name: the first that fits decides."""
    code: list[bytes] = []
    for rule in rules:
        # Per check: load, mask, compare, and if it does not hold on to the next rule.
        for position, check in enumerate(rule.when):
            code += [
                _instruction(_LOAD, _ARGUMENTS_AT + 8 * check.index),
                _instruction(_AND, check.mask),
                _instruction(
                    _JUMP_EQUAL, check.value, if_not=3 * (len(rule.when) - position - 1) + 1
                ),
            ]
        code.append(_instruction(_RETURN, rule.action))
        if not rule.when:
            return code
    return code + rest


def _search(spans: Sequence[_Span]) -> list[bytes]:
    """Return the instructions that find the span of a number, loaded already, by halving.

    When a filter is installed the kernel runs it once for every number there is, and programs are
    started many times a second: going through all rules in their order costs more than a fork.
    """
    if len(spans) == 1:
        return spans[0][1]
    middle = len(spans) // 2
    below, from_there = _search(spans[:middle]), _search(spans[middle:])
    start = spans[middle][0]
    if len(below) <= _MAX_JUMP:
        return [_instruction(_JUMP_AT_LEAST, start, if_so=len(below)), *below, *from_there]
    leap = [_instruction(_JUMP_AT_LEAST, start, if_not=1), _instruction(_JUMP, len(below))]
    return [*leap, *below, *from_there]


def _instruction(code: int, operand: int, *, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_so, if_not, operand)


class _FilterProgram(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_void_p))
