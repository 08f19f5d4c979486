"""Breaking out: code that already runs in a worker, and completions that want to run as code."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lane_desk import Desk, alive, lane_desk

from reward_service.engine import Engine
from reward_service.lanes import Judged
from reward_service.reading import read_batch
from reward_service.schema import ScoredItem
from reward_verifiers.registry import DOMAINS, Lane
from reward_verifiers.verdict import Outcome

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with lane_desk(workers=1, judge_cpu_s=2, worker_memory_mb=256) as made:
        yield made


def need(desk: Desk, *parts: str) -> None:
    """Skip where this kernel lacks a part of the jail; the lane reports that."""
    jail = desk.lane.status().details["jail"]
    missing = {part: jail[part] for part in parts if jail[part] is not True}
    if missing:
        pytest.skip(f"the jail lacks {missing}")


def tried(desk: Desk, attempt: str) -> str:
    """Have a worker try something forbidden; say what came of it, and that it judges on."""
    result, neighbour = desk.ask(f"try {attempt}", "right")
    assert isinstance(neighbour, Judged)
    assert neighbour.verdict.outcome is Outcome.CORRECT
    assert isinstance(result, Judged), result
    return str(result.verdict.details.get("tried") or result.verdict.reason)


@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", "/proc/self/maps", __file__])
def test_no_file_is_read_but_the_libraries(desk: Desk, path: str) -> None:
    need(desk, "landlock")
    assert tried(desk, f"read {path}").startswith("refused: PermissionError")


@pytest.mark.parametrize("path", ["/", str(ROOT), str(ROOT / ".git"), str(ROOT / "tests"), "/proc"])
def test_no_folder_is_listed_but_the_libraries(desk: Desk, path: str) -> None:
    need(desk, "landlock")
    if not Path(path).exists():
        pytest.skip(f"there is no {path} here")
    assert tried(desk, f"list {path}").startswith("refused: PermissionError")


@pytest.mark.parametrize("misdeed", ["write", "append", "create", "mkdir", "symlink"])
def test_nothing_is_made_on_disk(desk: Desk, tmp_path: Path, misdeed: str) -> None:
    need(desk, "seccomp")
    target = tmp_path / "marker"

    assert tried(desk, f"{misdeed} {target}").startswith("refused: PermissionError")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("misdeed", ["write", "append", "truncate", "unlink", "rename", "chmod"])
def test_nothing_on_disk_is_changed(desk: Desk, tmp_path: Path, misdeed: str) -> None:
    need(desk, "seccomp")
    target = tmp_path / "marker"
    target.write_text("as it was")
    before = target.stat()

    assert tried(desk, f"{misdeed} {target}").startswith("refused: PermissionError")
    assert target.read_text() == "as it was"
    assert target.stat().st_mode == before.st_mode


def test_not_even_the_libraries_are_written(desk: Desk) -> None:
    need(desk, "seccomp")
    target = Path(sys.prefix) / "marker"

    assert tried(desk, f"write {target}").startswith("refused: PermissionError")
    assert not target.exists()


def test_a_service_on_loopback_is_out_of_reach(desk: Desk) -> None:
    need(desk, "seccomp")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]

        assert tried(desk, f"connect 127.0.0.1:{port}").startswith("refused: PermissionError")
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("kind", ["unix", "udp"])
def test_no_other_socket_either(desk: Desk, kind: str) -> None:
    need(desk, "seccomp")
    assert tried(desk, kind).startswith("refused: PermissionError")


@pytest.mark.parametrize(
    "attempt", ["fork", "thread", "spawn /bin/true", "exec /bin/true", "system true"]
)
def test_no_process_program_or_thread_is_started(desk: Desk, attempt: str) -> None:
    need(desk, "seccomp")
    assert tried(desk, attempt).startswith("refused: ")


@pytest.mark.parametrize("attempt", ["kill", "own", "ptrace", "mem", "peek"])
def test_other_processes_are_out_of_reach(desk: Desk, attempt: str) -> None:
    need(desk, "seccomp", "landlock")
    for pid in (os.getpid(), desk.zygote_pid, 1):
        assert tried(desk, f"{attempt} {pid}").startswith("refused: PermissionError")
        assert alive(pid)


@pytest.mark.parametrize(
    "attempt",
    [
        *("memfd x", "unshare", "mount", "bpf", "io_uring", "keyctl", "survive", "async"),
        *("setuid", "unlimit"),
    ],
)
def test_the_rest_of_the_kernel_is_closed(desk: Desk, attempt: str) -> None:
    need(desk, "seccomp")
    answer = tried(desk, attempt)
    assert answer.startswith(("refused: PermissionError", "refused: OSError")), answer


def test_memory_is_bounded(desk: Desk) -> None:
    need(desk, "limits")
    assert tried(desk, "memory").startswith("refused: MemoryError")


def test_libraries_may_still_be_loaded_late(desk: Desk) -> None:
    """SymPy and the codecs import as they go; a jail that forbade it would change verdicts."""
    names = [
        "wave",
        "sqlite3",
        "encodings.idna",
        "sympy.physics.units",
        "reward_verifiers",
    ]
    assert [tried(desk, f"import {name}") for name in names] == [
        f"done: {name.split('.')[0]!r}" for name in names
    ]


def test_a_forged_verdict_says_nothing_about_another_question(desk: Desk) -> None:
    """A reply is believed only for the question that is being judged, and only in its form."""
    right = '"verdict":{"outcome":"correct","score":1.0}'
    desk.ask(*map(str, range(20)))  # so that these numbers are others'
    for number in range(20):
        forged = f'{{"id":{number},"cpu_ns":0,{right}}}'
        verdict, neighbour = desk.verdicts(f"forge {forged}", "other")
        assert verdict.outcome is Outcome.OVER_LIMIT
        assert neighbour.outcome is Outcome.WRONG


def test_bytes_that_end_a_frame_early_only_end_the_worker(desk: Desk) -> None:
    verdict, neighbour = desk.verdicts("say \x00\x00\x00\x02{}\x00\x00", "right")
    assert verdict.outcome is Outcome.OVER_LIMIT
    assert neighbour.outcome is Outcome.CORRECT


# Completions that would like to be code, on every path that parses.


def payloads(marker: Path) -> list[str]:
    """Texts that make a file, if anything ever runs them: as Python, for a shell, as TeX."""
    shell = f"touch {marker}"
    python = [
        f'__import__("os").system("{shell}")',
        f"__import__('pathlib').Path('{marker}').touch()",
        f"open('{marker}','w').close()",
        f"exec(\"open('{marker}','w')\")",
        f"eval(\"__import__('os').system('{shell}')\")",
        f"(lambda: open('{marker}', 'w'))()",
        f"[c for c in ().__class__.__base__.__subclasses__() if c.__name__=='Popen'][0]('{shell}')",
        f"''.__class__.__mro__[1].__subclasses__()[0]('{marker}')",
        f'sympify(\'open("{marker}","w")\')',
        f'S(\'open("{marker}","w")\')',
        f'lambdify(x, \'open("{marker}","w")\')(1)',
        f"{{{{open('{marker}','w')}}}}",
        f'f\'{{open("{marker}","w")}}\'',
        f"1; import os; os.system('{shell}')",
        f"x=1\nimport os\nos.system('{shell}')",
    ]
    other = [
        rf"\write18{{{shell}}}",
        rf"\immediate\write18{{{shell}}}",
        rf"\input{{|{shell}}}",
        rf"\openout5={marker}",
        rf"$({shell})",
        f"`{shell}`",
        f"; {shell} #",
        f"!!python/object/apply:os.system ['{shell}']",
        f"cos\nsystem\n(S'{shell}'\ntR.",
    ]
    dressed = [rf"\text{{{text}}}" for text in python[:3]] + [f"1+{text}" for text in python[:5]]
    dressed += [rf"\frac{{{text}}}{{2}}" for text in python[:3]] + [
        f"{text} m/s" for text in python[:3]
    ]
    return python + other + dressed


SPECS: list[dict[str, Any]] = [
    {"domain": "math", "gold": "42"},
    {"domain": "math", "gold": r"\frac{x+1}{2}", "mode": "lenient"},
    {"domain": "math", "gold": "x=3", "accept": "any_verifier"},
    {"domain": "stem", "gold": "A", "options": {"A": "iron", "B": "gold"}},
    {"domain": "stem", "gold": "3", "answer_type": "value"},
    {"domain": "stem", "gold": "3 m/s", "answer_type": "quantity"},
    {"domain": "stem", "gold": "H2O", "answer_type": "formula"},
    {"domain": "stem", "gold": "water", "answer_type": "text"},
]


@pytest.fixture(scope="module")
def service() -> Iterator[Desk]:
    """The real verifiers in their lane."""
    with lane_desk(DOMAINS, workers=2) as made:
        yield made


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: str(spec.get("answer_type", spec["gold"])))
def test_no_completion_runs_as_code(service: Desk, tmp_path: Path, spec: dict[str, Any]) -> None:
    marker = tmp_path / "marker"
    texts = payloads(marker)
    completions = [
        dress(text)
        for text in texts
        for dress in (lambda t: rf"\boxed{{{t}}}", lambda t: f"The final answer is {t}")
    ]

    items = scored(service, spec, completions)

    assert not marker.exists()
    assert [item.reward for item in items] == [0.0] * len(completions)


@pytest.mark.parametrize(
    "spec",
    [spec for spec in SPECS if "options" not in spec],
    ids=lambda spec: str(spec.get("answer_type", spec["gold"])),
)
def test_no_gold_runs_as_code(service: Desk, tmp_path: Path, spec: dict[str, Any]) -> None:
    """A data set is no more to be trusted than a policy."""
    marker = tmp_path / "marker"
    for text in payloads(marker):
        scored(service, {**spec, "gold": text}, [r"\boxed{x+1}", r"\boxed{1}"])
    assert not marker.exists()


def scored(desk: Desk, spec: dict[str, Any], completions: list[str]) -> list[ScoredItem]:
    engine = Engine({Lane.CPU: desk.lane})
    items = [{"completion": text, "spec": spec} for text in completions]
    return desk.run(engine.score(read_batch({"items": items}, max_items=10_000)))
