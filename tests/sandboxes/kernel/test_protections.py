"""Each protection alone, in a process of its own."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from reward_sandboxes.kernel import landlock, libc, seccomp
from reward_sandboxes.kernel.seccomp import ALLOW, Argument, Rule, refuse
from reward_sandboxes.kernel.syscalls import AARCH64, X86_64

PRELUDE = """
import errno, os, signal, socket, sys, threading
from pathlib import Path
from reward_sandboxes.kernel import landlock, libc, namespaces, prctl, rlimits, seccomp
from reward_sandboxes.kernel.seccomp import ALLOW, Argument, Rule, refuse

def outcome(action):
    try:
        return f"done: {action()}"
    except (OSError, MemoryError, RuntimeError) as error:
        return f"refused: {type(error).__name__} {getattr(error, 'errno', '')}".strip()

def say(action):
    print(outcome(action), flush=True)
"""


def said(code: str, *arguments: object, status: int = 0) -> list[str]:
    """Run ``code`` in a fresh interpreter; return the lines it printed."""
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + textwrap.dedent(code), *map(str, arguments)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=30,
        check=False,
    )
    assert done.returncode == status, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def with_landlock() -> None:
    try:
        landlock.version()
    except OSError as error:
        pytest.skip(f"no Landlock here: {error}")


@pytest.mark.usefixtures("with_landlock")
def test_landlock_leaves_only_reading_beneath_the_paths_given(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "file").write_text("text")
    lines = said(
        """
        inside, outside = map(Path, sys.argv[1:3])
        kept = (outside / "file").open()
        landlock.restrict_to_reading([inside, inside / "missing"])
        say((inside / "file").read_text)
        say(lambda: sorted(os.listdir(inside)))
        say((outside / "file").read_text)
        say(lambda: os.listdir(outside))
        say(lambda: (inside / "file").write_text("x"))
        say((inside / "file").unlink)
        say((inside / "new").mkdir)
        say(lambda: (inside / "file").rename(inside / "other"))
        say(lambda: os.truncate(inside / "file", 0))
        say(lambda: os.posix_spawn(sys.executable, ["python"], {}))
        say(kept.read)
        say(outside.stat().st_mode.__class__)
        """,
        inside,
        outside,
    )
    assert lines == [
        "done: text",
        "done: ['file']",
        *["refused: PermissionError 13"] * 8,
        "done: text",  # what is open stays open
        "done: 0",  # and stat is not covered
    ]
    assert (inside / "file").read_text() == "text"


@pytest.mark.usefixtures("with_landlock")
def test_landlock_opens_a_single_file_without_its_folder(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("1")
    (tmp_path / "two").write_text("2")
    lines = said(
        """
        folder = Path(sys.argv[1])
        landlock.restrict_to_reading([folder / "one"])
        say((folder / "one").read_text)
        say((folder / "two").read_text)
        say(lambda: os.listdir(folder))
        """,
        tmp_path,
    )
    assert lines == ["done: 1", *["refused: PermissionError 13"] * 2]


@pytest.mark.usefixtures("with_landlock")
def test_landlock_holds_for_children_too(tmp_path: Path) -> None:
    lines = said(
        """
        landlock.restrict_to_reading([])
        if os.fork() == 0:
            say(lambda: os.listdir("/"))
            os._exit(0)
        os.wait()
        """,
        tmp_path,
    )
    assert lines == ["refused: PermissionError 13"]


def test_seccomp_refuses_what_the_first_fitting_rule_refuses() -> None:
    lines = said(
        """
        seccomp.install(
            [
                Rule(calls=("getppid",), action=refuse(errno.EXDEV)),
                Rule(calls=("getppid", "socket"), action=refuse(errno.EACCES)),
            ],
            otherwise=ALLOW,
        )
        say(lambda: libc.syscall("getppid"))
        say(socket.socket)
        say(os.getpid().__class__)
        """
    )
    assert lines == ["refused: OSError 18", "refused: PermissionError 13", "done: 0"]


def test_seccomp_looks_at_arguments(tmp_path: Path) -> None:
    lines = said(
        """
        reading = Argument(index=2, mask=os.O_ACCMODE | os.O_CREAT, value=os.O_RDONLY)
        never = Argument(index=1, value=-1 & 0xFFFFFFFF)
        seccomp.install(
            [
                Rule(calls=("openat",), action=ALLOW, when=(reading,)),
                Rule(calls=("openat",), action=refuse(errno.EXDEV), when=(reading, never)),
                Rule(calls=("openat", "open"), action=refuse(errno.EACCES)),
            ],
            otherwise=ALLOW,
        )
        path = sys.argv[1]
        say(lambda: os.open(path, os.O_RDONLY) > 2)
        say(lambda: os.open(path, os.O_WRONLY))
        say(lambda: os.open(path, os.O_RDWR))
        say(lambda: os.open(path + ".new", os.O_RDONLY | os.O_CREAT))
        """,
        __file__,
    )
    assert lines == ["done: True", *["refused: PermissionError 13"] * 3]


def test_seccomp_needs_every_argument_of_a_rule_to_fit() -> None:
    lines = said(
        """
        both = (Argument(index=0, value=3), Argument(index=1, value=4))
        seccomp.install([Rule(calls=("dup2", "dup3"), action=refuse(), when=both)], otherwise=ALLOW)
        for source, target in ((0, 3), (0, 4), (3, 5), (3, 4)):
            say(lambda: os.dup2(source, target, inheritable=False))
        """
    )
    assert lines == ["done: 3", "done: 4", "done: 5", "refused: PermissionError 1"]


def test_an_allow_list_leaves_nothing_else() -> None:
    lines = said(
        """
        seccomp.install([Rule(calls=("write", "exit_group"), action=ALLOW)], otherwise=refuse())
        os.write(1, outcome(os.fork).encode() + b"\\n")
        os.write(1, outcome(socket.socket).encode() + b"\\n")
        os.write(1, outcome(lambda: os.read(0, 1)).encode() + b"\\n")
        os._exit(0)
        """
    )
    assert lines == ["refused: PermissionError 1"] * 3


def test_a_killing_rule_ends_the_process() -> None:
    lines = said(
        """
        seccomp.install([Rule(calls=("getppid",), action=seccomp.KILL_PROCESS)], otherwise=ALLOW)
        print("here", flush=True)
        libc.syscall("getppid")
        print("not here", flush=True)
        """,
        status=-31,
    )
    assert lines == ["here"]


def test_a_misspelt_call_is_named_and_not_skipped() -> None:
    with pytest.raises(ValueError, match=r"\['opan'\]"):
        seccomp.program([Rule(calls=["opan", "read"], action=refuse())], otherwise=ALLOW)


def test_a_call_that_another_machine_has_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reward_sandboxes.kernel.libc.machine", lambda: "aarch64")
    both = seccomp.program([Rule(calls=["open", "read"], action=ALLOW)], otherwise=refuse())

    assert both == seccomp.program([Rule(calls=["read"], action=ALLOW)], otherwise=refuse())


def test_a_filter_cannot_be_longer_than_the_kernel_takes() -> None:
    rule = Rule(calls=["read"], action=ALLOW, when=(Argument(index=0, value=0),))
    with pytest.raises(ValueError, match="instructions"):
        seccomp.program([rule] * 3000, otherwise=refuse())


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_calls_of_another_convention_end_the_process(
    machine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By simulation, as a 64-bit interpreter makes no 32-bit calls."""
    monkeypatch.setattr("reward_sandboxes.kernel.libc.machine", lambda: machine)
    code = seccomp.program([Rule(calls=["read"], action=ALLOW)], otherwise=refuse(1))
    native = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
    numbers = {"x86_64": X86_64, "aarch64": AARCH64}[machine]

    assert run_filter(code, numbers["read"], native[machine]) == ALLOW
    assert run_filter(code, numbers["write"], native[machine]) == refuse(1)
    assert run_filter(code, numbers["read"], 0x40000003) == seccomp.KILL_PROCESS
    if machine == "x86_64":
        assert run_filter(code, numbers["read"] | 1 << 30, native[machine]) == seccomp.KILL_PROCESS


@pytest.mark.parametrize(
    ("arguments", "action"), [((5, 8), 1), ((5, 9), 2), ((7, 1), 2), ((4, 8), 3)]
)
def test_rules_with_arguments_fall_through_to_the_next(
    arguments: tuple[int, int], action: int
) -> None:
    first = (Argument(index=0, mask=0b101, value=0b101), Argument(index=1, value=8))
    second = (Argument(index=0, mask=1, value=1),)
    code = seccomp.program(
        [
            Rule(calls=["ioctl"], action=1, when=first),
            Rule(calls=["ioctl"], action=2, when=second),
        ],
        otherwise=3,
    )
    (native,) = struct.unpack_from("=I", code, 8 + 4)  # what the program itself compares with
    assert run_filter(code, libc.syscall_numbers()["ioctl"], native, *arguments) == action


def test_every_call_meets_the_first_rule_that_names_it() -> None:
    numbers = libc.syscall_numbers()
    names = sorted(numbers, key=numbers.__getitem__)
    groups = [names[::3], names[::5], names[1:200:2]]
    rules = [Rule(calls=group, action=index) for index, group in enumerate(groups)]
    code = seccomp.program(rules, otherwise=9)
    (native,) = struct.unpack_from("=I", code, 8 + 4)

    for number in range(max(numbers.values()) + 3):
        named = [
            index for index, group in enumerate(groups) for name in group if numbers[name] == number
        ]
        assert run_filter(code, number, native) == (named[0] if named else 9), number


def run_filter(code: bytes, number: int, architecture: int, *arguments: int) -> int:
    """Run a classic BPF program over the description of a call."""
    data = struct.pack("=IIQ6Q", number, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
    instructions = list(struct.iter_unpack("=HBBI", code))
    accumulator = position = 0
    while True:
        operation, if_so, if_not, operand = instructions[position]
        position += 1
        match operation:
            case 0x20:
                (accumulator,) = struct.unpack_from("=I", data, operand)
            case 0x54:
                accumulator &= operand
            case 0x15:
                position += if_so if accumulator == operand else if_not
            case 0x35:
                position += if_so if accumulator >= operand else if_not
            case 0x05:
                position += operand
            case 0x06:
                return int(operand)
            case _:
                pytest.fail(f"an instruction that the filter should not have: {operation:#x}")


def test_an_unknown_machine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reward_sandboxes.kernel.libc.machine", lambda: "vax")
    with pytest.raises(libc.UnsupportedMachineError, match="vax"):
        libc.syscall_numbers()


def test_leaving_the_network_leaves_not_even_loopback() -> None:
    lines = said(
        """
        server = socket.create_server(("127.0.0.1", 0))
        address = server.getsockname()
        say(lambda: socket.create_connection(address, timeout=1).close())
        try:
            namespaces.leave_network()
        except OSError as error:
            print("refused by the host:", error)
        else:
            say(lambda: socket.create_connection(address, timeout=1).close())
        """
    )
    if lines[-1].startswith("refused by the host"):
        pytest.skip(lines[-1])
    assert lines == ["done: None", "refused: OSError 101"]


def test_memory_may_only_grow_by_so_much() -> None:
    lines = said(
        """
        rlimits.limit_memory(64 << 20)
        say(lambda: len(bytearray(32 << 20)))
        say(lambda: len(bytearray(128 << 20)))
        """
    )
    assert lines == [f"done: {32 << 20}", "refused: MemoryError"]


def test_a_process_may_volunteer_for_the_kernels_choice_of_whom_to_end() -> None:
    lines = said(
        """
        rlimits.die_first()
        print(Path("/proc/self/oom_score_adj").read_text().strip())
        """
    )
    assert lines == ["1000"]


def test_no_byte_is_written_to_a_file_and_few_are_open(tmp_path: Path) -> None:
    lines = said(
        """
        rlimits.limit_files(10)
        file = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)
        say(lambda: os.write(file, b"x"))
        say(lambda: [os.dup(0) for _ in range(20)])
        """,
        tmp_path / "file",
    )
    assert lines == ["refused: OSError 27", "refused: OSError 24"]


def test_an_ordinary_process_may_be_forbidden_children() -> None:
    lines = said(
        """
        prctl.drop_capabilities()
        if os.getuid() == 0:
            os._exit(0)  # the kernel never applies this limit to root
        rlimits.forbid_processes()
        say(os.fork)
        """
    )
    assert lines in ([], ["refused: BlockingIOError 11"])


def test_root_without_capabilities_has_no_powers() -> None:
    lines = said(
        """
        prctl.drop_capabilities()
        say(lambda: os.chroot("/"))
        say(lambda: os.setresuid(1, 1, 1))
        print([line.split()[1] for line in Path("/proc/self/status").read_text().splitlines()
               if line.startswith(("CapEff", "CapPrm", "CapInh", "CapAmb"))])
        """
    )
    assert lines == ["refused: PermissionError 1"] * 2 + [str(["0000000000000000"] * 4)]


def test_a_child_dies_with_its_parent() -> None:
    (child,) = said(
        """
        parent = os.getpid()
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            prctl.die_with_parent(parent)
            os.write(writing, b".")
            signal.pause()
        os.read(reading, 1)
        print(pid, flush=True)
        os.kill(parent, signal.SIGKILL)
        """,
        status=-9,
    )
    status = Path(f"/proc/{child}/stat")
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return
    pytest.fail("the child lives on")


def test_a_child_whose_parent_is_gone_already_is_told() -> None:
    assert said("say(lambda: prctl.die_with_parent(2**22 + 1))") == [
        "refused: ProcessLookupError None"
    ]


def test_an_interpreter_works_on_in_huge_pages() -> None:
    lines = said(
        """
        from reward_sandboxes.kernel import text
        def huge():
            words = [line.split() for line in open("/proc/self/smaps")]
            return sum(int(word[1]) for word in words if word[0] == "AnonHugePages:") // 2048
        before = huge()
        try:
            moved = text.move_to_huge_pages()
        except OSError:
            moved = 0
        print(moved == huge() - before, flush=True)
        import decimal, json
        print(json.dumps([str(decimal.Decimal(2) ** 64), sorted("cab")]), flush=True)
        if os.fork() == 0:
            print("forked", huge() == moved + before, flush=True)
            os._exit(0)
        os.wait()
        """
    )
    assert lines == ["True", '["18446744073709551616", ["a", "b", "c"]]', "forked True"]
