"""What stops a program, and what it is said to have done."""

from __future__ import annotations

import time

import pytest
from sandboxes.harness.talking import Harness


@pytest.mark.parametrize(
    ("reason", "source"),
    [
        ("exited", "print('fine')"),
        ("exited", "raise SystemExit(7)"),
        ("signalled", "import os; os.abort()"),
        ("signalled", "import ctypes; ctypes.string_at(0)"),
        ("time", "while True: pass"),
        ("time", "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"),
        ("memory", "data = bytearray(1 << 30)"),
        ("memory", "data = []\nwhile True: data.append(bytearray(1 << 20))"),
        ("output", "while True: print('x' * 1000)"),
        ("output", "import os\nwhile True: os.write(2, b'x' * 100000)"),
        ("output", "print('x' * 1100 * 1024)"),
        ("disk", "file = open('big', 'wb')\nwhile True: file.write(bytes(1 << 20))"),
        ("forbidden", "import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0)"),
        ("forbidden", "import ctypes; ctypes.CDLL(None).mount(0, 0, 0, 0, 0)"),
    ],
)
def test_a_program_is_stopped_for_what_it_does(shared: Harness, reason: str, source: str) -> None:
    ran = shared.once(source, cpu_s=0.3, memory_mb=128)
    assert ran.reason == reason, ran
    assert ran.header["cpu_s"] < 1.0


def test_cpu_time_of_children_counts(shared: Harness) -> None:
    source = """
import os, time
children = []
for _ in range(2):
    child = os.fork()
    if child == 0:
        while True:
            pass
    children.append(child)
for child in children:
    os.waitpid(child, 0)
"""
    ran = shared.once(source, cpu_s=0.4)
    assert ran.reason == "time"
    assert 0.4 < ran.header["cpu_s"] < 1.2


def test_cpu_time_of_children_nobody_waits_for_counts(shared: Harness) -> None:
    source = """
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if os.fork() == 0:
    while True:
        pass
while True:
    time.sleep(1)
"""
    ran = shared.once(source, cpu_s=0.4)
    assert ran.reason == "time"
    assert ran.header["cpu_s"] > 0.4


def test_a_program_that_stands_still_is_stopped_by_the_clock_on_the_wall(shared: Harness) -> None:
    before = time.monotonic()
    ran = shared.once("import time; time.sleep(60)", cpu_s=0.05)
    assert (ran.reason, ran.header["starved"]) == ("time", False)
    assert ran.header["cpu_s"] < 0.1
    assert 2.0 < time.monotonic() - before < 30.0


def test_memory_of_all_processes_counts_together(shared: Harness) -> None:
    source = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        data = os.urandom(60 << 20)
        time.sleep(30)
while True:
    os.wait()
"""
    assert shared.once(source, memory_mb=128, cpu_s=2.0).reason == "memory"


def test_processes_are_limited(nested: Harness) -> None:
    source = """
import os, time
count = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(30)
        count += 1
except OSError as error:
    print(count, type(error).__name__)
"""
    count, error = nested.once(source, processes=10).stdout.split()
    assert (8 <= int(count) <= 16, error) == (True, "BlockingIOError")


def test_a_fork_bomb_ends_with_its_run(nested: Harness) -> None:
    source = """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
    assert nested.once(source, cpu_s=0.3).reason == "time"
    assert nested.once("print('next')").stdout == "next\n"


def test_the_number_of_files_is_limited(nested: Harness) -> None:
    source = """
try:
    for index in range(100_000):
        open(f"{index}", "w").close()
except OSError as error:
    print(index < 10_000, error.strerror)
"""
    assert nested.once(source).stdout == "True No space left on device\n"


def test_memory_that_is_no_processs_own_cannot_be_had(nested: Harness) -> None:
    source = """
import ctypes, os
try:
    os.memfd_create("hidden")
except OSError as error:
    print(error.strerror)
print(ctypes.CDLL(None).shmget(0, 1 << 20, 0o1600))
"""
    assert nested.once(source).stdout == "Function not implemented\n-1\n"


def test_the_runs_of_a_job_share_its_cpu_time(nested: Harness) -> None:
    nested.open("import time\nwhile time.process_time() < 0.2: pass", total_cpu_s=0.5)
    for _ in range(5):
        nested.ask()
    ran = [nested.result() for _ in range(3)]
    assert all(one.reason == "exited" for one in ran)
    nested.end()


def test_stdout_that_is_too_long_is_cut(nested: Harness) -> None:
    ran = nested.once("print('x' * 100_000, end='')", output_kb=10, disk_mb=1)
    assert (ran.reason, len(ran.stdout)) == ("output", 10 * 1024)


def test_only_the_end_of_stderr_is_told(nested: Harness) -> None:
    ran = nested.once("import sys; sys.stderr.write('x' * 100_000 + 'end')")
    assert ran.stderr.endswith("xend")
    assert len(ran.stderr) < 10_000


def test_memory_that_the_kernel_holds_in_sockets_counts(nested: Harness) -> None:
    program = """
import os, socket
for _ in range(7):
    if os.fork() == 0:
        break
pairs = [socket.socketpair() for _ in range(200)]
for one, _ in pairs:
    one.setblocking(False)
    try:
        while True:
            one.send(bytes(65536))
    except BlockingIOError:
        pass
while True:
    pass
"""
    assert nested.once(program).reason == "memory"
