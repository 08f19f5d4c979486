"""What this machine offers each lane, what is missing, and how to get it."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import Any

from reward_service import __version__
from reward_service.config import Settings
from reward_service.engine import Engine
from reward_service.errors import RewardServiceError
from reward_service.lanes import LaneStatus
from reward_service.reading import Batch, ReadItem
from reward_service.schema import ScoredItem
from reward_verifiers.registry import DOMAINS, Lane, read_spec

_DISTRIBUTION = "reward-service"
_EXTRA = "server"
_INSTALL = f"pip install '{_DISTRIBUTION}[{_EXTRA}]'"

# What the service can do without, and what is then missing; everything else it requires it needs.
_SPARED = {
    "uvloop": "a faster event loop",
    "httptools": "a faster HTTP parser",
    "pyarrow": "parquet files",
    "prometheus-client": "GET /metrics",
    "docker": "sandboxes in containers",
    "pytest": "pytest files as tests of programs",
    "numpy": "programs that import it",
    "networkx": "programs that import it",
    "sortedcontainers": "programs that import it",
    "python-sat": "making zebra puzzles",
}

# As metadata spells them: "uvloop>=0.21; (sys_platform == 'linux') and extra == 'server'".
_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)[^;]*(?:;(?P<marker>.*))?")
_EXTRA_IN_MARKER = re.compile(r"""extra\s*==\s*["']([\w.-]+)["']""")
_PLATFORM_IN_MARKER = re.compile(r"""sys_platform\s*==\s*["'](\w+)["']""")

_MIN_PYTHON = (3, 11)
_MIN_MEMORY_MB = 1024

_JAIL_FIXES = {
    "landlock": "needs Linux 5.13 or later with landlock in its lsm= list, and a container "
    "runtime whose seccomp profile allows it",
    "seccomp": "needs a kernel with CONFIG_SECCOMP_FILTER",
    "network": "needs user namespaces: sysctl user.max_user_namespaces above 0, and where it "
    "exists kernel.apparmor_restrict_unprivileged_userns=0; in a container, CAP_SYS_ADMIN or a "
    "seccomp profile that allows unshare",
}

_WITH_NAMESPACES = "holds where namespaces do"
_SANDBOX_FIXES = {
    "namespaces": _JAIL_FIXES["network"],
    "landlock": _JAIL_FIXES["landlock"],
    "system_calls": _JAIL_FIXES["seccomp"],
    "user": "start the service as a user who is not root, or where root may become another",
    **dict.fromkeys(("disk", "processes", "process_count", "signals", "ipc"), _WITH_NAMESPACES),
}
_SANDBOX_FIX = (
    "this kernel or container does not offer it; REWARD_SERVICE_SANDBOX=docker brings containers "
    "that have it"
)
_NO_SANDBOX_FIX = (
    "set REWARD_SERVICE_SANDBOX to docker or tcp://HOST:PORT to run programs elsewhere, or "
    "REWARD_SERVICE_SANDBOX=off if no code has to be judged"
)
_LANGUAGE_FIX = (
    "install it where the sandboxes run; the images of REWARD_SERVICE_SANDBOX=docker have it"
)

SELF_TESTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "math": (
        {"domain": "math", "gold": "\\frac{1}{2}(x+1)^2"},
        "\\boxed{\\frac{x^2+2x+1}{2}}",
        "\\boxed{\\frac{x^2+2x+2}{2}}",
    ),
    "stem": (
        {"domain": "stem", "gold": "B", "options": {"A": "iron", "B": "gold"}},
        "The answer is \\boxed{B}",
        "The answer is \\boxed{A}",
    ),
    "code": (
        {"domain": "code", "tests": {"type": "stdio", "inputs": ["2 3\n"], "outputs": ["5\n"]}},
        "```python\nprint(sum(map(int, input().split())))\n```",
        "```python\nprint(6)\n```",
    ),
    "reasoning_gym": (
        {
            "domain": "reasoning_gym",
            "dataset": "chain_sum",
            "entry": {"question": "4 + 3 =", "answer": "7", "metadata": {}},
        },
        "<answer>7</answer>",
        "<answer>8</answer>",
    ),
    "ifeval": (
        {
            "domain": "ifeval",
            "instruction_id_list": ["length_constraints:number_sentences"],
            "kwargs": [{"num_sentences": 2, "relation": "at least"}],
        },
        "Dr. Smith came. He saw.",
        "Dr. Smith came.",
    ),
}
"""By domain: a spec, a completion that is right and one that is wrong; each needs the lane if any
of the domain's questions does."""


class Grade(StrEnum):
    """How a finding is."""

    OK = "ok"
    WARNING = "warning"
    """Works, but slower or less protected than it could be."""
    FAILED = "failed"
    """Nothing can be judged, or not rightly."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at."""

    part: str
    """machine, package, lane, jail, sandbox, language or self-test."""
    name: str
    grade: Grade
    detail: str
    fix: str = ""
    """How to get what is missing."""


async def examine(
    settings: Settings, opened: Callable[[Settings], AbstractAsyncContextManager[Engine]]
) -> list[Finding]:
    """Look at this machine; ``opened`` opens the engine that a service here would have."""
    found = [*_machine(), *_packages()]
    if any(finding.grade is Grade.FAILED for finding in found):
        reason = "not tried: a package or the Python version is missing"
        return [*found, Finding(part="lane", name="cpu", grade=Grade.FAILED, detail=reason)]
    try:
        async with opened(settings) as engine:
            for name, lane in engine.lanes.items():
                status = lane.status()
                found += [_lane(name, status), *_jail(status), *_sandbox(status)]
            if Lane.SANDBOX not in engine.lanes:
                off = "off, as REWARD_SERVICE_SANDBOX says: code is not judged"
                found.append(Finding(part="lane", name="sandbox", grade=Grade.OK, detail=off))
            found += await _self_test(engine)
    except RewardServiceError as error:
        found.append(Finding(part="lane", name="all", grade=Grade.FAILED, detail=str(error)))
    return found


def _machine() -> list[Finding]:
    version = platform.python_version()
    found = [
        Finding(part="machine", name="reward-service", grade=Grade.OK, detail=__version__),
        _graded(
            "machine",
            "python",
            f"{version} ({sys.executable})",
            bad=Grade.FAILED if sys.version_info < _MIN_PYTHON else None,
            fix="needs Python 3.11 or later",
        ),
        Finding(part="machine", name="kernel", grade=Grade.OK, detail=platform.platform()),
        Finding(
            part="machine",
            name="cores",
            grade=Grade.OK,
            detail=f"{len(os.sched_getaffinity(0))} usable",
        ),
    ]
    memory_mb = _memory_mb()
    if memory_mb is not None:
        short = memory_mb < _MIN_MEMORY_MB
        found.append(
            _graded(
                "machine",
                "memory",
                f"{memory_mb:,} MB",
                bad=Grade.WARNING if short else None,
                fix="a service with two workers wants 1 GB",
            )
        )
    return found


def _memory_mb() -> int | None:
    """Return the memory this process may use: the container's limit, else the machine's."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        path = Path(limit)
        if path.is_file() and (text := path.read_text(encoding="ascii").strip()).isdigit():
            total = min(total, int(text))
    return total >> 20 if total > 0 else None


def _packages() -> list[Finding]:
    """Look for what the installed distribution says a server requires."""
    try:
        required = metadata.requires(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return [
            Finding(
                part="package",
                name=_DISTRIBUTION,
                grade=Grade.WARNING,
                detail="runs uninstalled, so nothing says what it requires",
                fix=_INSTALL,
            )
        ]
    return [_package(name) for name in server_packages(required)]


def server_packages(required: Iterable[str]) -> list[str]:
    """Return the names in ``required``, as metadata lists them, that a server here has to have.

    What it can do without comes last.
    """
    names = set()
    for requirement in required:
        match = _REQUIREMENT.match(requirement)
        if match is not None and _applies(match["marker"] or ""):
            names.add(match["name"])
    return sorted(names, key=lambda name: (name in _SPARED, name))


def _applies(marker: str) -> bool:
    extra, system = _EXTRA_IN_MARKER.search(marker), _PLATFORM_IN_MARKER.search(marker)
    return (extra is None or extra[1] == _EXTRA) and (system is None or system[1] == sys.platform)


def _package(name: str) -> Finding:
    version, purpose = _version(name), _SPARED.get(name)
    if version is not None:
        return Finding(part="package", name=name, grade=Grade.OK, detail=version)
    if purpose is not None:
        return Finding(
            part="package",
            name=name,
            grade=Grade.WARNING,
            detail=f"missing ({purpose})",
            fix=f"gives {purpose}: {_INSTALL}",
        )
    return Finding(
        part="package",
        name=name,
        grade=Grade.FAILED,
        detail="missing",
        fix=f"needed to judge and to serve: {_INSTALL}",
    )


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _lane(name: Lane, status: LaneStatus) -> Finding:
    shown = ", ".join(
        f"{key} {value}"
        for key, value in status.details.items()
        if value and isinstance(value, int | str)
    )
    return _graded(
        "lane",
        name,
        shown or "ready" if status.ready else status.reason,
        bad=None if status.ready else Grade.FAILED,
        fix=_NO_SANDBOX_FIX
        if name is Lane.SANDBOX
        else "the log of `reward-service serve` says more",
    )


def _jail(status: LaneStatus) -> list[Finding]:
    """Say which protections hold; each is True, or the reason why it does not."""
    held: dict[str, bool | str] = status.details.get("jail") or {}
    return [
        _graded(
            "jail",
            name,
            "holds" if state is True else str(state),
            bad=None if state is True else Grade.WARNING,
            fix=_JAIL_FIXES.get(name, "this kernel or container does not offer it"),
        )
        for name, state in held.items()
    ]


def _sandbox(status: LaneStatus) -> list[Finding]:
    """Say which protections of the sandboxes hold, and which languages can be run in them."""
    held: dict[str, bool | str] = status.details.get("protections") or {}
    found = [
        _graded(
            "sandbox",
            name,
            "holds" if state is True else str(state),
            bad=None if state is True else Grade.WARNING,
            fix=_SANDBOX_FIXES.get(name, _SANDBOX_FIX),
        )
        for name, state in held.items()
    ]
    for name, version in (status.details.get("languages") or {}).items():
        found.append(Finding(part="language", name=name, grade=Grade.OK, detail=version))
    for name, needs in (status.details.get("languages_missing") or {}).items():
        found.append(
            _graded("language", name, needs, bad=Grade.WARNING, fix=_LANGUAGE_FIX),
        )
    return found


async def _self_test(engine: Engine) -> list[Finding]:
    found = []
    for domain, row in DOMAINS.items():
        if row.lane not in engine.lanes:
            continue
        if not engine.lanes[row.lane].status().ready:
            why = f"not tried: the {row.lane} lane is not ready"
            found.append(_graded("self-test", domain, why, bad=Grade.FAILED, fix="as for the lane"))
            continue
        raw, right, wrong = SELF_TESTS[domain]
        spec = read_spec(raw)
        texts = {"correct": right, "wrong": wrong}
        items = [
            ReadItem(id=name, completion=completion, spec=spec)
            for name, completion in texts.items()
        ]
        scored = await engine.score(Batch(items=[*items]))
        mistakes = [_said(item) for item in scored if _outcome(item) != item.id]
        found.append(
            _graded(
                "self-test",
                domain,
                "; ".join(mistakes) or "a right and a wrong answer are told apart",
                bad=Grade.FAILED if mistakes else None,
                fix="rewards from here cannot be trusted; reinstall the pinned versions",
            )
        )
    return found


def _outcome(item: ScoredItem) -> str | None:
    return None if item.verdict is None else item.verdict.outcome.value


def _said(item: ScoredItem) -> str:
    if item.problem is not None:
        return f"expected {item.id}, got {item.problem.code}: {item.problem.message}"
    assert item.verdict is not None
    return f"expected {item.id}, got {item.verdict.outcome}: {item.verdict.reason}"


def _graded(part: str, name: str, detail: str, *, bad: Grade | None, fix: str) -> Finding:
    """Return a finding that is fine, or ``bad`` with its ``fix``."""
    if bad is None:
        return Finding(part=part, name=name, grade=Grade.OK, detail=detail)
    return Finding(part=part, name=name, grade=bad, detail=detail, fix=fix)
