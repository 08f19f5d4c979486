"""Sandboxes whose harness is ``fake_harness.py``, for what goes wrong around real ones."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from reward_sandboxes.child import Child
from reward_sandboxes.languages import languages
from reward_sandboxes.launcher import Link, Offer
from reward_sandboxes.pooled import PooledSandboxes
from reward_sandboxes.shelf import Upkeep
from reward_sandboxes.types import Built, Job, Limits, Program, Run, RunResult, SandboxError

FAKE = Path(__file__).with_name("fake_harness.py")


class ScriptedLauncher:
    """Starts fake harnesses, and remembers them."""

    backend = "none"

    def __init__(self, **options: Any) -> None:
        self.options = options
        self.started: list[Child] = []
        self.refuses = ""
        self.closed = False

    async def prepare(self) -> None:
        if self.refuses:
            raise SandboxError(self.refuses)

    def offers(self) -> Mapping[str, Offer]:
        names = ("python", "cpp", "java")
        return {
            name: Offer(language=languages()[name], kind=self.kind(name), version="1")
            for name in names
        }

    def kind(self, name: str) -> str:
        return name if self.options.get("kinds") else "all"

    def missing(self) -> Mapping[str, str]:
        return {"rust": "rust needs rustc"}

    async def start(self, kind: str) -> Link:
        if self.refuses:
            raise SandboxError(self.refuses)
        command = [sys.executable, "-I", "-S", str(FAKE), json.dumps(self.options)]
        child = await Child.start(command)
        self.started.append(child)
        return child

    async def close(self) -> None:
        self.closed = True


def scripted(launcher: ScriptedLauncher | None = None, **settings: Any) -> PooledSandboxes:
    """Return sandboxes of fake harnesses; fields of ``Upkeep`` go to it."""
    fields = Upkeep.__dataclass_fields__
    upkeep = Upkeep(**{name: settings.pop(name) for name in list(settings) if name in fields})
    return PooledSandboxes(
        launcher or ScriptedLauncher(), upkeep=upkeep, **{"slots": 1, "keep": 1, **settings}
    )


@asynccontextmanager
async def running(sandboxes: PooledSandboxes) -> AsyncIterator[PooledSandboxes]:
    """Start sandboxes, and close them."""
    await sandboxes.start()
    try:
        yield sandboxes
    finally:
        await sandboxes.close()


def job(
    source: str, stdins: Sequence[str] = ("",), *, language: str = "python", **limits: Any
) -> Job:
    """Return a job of ``source`` with a run for each of ``stdins``."""
    return Job(
        program=Program(language=language, source=source),
        runs=[Run(stdin=stdin.encode()) for stdin in stdins],
        limits=replace(Limits(), **limits),
    )


async def results(sandboxes: PooledSandboxes, wanted: Job) -> tuple[Built, list[RunResult]]:
    """Run a job to its end."""
    built, *ran = [answer async for answer in sandboxes.run(wanted)]
    assert isinstance(built, Built)
    return built, [one for one in ran if isinstance(one, RunResult)]
