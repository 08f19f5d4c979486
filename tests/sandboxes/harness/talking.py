"""A harness of the tests' own, spoken to over its pipes; everything blocks."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reward_sandboxes import wire
from reward_sandboxes.wire import Kind, Role

MAIN = Path(wire.__file__).parent / "harness" / "__main__.py"
LONGEST_S = 40.0
NOBODY = 61_000 + os.getpid() % 3000
"""A user who owns nothing and whom no system has; tests that run side by side have another each."""
LIMITS = {
    "cpu_s": 2.0,
    "total_cpu_s": 20.0,
    "memory_mb": 256,
    "output_kb": 1024,
    "disk_mb": 16,
    "processes": 32,
}
BUILD_LIMITS = {**LIMITS, "cpu_s": 10.0, "memory_mb": 1024, "disk_mb": 64}
PYTHON = {
    "name": "python",
    "source": "main.py",
    "run": [],
    "build": [],
    "reserves_memory": False,
    "environment": {},
    "processes": 1,
    "extra_memory_mb": 0,
    "extra_cpu_s": 0.0,
}


@dataclass
class Ran:
    """A RESULT."""

    header: Mapping[str, Any]
    stdout: str
    reply: bytes | None

    @property
    def reason(self) -> str:
        return str(self.header["reason"])

    @property
    def stderr(self) -> str:
        return str(self.header["stderr"])


class Harness:
    """A started harness."""

    def __init__(self, command: Sequence[str], **options: Any) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            cwd="/",
            start_new_session=True,
            env={"SECRET": "of the service"},
            **options,
        )

    def next(self) -> wire.Frame:
        """Return the next frame."""
        kind, n_header, n_body = wire.read_prefix(self._read(wire.PREFIX.size))
        header = wire.read_header(self._read(n_header))
        return wire.Frame(kind, header, self._read(n_body))

    def expect(self, kind: Kind) -> wire.Frame:
        """Return the next frame, which is of ``kind``."""
        frame = self.next()
        assert frame.kind is kind, frame
        return frame

    def say(self, kind: Kind, header: Mapping[str, Any] | None = None, *parts: bytes) -> None:
        """Send a frame."""
        assert self.process.stdin is not None
        rest = memoryview(wire.packed(kind, header, *parts))
        while rest:
            rest = rest[self.process.stdin.write(rest) :]

    def open(
        self,
        source: str | bytes,
        *,
        role: Role = Role.RUNS,
        language: Mapping[str, Any] = PYTHON,
        files: Mapping[str, bytes] | None = None,
        artefact: Sequence[tuple[str, int, bytes]] | None = None,
        prelude: bool = False,
        suite: Mapping[str, Any] | None = None,
        build: Mapping[str, Any] | None = None,
        **limits: Any,
    ) -> wire.Frame:
        """Send OPEN and return BUILT."""
        data = source.encode() if isinstance(source, str) else source
        files = files or {}
        header = {
            "role": role,
            "language": language,
            "limits": {**LIMITS, **limits},
            "build_limits": {**BUILD_LIMITS, **(build or {})},
            "prelude": prelude,
            "source": len(data),
            "files": [(path, len(content)) for path, content in files.items()],
            "artefact": None
            if artefact is None
            else [(path, mode, len(content)) for path, mode, content in artefact],
            "suite": suite,
        }
        built = [content for _, _, content in artefact or ()]
        self.say(Kind.OPEN, header, data, *files.values(), *built)
        return self.expect(Kind.BUILT)

    def ask(
        self,
        stdin: bytes | str = b"",
        *,
        arguments: Sequence[str] = (),
        files: Mapping[str, bytes] | None = None,
        call: tuple[str, bytes] | None = None,
    ) -> None:
        """Send RUN."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        files = files or {}
        header = {
            "arguments": list(arguments),
            "stdin": len(data),
            "files": [(path, len(content)) for path, content in files.items()],
            "call": call and {"function": call[0], "arguments": len(call[1])},
        }
        self.say(Kind.RUN, header, data, *files.values(), *([call[1]] if call else []))

    def result(self) -> Ran:
        """Return the next RESULT."""
        frame = self.expect(Kind.RESULT)
        n_reply = frame.header["reply"]
        stdout, reply = frame.parts([frame.header["stdout"], n_reply or 0])
        text = stdout.decode("utf-8", "replace")
        return Ran(frame.header, text, None if n_reply is None else reply)

    def run(self, stdin: bytes | str = b"", **more: Any) -> Ran:
        """Send RUN and return RESULT."""
        self.ask(stdin, **more)
        return self.result()

    def end(self) -> wire.Frame:
        """Send END and return DONE."""
        self.say(Kind.END)
        return self.expect(Kind.DONE)

    def once(self, source: str, stdin: bytes | str = b"", **limits: Any) -> Ran:
        """Do a job of one run."""
        built = self.open(source, **limits)
        assert built.header["ok"], built
        ran = self.run(stdin)
        done = self.end()
        assert done.header["clean"], done
        return ran

    def close(self) -> int:
        """Close its stdin, and return its exit code."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        code = self.process.wait(20)
        self.process.stdout.close()
        return code

    def _read(self, size: int) -> bytes:
        assert self.process.stdout is not None
        data = b""
        while len(data) < size:
            ready = select.poll()
            ready.register(self.process.stdout)
            assert ready.poll(LONGEST_S * 1000), f"the harness said nothing for {LONGEST_S} s"
            chunk = self.process.stdout.read(size - len(data))
            if not chunk:
                raise EOFError(f"the harness ended: {self.process.wait(20)}")
            data += chunk
        return data


@contextmanager
def started(
    *,
    user: int | None = None,
    python: str | None = None,
    hello: bool = True,
    place: Sequence[str] = (),
    **config: Any,
) -> Iterator[Harness]:
    """Start a harness, by the command ``place`` if any, and end it whatever happens."""
    executable = python or sys.executable
    own = executable == sys.executable
    config = {"readable": [sys.base_prefix] if own else [], "uid": NOBODY, **config}
    options = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    harness = Harness([*place, executable, "-I", "-S", str(MAIN), json.dumps(config)], **options)
    try:
        if hello:
            harness.expect(Kind.HELLO)
        yield harness
    finally:
        harness.process.kill()
        harness.close()


def open_to_all(path: str) -> bool:
    """Whether every user may get at the file."""
    resolved = Path(path).resolve()
    places = (resolved, *resolved.parents)
    return resolved.exists() and all(place.stat().st_mode & 1 for place in places[1:])


def system_python() -> str:
    """Return an interpreter that every user of this host may run, or skip the test."""
    for path in ("/usr/bin/python3", sys.executable):
        if open_to_all(path):
            return path
    pytest.skip("no interpreter that every user may run")


def as_ordinary_user() -> dict[str, Any]:
    """Return how to start a harness as a user without rights."""
    if os.getuid() != 0:
        return {}
    return {"user": NOBODY, "python": system_python()}


def processes_of(user: int = NOBODY) -> list[str]:
    """Return the names of all processes of ``user``."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            lines = (folder / "status").read_text().splitlines()
        except OSError:
            continue  # it has ended
        words = {line.partition(":")[0]: line.split()[1:] for line in lines}
        if words["Uid"][0] == str(user) and words["State"][0] != "Z":
            found.append(f"{folder.name} {words['Name'][0]}")
    return found


def until(condition: Any, longest_s: float = 10.0) -> None:
    """Wait until ``condition`` holds."""
    give_up = time.monotonic() + longest_s
    while not condition():
        assert time.monotonic() < give_up, "it never came true"
        time.sleep(0.01)
