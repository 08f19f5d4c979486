"""Runs the drivers of a cell as a cell would, but in a plain process: nothing confines it.

As a script it is that process: its argument says, as JSON, what to run.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reward_sandboxes.harness.report import is_report, read_report

ROOM = Path(__file__).resolve().parents[3] / "sandboxes"


@dataclass(frozen=True)
class Ended:
    code: int
    stdout: bytes
    stderr: str
    reply: bytes = b""


def script(
    source: str | bytes,
    folder: Path,
    *,
    stdin: bytes = b"",
    arguments: Sequence[str] = (),
    site: bool = False,
) -> Ended:
    """Run ``source`` by ``run_script`` in ``folder``."""
    path = _written(source, folder)
    order = {"run": "script", "path": str(path), "arguments": list(arguments)}
    return _ended(_python(order, site=site), folder, stdin)


def real(
    source: str | bytes, folder: Path, *, stdin: bytes = b"", arguments: Sequence[str] = ()
) -> Ended:
    """Run ``source`` by an interpreter of its own."""
    path = _written(source, folder)
    return _ended([sys.executable, str(path), *arguments], folder, stdin)


def call(
    source: str,
    folder: Path,
    function: str,
    arguments: bytes,
    *,
    prelude: bool = False,
    site: bool = False,
) -> Ended:
    """Call ``function`` by ``run_call``."""
    path = _written(source, folder)
    reply = folder / "reply"
    order = {
        "run": "call",
        "path": str(path),
        "function": function,
        "arguments": arguments.decode("ascii"),
        "reply": str(reply),
        "prelude": prelude,
    }
    ended = _ended(_python(order, site=site), folder, b"")
    return Ended(ended.code, ended.stdout, ended.stderr, reply.read_bytes())


@contextmanager
def candidate(source: str, folder: Path, *, prelude: bool = False) -> Iterator[socket.socket]:
    """Start ``serve``; yields the other end of its channel."""
    path = _written(source, folder)
    with _at_the_other_end(
        {"run": "candidate", "path": str(path), "prelude": prelude}, folder
    ) as end:
        yield end


@contextmanager
def suite(
    fields: Mapping[str, Any], folder: Path, files: Mapping[str, str] | None = None
) -> Iterator[socket.socket]:
    """Start ``conduct``; yields the other end of its channel."""
    order = {"run": "suite", "suite": dict(fields), "files": dict(files or {})}
    with _at_the_other_end(order, folder, site=fields["kind"] == "pytest") as end:
        yield end


def dialogue(
    source: str, fields: Mapping[str, Any], folder: Path, files: Mapping[str, str] | None = None
) -> Mapping[str, Any]:
    """Carry calls from test code to a program until the report; what is empty ends the program."""
    with (
        candidate(source, folder / "program") as program,
        suite(fields, folder / "tests", files) as tests,
    ):
        while True:
            said = heard(tests)
            assert said is not None, "the test code ended without a report"
            if is_report(said):
                report = read_report(said)
                assert report is not None
                return report
            say(program, said)
            say(tests, heard(program) or b"")


def say(end: socket.socket, message: bytes) -> None:
    with suppress(BrokenPipeError):
        end.sendall(struct.pack("!I", len(message)) + message)


def heard(end: socket.socket) -> bytes | None:
    """Return the next message, or None when there is none."""
    head = _exactly(end, 4)
    return None if head is None else _exactly(end, struct.unpack("!I", head)[0])


def _exactly(end: socket.socket, length: int) -> bytes | None:
    data = bytearray()
    while len(data) < length:
        try:
            chunk = end.recv(min(length - len(data), 1 << 16))
        except ConnectionResetError:
            return None
        if not chunk:
            return None
        data += chunk
    return bytes(data)


def environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOM), "PYTHONHASHSEED": "0"}


def _written(source: str | bytes, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "main.py"
    path.write_bytes(source if isinstance(source, bytes) else source.encode("utf-8"))
    return path


def _python(order: Mapping[str, Any], *, site: bool = False) -> list[str]:
    return [sys.executable, *(() if site else ("-S",)), str(Path(__file__)), json.dumps(order)]


def _ended(command: Sequence[str], folder: Path, stdin: bytes) -> Ended:
    done = subprocess.run(
        command,
        cwd=folder,
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
        env=environment(),
    )
    return Ended(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


@contextmanager
def _at_the_other_end(
    order: dict[str, Any], folder: Path, *, site: bool = False
) -> Iterator[socket.socket]:
    folder.mkdir(exist_ok=True)
    ours, theirs = socket.socketpair()
    ours.settimeout(60)
    order["channel"] = theirs.fileno()
    process = subprocess.Popen(
        _python(order, site=site),
        cwd=folder,
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=environment(),
    )
    theirs.close()
    try:
        with ours:
            yield ours
        process.wait(timeout=60)
    finally:
        process.kill()
        process.wait()


def _drive(order: dict[str, Any]) -> None:
    from reward_sandboxes.harness import candidate as serving
    from reward_sandboxes.harness import program
    from reward_sandboxes.harness.channel import Channel
    from reward_sandboxes.harness.suite import conduct

    if order["run"] == "suite":
        files = {name: text.encode("utf-8") for name, text in order["files"].items()}
        conduct(order["suite"], files, Channel(order["channel"]))
    path = order["path"]
    source = Path(path).read_bytes()
    code = program.compiled(source, path)
    program.preload(source, prelude=order.get("prelude", False))
    if order["run"] == "script":
        program.run_script(code, path, order["arguments"])
    if order["run"] == "candidate":
        serving.serve(code, path, Channel(order["channel"]), prelude=order["prelude"])
    reply = os.open(order["reply"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    arguments = order["arguments"].encode("ascii")
    program.run_call(code, path, order["function"], arguments, reply, prelude=order["prelude"])


if __name__ == "__main__":
    _drive(json.loads(sys.argv[1]))
