"""A harness that runs nothing: it speaks frames, and does what a program's source tells it.

The source is lines of ``word argument``; each run does them again:

    say TEXT      stdout of the run (``{n}`` is its number in this sandbox's job, ``{in}`` its stdin)
    cpu SECONDS   the CPU time that the run claims
    reason WORD   how it ended, instead of exited
    once WORD     do WORD only if the file named by ``mark`` is not there yet, and make it
    die | garbage | silent | twice | dirty | huge | starve | wait | linger   faults

Standard library only, and run as a script.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import time
from pathlib import Path

PREFIX = struct.Struct("!BII")
OPEN, HELLO, RUN, BUILT, SAY, RESULT, END, HEARD, DONE = 1, 2, 3, 4, 5, 6, 7, 8, 10


def read(length: int) -> bytes:
    data = sys.stdin.buffer.read(length)
    if len(data) < length:
        sys.exit(0)
    return data


def receive() -> tuple[int, dict, bytes]:
    kind, n_header, n_body = PREFIX.unpack(read(PREFIX.size))
    return kind, json.loads(read(n_header)), read(n_body)


def send(kind: int, header: dict, body: bytes = b"") -> None:
    head = json.dumps(header).encode()
    sys.stdout.buffer.write(PREFIX.pack(kind, len(head), len(body)) + head + body)
    sys.stdout.buffer.flush()


def result(stdout: bytes = b"", **said: object) -> None:
    header = {
        **{"reason": "exited", "exit_code": 0, "signal": None, "stderr": "", "cpu_s": 0.001},
        **{"wall_s": 0.001, "waited_s": 0.0, "memory_mb": 8, "reply": None, "starved": False},
        **{"stdout": len(stdout), **said},
    }
    if header["reason"] != "exited":
        header["exit_code"] = None
    send(RESULT, header, stdout)


def happens(words: list[str]) -> bool:
    """Whether a line is done; one of ``once MARK ...`` the first time on this machine alone."""
    if words[0] != "once":
        return True
    mark = Path(words[1])
    del words[:2]
    if mark.exists():
        return False
    mark.touch()
    return True


def run(lines: list[list[str]], n: int, stdin: bytes, job: dict) -> None:
    said: dict[str, object] = {}
    stdout = b""
    for line in lines:
        words = list(line)
        if not happens(words):
            continue
        match words:
            case ["say", *rest]:
                text = " ".join(rest).replace("{n}", str(n)).replace("{pid}", str(os.getpid()))
                stdout += text.replace("{in}", stdin.decode()).encode()
            case ["cpu", seconds]:
                said["cpu_s"] = float(seconds)
            case ["waited", seconds]:
                said["waited_s"] = float(seconds)
            case ["reason", word]:
                said["reason"] = word
            case ["header", name, value]:
                said[name] = json.loads(value)
            case ["starve"]:
                said |= {"starved": True, "reason": "time"}
            case ["sleep", seconds]:
                time.sleep(float(seconds))
            case ["die"]:
                os.kill(os.getpid(), 9)
            case ["exit"]:
                sys.exit("the harness says why")
            case ["garbage"]:
                os.write(1, b"\xff" * 100)
            case ["cut"]:
                os.write(1, PREFIX.pack(RESULT, 100, 100) + b"{")
                sys.exit(0)
            case ["huge"]:
                os.write(1, PREFIX.pack(RESULT, 2, (1 << 29) - 1) + b"{}")
            case ["silent"]:
                time.sleep(3600)
            case ["twice"]:
                result(stdout, **said)
            case ["dirty"]:
                job["dirty"] = "a process outlived its job"
            case ["linger"]:
                job["linger"] = 3600.0
            case ["after"]:
                job["after"] = b"more"
            case _:
                raise AssertionError(words)
    result(stdout, **said)


def do_job(header: dict, body: bytes) -> None:
    source = body[: header["source"]].decode()
    lines = [line.split() for line in source.splitlines() if line.strip()]
    build = [line[1:] for line in lines if line[0] == "build"]
    lines = [line for line in lines if line[0] != "build"]
    built = {"ok": True, "reason": "exited", "message": "", "cpu_s": 0.25, "artefact": []}
    artefact = b""
    if header["artefact"] is not None:
        built["message"] = "given"
    elif header["language"]["build"]:
        built["artefact"], artefact = [["main", 0o755, 4]], b"made"
    for words in build:
        if happens(words):
            match words:
                case ["fail"]:
                    built |= {"ok": False, "message": "a syntax error", "artefact": []}
                    artefact = b""
                case ["die"]:
                    os.kill(os.getpid(), 9)
                case ["file", path]:
                    built["artefact"] = [[path, 0o755, 4]]
    send(BUILT, built, artefact)
    n, job = 0, {}
    while (frame := receive())[0] != END:
        assert frame[0] == RUN
        if built["ok"]:
            run(lines, n, frame[2][: frame[1]["stdin"]], job)
        n += 1
    time.sleep(job.get("linger", 0.0))
    send(DONE, {"clean": "dirty" not in job, "why": job.get("dirty", "")})
    os.write(1, job.get("after", b""))


def main() -> None:
    options = json.loads(sys.argv[1])
    for words in options.get("at_start", []):
        if happens(words):
            match words:
                case ["exit"]:
                    sys.exit("no sandbox can be made here")
                case ["silent"]:
                    time.sleep(3600)
                case ["sleep", seconds]:
                    time.sleep(float(seconds))
    hello = {
        **{"level": "none", "protections": {"network": True, "seccomp": "not a sandbox"}},
        **{"python": "3", "harness": "fake", "tools": {}, **options.get("hello", {})},
    }
    send(HELLO, hello)
    while (frame := receive())[0] == OPEN:
        do_job(frame[1], frame[2])


if __name__ == "__main__":
    main()
