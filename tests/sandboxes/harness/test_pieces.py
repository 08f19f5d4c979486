"""The parts that need no kernel."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

from reward_sandboxes.harness.box import BadPathError, built_files, safe_path, write_files
from reward_sandboxes.harness.config import read_config
from reward_sandboxes.harness.ending import Ended, reason_of
from reward_sandboxes.harness.janitor import remove
from reward_sandboxes.harness.limits import RunLimits

LIMITS = RunLimits(
    cpu_s=1.0, memory_bytes=100, output_bytes=10, disk_mb=1, processes=1, reserves_memory=False
)
FINE = Ended(
    status=0,
    stopped="",
    cpu_s=0.1,
    memory_bytes=10,
    n_output=5,
    stderr=b"",
    disk_is_full=False,
)
FAILED = 1 << 8


@pytest.mark.parametrize(
    ("reason", "found"),
    [
        ("exited", {}),
        ("exited", {"status": FAILED}),
        ("signalled", {"status": signal.SIGSEGV}),
        ("signalled", {"status": signal.SIGKILL}),
        ("forbidden", {"status": signal.SIGSYS}),
        ("time", {"status": signal.SIGXCPU}),
        ("time", {"cpu_s": 1.1}),
        ("time", {"stopped": "time", "status": signal.SIGKILL}),
        ("memory", {"status": signal.SIGKILL, "memory_bytes": 95}),
        ("memory", {"status": signal.SIGABRT, "stderr": b"what():  std::bad_alloc\n"}),
        ("memory", {"status": FAILED, "stderr": b"...\nMemoryError\n"}),
        ("exited", {"stderr": b"MemoryError, but it went on\n"}),
        ("output", {"n_output": 11}),
        ("output", {"n_output": 11, "status": signal.SIGXFSZ}),
        ("disk", {"status": signal.SIGXFSZ}),
        ("disk", {"status": FAILED, "disk_is_full": True}),
        ("disk", {"status": FAILED, "stderr": b"OSError: [Errno 28] No space left on device"}),
        ("exited", {"disk_is_full": True}),
    ],
)
def test_how_a_run_ended_is_read_from_facts(reason: str, found: dict[str, Any]) -> None:
    assert reason_of(FINE._replace(**found), LIMITS) == reason


@pytest.mark.parametrize("path", ["", "/etc/x", "../x", "a/../x", "a//b", "./a", "a/", "a\0b"])
def test_a_path_that_leads_elsewhere_is_refused(path: str, tmp_path: Path) -> None:
    with pytest.raises(BadPathError):
        safe_path(path)
    with pytest.raises(BadPathError):
        write_files(str(tmp_path), {path: b""})


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link").symlink_to(outside)
    with pytest.raises(OSError, match="symbolic links"):
        write_files(str(inside), {"link": b"x"})
    assert not outside.exists()


def test_an_artefact_is_bounded_in_number_and_depth(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(30):
        deep = deep / "d"
        deep.mkdir()
        (deep / "file").write_bytes(b"x")
    found = built_files(str(tmp_path))
    assert len(found) == 20
    for number in range(2500):
        (tmp_path / f"{number}").touch()
    assert len(built_files(str(tmp_path))) == 2000


def test_a_tree_that_resists_is_removed(tmp_path: Path) -> None:
    place = tmp_path / "tree"
    place.mkdir()
    (place / "locked").mkdir()
    (place / "locked" / "file").touch()
    (place / "locked").chmod(0)
    (place / "link").symlink_to(tmp_path)
    remove(str(place))
    assert list(tmp_path.iterdir()) == []


def test_the_best_confinement_is_the_default() -> None:
    assert read_config([]).confine == "auto"
    assert read_config(['{"readable": ["/a"], "python_path": ["/b"]}']).shown == ["/a", "/b"]
