"""A service process around a scripted lane: ``python scripted_service.py '{"port": 0}' START_S``.

The lane takes ``START_S`` seconds to start; with fewer than none it fails. An answer that is the
word ``later`` and a number is judged after that many seconds.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Sequence

import fakes

from reward_service.config import Settings
from reward_service.engine import Engine
from reward_service.errors import ShuttingDownError, WorkerDiedError
from reward_service.lanes import Judged
from reward_service.serving import serve_engine
from reward_service.telemetry import Telemetry
from reward_verifiers.registry import Lane
from reward_verifiers.specs import Spec
from reward_verifiers.verdict import Verdict


class SlowLane(fakes.ScriptedLane):
    """A lane that takes as long as the answers say."""

    def __init__(self, start_s: float) -> None:
        super().__init__()
        self._start_s = start_s
        self._slow: list[asyncio.Future[Judged]] = []

    def ask(self, domain: str, spec: Spec, answers: Sequence[str]) -> list[asyncio.Future[Judged]]:
        """Settle ``later 2`` after two seconds."""
        loop = asyncio.get_running_loop()
        futures = super().ask(domain, spec, ["stall" for _ in answers])
        for answer, future in zip(answers, futures, strict=True):
            self._slow.append(future)
            word, _, seconds = answer.partition(" ")
            if answer != "stall":
                delay_s = float(seconds) if word == "later" else 0.0
                loop.call_later(delay_s, self._judge, future, answer)
        _say("asked")
        return futures

    @staticmethod
    def _judge(future: asyncio.Future[Judged], answer: str) -> None:
        if not future.done():
            future.set_result(Judged(verdict=Verdict.correct(answer), queue_s=0.0, exec_s=0.01))

    async def start(self) -> None:
        """Take a while, or fail."""
        if self._start_s < 0:
            raise WorkerDiedError("no worker can be had")
        if self._start_s:
            _say("starting")
            await asyncio.sleep(self._start_s)

    async def close(self) -> None:
        """Give up what is open."""
        await super().close()
        for future in self._slow:
            if not future.done():
                future.set_exception(ShuttingDownError("the lane is closed"))


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main() -> int:
    """Serve until told to stop."""
    logging.basicConfig(level=logging.INFO)
    telemetry = Telemetry()
    engine = Engine(
        {Lane.CPU: SlowLane(float(sys.argv[2]))},
        observer=telemetry.observe,
        verifiers=lambda _name: fakes.LITERAL,
    )
    return serve_engine(engine, Settings.model_validate(json.loads(sys.argv[1])), telemetry)


if __name__ == "__main__":
    raise SystemExit(main())
