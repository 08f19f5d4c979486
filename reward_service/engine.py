"""Items in, rewards out, through any door.

The one place that may catch ``Exception``: below it a surprise is a bug to be logged, above it
every item has either a verdict or a typed problem, and no item harms its neighbours.

Way of an item: read (``reading.py``) -> answer extracted -> shortcut -> remembered verdict -> a
question somebody already asks -> its lane. Only what is left reaches a lane, once per distinct
(spec, answer), grouped by spec.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from functools import partial

from reward_service.cache import VerdictCache, answer_key, spec_key
from reward_service.errors import (
    DeadlineError,
    NoLaneError,
    OverloadedError,
    RewardServiceError,
    ShuttingDownError,
    UnusableSpecError,
    VerifierCrashedError,
)
from reward_service.lanes import Judged, LaneRunner
from reward_service.problems import problem_of
from reward_service.reading import Batch, BrokenItem, ReadItem
from reward_service.runs import Group, Need, Question, Run
from reward_service.schema import ScoredItem
from reward_service.shaping import shaped
from reward_verifiers.errors import BadSpecError
from reward_verifiers.registry import DOMAINS, Lane, Verifier, verifier
from reward_verifiers.verdict import Outcome, Verdict

log = logging.getLogger(__name__)

# Reading answers holds the event loop; after this long it lets others run.
_SLICE_S = 0.005

Observer = Callable[[str | None, ScoredItem], None]
"""Told of every item that leaves the engine: its domain (None if unreadable) and the result."""


def unobserved(_domain: str | None, _scored: ScoredItem) -> None:
    """Observe nothing."""


class Engine:
    """Scores batches. Make one per process, ``start`` it, share it, ``close`` it."""

    def __init__(
        self,
        lanes: Mapping[Lane, LaneRunner],
        *,
        cache_bytes: int = 16 << 20,
        max_pending_items: int = 20_000,
        max_completion_chars: int = 1_000_000,
        observer: Observer = unobserved,
        verifiers: Callable[[str], Verifier] = verifier,
    ) -> None:
        """Make an engine.

        Args:
            lanes: where each lane's questions are judged.
            cache_bytes: memory for remembered verdicts; 0 remembers none.
            max_pending_items: items that may be in the engine at once.
            max_completion_chars: a longer completion is not read, but over its limit.
            observer: told of every item that leaves.
            verifiers: the functions of a domain by its name.
        """
        self.lanes = lanes
        self.verifier_of = verifiers
        self.cache = VerdictCache(cache_bytes)
        self._asked: dict[bytes, Question] = {}
        self._max_pending = max_pending_items
        self._max_completion_chars = max_completion_chars
        self._pending = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._closing = False
        self._observe = observer

    async def start(self) -> None:
        """Load every verifier and make every lane ready.

        Raises:
            RewardServiceError: a lane does not start.
            ModuleNotFoundError: a package that a verifier needs is not installed.
        """
        for name in DOMAINS:
            self.verifier_of(name)
        try:
            async with asyncio.TaskGroup() as tasks:
                for lane in self.lanes.values():
                    tasks.create_task(lane.start())
        except ExceptionGroup as group:
            raise group.exceptions[0] from group  # lanes start side by side; one error says enough

    async def close(self, *, drain_s: float = 0.0) -> None:
        """Refuse new batches, wait up to ``drain_s`` for those in flight, end the lanes."""
        self._closing = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), drain_s)
        async with asyncio.TaskGroup() as tasks:
            for lane in self.lanes.values():
                tasks.create_task(lane.close())

    @property
    def pending_items(self) -> int:
        """Items in the engine now."""
        return self._pending

    def has_room(self, n_items: int) -> bool:
        """Whether a batch of ``n_items`` would be taken; an idle engine takes any."""
        return not self._pending or self._pending + n_items <= self._max_pending

    def perfect_completion(self, item: ReadItem) -> str | None:
        """Return a completion that gives the gold of ``item``; None where none can be made.

        Raises:
            RewardServiceError: the spec cannot be judged against, or the verifier crashed.
        """
        functions = self.verifier_of(item.domain)
        try:
            if functions.trial is not None:
                functions.extract("", item.spec)  # reads the tests, which hold no gold
            return functions.perfect_completion(item.spec)
        except BadSpecError as error:
            raise _unusable(item, error) from error
        except Exception as error:
            raise _crashed(item, error) from error

    async def score(self, batch: Batch) -> list[ScoredItem]:
        """Return one scored item per item of ``batch``, in its order."""
        scored = {index: item async for index, item in self.stream(batch)}
        return [scored[index] for index in range(len(batch.items))]

    async def stream(self, batch: Batch) -> AsyncGenerator[tuple[int, ScoredItem], None]:
        """Yield (index, scored item) as soon as each item is judged, each index once.

        Closing the iterator early cancels what nobody else waits for.
        """
        refusal = self._refusal(len(batch.items))
        if refusal is not None:
            for index, item in enumerate(batch.items):
                yield index, self._unscored(item, refusal)
            return
        run = Run(batch)
        n_open = len(batch.items)
        self._enter(n_open)
        end = None if batch.deadline_s is None else time.monotonic() + batch.deadline_s
        try:
            for results in (self._read(run), self._collect(run, end)):
                async for index, scored in results:
                    n_open -= 1
                    self._leave(1)
                    yield index, scored
        finally:
            self._leave(n_open)
            self._abandon(run)

    def _enter(self, n_items: int) -> None:
        self._pending += n_items
        self._idle.clear()

    def _leave(self, n_items: int) -> None:
        self._pending -= n_items
        if not self._pending:
            self._idle.set()

    def _refusal(self, n_items: int) -> RewardServiceError | None:
        if self._closing:
            return ShuttingDownError(
                "the service is shutting down; send the item again, later or to another replica"
            )
        if not self.has_room(n_items):
            return OverloadedError(
                f"{self._pending} items are being scored; "
                f"{n_items} more would pass the bound of {self._max_pending}"
            )
        return None

    async def _read(self, run: Run) -> AsyncIterator[tuple[int, ScoredItem]]:
        """Yield the items that need no lane; the others then wait in ``run``."""
        items = iter(enumerate(run.batch.items))
        slice_ = self._read_slice(run, items)
        while slice_ is not None:
            for result in slice_:
                yield result
            await asyncio.sleep(0)
            slice_ = self._read_slice(run, items)

    def _read_slice(
        self, run: Run, items: Iterator[tuple[int, ReadItem | BrokenItem]]
    ) -> list[tuple[int, ScoredItem]] | None:
        """Read items for a few milliseconds and ask about them; None when all are read."""
        end = time.monotonic() + _SLICE_S
        groups: dict[bytes, Group] = {}
        done: list[tuple[int, ScoredItem]] = []
        index = None
        for index, item in items:
            scored = self._at_once(run, index, item, groups)
            if scored is not None:
                done.append((index, scored))
            if time.monotonic() > end:
                break
        self._ask(run, groups)
        return None if index is None else done

    def _at_once(
        self, run: Run, index: int, item: ReadItem | BrokenItem, groups: dict[bytes, Group]
    ) -> ScoredItem | None:
        """Return the item scored if no lane is needed; else note its question and return None."""
        if isinstance(item, BrokenItem):
            return self._unscored(item, item.error)
        try:
            found = self._read_answer(run, item)
        except RewardServiceError as error:
            return self._unscored(item, error)
        if isinstance(found, Verdict):
            return self._scored(item, Judged(verdict=found, queue_s=0.0, exec_s=0.0), run.batch)
        if found.key not in run.waiting and found.key not in self._asked:
            group = groups.setdefault(found.spec_key, Group(item.domain, item.spec))
            group.answers[found.key] = found.answer
        run.waiting.setdefault(found.key, []).append(index)
        return None

    def _read_answer(self, run: Run, item: ReadItem) -> Verdict | Need:
        """Return the verdict where no lane has to be asked, else what to ask it."""
        if len(item.completion) > self._max_completion_chars:
            return _stamped(self._too_long(item), item.domain)
        functions = self.verifier_of(item.domain)
        try:
            answer = functions.extract(item.completion, item.spec)
            if isinstance(answer, Verdict):
                return _stamped(answer, item.domain)
            found = run.met.get((id(item.spec), answer))
            if found is not None:
                return found
            verdict = functions.shortcut(answer, item.spec)
        except BadSpecError as error:
            raise _unusable(item, error) from error
        except Exception as error:
            raise _crashed(item, error) from error
        found = (
            self._remembered(run, item, answer)
            if verdict is None
            else _stamped(verdict, item.domain)
        )
        run.met[id(item.spec), answer] = found
        return found

    def _too_long(self, item: ReadItem) -> Verdict:
        n_chars, most = len(item.completion), self._max_completion_chars
        return Verdict.over_limit(
            f"the completion has {n_chars} characters; at most {most} are read"
        )

    def _remembered(self, run: Run, item: ReadItem, answer: str) -> Verdict | Need:
        group_key = run.spec_keys.get(id(item.spec))
        if group_key is None:
            group_key = run.spec_keys[id(item.spec)] = spec_key(item.domain, item.spec)
        key = answer_key(group_key, answer)
        return self.cache.get(key) or Need(answer, key, group_key)

    def _ask(self, run: Run, groups: Mapping[bytes, Group]) -> None:
        """Ask the lanes about ``groups``; listen to every question that ``run`` newly waits for."""
        for group in groups.values():
            for key, future in zip(group.answers, self._futures(group), strict=True):
                question = self._asked[key] = Question(key, future)
                future.add_done_callback(partial(self._settle, question))
        for key in run.waiting.keys() - run.joined.keys():
            question = run.joined[key] = self._asked[key]
            question.waiters += 1
            question.future.add_done_callback(partial(run.settle, question))

    def _futures(self, group: Group) -> list[asyncio.Future[Judged]]:
        """Ask the lane of ``group``; what keeps it from being asked is told by every future."""
        name = DOMAINS[group.domain].lane
        n_answers = len(group.answers)
        if name not in self.lanes:
            needs = f"{group.domain} needs a {name} lane, and this service has none"
            return _failed(NoLaneError(needs), n_answers)
        try:
            return self.lanes[name].ask(group.domain, group.spec, list(group.answers.values()))
        except Exception as error:
            return _failed(error, n_answers)

    def _settle(self, question: Question, _done: asyncio.Future[Judged]) -> None:
        if self._asked.get(question.key) is question:
            del self._asked[question.key]
        if question.future.cancelled() or question.future.exception() is not None:
            return
        # An over-limit verdict hangs on the clock of one run. It is not remembered: the same
        # question gets the same judgement again, not the same mishap.
        verdict = question.future.result().verdict
        if verdict.outcome is not Outcome.OVER_LIMIT:
            self.cache.put(question.key, verdict)

    async def _collect(self, run: Run, end: float | None) -> AsyncIterator[tuple[int, ScoredItem]]:
        """Yield the items that wait as their questions settle; when time is up, problems."""
        while run.waiting:
            try:
                async with asyncio.timeout(None if end is None else end - time.monotonic()):
                    question = await run.settled.get()
            except TimeoutError:
                break
            for index in run.waiting.pop(question.key):
                yield index, self._result(run.batch, index, question.future)
        late = DeadlineError(f"not judged within the deadline of {run.batch.deadline_s} s")
        for key in list(run.waiting):
            for index in run.waiting[key]:
                yield index, self._unscored(run.batch.items[index], late)

    def _result(self, batch: Batch, index: int, future: asyncio.Future[Judged]) -> ScoredItem:
        item = batch.items[index]
        assert isinstance(item, ReadItem)
        if future.cancelled():
            return self._unscored(
                item, ShuttingDownError("the service stopped before the item was judged")
            )
        error = future.exception()
        if error is None:
            return self._scored(item, future.result(), batch)
        if isinstance(error, RewardServiceError):
            return self._unscored(item, error)
        if isinstance(error, BadSpecError):
            return self._unscored(item, _unusable(item, error))
        return self._unscored(item, _crashed(item, error))

    def _abandon(self, run: Run) -> None:
        """Stop waiting; cancel the questions that nobody waits for any more."""
        for key, question in run.joined.items():
            question.waiters -= 1
            if key in run.waiting and not question.waiters and not question.future.done():
                if self._asked.get(key) is question:
                    del self._asked[key]
                question.future.cancel()

    def _scored(self, item: ReadItem, judged: Judged, batch: Batch) -> ScoredItem:
        scored = ScoredItem(
            id=item.id,
            reward=shaped(judged.verdict, batch.shaping),
            verdict=judged.verdict,
            queue_s=round(judged.queue_s, 6),
            exec_s=round(judged.exec_s, 6),
        )
        self._observe(item.domain, scored)
        return scored

    def _unscored(self, item: ReadItem | BrokenItem, error: RewardServiceError) -> ScoredItem:
        scored = ScoredItem(id=item.id, problem=problem_of(error))
        self._observe(item.domain if isinstance(item, ReadItem) else None, scored)
        return scored


def _stamped(verdict: Verdict, domain: str) -> Verdict:
    return verdict.stamped(domain, DOMAINS[domain].version)


def _unusable(item: ReadItem, error: BadSpecError) -> UnusableSpecError:
    """Return the error with the place that the caller gave the spec in, if it names a field."""
    said = str(error)
    return UnusableSpecError(f"{item.where}{said[4:]}" if said.startswith("spec.") else said)


def _crashed(item: ReadItem, error: BaseException) -> VerifierCrashedError:
    log.error("judging crashed", exc_info=error, extra={"domain": item.domain, "item": item.id})
    return VerifierCrashedError(f"{item.domain}: {type(error).__name__}: {error}")


def _failed(error: Exception, n_futures: int) -> list[asyncio.Future[Judged]]:
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(n_futures)]
    for future in futures:
        future.set_exception(error)
    return futures
