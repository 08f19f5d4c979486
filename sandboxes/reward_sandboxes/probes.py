"""Small programs that try what no program may do, for an operator to run on their own machine.

The tests of this package attack far harder.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from reward_sandboxes.types import ExitReason


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """A Python program. It is run twice, and says ``held`` in its first line, or what did not."""

    summary: str
    source: str
    ends: frozenset[ExitReason] = frozenset({ExitReason.EXITED})
    """How a run may end; where that is not by itself, being stopped is what holds."""


_NETWORK = """
import socket
for at in ("127.0.0.1", 22), ("192.0.2.1", 80):
    try:
        socket.create_connection(at, timeout=0.2)
        print("connected to", at)
    except ConnectionRefusedError:
        print("there is a network")
    except OSError:
        pass
print("held")
"""
_FILES = """
import sys
from pathlib import Path
# An embedded sandbox shows the interpreter, wherever it lies.
shown = [sys.base_prefix, *sys.path]
def tried(what, *names):
    for name in names:
        try:
            what(Path(name))
            print("could touch", name)
        except (OSError, IndexError, StopIteration):
            pass
tried(lambda path: path.read_bytes()[0], "/etc/shadow", "/proc/kcore", "/dev/sda", "/dev/mem")
def enter(path):
    if str(path) not in shown:
        strange = [at for at in path.iterdir() if not any(to.startswith(str(at)) for to in shown)]
        return strange[0]
    raise OSError
tried(enter, "/root", "/home", "/var/lib/docker")
tried(lambda path: path.write_text("x"), "/usr/x", "/etc/x", "/x", "/proc/sys/kernel/core_pattern")
print("held")
"""
_PROCESSES = """
import os
seen = [name for name in os.listdir("/proc") if name.isdigit()]
print("held" if len(seen) <= 4 else f"sees {len(seen)} processes")
"""
_TRACES = """
import os, time
places = "/tmp/trace", "/dev/shm/trace", "trace"
found = [place for place in places if os.path.exists(place)]
for place in places:
    try:
        open(place, "w").close()
    except OSError:
        pass
print(*found or ["held"], flush=True)
if os.fork() == 0:
    os.setsid()
    os.closerange(0, 99)
    time.sleep(3600)
"""
_PRIVILEGES = """
import ctypes
for line in open("/proc/self/status"):
    if line.startswith(("CapEff", "CapPrm", "CapInh")) and line.split()[1].strip("0"):
        print("has capabilities")
libc = ctypes.CDLL(None)
if libc.unshare(0x10000000) == 0:
    print("made a user namespace")
print("held", flush=True)
libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) or print("mounted something")
"""
_LOOP = """
print("held", flush=True)
while True:
    pass
"""
_HOARD = """
print("held", flush=True)
hoard = []
while True:
    hoard.append(bytearray(1 << 24))
"""
_FORKS = """
import os
print("held", flush=True)
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
_OUTPUT = """
print("held", flush=True)
while True:
    print("x" * 1000)
"""
_DISK = """
print("held", flush=True)
with open("/tmp/big", "wb") as file:
    for _ in range(1000):
        file.write(bytes(1 << 20))
print("wrote a gigabyte")
"""

PROBES = MappingProxyType(
    {
        "network": Probe(summary="there is nothing to connect to", source=_NETWORK),
        "files": Probe(summary="nothing of the host is read or written", source=_FILES),
        "processes": Probe(summary="it sees no process but its own", source=_PROCESSES),
        "traces": Probe(summary="it finds nothing of an earlier run", source=_TRACES),
        "privileges": Probe(
            summary="it has no capability, and gets none",
            source=_PRIVILEGES,
            ends=frozenset({ExitReason.EXITED, ExitReason.FORBIDDEN}),
        ),
        "time": Probe(
            summary="an endless loop is stopped", source=_LOOP, ends=frozenset({ExitReason.TIME})
        ),
        "memory": Probe(
            summary="hoarded memory is refused",
            source=_HOARD,
            ends=frozenset({ExitReason.MEMORY}),
        ),
        "forks": Probe(summary="a fork bomb ends", source=_FORKS, ends=frozenset({*ExitReason})),
        "output": Probe(
            summary="endless output is cut", source=_OUTPUT, ends=frozenset({ExitReason.OUTPUT})
        ),
        "disk": Probe(
            summary="a gigabyte of files is refused",
            source=_DISK,
            ends=frozenset({ExitReason.DISK}),
        ),
    }
)
"""The probes by the name of what they try."""
