"""A verifier that misbehaves on demand, inside a worker: the answer says how."""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import signal
import socket
import sys
import threading
import time
from pathlib import Path

from reward_verifiers.errors import BadSpecError
from reward_verifiers.specs import MathSpec
from reward_verifiers.verdict import Verdict

_KEPT: list[bytes] = []


def judge(answer: str, spec: MathSpec) -> Verdict:
    word, _, rest = answer.partition(" ")
    misdeed = _MISDEEDS.get(word)
    if misdeed is not None:
        misdeed(rest)
    if word == "try":
        return Verdict.wrong(answer, tried=_attempt(rest))
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


def _keep(megabytes: str) -> None:
    """Leak memory that is in use."""
    _KEPT.append(b"x" * (int(megabytes) << 20))


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


def _overrun(_rest: str) -> None:
    """Announce more bytes than any reply has."""
    os.write(_line(), (1 << 30).to_bytes(4, "big") + bytes(100))


_MISDEEDS = {
    "burn": _burn,
    "sleep": lambda rest: time.sleep(float(rest)),
    "hoard": _fill_memory,
    "keep": _keep,
    "recurse": _recurse,
    "overflow": _overflow,
    "raise": _raise,
    "bad_spec": _bad_spec,
    "leave": lambda rest: os._exit(int(rest)),
    "sysexit": lambda rest: sys.exit(int(rest)),
    "segfault": lambda _rest: ctypes.string_at(0),
    "say": _say,
    "forge": _forge,
    "overrun": _overrun,
}


def _attempt(text: str) -> str:
    """Try to break out; say how it went."""
    name, _, argument = text.partition(" ")
    try:
        outcome = _ATTEMPTS[name](argument)
    except (OSError, RuntimeError, MemoryError) as error:
        return f"refused: {type(error).__name__}: {error}"
    return f"done: {outcome!r}"


def _call(number_by_machine: dict[str, int], *arguments: object) -> int:
    """Make a system call past Python."""
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(ctypes.c_long(number_by_machine[os.uname().machine]), *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return int(result)


def _connect(address: str) -> str:
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=1) as connection:
        return connection.recv(100).decode()


def _start_thread(_argument: str) -> str:
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()
    return "a thread ran"


def _fork(_argument: str) -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return pid


def _read_memory(pid: str) -> int:
    with Path(f"/proc/{pid}/mem").open("rb") as memory:
        return len(memory.read(1))


def _read_process(pid: str) -> int:
    """process_vm_readv of another process: 16 bytes of its memory."""
    mine = ctypes.create_string_buffer(16)
    local = (ctypes.c_void_p * 2)(ctypes.addressof(mine), 16)
    remote = (ctypes.c_void_p * 2)(0x400000, 16)
    numbers = {"x86_64": 310, "aarch64": 270}
    one = ctypes.c_ulong(1)
    return _call(numbers, ctypes.c_long(int(pid)), local, one, remote, one, ctypes.c_ulong(0))


def _raise_limit(_argument: str) -> str:
    try:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except ValueError as error:  # Python's word for "not permitted"
        raise PermissionError(str(error)) from error
    return "unlimited"


def _write(path: str) -> int:
    return Path(path).write_text("was here")


def _read(path: str) -> str:
    return Path(path).read_text(errors="replace")[:20]


def _late_import(name: str) -> str:
    return __import__(name).__name__


_SEIZE = 0x4206

_ATTEMPTS = {
    "read": _read,
    "list": os.listdir,
    "write": _write,
    "append": lambda path: os.open(path, os.O_APPEND | os.O_WRONLY),
    "create": lambda path: os.open(path, os.O_CREAT | os.O_RDONLY, 0o600),
    "truncate": lambda path: os.truncate(path, 0),
    "unlink": os.unlink,
    "rename": lambda path: Path(path).rename(path + ".gone"),
    "mkdir": os.mkdir,
    "symlink": lambda path: Path(path).symlink_to("/"),
    "chmod": lambda path: Path(path).chmod(0o777),
    "memfd": os.memfd_create,
    "connect": _connect,
    "unix": lambda _: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
    "udp": lambda _: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "fork": _fork,
    "thread": _start_thread,
    "spawn": lambda path: os.posix_spawn(path, [path], {}),
    "exec": lambda path: os.execv(path, [path]),
    "system": lambda command: "ran" if os.system(command) == 0 else _refuse(),
    "kill": lambda pid: os.kill(int(pid), signal.SIGTERM),
    "own": lambda pid: fcntl.fcntl(_line(), fcntl.F_SETOWN, int(pid)),
    "async": lambda _: fcntl.fcntl(_line(), fcntl.F_SETFL, os.O_ASYNC),
    "ptrace": lambda pid: _call(
        {"x86_64": 101, "aarch64": 117}, ctypes.c_long(_SEIZE), ctypes.c_long(int(pid)), None, None
    ),
    "mem": _read_memory,
    "peek": _read_process,
    "unshare": lambda _: _call({"x86_64": 272, "aarch64": 97}, ctypes.c_long(0x10000000)),
    "mount": lambda _: _call({"x86_64": 165, "aarch64": 40}, b"x", b"/", b"tmpfs", None, None),
    "bpf": lambda _: _call({"x86_64": 321, "aarch64": 280}, ctypes.c_long(0), None, None),
    "io_uring": lambda _: _call({"x86_64": 425, "aarch64": 425}, ctypes.c_long(1), None),
    "keyctl": lambda _: _call({"x86_64": 250, "aarch64": 219}, ctypes.c_long(0), None, None),
    "survive": lambda _: _call({"x86_64": 157, "aarch64": 167}, ctypes.c_long(1), None),
    "setuid": lambda _: os.setuid(0),
    "unlimit": _raise_limit,
    "memory": lambda _: len(bytearray(8 << 30)),
    "import": _late_import,
}


def _refuse() -> str:
    raise PermissionError("the command failed")
