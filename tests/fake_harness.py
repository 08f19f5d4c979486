"""A harness that runs nothing: it speaks frames, and does what a program's source tells it.

The source is lines of ``word argument``; each run does them again:

    say TEXT            stdout of the run; ``{n}`` is its number in this job, ``{in}`` its stdin
    header NAME JSON    a field of its RESULT
    once FILE WORD ...  WORD, but only while there is no such file; makes it
    at N WORD ...       WORD, but only in the run of that number
    (a word of FAULTS)  what no honest harness does
    build WORD ...      while compiling

In a dialogue the program's source, and the setup of the test code, are done once from the top:

    ask TEXT | answer TEXT    say TEXT and wait; wait and say TEXT
    report JSON               the last message of test code
    end                       the process ends here
    stay                      (anywhere) the process ends only when it is told to

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
        "reason": "exited",
        "exit_code": 0,
        "signal": None,
        "stderr": "",
        "cpu_s": 0.001,
        "wall_s": 0.001,
        "waited_s": 0.0,
        "memory_mb": 8,
        "reply": None,
        "starved": False,
        "stdout": len(stdout),
        **said,
    }
    if header["reason"] != "exited":
        header["exit_code"] = None
    send(RESULT, header, stdout)


def due(line: list[str], n: int = 0) -> list[str]:
    """Return what is to be done of a line, if it is to be done now."""
    match line:
        case ["at", number, *words]:
            return due(words, n) if int(number) == n else []
        case ["once", mark, *words]:
            if Path(mark).exists():
                return []
            Path(mark).touch()
            return words
    return line


def sleep(seconds: str = "3600") -> None:
    time.sleep(float(seconds))


def cut() -> None:
    os.write(1, PREFIX.pack(RESULT, 100, 100) + b"{")
    sys.exit(0)


FAULTS = {
    "sleep": sleep,
    "die": lambda: os.kill(os.getpid(), 9),
    "exit": lambda: sys.exit("the harness says why"),
    "garbage": lambda: os.write(1, b"\xff" * 100),
    "cut": cut,
    "huge": lambda: os.write(1, PREFIX.pack(RESULT, 2, (1 << 29) - 1) + b"{}"),
    "twice": result,
}


def run(lines: list[list[str]], n: int, stdin: bytes, job: dict) -> None:
    said: dict[str, object] = {}
    stdout = b""
    for line in lines:
        word, *rest = due(line, n) or [""]
        if word == "say":
            text = " ".join(rest).replace("{n}", str(n)).replace("{pid}", str(os.getpid()))
            stdout += text.replace("{in}", stdin.decode()).encode()
        elif word == "header":
            said[rest[0]] = json.loads(rest[1])
        elif word == "job":
            job[rest[0]] = " ".join(rest[1:])
        elif word:
            FAULTS[word](*rest)
    result(stdout, **said)


def told(source: str) -> tuple[list[list[str]], list[list[str]]]:
    """Return the lines of ``source`` for runs, and those for the compiler."""
    lines = [line.split() for line in source.splitlines() if line.strip()]
    build = [line[1:] for line in lines if line[0] == "build"]
    return [line for line in lines if line[0] != "build"], build


def compile_(build: list[list[str]], built: dict) -> None:
    """Do what the lines for the compiler say to the header of BUILT."""
    for words in build:
        match due(words):
            case ["fail"]:
                built |= {"ok": False, "message": "a syntax error", "artefact": []}
            case ["file", path]:
                built["artefact"] = [[path, 0o755, 4]]
            case ["header", name, value]:
                built[name] = json.loads(value)
            case [word, *rest]:
                FAULTS[word](*rest)


def do_job(header: dict, body: bytes) -> None:
    lines, build = told(body[: header["source"]].decode())
    built = {"ok": True, "reason": "exited", "message": "", "cpu_s": 0.25, "artefact": []}
    artefact = b""
    if header["artefact"] is not None:
        built["message"] = "given"
    elif header["language"]["build"]:
        built["artefact"], artefact = [["main", 0o755, 4]], b"made"
    compile_(build, built)
    send(BUILT, built, artefact if built["artefact"] else b"")
    n, job = 0, {}
    while (frame := receive())[0] != END:
        assert frame[0] == RUN
        if built["ok"]:
            run(lines, n, frame[2][: frame[1]["stdin"]], job)
        n += 1
    time.sleep(float(job.get("linger", 0)))
    send(DONE, {"clean": "dirty" not in job, "why": job.get("dirty", "")})
    os.write(1, job.get("after", "").encode())


def converse(lines: list[list[str]]) -> None:
    """Do the lines one after the other, up to END; ``ask`` and ``answer`` wait for a message."""
    said: dict[str, object] = {}
    ended = False
    for line in lines:
        word, *rest = due(line) or [""]
        if word == "end" or ended:
            break
        if word in ("ask", "answer"):
            ended = exchange(word, " ".join(rest).encode())
        elif word == "report":
            send(HEARD, {"report": json.loads(" ".join(rest))})
        elif word == "header":
            said[rest[0]] = json.loads(rest[1])
        elif word not in ("", "stay"):
            FAULTS[word](*rest)
    if ["stay"] in lines:
        ended = ended or receive()[0] == END
    result(**said)
    while not ended:
        ended = receive()[0] == END
    send(DONE, {"clean": True, "why": ""})


def exchange(word: str, text: bytes) -> bool:
    """Say ``text`` before or after a message comes; whether END came instead."""
    if word == "ask":
        send(HEARD, {}, text)
        return receive()[0] == END
    ended = receive()[0] == END
    if not ended:
        send(HEARD, {}, text)
    return ended


def main() -> None:
    options = json.loads(sys.argv[1])
    for words in options.get("at_start", []):
        word, *rest = due(words) or [""]
        if word:
            FAULTS[word](*rest)
    hello = {
        "level": "none",
        "protections": {"network": True, "seccomp": "not a sandbox"},
        "python": "3",
        "harness": "fake",
        "tools": {},
        **options.get("hello", {}),
    }
    send(HELLO, hello)
    while (frame := receive())[0] == OPEN:
        _, header, body = frame
        if header["role"] == "runs":
            do_job(header, body)
            continue
        text = body.decode() if header["role"] == "candidate" else header["suite"]["setup"]
        lines, build = told(text)
        built = {"ok": True, "reason": "exited", "message": "", "cpu_s": 0.0, "artefact": []}
        compile_(build, built)
        send(BUILT, built)
        converse(lines)


if __name__ == "__main__":
    main()
