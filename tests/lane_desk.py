"""A cpu lane that tests can ask, with a verifier that misbehaves on demand (``misdeeds.py``)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from reward_service.cpu_lane import CpuLane
from reward_service.lanes import Judged
from reward_verifiers.registry import Domain, Lane
from reward_verifiers.specs import MathSpec
from reward_verifiers.verdict import Verdict

T = TypeVar("T")

MISDEEDS: Mapping[str, Domain] = {
    "math": Domain(
        name="math", spec=MathSpec, module="misdeeds", lane=Lane.CPU, version="7", summary=""
    )
}


class Desk:
    """A started lane and the loop that it lives in."""

    def __init__(self, runner: asyncio.Runner, lane: CpuLane) -> None:
        self._runner = runner
        self.lane = lane

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def ask(self, *answers: str, gold: str = "right") -> list[Judged | BaseException]:
        """Ask about every answer in one group; return what became of each."""
        return self.run(self.asked(*answers, gold=gold))

    def verdicts(self, *answers: str, gold: str = "right") -> list[Verdict]:
        """Ask, and insist on verdicts."""
        results = self.ask(*answers, gold=gold)
        assert all(isinstance(result, Judged) for result in results), results
        return [result.verdict for result in results if isinstance(result, Judged)]

    async def asked(self, *answers: str, gold: str = "right") -> list[Judged | BaseException]:
        return await results(self.lane.ask("math", MathSpec(gold=gold), answers))

    @property
    def zygote_pid(self) -> int:
        zygote = self.lane._staff.zygote
        assert zygote is not None
        assert zygote.pid is not None
        return zygote.pid

    @property
    def worker_pids(self) -> list[int]:
        return children(self.zygote_pid)

    def until_staffed(self) -> None:
        """Wait until every worker is ready."""
        self.run(self.staffed())

    async def staffed(self) -> None:
        details = self.lane.status().details
        async with asyncio.timeout(30):
            while details["processes_ready"] < details["processes"] or not details["processes"]:
                await asyncio.sleep(0.001)
                details = self.lane.status().details


@contextlib.contextmanager
def lane_desk(
    domains: Mapping[str, Domain] = MISDEEDS,
    *,
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
    **options: Any,
) -> Iterator[Desk]:
    lane = CpuLane(domains=domains, **options)
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(lane.start())
        try:
            yield Desk(runner, lane)
        finally:
            runner.run(lane.close())


async def results(
    futures: Sequence[asyncio.Future[Judged]], *, within_s: float = 30
) -> list[Judged | BaseException]:
    async with asyncio.timeout(within_s):
        return await asyncio.gather(*futures, return_exceptions=True)


def children(parent: int, command: str = "") -> list[int]:
    """Return the live children of a process whose command line contains ``command``."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, ppid = stat.read_text().rpartition(")")[2].split()[:2]
            line = (stat.parent / "cmdline").read_text().replace("\0", " ")
            if int(ppid) == parent and state != "Z" and command in line:
                found.append(int(stat.parent.name))
    return sorted(found)


def alive(pid: int) -> bool:
    """Whether there is such a process, a zombie included."""
    return Path(f"/proc/{pid}").exists()
