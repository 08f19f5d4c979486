"""How a harness starts, is spoken to, and ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sandboxes.harness.conftest import LEVELS
from sandboxes.harness.talking import (
    MAIN,
    NOBODY,
    Harness,
    as_ordinary_user,
    open_to_all,
    processes_of,
    started,
    until,
)

from reward_sandboxes.wire import Kind

LOOP = "import os\nos.fork()\nwhile True: pass"


def folders() -> list[str]:
    return [path.name for path in Path("/tmp").glob("reward-sandbox-*")]


def test_hello_says_what_it_protects_from_and_what_it_runs_on(level: str) -> None:
    options = LEVELS[level]()
    with started(hello=False, tools=["sh", "no-such-tool"], **options) as harness:
        header = harness.expect(Kind.HELLO).header
    assert header["level"] == options["confine"]
    assert header["python"].startswith("3.")
    assert len(header["harness"]) == 16
    assert list(header["tools"]) == ["sh"]
    for name in ("files", "network", "capabilities", "system_calls", "user"):
        assert header["protections"][name] is True, header


def test_what_does_not_hold_is_named() -> None:
    with started(hello=False, **LEVELS["landlock"]()) as harness:
        protections = harness.expect(Kind.HELLO).header["protections"]
    missing = {name for name, held in protections.items() if held is not True}
    assert {"disk", "processes", "process_count"} <= missing
    assert all(isinstance(protections[name], str) and protections[name] for name in missing)


def test_a_bad_configuration_is_refused_and_says_why() -> None:
    for config, why in (
        ("{", "Expecting"),
        ('{"no": 1}', "expected an object"),
        ('{"confine": "a bit"}', "confine is one of"),
        ('{"readable": ["etc"]}', "absolute"),
    ):
        command = [sys.executable, "-I", "-S", str(MAIN), config]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
        assert done.returncode == 2
        assert why in done.stderr.decode()


def test_a_harness_ends_with_its_stdin(level: str) -> None:
    with started(**LEVELS[level]()) as harness:
        assert harness.once("print(1)").stdout == "1\n"
        assert harness.close() == 0


@pytest.mark.parametrize("how", ["eof", "kill"])
def test_nothing_outlives_a_harness(level: str, how: str) -> None:
    before, files_before = set(processes_of()), set(folders())
    with started(**LEVELS[level]()) as harness:
        harness.open(LOOP, cpu_s=60.0)
        harness.ask()
        if os.getuid() == 0:
            until(lambda: len(set(processes_of()) - before) >= 4)
        if how == "eof":
            harness.close()
        else:
            os.killpg(harness.process.pid, signal.SIGKILL)
    until(lambda: not set(processes_of()) - before)
    until(lambda: not set(folders()) - files_before)


def test_runs_that_were_asked_for_before_the_end_are_made(nested: Harness) -> None:
    nested.open("print(input())")
    for index in range(3):
        nested.ask(f"{index}\n")
    nested.say(Kind.END)
    assert [nested.result().stdout for _ in range(3)] == ["0\n", "1\n", "2\n"]
    assert nested.expect(Kind.DONE).header["clean"]


def test_a_program_that_does_not_compile_is_said_so_and_its_runs_are_skipped(
    nested: Harness,
) -> None:
    built = nested.open("print(")
    assert not built.header["ok"]
    assert "SyntaxError" in built.header["message"]
    nested.ask("1\n")
    assert nested.end().header["clean"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("x = " + "-" * 200_000 + "1", {"memory", "exited", "signalled"}),
        ("x = " + "(" * 5000 + ")" * 5000, {"exited", "memory"}),
        ("".join(f"x{i} = [{i}] * {i}\n" for i in range(40_000)) * 4, {"time", "memory"}),
        ("x = 1\0", {"exited"}),
        ("# coding: no-such\nx = 1", {"exited"}),
    ],
)
def test_a_source_that_breaks_the_compiler_breaks_nothing_else(
    nested: Harness, source: str, reason: set[str]
) -> None:
    built = nested.open(source, build={"cpu_s": 0.5, "memory_mb": 256})
    nested.ask()
    if built.header["ok"]:
        nested.result()
    else:
        assert built.header["reason"] in reason, built
    assert nested.end().header["clean"]
    assert nested.once("print('next')").stdout == "next\n"


def test_a_job_that_makes_no_sense_ends_the_harness() -> None:
    with started(confine="namespaces") as harness:
        harness.say(Kind.RUN, {})
        with pytest.raises(EOFError):
            harness.next()


def test_the_environment_of_the_owner_is_gone_from_the_harness_itself() -> None:
    with started(confine="namespaces") as harness:
        environment = Path(f"/proc/{harness.process.pid}/environ")
        try:
            found = environment.read_bytes()
        except PermissionError:
            return  # better still
        assert b"SECRET" not in found


def test_where_root_starts_it_programs_run_as_the_user_named() -> None:
    if os.getuid() != 0:
        pytest.skip("needs root")
    with started(confine="namespaces") as harness:
        assert harness.once("import os; print(os.getuid(), os.getgid())").stdout == (
            f"{NOBODY} {NOBODY}\n"
        )


def test_an_ordinary_user_needs_nothing_to_run_programs_in_namespaces() -> None:
    with started(confine="auto", hello=False, **as_ordinary_user()) as harness:
        assert harness.expect(Kind.HELLO).header["level"] == "namespaces"
        assert harness.once("print('fine')").stdout == "fine\n"


def test_a_user_who_cannot_read_python_cannot_run_it() -> None:
    if os.getuid() != 0 or open_to_all(os.__file__):
        pytest.skip("every user can read this interpreter")
    with started(confine="landlock", hello=False) as harness, pytest.raises(EOFError):
        harness.next()


def test_without_any_confinement_programs_still_have_limits() -> None:
    with started(confine="none", hello=False) as harness:
        hello = harness.expect(Kind.HELLO).header
        assert hello["level"] == "none"
        assert set(hello["protections"].values()) - {True} == {"switched off", "runs as root"} - (
            set() if os.getuid() == 0 else {"runs as root"}
        )
        assert harness.once("while True: pass", cpu_s=0.2).reason == "time"
        assert harness.once("x = bytearray(1 << 30)", memory_mb=64).reason == "memory"


@pytest.mark.skipif(os.getuid() != 0, reason="only root may look into a harness's memory")
def test_a_small_harness_starts_fast_and_stays_small() -> None:
    with started(confine="namespaces") as harness:
        pids = [harness.process.pid]
        children = Path(f"/proc/{pids[0]}/task/{pids[0]}/children").read_text().split()
        resident = 0
        for pid in (*pids, *map(int, children)):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            resident += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        assert resident < 40_000, json.dumps(resident)


def test_root_of_a_container_without_its_powers_is_confined_as_root() -> None:
    if os.getuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root and setpriv, to give its powers up")
    bare = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    config = {"readable": [sys.base_prefix]}
    harness = Harness([*bare, sys.executable, "-I", "-S", str(MAIN), json.dumps(config)])
    try:
        header = harness.expect(Kind.HELLO).header
        assert header["protections"]["user"] == "runs as root"
        assert header["level"] == "landlock"
        said = harness.once("print(open('/etc/shadow').read())").header["stderr"]
        assert "Permission denied" in said
    finally:
        harness.process.kill()
        harness.close()
