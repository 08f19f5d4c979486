"""The client for programs with an event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from reward_service.client.errors import ClientClosedError
from reward_service.client.options import Configured, Readiness

if TYPE_CHECKING:
    from reward_service.client.session import Session
    from reward_service.schema import CheckResponse, Item, ScoredItem
    from reward_verifiers.specs import Spec


class AsyncRewardClient(Configured):
    """Scores completions over HTTP.

    One client serves any number of tasks. It may be used on several event loops, one after the
    other or at once, and in a forked process: each opens connections of its own.
    """

    def _open(self) -> None:
        self._sessions: dict[asyncio.AbstractEventLoop, Session] = {}
        self._pid = os.getpid()
        self._closed = False

    async def score(
        self,
        items: Iterable[Item | Mapping[str, Any]],
        *,
        specs: Mapping[str, Spec | Mapping[str, Any]] | None = None,
        deadline_s: float | None = None,
        shaping: Mapping[str, float] | None = None,
    ) -> list[ScoredItem]:
        """Return one scored item per item, in order.

        An item that could not be judged, after every retry, comes back with its problem and without
        a reward: nothing is made up, and nothing is raised for it.

        Args:
            items: ``Item`` models or their JSON as mappings. An item without an id is called by its
                index; ids are unique in the list. Of a completion that is a list of chat messages,
                the last one of the assistant is sent.
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
        return await self._session().score(items, specs, deadline_s, shaping)

    async def score_one(
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
        """Return the scored item of one completion.

        Calls that are made at about the same time travel together, so thousands of tasks may each
        call this. Give either an item or its parts.

        Args:
            item: an ``Item`` or its JSON as a mapping.
            completion: what the policy wrote, thinking included; of chat messages, the last one of
                the assistant is sent.
            spec: what is needed to judge it.
            row: a dataset row in a known format, instead of a spec.
            format: name of the row's format, if it is not to be recognised.
            id: name of the item; default: a fresh one.
            deadline_s: as in ``score``. Calls with different deadlines do not share a request.
            shaping: as in ``score``. Calls with different shaping do not share a request.

        Raises:
            ServiceUnavailableError: nobody answered.
            RewardClientError: the service refused the call, or is none.
            TypeError: neither an item nor a completion is given, or both.
            ValueError: the item cannot be written as JSON.
        """
        parts = {"completion": completion, "spec": spec, "row": row, "format": format, "id": id}
        given = {name: part for name, part in parts.items() if part is not None}
        if (item is None) == (completion is None) or (item is not None and given):
            raise TypeError("give either an item, or completion= with spec= or row=")
        return await self._session().score_one(given if item is None else item, deadline_s, shaping)

    async def stream(
        self,
        items: Iterable[Item | Mapping[str, Any]],
        *,
        specs: Mapping[str, Spec | Mapping[str, Any]] | None = None,
        deadline_s: float | None = None,
        shaping: Mapping[str, float] | None = None,
    ) -> AsyncGenerator[tuple[int, ScoredItem], None]:
        """Yield (index, scored item) as soon as each item is judged, each index once.

        Arguments and errors as in ``score``; a stream that breaks goes on with the missing items.
        Leaving the loop early cancels what is still being judged.
        """
        results = self._session().stream(items, specs, deadline_s, shaping)
        async with aclosing(results):
            async for result in results:
                yield result

    async def rewards(
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
        scored = await self.score(items, specs=specs, deadline_s=deadline_s, shaping=shaping)
        return [item.reward for item in scored]

    async def check(
        self,
        items: Iterable[Item | Spec | Mapping[str, Any]],
        *,
        specs: Mapping[str, Spec | Mapping[str, Any]] | None = None,
        deadline_s: float | None = None,
    ) -> CheckResponse:
        """Return, for each item or bare spec, whether its gold verifies itself.

        Needs no completions; a gold that fails here pays nobody, or the wrong ones. Errors as in
        ``score``.
        """
        return await self._session().check(items, specs, deadline_s)

    async def domains(self) -> Any:
        """Return what the service can judge, as ``GET /domains`` tells it.

        Raises:
            ServiceUnavailableError: nobody answered; this is asked once, without retries.
            RewardClientError: the service refused, or is none.
        """
        return await self._session().domains()

    async def ready(self) -> Readiness:
        """Return whether the service can judge now; one that is away is not ready.

        Raises:
            RewardClientError: what answers is no reward service.
        """
        return await self._session().ready()

    async def wait_until_ready(self, timeout_s: float = 60.0) -> Readiness:
        """Return as soon as the service can judge.

        Raises:
            ServiceUnavailableError: it could not within ``timeout_s``; says what was missing.
            RewardClientError: what answers is no reward service.
        """
        return await self._session().wait_until_ready(timeout_s)

    async def aclose(self) -> None:
        """Close the connections; calls still waiting raise ``ClientClosedError``."""
        self._closed = True
        session = self._sessions.pop(asyncio.get_running_loop(), None)
        if session is not None:
            await session.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    def _session(self) -> Session:
        """Return the session of the running loop."""
        if self._closed:
            raise ClientClosedError("the client is closed")
        if self._pid != os.getpid():
            # A forked child must not write into its parent's connections.
            self._open()
        loop = asyncio.get_running_loop()
        session = self._sessions.get(loop)
        if session is None:
            # Here and not above: this loads httpx and pydantic.
            from reward_service.client.session import Session

            for other in list(self._sessions):
                if other.is_closed():
                    self._sessions.pop(other, None)
            session = self._sessions[loop] = Session(self._options)
        return session
