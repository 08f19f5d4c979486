"""The client for programs without an event loop, and for threads."""

from __future__ import annotations

import threading
import weakref
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from reward_service.client.asynchronous import AsyncRewardClient
from reward_service.client.background import Background
from reward_service.client.errors import ClientClosedError
from reward_service.client.options import Configured, Readiness

if TYPE_CHECKING:
    from reward_service.schema import CheckResponse, Item, ScoredItem
    from reward_verifiers.specs import Spec


class RewardClient(Configured):
    """Scores completions over HTTP, from any thread.

    The work is done on an event loop in one daemon thread, so single calls of many threads share
    requests, and a program that runs an event loop itself (a notebook) can use this client too. A
    forked child starts a thread of its own at its first call.
    """

    def _open(self) -> None:
        self._lock = threading.Lock()
        self._background: Background | None = None
        self._closed = False

    def score(
        self,
        items: Iterable[Item | Mapping[str, Any]],
        *,
        specs: Mapping[str, Spec | Mapping[str, Any]] | None = None,
        deadline_s: float | None = None,
        shaping: Mapping[str, float] | None = None,
    ) -> list[ScoredItem]:
        """Return one scored item per item, in order; one that has no reward says why.

        Args:
            items: ``Item`` models or their JSON as mappings: completion, spec or row, id if you
                like. Of a completion that is a list of chat messages, the last one of the assistant
                is sent.
            specs: specs that items may name, so that a heavy one is sent once.
            deadline_s: seconds after which what is not judged comes back with the problem
                ``deadline``. Retries end with it.
            shaping: reward by outcome; outcomes not named keep their score.

        Raises:
            ServiceUnavailableError: nobody answered, about any item.
            RewardClientError: the service refused the call, or is none.
            TypeError: an item is neither model nor mapping, or its id no text and no whole number.
            ValueError: two items have the same id, or one cannot be written as JSON.
        """
        background = self._running()
        return background.run(
            background.client.score(items, specs=specs, deadline_s=deadline_s, shaping=shaping)
        )

    def score_one(
        self,
        item: Item | Mapping[str, Any] | None = None,
        /,
        *,
        completion: str | Sequence[Mapping[str, Any]] | None = None,
        spec: Spec | Mapping[str, Any] | None = None,
        row: Mapping[str, Any] | None = None,
        format: str | None = None,  # noqa: A002  # the wire's word
        id: str | int | None = None,  # noqa: A002  # the wire's word
        deadline_s: float | None = None,
        shaping: Mapping[str, float] | None = None,
    ) -> ScoredItem:
        """Return the scored item of one completion; calls of many threads travel together.

        Args:
            item: an ``Item`` or its JSON as a mapping; or give its parts:
            completion: what the policy wrote, thinking included; of chat messages, the last one of
                the assistant is sent.
            spec: what is needed to judge it.
            row: a dataset row in a known format, instead of a spec.
            format: name of the row's format, if it is not to be recognised.
            id: name of the item; default: a fresh one.
            deadline_s: as in ``score``.
            shaping: as in ``score``.

        Raises:
            ServiceUnavailableError: nobody answered.
            RewardClientError: the service refused the call, or is none.
            TypeError: neither an item nor a completion is given, or both.
            ValueError: the item cannot be written as JSON.
        """
        background = self._running()
        return background.run(
            background.client.score_one(
                item,
                completion=completion,
                spec=spec,
                row=row,
                format=format,
                id=id,
                deadline_s=deadline_s,
                shaping=shaping,
            )
        )

    def stream(
        self,
        items: Iterable[Item | Mapping[str, Any]],
        *,
        specs: Mapping[str, Spec | Mapping[str, Any]] | None = None,
        deadline_s: float | None = None,
        shaping: Mapping[str, float] | None = None,
    ) -> Iterator[tuple[int, ScoredItem]]:
        """Yield (index, scored item) as soon as each item is judged, each index once.

        Arguments and errors as in ``score``. Leaving the loop early cancels what is still being
        judged.
        """
        background = self._running()
        results = background.client.stream(
            items, specs=specs, deadline_s=deadline_s, shaping=shaping
        )
        try:
            while (result := background.run(_next(results))) is not None:
                yield result
        finally:
            background.run(_close(results))

    def rewards(
        self,
        items: Iterable[Item | Mapping[str, Any]],
        *,
        specs: Mapping[str, Spec | Mapping[str, Any]] | None = None,
        deadline_s: float | None = None,
        shaping: Mapping[str, float] | None = None,
    ) -> list[float | None]:
        """Return the rewards alone, in order; None is *unknown*, to be masked, never a zero.

        Arguments and errors as in ``score``.
        """
        scored = self.score(items, specs=specs, deadline_s=deadline_s, shaping=shaping)
        return [item.reward for item in scored]

    def check(
        self,
        items: Iterable[Item | Spec | Mapping[str, Any]],
        *,
        specs: Mapping[str, Spec | Mapping[str, Any]] | None = None,
        deadline_s: float | None = None,
    ) -> CheckResponse:
        """Return, for each item or bare spec, whether its gold verifies itself.

        Needs no completions; a gold that fails here pays nobody, or the wrong ones. Other arguments
        and errors as in ``score``.
        """
        background = self._running()
        return background.run(background.client.check(items, specs=specs, deadline_s=deadline_s))

    def domains(self) -> Any:
        """Return what the service can judge, as ``GET /domains`` tells it.

        Raises:
            ServiceUnavailableError: nobody answered; this is asked once, without retries.
            RewardClientError: the service refused, or is none.
        """
        background = self._running()
        return background.run(background.client.domains())

    def ready(self) -> Readiness:
        """Return whether the service can judge now; one that is away is not ready.

        Raises:
            RewardClientError: what answers is no reward service.
        """
        background = self._running()
        return background.run(background.client.ready())

    def wait_until_ready(self, timeout_s: float = 60.0) -> Readiness:
        """Return as soon as the service can judge.

        Args:
            timeout_s: how long to wait for it.

        Raises:
            ServiceUnavailableError: it could not in time; says what was missing.
            RewardClientError: what answers is no reward service.
        """
        background = self._running()
        return background.run(background.client.wait_until_ready(timeout_s))

    def close(self) -> None:
        """Close the connections and end the thread; calls still waiting raise."""
        with self._lock:
            self._closed = True
            background, self._background = self._background, None
        if background is not None:
            background.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _running(self) -> Background:
        """Return the thread's handle, starting it if there is none in this process."""
        background = self._background
        if background is not None and background.is_ours:
            return background
        if background is not None:
            # We are a forked child: the lock may be held by a thread that was not forked with us.
            self._open()
        with self._lock:
            if self._closed:
                raise ClientClosedError("the client is closed")
            if self._background is None:
                self._background = Background(AsyncRewardClient.of(self._options))
                # A client that nobody closes must not keep its thread for good.
                weakref.finalize(self, self._background.stop)
            return self._background


async def _next(
    results: AsyncGenerator[tuple[int, ScoredItem], None],
) -> tuple[int, ScoredItem] | None:
    return await anext(results, None)


async def _close(results: AsyncGenerator[tuple[int, ScoredItem], None]) -> None:
    await results.aclose()
