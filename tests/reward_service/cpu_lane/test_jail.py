"""The jail on hosts that lack parts of it: the lane still judges, and names what is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from reward_service.cpu_lane.jail import readable_paths

ROOT = Path(__file__).resolve().parents[3]

HOST = """
import asyncio, errno, json, sys
from lane_desk import lane_desk
from reward_sandboxes.kernel import prctl, seccomp
from reward_sandboxes.kernel.seccomp import ALLOW, Argument, Rule, refuse

{restrict}

with lane_desk(workers=1) as desk:
    tried = {{
        attempt: desk.verdicts("try " + attempt)[0].details["tried"]
        for attempt in ("read /etc/passwd", "write /tmp/marker", "udp", "fork", "kill 1")
    }}
    print(json.dumps({{"jail": desk.lane.status().details["jail"], "tried": tried}}))
"""

DOCKER = """
# Docker's default profile, as far as the jail is concerned; and an ordinary user's lack of powers.
prctl.drop_capabilities()
seccomp.install(
    [Rule(calls=("unshare", "setns", "mount", "bpf", "keyctl", "ptrace"), action=refuse())],
    otherwise=ALLOW,
)
"""
NO_LANDLOCK = """
calls = ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")
seccomp.install([Rule(calls=calls, action=refuse(errno.ENOSYS))], otherwise=ALLOW)
"""
NO_SECCOMP = """
set_filter = Argument(index=0, value=22)
calls = [
    Rule(calls=("prctl",), action=refuse(errno.EINVAL), when=(set_filter,)),
    Rule(calls=("seccomp",), action=refuse(errno.ENOSYS)),
]
seccomp.install(calls, otherwise=ALLOW)
"""


def host(restrict: str) -> dict[str, Any]:
    """Start a lane on a host restricted so; return its jail and what a worker could do."""
    done = subprocess.run(
        [sys.executable, "-c", HOST.format(restrict=textwrap.dedent(restrict))],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_an_ordinary_user_in_a_container_lacks_only_the_network_of_its_own() -> None:
    found = host(DOCKER)

    missing = {part: why for part, why in found["jail"].items() if why is not True}
    missing.pop("landlock", None)  # where this kernel has none
    assert list(missing) == ["network"]
    assert "Operation not permitted" in missing["network"]
    forbidden = ("write /tmp/marker", "udp", "fork", "kill 1")
    assert all(found["tried"][attempt].startswith("refused: ") for attempt in forbidden)


def test_without_landlock_nothing_is_written_all_the_same() -> None:
    found = host(NO_LANDLOCK)

    assert "landlock_create_ruleset" in found["jail"]["landlock"]
    assert found["tried"]["write /tmp/marker"].startswith("refused: PermissionError")
    assert found["tried"]["read /etc/passwd"].startswith("done: ")  # the price, and it is reported


def test_without_seccomp_the_other_parts_still_hold() -> None:
    found = host(NO_SECCOMP)

    assert "prctl: Invalid argument" in found["jail"]["seccomp"]
    if found["jail"]["landlock"] is True:
        assert found["tried"]["write /tmp/marker"].startswith("refused: PermissionError")
        assert found["tried"]["read /etc/passwd"].startswith("refused: PermissionError")


def test_a_worker_may_read_its_libraries_and_not_the_project() -> None:
    paths = readable_paths()

    assert not any(ROOT.is_relative_to(path) for path in paths)
    assert not any((ROOT / ".git").is_relative_to(path) for path in paths)
    for module in ("json", "pydantic", "reward_verifiers", "reward_service"):
        origin = Path(str(__import__(module).__file__)).resolve()
        assert any(origin.is_relative_to(path) for path in paths), module


@pytest.mark.parametrize("secret", ["/etc/shadow", "/root/.ssh", "/home", "/proc", "/tmp", "/var"])
def test_no_readable_path_holds_what_is_private(secret: str) -> None:
    assert not any(Path(secret).is_relative_to(path) for path in readable_paths())


def test_a_folder_of_installed_packages_may_be_read_wherever_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages, checkout = tmp_path / "packages", tmp_path / "checkout"
    (packages / "sympy-1.0.dist-info").mkdir(parents=True)
    (checkout / "sympy").mkdir(parents=True)
    for folder in (packages, checkout):
        monkeypatch.syspath_prepend(folder)

    assert packages in readable_paths()
    assert not any(checkout.is_relative_to(path) for path in readable_paths())
