"""Runs the drivers of a cell as a sandbox would, but in plain processes: nothing confines them.

A warm interpreter takes orders, forks a process that makes a program ready, and that another which
runs it. Imported by tests, this is the side that gives orders; as a script, the other one.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from reward_sandboxes.harness.report import is_report, read_report

FOURTH = 50
"""The descriptor of a reply or a channel, for programs that would forge what is said there."""
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
    order = {"run": "script", "path": _written(source, folder), "arguments": list(arguments)}
    return _ended(order, stdin, site=site)


def real(
    source: str | bytes, folder: Path, *, stdin: bytes = b"", arguments: Sequence[str] = ()
) -> Ended:
    """Run ``source`` by an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, _written(source, folder), *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
        env=environment(),
    )
    return Ended(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


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
    order = {
        "run": "call",
        "path": _written(source, folder),
        "function": function,
        "arguments": arguments.decode("ascii"),
        "prelude": prelude,
    }
    return _ended(order, b"", site=site)


@contextmanager
def candidate(source: str, folder: Path, *, prelude: bool = False) -> Iterator[socket.socket]:
    """Start ``serve``; yields the other end of its channel."""
    order = {"run": "candidate", "path": _written(source, folder), "prelude": prelude}
    with _at_the_other_end(order) as end:
        yield end


@contextmanager
def suite(
    fields: Mapping[str, Any], folder: Path, files: Mapping[str, str] | None = None
) -> Iterator[socket.socket]:
    """Start ``conduct``; yields the other end of its channel."""
    folder.mkdir(exist_ok=True)
    order = {
        "run": "suite",
        "path": str(folder / "main.py"),
        "suite": dict(fields),
        "files": dict(files or {}),
    }
    with _at_the_other_end(order, site=fields["kind"] == "pytest") as end:
        yield end


def dialogue(
    source: str, fields: Mapping[str, Any], folder: Path, files: Mapping[str, str] | None = None
) -> Mapping[str, Any]:
    """Carry calls from test code to a program until the report, as whoever owns both does."""
    with ExitStack() as both:
        program = both.enter_context(candidate(source, folder / "program"))
        tests = both.enter_context(suite(fields, folder / "tests", files))
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


def environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOM), "PYTHONHASHSEED": "0"}


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


def _written(source: str | bytes, folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    path = folder / "main.py"
    path.write_bytes(source if isinstance(source, bytes) else source.encode("utf-8"))
    return str(path)


def _ended(order: Mapping[str, Any], stdin: bytes, *, site: bool) -> Ended:
    with ExitStack() as open_files:
        files = [open_files.enter_context(TemporaryFile()) for _ in range(4)]
        files[0].write(stdin)
        for file in files:
            file.seek(0)
        warm = _warm(site=site)
        _order(warm, order, [file.fileno() for file in files])
        code = int(warm.recv(100))
        for file in files:
            file.seek(0)
        _, stdout, stderr, reply = (file.read() for file in files)
    return Ended(code, stdout, stderr.decode("utf-8", "replace"), reply)


@contextmanager
def _at_the_other_end(order: Mapping[str, Any], *, site: bool = False) -> Iterator[socket.socket]:
    ours, theirs = socket.socketpair()
    ours.settimeout(60)
    with ours:
        with theirs, open(os.devnull, "rb+") as null:  # noqa: PTH123 - there is no shorter way
            _order(_warm(site=site), order, [*[null.fileno()] * 3, theirs.fileno()])
        yield ours


def _order(warm: socket.socket, order: Mapping[str, Any], fds: Sequence[int]) -> None:
    socket.send_fds(warm, [json.dumps(order).encode("ascii")], fds)


@cache
def _warm(*, site: bool) -> socket.socket:
    """Return the end at which an interpreter takes orders; it ends when this process does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(60)
    process = subprocess.Popen(
        [sys.executable, *(() if site else ("-S",)), str(Path(__file__)), str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        env=environment(),
    )
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait(timeout=60)

    atexit.register(end)
    return ours


def _take_orders(control: socket.socket) -> None:
    while True:
        data, fds, _, _ = socket.recv_fds(control, 1 << 20, 4)
        if not data:
            return
        order = json.loads(data)
        if os.fork() == 0:
            _carry_out(order, fds, control)
        for fd in fds:
            os.close(fd)
        if order["run"] in ("script", "call"):
            os.wait()
        else:
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass


def _carry_out(order: Mapping[str, Any], fds: list[int], control: socket.socket) -> None:
    os.chdir(Path(order["path"]).parent)
    run = _prepared(order)
    child = os.fork()
    if child == 0:
        control.close()
        for number in range(3):
            os.dup2(fds[number], number)
        os.dup2(fds[3], FOURTH)
        for fd in set(fds):
            os.close(fd)
        run(FOURTH)
    for fd in fds:
        os.close(fd)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if order["run"] in ("script", "call"):
        control.send(str(code).encode("ascii"))
    os._exit(0)


def _prepared(order: Mapping[str, Any]) -> Callable[[int], None]:
    from reward_sandboxes.harness import candidate as serving
    from reward_sandboxes.harness import program
    from reward_sandboxes.harness.channel import Channel
    from reward_sandboxes.harness.suite import conduct

    if order["run"] == "suite":
        files = {name: text.encode("utf-8") for name, text in order["files"].items()}
        return lambda fd: conduct(order["suite"], files, Channel(fd))
    path = order["path"]
    source = Path(path).read_bytes()
    prelude = order.get("prelude", False)
    code = program.compiled(source, path)
    program.preload(source, prelude=prelude)
    if order["run"] == "script":
        return lambda _fd: program.run_script(code, path, order["arguments"])
    if order["run"] == "candidate":
        return lambda fd: serving.serve(code, path, Channel(fd), prelude=prelude)
    arguments = order["arguments"].encode("ascii")
    function = order["function"]
    return lambda fd: program.run_call(code, path, function, arguments, fd, prelude=prelude)


if __name__ == "__main__":
    _prepared({"run": "suite", "files": {}})  # imports
    _take_orders(socket.socket(fileno=int(sys.argv[1])))
