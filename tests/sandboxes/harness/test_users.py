"""Runs that are users of their own, where the first process is the harness and root, as in gVisor.

A namespace of processes stands in for the container.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sandboxes.harness.talking import Harness, started, system_python

from reward_sandboxes.harness.users import FIRST
from reward_sandboxes.wire import Role

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be other users")

PLACE = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--ipc", "setsid")


@pytest.fixture(scope="module")
def users() -> Iterator[Harness]:
    with started(confine="users", python=system_python(), place=PLACE) as harness:
        yield harness


def test_every_run_is_another_user_without_powers(users: Harness) -> None:
    source = """
import os
lines = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(*os.getresuid(), *os.getresgid(), os.getgroups(), lines["CapEff"].strip(),
      lines["CapPrm"].strip(), lines["NoNewPrivs"].strip(), lines["Seccomp"].strip())
"""
    said = [users.once(source).stdout.split() for _ in range(2)]
    assert said[0][0] != said[1][0]
    for words in said:
        assert int(words[0]) > FIRST
        assert words == [words[0]] * 6 + ["[]", "0" * 16, "0" * 16, "1", "2"]


def test_nothing_of_the_harness_can_be_signalled_or_opened(users: Harness) -> None:
    source = """
import os
for pid in filter(str.isdecimal, os.listdir("/proc")):
    if int(pid) == os.getpid():
        continue
    tries = [lambda: os.kill(int(pid), 0), lambda: os.listdir(f"/proc/{pid}/fd")]
    tries += [lambda name=name: open(f"/proc/{pid}/{name}") for name in ("mem", "environ", "maps")]
    tries += [lambda fd=fd: open(f"/proc/{pid}/fd/{fd}") for fd in range(20)]
    for each in tries:
        try:
            each()
        except (OSError, UnicodeDecodeError):
            continue
        print("reached", pid)
print("done")
"""
    assert users.once(source).stdout == "done\n"


def test_a_daemon_is_killed_and_finds_no_file_of_another_run(users: Harness) -> None:
    plant = """
import os, time
open("trace", "w").close()
os.chmod(".", 0o777)
if os.fork() == 0:
    if os.fork() == 0:
        time.sleep(3600)
    os._exit(0)
print(os.getcwd())
"""
    users.open(plant)
    folder = users.run().stdout.strip()
    assert not [*Path(folder).iterdir()]
    assert users.end().header["clean"]
    assert not Path(folder).exists()
    seen = users.once('import os; print(sum(map(str.isdecimal, os.listdir("/proc"))))').stdout
    assert int(seen) <= 8


def test_a_run_writes_to_its_own_folder_alone(users: Harness) -> None:
    source = """
import os
for place in ("", "..", "../../box", "/tmp", "/usr"):
    try:
        open(os.path.join(place, "x"), "w").close()
        print("wrote to", place or "its own")
    except OSError:
        pass
os.remove("x")
"""
    said = users.once(source).stdout.replace("wrote to /tmp\n", "")  # which is the host's here
    assert said == "wrote to its own\n"
    Path("/tmp/x").unlink(missing_ok=True)


def test_a_run_opens_its_streams_by_name(users: Harness) -> None:
    source = 'open("/dev/stdout", "a").write(open("/dev/stdin").read())'
    assert users.once(source, "3 4\n").stdout == "3 4\n"


def test_a_bomb_is_killed(users: Harness) -> None:
    bomb = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    ran = users.once(bomb, cpu_s=0.5)
    assert ran.reason in {"time", "memory", "signalled"}
    assert users.once("print(1)").stdout == "1\n"


def test_what_a_compiler_leaves_is_no_longer_its_own(users: Harness) -> None:
    build = """
import os, sys
os.umask(0)
os.makedirs(sys.argv[1] + "/deep/er")
for path in ("out", "deep/file", "deep/er/file"):
    with open(f"{sys.argv[1]}/{path}", "w") as file:
        file.write(path)
    os.chmod(f"{sys.argv[1]}/{path}", 0o600)
os.mkfifo(sys.argv[1] + "/pipe")
"""
    run = """
import os, sys
for folder, _, files in os.walk(sys.argv[1]):
    for path in [folder, *(f"{folder}/{name}" for name in files)]:
        print(os.path.basename(path), os.stat(path).st_uid, os.access(path, os.W_OK))
"""
    language = {
        "name": "two",
        "source": "main.py",
        "build": ["/usr/bin/python3", "-c", build, "{out}"],
        "run": ["/usr/bin/python3", "-c", run, "{out}"],
        "reserves_memory": True,
        "environment": {},
        "processes": 8,
        "extra_memory_mb": 0,
        "extra_cpu_s": 0.0,
    }
    built = users.open("", language=language, role=Role.RUNS)
    assert built.header["ok"], built
    lines = [line.split() for line in users.run().stdout.splitlines()]
    assert users.end().header["clean"]
    assert {name for name, _, _ in lines} == {"box", "out", "deep", "file", "er"}
    assert {(owner, writable) for _, owner, writable in lines} == {("0", "False")}


def test_the_level_is_refused_where_other_processes_are_first() -> None:
    with (
        started(confine="users", python=system_python(), hello=False) as harness,
        pytest.raises(EOFError, match="3"),
    ):
        harness.next()


def test_it_is_the_last_resort_of_a_kernel_of_its_own() -> None:
    with started(confine="own-kernel", hello=False) as harness:
        assert harness.next().header["level"] == "namespaces"
