"""Jobs, run to their end whatever happens to sandboxes on the way.

Runs do not know of each other, so a job goes on where it was: in a fresh sandbox after the first
one broke (a second death is a ``SandboxError``), and alone on the host for a run, or a compiler,
whose end a busy host may be to blame for (``clocks``).
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from reward_sandboxes.answers import Compiled, Ran
from reward_sandboxes.artefacts import Artefacts, key_of
from reward_sandboxes.clocks import settled, settled_build
from reward_sandboxes.launcher import Offer
from reward_sandboxes.orders import Order, runs_order
from reward_sandboxes.pool import Pool
from reward_sandboxes.slot import SlotDiedError
from reward_sandboxes.types import Built, Job, RunResult, SandboxError


async def run_job(
    pool: Pool, artefacts: Artefacts, offer_of: Callable[[str], Offer], job: Job
) -> AsyncGenerator[Built | RunResult, None]:
    """Yield ``Built`` and the results of ``job``, as ``Sandboxes.run`` does.

    ``offer_of`` returns how a language can be run, or raises why it cannot.
    """
    offer = offer_of(job.program.language)
    progress = _Progress(job, offer, artefacts)
    if progress.known is not None and not progress.known.ok:
        yield replace(progress.known, cached=True, cpu_s=0.0)
        return
    asked = time.monotonic()
    lease = await pool.lease(offer.kind)
    progress.queue_s = time.monotonic() - asked
    while True:
        broke = None
        try:
            order = progress.order()
            async with aclosing(lease.slot.run(order)) as answers:
                async for answer in answers:
                    for each in progress.told(answer, order, crowded=pool.turns.taken > 1):
                        yield each
                    if progress.interrupted:
                        break
            progress.ended()
        except SlotDiedError as error:
            broke = error
        finally:
            lease.end()
        if progress.over:
            return
        if broke:
            progress.broken(broke)
        lease = await pool.lease(
            offer.kind, again=True, fresh=broke is not None, alone=progress.alone
        )


class _Progress:
    """How far a job has come."""

    def __init__(self, job: Job, offer: Offer, artefacts: Artefacts) -> None:
        self.queue_s = 0.0
        self.over = False
        self.alone = False
        """Whether the next run, or compiling, is to be done alone."""
        self.interrupted = False
        """Whether that was found out by the last attempt, which ends there."""
        self._job = job
        self._language = offer.language
        self._artefacts = artefacts
        self._key = key_of(job.program, offer) if offer.language.build else ""
        self._known = artefacts.get(self._key)
        self._told = False
        self._n_done = 0
        # What a runtime takes to start is not the program's time.
        self._left_s = job.limits.total_cpu_s + len(job.runs) * offer.language.extra_cpu_s
        self._death: SlotDiedError | None = None

    @property
    def known(self) -> Built | None:
        """How the very same program compiled before."""
        return None if self._known is None else self._known.built

    def order(self) -> Order:
        """Return what is left to do, or the one run to make alone."""
        self.interrupted = False
        end = self._n_done + 1 if self.alone else None
        limits = self._job.limits
        return runs_order(
            self._job.program,
            self._language,
            self._job.runs[self._n_done : end],
            replace(limits, total_cpu_s=self._left_s),
            None if self._known is None else self._known.files,
        )

    def told(
        self, answer: Compiled | Sequence[Ran], order: Order, *, crowded: bool
    ) -> Iterator[Built | RunResult]:
        """Note what a sandbox said; yield what there is to tell of it."""
        if isinstance(answer, Compiled):
            if settled_build(answer, alone=self.alone) is None:
                self.alone = self.interrupted = True
                return
            built = self._compiled(answer)
            if built is not None:
                yield built
            return
        for ran in answer:
            result = settled(ran, order.cpu_s, crowded=crowded, alone=self.alone)
            if result is None:
                self.alone = self.interrupted = True
                return
            self._n_done += 1
            self._left_s -= result.cpu_s
            yield result

    def ended(self) -> None:
        """Note that a sandbox did all it was told to do, unless it was interrupted."""
        if self.interrupted or self.over:
            return
        # Alone it was told to make one run, else all that are left and that the job has time for.
        all_done = self._n_done == len(self._job.runs)
        self.over = not self.alone or all_done or self._left_s <= 0
        self.alone = False

    def broken(self, death: SlotDiedError) -> None:
        """Note that the sandbox broke.

        Raises:
            SandboxError: for the second time.
        """
        if self._death is not None:
            raise SandboxError(f"two sandboxes broke under a job: {self._death}; {death}")
        self._death = death

    def _compiled(self, compiled: Compiled) -> Built | None:
        """Note how compiling went; return what to tell of it, which is told once."""
        built = compiled.built
        if self._known is not None:
            built = replace(self._known.built, ok=built.ok, cached=True, cpu_s=0.0)
        elif self._key:
            self._artefacts.put(self._key, compiled)
            self._known = compiled if built.ok else None
        self.over = not built.ok
        if not self._told:
            self._told = True
            return replace(built, queue_s=self.queue_s)
        if not built.ok:
            raise SandboxError("a program compiled, and then did not: " + built.message[-200:])
        return None
