"""Runs of Python programs: each in a world of its own, that looks like an ordinary one."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from sandboxes.harness.talking import Harness

from reward_sandboxes import calls, plain


def test_every_run_gets_its_stdin_and_gives_its_stdout(shared: Harness) -> None:
    assert shared.open("print(sum(map(int, input().split())))").header["ok"]
    for index in range(5):
        shared.ask(f"{index} 1\n")
    assert [shared.result().stdout for _ in range(5)] == ["1\n", "2\n", "3\n", "4\n", "5\n"]
    assert shared.end().header == {"clean": True, "why": ""}


def test_arguments_reach_the_program(shared: Harness) -> None:
    shared.open("import sys; print(sys.argv[1:])")
    assert shared.run(arguments=["a b", "\u00e9"]).stdout == "['a b', '\u00e9']\n"
    shared.end()


def test_stdin_is_a_file_that_can_be_opened_again(shared: Harness) -> None:
    source = """
import os, sys
print(open(0, closefd=False).read().strip(), open("/dev/stdin").read().strip())
os.lseek(0, 0, 0)
print(sys.stdin.buffer.read(), os.path.exists("/proc/self/fd/0"))
os.write(1, b"raw\\n")
"""
    lines = shared.once(source, "twice\n").stdout.splitlines()
    assert sorted(lines) == ["b'twice\\n' True", "raw", "twice twice"]


def test_a_megabyte_in_and_five_out_arrive_whole(shared: Harness) -> None:
    line = b"0123456789abcde\n"
    source = "import sys; data = sys.stdin.buffer.read(); sys.stdout.buffer.write(data * 5)"
    shared.open(source, output_kb=6000, disk_mb=1)
    ran = shared.run(line * 65536)
    shared.end()
    assert ran.reason == "exited"
    digest = hashlib.sha256(ran.stdout.encode()).hexdigest()
    assert digest == hashlib.sha256(line * 65536 * 5).hexdigest()


def test_files_beside_the_program_are_fresh_in_every_run(shared: Harness) -> None:
    source = """
import helper
text = open("data/words.txt").read()
open("data/words.txt", "w").write("changed")
open("helper.py", "w").write("value = 0")
print(helper.value, text, open("own.txt").read())
"""
    files = {"helper.py": b"value = 7", "data/words.txt": b"fresh"}
    assert shared.open(source, files=files).header["ok"]
    for own in (b"first", b"second"):
        ran = shared.run(files={"own.txt": own})
        assert ran.stdout == f"7 fresh {own.decode()}\n", ran.stderr
    shared.end()


def test_a_run_finds_nothing_of_an_earlier_one(shared: Harness) -> None:
    source = """
import os, tempfile
from pathlib import Path
places = [tempfile.gettempdir(), ".", "/dev/shm", "/var/tmp", os.path.expanduser("~"), "/box"]
print([place for place in places if Path(place, "mark").exists()])
for place in places:
    try:
        Path(place, "mark").write_text("left")
    except OSError:
        pass
"""
    shared.open(source)
    assert [shared.run().stdout for _ in range(3)] == ["[]\n"] * 3
    assert shared.end().header["clean"]


def test_a_daemon_does_not_outlive_its_run(shared: Harness) -> None:
    source = """
import os, time
if os.fork() == 0:
    try:
        os.setsid()
    except PermissionError:
        pass
    if os.fork() == 0:
        os.closerange(0, 64)
        while True:
            time.sleep(1)
    os._exit(0)
os.wait()
print("left a daemon")
"""
    shared.open(source)
    for _ in range(2):
        assert shared.run().stdout == "left a daemon\n"
    assert shared.end().header == {"clean": True, "why": ""}


def test_a_deep_recursion_works(shared: Harness) -> None:
    source = """
import sys
from functools import lru_cache
sys.setrecursionlimit(200_000)
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
if sys.version_info < (3, 12):  # later ones bound what goes through C, whatever the stack
    depth = lru_cache(None)(depth)
print(depth(50_000))
"""
    assert shared.once(source).stdout == "50000\n"


def test_a_thread_with_a_stack_of_its_own_size_works(shared: Harness) -> None:
    source = """
import threading
threading.stack_size(64 << 20)
found = []
thread = threading.Thread(target=lambda: found.append(sum(range(1000))))
thread.start()
thread.join()
print(found)
"""
    assert shared.once(source).stdout == "[499500]\n"


def test_pools_of_processes_work(nested: Harness) -> None:
    source = """
import multiprocessing
with multiprocessing.Pool(2) as pool:
    print(pool.map(abs, [-1, -2, -3]))
"""
    ran = nested.once(source)
    assert ran.stdout == "[1, 2, 3]\n", ran.stderr


def test_the_builtins_of_an_interactive_interpreter_are_there(shared: Harness) -> None:
    ran = shared.once("print(callable(quit), callable(help)); exit(3)")
    assert (ran.reason, ran.header["exit_code"]) == ("exited", 3)
    assert ran.stdout.startswith("True True")


def test_the_same_program_does_the_same_in_every_run(shared: Harness) -> None:
    shared.open("print(list({str(number) for number in range(50)}))")
    assert len({shared.run().stdout for _ in range(3)}) == 1
    shared.end()
    again = shared.once("print(list({str(number) for number in range(50)}))")
    assert again.stdout.startswith("[")


def test_nothing_of_the_service_can_be_seen(shared: Harness) -> None:
    source = """
import os
from pathlib import Path
print(sorted(os.environ))
for place in ("/root", "/home", "/work", "/etc", "/sys", "/opt"):
    try:
        print(place, *os.listdir(place))
    except OSError:
        pass
for place in ("/etc/shadow", "/etc/hostname", "/proc/1/environ", "/proc/1/mem", "/dev/mem"):
    try:
        print(place, Path(place).read_bytes()[:100])
    except OSError:
        pass
"""
    lines = shared.once(source).stdout.splitlines()
    assert lines.pop(0) == str(
        sorted(
            {"HOME", "LANG", "LC_ALL", "PATH", "PYTHONHASHSEED", "TMPDIR"}
            | {f"{name}_NUM_THREADS" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
        )
    )
    # Of where this interpreter lies, and of its virtual environment, the way there can be seen.
    ways = {part for path in (sys.base_prefix, sys.executable) for part in Path(path).parts}
    ours = {"alternatives", "group", "hosts", "ld.so.cache", "nsswitch.conf", "passwd"}
    for line in lines:
        _, *names = line.split()
        unknown = {name for name in names if not name.startswith("java-")} - ways - ours
        assert not unknown, line


def test_no_descriptor_is_left_open(nested: Harness) -> None:
    source = """
import os
listing = os.open("/proc/self/fd", os.O_RDONLY)
print(sorted(int(name) for name in os.listdir(listing)), listing)
print(os.readlink("/proc/self/fd/0"))
"""
    lines = nested.once(source).stdout.splitlines()
    assert lines == ["[0, 1, 2, 3, 4] 3", "/memfd:stdin (deleted)"]


def test_a_run_sees_its_own_processes_alone(nested: Harness) -> None:
    source = """
import os
child = os.fork()
if child == 0:
    os._exit(0)
os.waitpid(child, 0)
print(os.getpid(), child, sorted(int(name) for name in os.listdir("/proc") if name.isdigit()))
"""
    assert nested.once(source).stdout == "2 3 [1, 2]\n"


def test_a_run_sees_nothing_of_the_next_one_that_waits(nested: Harness) -> None:
    source = """
import os
print(os.listdir("/tmp"), [name for name in os.listdir("/proc") if name.isdecimal()])
print(open("/proc/self/mountinfo").read().count(" tmpfs "), os.listdir("/proc/self/fd"))
open("/tmp/here", "w").write(input())
"""
    nested.open(source)
    for index in range(4):
        nested.ask(f"secret {index}\n", files={"beside": b"the same"})
    seen = [nested.result() for _ in range(4)]
    assert len({ran.stdout for ran in seen}) == 1
    assert seen[0].stdout.startswith("['beside'] ['1', '2']\n")
    assert [ran.reason for ran in seen] == ["exited"] * 4
    assert nested.end().header == {"clean": True, "why": ""}


def test_signals_to_itself_end_a_program_as_they_do_elsewhere(nested: Harness) -> None:
    for name, number in (("SIGABRT", 6), ("SIGKILL", 9), ("SIGTERM", 15)):
        source = (
            f"import os, signal; print('so far', flush=True); os.kill(os.getpid(), signal.{name})"
        )
        ran = nested.once(source)
        assert (ran.reason, ran.header["signal"], ran.stdout) == ("signalled", number, "so far\n")


def test_objects_shared_by_name_end_with_their_run(nested: Harness) -> None:
    source = """
import ctypes
from multiprocessing import shared_memory
libc = ctypes.CDLL(None)
print(libc.shmget(4711, 4096, 0o1666), libc.semget(4711, 1, 0o1666), libc.msgget(4711, 0o1666))
try:
    shared_memory.SharedMemory("left")
    print("found")
except FileNotFoundError:
    shared_memory.SharedMemory("left", create=True, size=4096)
    print("made")
"""
    nested.open(source)
    for _ in range(2):
        assert nested.run().stdout == "-1 -1 -1\nmade\n"
    assert nested.end().header["clean"]


def test_a_program_knows_where_it_stands(shared: Harness) -> None:
    source = """
import inspect, os, subprocess, sys
def named(): return 1
own = inspect.getsource(sys.modules["__main__"])
print(open(__file__).read() == own, sys.path[0] == os.getcwd())
print(subprocess.run([sys.executable, "-c", "print(40 + 2)"], capture_output=True).stdout)
"""
    assert shared.once(source).stdout == "True True\nb'42\\n'\n"


def test_nothing_that_an_earlier_run_was_given_is_in_the_memory_of_a_later_one(
    nested: Harness,
) -> None:
    source = """
def search(word):
    found = 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
        for line in maps:
            first, last = (int(part, 16) for part in line.split()[0].split("-"))
            if line.split()[1].startswith("rw"):
                memory.seek(first)
                found += memory.read(last - first).count(bytes.fromhex(word))
    return found
"""
    secret = b"what one run alone is given"
    given = plain.dumps([secret.hex()])
    assert nested.open(source).header["ok"]
    for _ in range(3):
        nested.run(secret * 10, arguments=[secret.decode()], files={"secret": secret})
        nested.run(call=("search", plain.dumps([secret.decode() * 10])))
    ran = nested.run(call=("search", given))
    assert nested.end().header["clean"]
    assert ran.reply is not None, ran
    assert calls.read_reply(ran.reply) == calls.Returned(0)


def test_a_program_is_forked_from_hardly_more_than_an_interpreter(shared: Harness) -> None:
    ran = shared.once("import sys; print(*sys.modules)")
    loaded = set(ran.stdout.split())
    assert not loaded & {"collections", "enum", "json", "re", "socket", "typing"}
    assert not {name for name in loaded if name.endswith((".clerk", ".wire", ".watch", ".plain"))}


def test_what_many_programs_import_is_there_for_those_that_do(nested: Harness) -> None:
    source = "from typing import List\nimport sys\nprint('re' in sys.modules, List[int])"
    assert nested.once(source).stdout == "True typing.List[int]\n"
