"""The reward service, asked while the rest of the batch is still being sampled.

Calls run on an event loop in a thread of their own; the client gathers them into batches, retries
them under the same ids, and never makes up a reward.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import Future, wait
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from reward_service.client import AsyncRewardClient, RewardClientError
from reward_trainer.errors import ServiceMissingError
from reward_trainer.rollout import Group, Said

if TYPE_CHECKING:
    from reward_service.client import ScoredItem
    from reward_trainer.data.items import Item

T = TypeVar("T")

_END_S = 5.0
_TRIAL_S = 30.0
_MEANWHILE_S = 1.0
_HOPELESS = frozenset({"bad_item", "bad_spec", "no_lane", "no_language"})
"""Problems of the data, or of how the service was started: no completion would be judged."""
_LONGEST_WHY = 400
"""Characters of what the service says that are kept."""
_PLACE = re.compile(r"\bitems\.\d+\.")
"""Where in a request an item was: not the same twice, and of no use to who reads it."""


class Judge:
    """Asks the service for the rewards of groups."""

    def __init__(self, url: str, *, token: str = "") -> None:
        """Connect when first asked.

        Args:
            url: where the service is.
            token: its bearer token, where it wants one.
        """
        self._url = url
        self._client = AsyncRewardClient(url, token=token or None)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="judge", daemon=True)
        self._thread.start()

    def judged(self, group: Group) -> Future[Group]:
        """Return the group with its rewards, when they are known.

        A service that is away costs no exception: the rewards are then unknown.
        """
        return self._start(self._judged(group))

    def require(self, domains: Iterable[str]) -> None:
        """See that the service judges ``domains``.

        Raises:
            ServiceMissingError: it is away, or does not.
        """
        try:
            answer = self._start(self._client.domains()).result()
        except RewardClientError as error:
            raise ServiceMissingError(
                f"the reward service at {self._url} does not answer: {error}; start it"
                " (make serve), or name it with --service"
            ) from error
        there = set(answer["domains"])
        missing = sorted(set(domains) - there)
        if missing:
            raise ServiceMissingError(
                f"the reward service at {self._url} does not judge {', '.join(missing)};"
                f" it judges {', '.join(sorted(there))}"
            )

    def refusals(self, items: Sequence[Item]) -> list[tuple[str, str]]:
        """Return (where, why) of ``items`` for which the service has no reward for anybody.

        Raises:
            ServiceMissingError: it does not answer.
        """
        asked = [
            {**item.judged_by, "id": str(at), "completion": ""} for at, item in enumerate(items)
        ]
        try:
            scored = self._start(self._client.score(asked, deadline_s=_TRIAL_S)).result()
        except RewardClientError as error:
            raise ServiceMissingError(
                f"the reward service at {self._url} does not answer about {items[0].where} and"
                f" others: {error}"
            ) from error
        return [
            (item.where, _brief(one.problem.message))
            for item, one in zip(items, scored, strict=True)
            if one.problem is not None and one.problem.code in _HOPELESS
        ]

    def wait_until_ready(
        self, patience_s: float, meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        """Wait until the service can judge again; call ``meanwhile`` about each second.

        Raises:
            ServiceMissingError: it could not within ``patience_s``.
        """
        ready = self._start(self._client.wait_until_ready(patience_s))
        while wait([ready], timeout=_MEANWHILE_S).not_done:
            meanwhile()
        try:
            ready.result()
        except RewardClientError as error:
            raise ServiceMissingError(f"gave up waiting for {self._url}: {error}") from error

    def close(self) -> None:
        """Close the connections."""
        self._start(self._client.aclose()).result(_END_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_END_S)
        self._loop.close()

    def _start(self, call: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(call, self._loop)

    async def _judged(self, group: Group) -> Group:
        items = [
            {**group.prompt.judged_by, "id": str(at), "completion": completion.text}
            for at, completion in enumerate(group.completions)
        ]
        try:
            scored = await self._client.score(items)
        except RewardClientError as error:
            n = len(items)
            return replace(
                group,
                rewards=(None,) * n,
                problems=(type(error).__name__,) * n,
                awaited=(True,) * n,
                said=(Said(why=_brief(str(error))),) * n,
            )
        return replace(
            group,
            rewards=tuple(item.reward for item in scored),
            problems=tuple(None if item.problem is None else item.problem.code for item in scored),
            awaited=tuple(item.problem is not None and item.problem.retryable for item in scored),
            said=tuple(map(_said, scored)),
        )


def _said(item: ScoredItem) -> Said:
    if item.verdict is None:
        return Said(why="" if item.problem is None else _brief(item.problem.message))
    return Said(
        outcome=item.verdict.outcome.value,
        extracted=item.verdict.extracted,
        why=_brief(item.verdict.reason),
    )


def _brief(text: str) -> str:
    text = _PLACE.sub("", text)
    return text if len(text) <= _LONGEST_WHY else f"{text[:_LONGEST_WHY]}..."
