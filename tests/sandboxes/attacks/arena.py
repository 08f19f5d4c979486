"""The whole chain from a completion to a verdict, and what is left behind it."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import time
from collections.abc import AsyncIterator, Iterator, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from sandboxes.attacks import tasks
from sandboxes.attacks.backends import NOBODY
from sandboxes.attacks.corpus import Attack
from sandboxes.attacks.honest import Honest
from sandboxes.attacks.host import Host

from reward_sandboxes.types import Sandboxes
from reward_service.errors import RewardServiceError
from reward_service.sandbox_lane import SandboxLane
from reward_verifiers.code_spec import CodeSpec
from reward_verifiers.errors import BadSpecError
from reward_verifiers.registry import verifier
from reward_verifiers.verdict import Verdict

AT_ONCE = 8
"""Hostile programs under way at the same time; there are fewer sandboxes."""
ROUNDS = 3
"""How often a program is judged that looks for what it left the last time."""
_JOB_S = 300.0
_ENDING_S = 5.0

_PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/dev/mqueue")
_OBJECTS = ("shm", "sem", "msg")
_KEY = str(0x4D41524B)
"""Of every System V object that the corpus makes."""
_SUBREAPER = 36

# What stands beside every hostile program, and behind it.
_GOOD = "```python\nprint(sum(map(int, input().split())))\n```"
_GOOD_SPEC = CodeSpec.model_validate(
    {"tests": {"type": "stdio", "inputs": ["1 2\n", "20 22\n"], "outputs": ["3\n", "42\n"]}}
)


@dataclass
class Arena:
    """A lane of programs, on a host with things to steal."""

    lane: SandboxLane
    host: Host
    languages: frozenset[str]
    level: str
    troubles: list[str] = field(default_factory=list)
    """What should not have happened."""
    took_s: dict[str, float] = field(default_factory=dict)
    """By program and type of tests, waiting for a sandbox included."""

    async def face(self, attacks: Sequence[Attack]) -> None:
        """Judge every program against all types of tests that it is written for."""
        room = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for attack in attacks:
                if attack.language not in self.languages:
                    continue
                for target in attack.targets:
                    group.create_task(self._face_one(attack, target, room))

    async def _face_one(self, attack: Attack, target: str, room: asyncio.Semaphore) -> None:
        spec = tasks.spec(attack, target)
        completion = attack.completion(target, self.host.names)
        name = f"{attack.category}/{attack.name} against {target}"
        async with room:
            start = time.monotonic()
            for _ in range(ROUNDS if attack.kind == "mark" else 1):
                beside = asyncio.create_task(self.judged(_GOOD, _GOOD_SPEC))
                verdict = await self.judged(completion, spec)
                self._expect(0.0, verdict, f"{name} ({attack.through})")
                self._expect(1.0, await beside, f"the honest job beside {name}")
                after = await self.judged(_GOOD, _GOOD_SPEC)
                self._expect(1.0, after, f"the honest job after {name}")
            self.took_s[name] = time.monotonic() - start

    async def honour(self, programs: Sequence[Honest]) -> None:
        """Judge honest programs, two at a time."""
        room = asyncio.Semaphore(2)

        async def judge(program: Honest) -> None:
            async with room:
                verdict = await self.judged(program.completion(), program.spec())
            self._expect(program.earns, verdict, program.name)

        async with asyncio.TaskGroup() as group:
            for program in programs:
                able = self.level == "namespaces" or not program.locks
                if able and program.language in self.languages:
                    group.create_task(judge(program))

    async def judged(self, completion: str, spec: CodeSpec) -> Verdict | str:
        """Return the verdict on a completion, or what went wrong."""
        functions = verifier("code")
        answer = functions.extract(completion, spec)
        if isinstance(answer, Verdict):
            return answer
        try:
            (future,) = self.lane.ask("code", spec, [answer])
            return (await asyncio.wait_for(future, _JOB_S)).verdict
        except (RewardServiceError, BadSpecError, TimeoutError) as error:
            return f"{type(error).__name__}: {error}"

    def _expect(self, score: float, verdict: Verdict | str, name: str) -> None:
        if isinstance(verdict, str):
            self.troubles.append(f"{name}: {verdict}")
        elif verdict.score != score:
            self.troubles.append(
                f"{name}: {verdict.score} instead of {score} "
                f"({verdict.outcome}: {verdict.reason}; {verdict.details})"
            )


@contextlib.asynccontextmanager
async def open_arena(sandboxes: Sandboxes, host: Host) -> AsyncIterator[Arena]:
    """Start ``sandboxes`` and a lane of theirs."""
    lane = SandboxLane(sandboxes, patience_s=60.0)
    await lane.start()
    try:
        status = sandboxes.status()
        yield Arena(lane, host, frozenset(status.languages), status.level)
    finally:
        await lane.close()


@contextlib.contextmanager
def nothing_left() -> Iterator[list[str]]:
    """Yield a list that afterwards tells every process, file or object that was left."""
    left: list[str] = []
    before = set(_things())
    others = set(_descendants())  # what other tests keep running, with all that descends from it
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)  # orphans of ours become our children
    try:
        yield left
        end = time.monotonic() + _ENDING_S
        while time.monotonic() < end and (_descendants(others) or set(_things()) - before):
            time.sleep(0.05)  # what has been killed takes a moment to be gone
            _reap()
        left += [f"process {name}" for name in _descendants(others).values()]
        left += sorted(set(_things()) - before)
    finally:
        ctypes.CDLL(None).prctl(_SUBREAPER, 0, 0, 0, 0)


def _reap() -> None:
    """Wait for orphans of ours that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _descendants(others: Set[int] = frozenset()) -> dict[int, str]:
    """Return what descends from this process, but not from ``others``: names by process id."""
    parents: dict[int, tuple[int, str]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            name, _, rest = path.read_text(errors="replace").rpartition(")")
            parents[int(path.parent.name)] = (int(rest.split()[1]), name)
    family = {os.getpid()}
    for pid in 2 * sorted(parents.keys() - others):  # twice: a child may have the lower number
        family |= {pid} if parents[pid][0] in family else set()
    return {pid: parents[pid][1] for pid in family & parents.keys() - {os.getpid()}}


def _things() -> Iterator[str]:
    """Yield files of the programs' user, and objects of the kernel that a program made."""
    for place in _PLACES:
        with contextlib.suppress(OSError):
            for entry in os.scandir(place):
                with contextlib.suppress(OSError):
                    if entry.stat(follow_symlinks=False).st_uid == NOBODY:
                        yield f"file {entry.path}"
    for kind in _OBJECTS:
        table = Path(f"/proc/sysvipc/{kind}").read_text(encoding="ascii").splitlines()[1:]
        yield from (
            f"{kind} {line.split()[0]}" for line in table if line.split()[0] == "1296126539"
        )
    for line in Path("/proc/net/unix").read_text(encoding="utf-8", errors="replace").splitlines():
        if "@mark-of-a-daemon" in line:
            yield f"socket {line}"
