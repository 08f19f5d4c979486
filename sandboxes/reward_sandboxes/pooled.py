"""Sandboxes made of a launcher: what local, docker and none are."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping

from reward_sandboxes.answers import Hello
from reward_sandboxes.artefacts import DEFAULT_BYTES, Artefacts
from reward_sandboxes.dialogue import hold_dialogue
from reward_sandboxes.jobs import run_job
from reward_sandboxes.launcher import Launcher, Offer
from reward_sandboxes.pool import Pool
from reward_sandboxes.shelf import Upkeep
from reward_sandboxes.types import (
    Built,
    Dialogue,
    DialogueResult,
    Job,
    LanguageMissingError,
    RunResult,
    SandboxError,
    Status,
)

_LEVELS = ("none", "users", "landlock", "namespaces")
"""From the weakest to the strongest."""
_TEST_CODE = "python"
"""The language of test code."""


class PooledSandboxes:
    """A pool of sandboxes of one backend; a ``types.Sandboxes``."""

    def __init__(
        self,
        launcher: Launcher,
        *,
        slots: int,
        most_waiting: int = 4096,
        keep: int = 4,
        warm: str = "python",
        cache_bytes: int = DEFAULT_BYTES,
        upkeep: Upkeep | None = None,
    ) -> None:
        """Nothing is started yet.

        Args:
            launcher: starts the sandboxes.
            slots: programs that run at once; more than there are cores slows all of them.
            most_waiting: jobs that wait for a slot; more are refused.
            keep: sandboxes that are kept warm though nobody uses them.
            warm: the language whose sandboxes are started first and kept.
            cache_bytes: for what compilers made.
            upkeep: when sandboxes are replaced.
        """
        self._launcher = launcher
        self._pool = Pool(launcher, slots=slots, most_waiting=most_waiting, upkeep=upkeep)
        self._artefacts = Artefacts(cache_bytes)
        self._keep = min(keep, slots)
        self._warm = warm
        self._not_ready = "not started"

    async def start(self) -> None:
        """Make the first sandbox ready; the others follow in the background.

        Raises:
            SandboxError: none can be made; the message says what is missing and how to get it.
        """
        try:
            await self._launcher.prepare()
            kind = self._offer(self._warm).kind
            await self._pool.stock.open(kind)
        except SandboxError as error:
            self._not_ready = str(error)
            raise
        self._pool.stock.keep(kind, self._keep)
        self._not_ready = ""

    async def close(self) -> None:
        """End every sandbox; jobs still open raise ``SandboxError``."""
        self._not_ready = "closed"
        await self._pool.close()
        await self._launcher.close()

    def status(self) -> Status:
        """Say whether programs can be run now."""
        hellos = self._pool.stock.hellos()
        unseen = {
            name: why
            for name, offer in self._launcher.offers().items()
            if (why := self._unseen(offer))
        }
        errors = self._pool.stock.errors()
        reason = self._not_ready or "; ".join(errors.values())
        return Status(
            ready=not reason,
            backend=self._launcher.backend,
            reason=reason,
            level=min((hello.level for hello in hellos.values()), key=_LEVELS.index, default=""),
            protections=_protections(hellos),
            languages={
                name: offer.version
                for name, offer in self._launcher.offers().items()
                if name not in unseen
            },
            missing={**self._launcher.missing(), **unseen},
            slots=self._pool.slots,
            busy=self._pool.turns.taken,
            queued=self._pool.turns.waiting,
            retired=self._pool.stock.retired + self._pool.judges.retired,
        )

    def run(self, job: Job) -> AsyncGenerator[Built | RunResult, None]:
        """Yield ``Built``, then a result per run in order, as they come.

        Raises:
            SandboxError: the sandbox broke, or none could be had.
        """
        return run_job(self._pool, self._artefacts, self._offer, job)

    async def converse(self, dialogue: Dialogue) -> DialogueResult:
        """Let the test code of ``dialogue`` call its program, each in a sandbox of its own.

        Raises:
            SandboxError: as for ``run``.
        """
        program = self._offer(dialogue.program.language)
        return await hold_dialogue(self._pool, program, self._offer(_TEST_CODE), dialogue)

    def _offer(self, language: str) -> Offer:
        offer = self._launcher.offers().get(language)
        if offer is None:
            why = self._launcher.missing().get(language, f"unknown language {language[:50]!r}")
        else:
            why = self._unseen(offer)
        if offer is None or why:
            raise LanguageMissingError(why)
        return offer

    def _unseen(self, offer: Offer) -> str:
        """Return what a language needs that sandboxes do not see, where they were asked."""
        hello = self._pool.stock.hello(offer.kind)
        if hello is None or not hello.tools:
            return ""
        absent = [name for name in offer.language.needs if name not in hello.tools]
        if not absent:
            return ""
        return f"{offer.language.name} needs {', '.join(absent)} where sandboxes see it, under /usr"


def _protections(hellos: Mapping[str, Hello]) -> dict[str, bool | str]:
    """Return what holds in every kind of sandbox, and why the rest does not."""
    together: dict[str, bool | str] = {}
    for hello in hellos.values():
        for name, held in hello.protections.items():
            if together.get(name, True) is True:
                together[name] = held
    return together
