"""One source, as prompts that follow each other without end: epoch after epoch, in mixed order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from reward_trainer.data.copies import origin_of
from reward_trainer.data.rests import Rests
from reward_trainer.data.turns import shuffled
from reward_trainer.errors import DataError
from reward_trainer.rollout import Prompt

if TYPE_CHECKING:
    from reward_trainer.data.encoding import Encoder
    from reward_trainer.data.items import Items
    from reward_trainer.rollout import Group


class Supply(Protocol):
    """Where the items of a stream come from."""

    def of(self, epoch: int) -> Items:
        """Return the items of an epoch; the same object as long as they are the same."""
        ...

    def prepare(self, epoch: int) -> None:
        """Begin to make the items of an epoch that will soon be asked for."""
        ...


class Stream:
    """The prompts of one source; its place in them can be kept and found again."""

    def __init__(
        self,
        name: str,
        supply: Supply,
        encoder: Encoder,
        *,
        seed: int,
        max_prompt_tokens: int,
        by_pass_rate: bool,
    ) -> None:
        """Open the first epoch."""
        self.name = name
        self._supply = supply
        self._encoder = encoder
        self._seed = seed
        self._max_prompt_tokens = max_prompt_tokens
        self._by_pass_rate = by_pass_rate
        self._items: Items | None = None
        self._refusal = ""
        self._open(0)

    @property
    def left_out(self) -> int:
        """How many prompts are too long."""
        return self._fits.count(0)

    @property
    def n_refused(self) -> int:
        """How many prompts the service cannot judge."""
        return self._rests.n_refused

    @property
    def about(self) -> dict[str, Any]:
        """What it is, for the run's record: how many prompts, of what, and how many are too long.

        Of a data set of the Hub, the commit as well.
        """
        assert self._items is not None
        found = {"prompts": len(self._items), "too_long": self.left_out}
        if self.left_out:
            found["max_prompt_tokens"] = self._max_prompt_tokens
        origin = origin_of(self._items.path)
        told: dict[str, Any] = {
            name: origin[name] for name in ("path", "revision") if name in origin
        }
        return {**found, "file": str(self._items.path), **told}

    @property
    def domains(self) -> frozenset[str]:
        """Of its items, where they are known."""
        assert self._items is not None
        return self._items.domains

    def draw(self) -> Prompt:
        """Return the next prompt.

        Raises:
            DataError: the service has refused all there are.
        """
        while True:
            if self._at == len(self._order):
                self._refuse_nothing_left()
                self._open(self._epoch + 1)
            index = self._order[self._at]
            self._at += 1
            if self._at > len(self._order) // 2:
                self._supply.prepare(self._epoch + 1)
            if self._fits[index] and self._rests.comes(index, self._epoch):
                return self._prompt(index)

    def learn(self, group: Group) -> bool:
        """Remember how a prompt of this source went; return whether it is refused now."""
        index = self._index.get(group.prompt.id)
        refused = index is not None and self._rests.learn(index, group)
        if refused:
            self._refusal = f"{group.prompt.where}: {group.said[0].why}" if group.said else ""
        return refused

    def state(self) -> dict[str, Any]:
        """Return its place as JSON."""
        assert self._items is not None
        return {
            "epoch": self._epoch,
            "at": self._at,
            "data": self._items.fingerprint,
            "rests": self._rests.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from ``state``.

        Raises:
            DataError: it is of other data.
        """
        self._open(state["epoch"])
        assert self._items is not None
        if self._items.fingerprint != state["data"]:
            raise DataError(
                f"source {self.name!r}: its data is not what the run began with; put that back, or"
                " start a run in another folder"
            )
        self._at = state["at"]
        self._rests.restore(state["rests"])

    def _open(self, epoch: int) -> None:
        items = self._supply.of(epoch)
        if items is not self._items:
            self._take(items)
        self._epoch = epoch
        self._order = shuffled(len(items), f"{self._seed}/{self.name}/{epoch}")
        self._at = 0

    def _take(self, items: Items) -> None:
        lengths = self._encoder.lengths(items)
        self._fits = bytearray(length <= self._max_prompt_tokens for length in lengths)
        if not any(self._fits):
            raise DataError(
                f"source {self.name!r}: all {len(items)} prompts are longer than"
                f" {self._max_prompt_tokens} tokens, the shortest has {min(lengths)}; raise"
                " data.max_prompt_tokens"
            )
        self._items = items
        self._index = {name: index for index, name in enumerate(items.ids)}
        self._rests = Rests(len(items), by_pass_rate=self._by_pass_rate)

    def _refuse_nothing_left(self) -> None:
        if all(self._rests.refused(index) for index, fits in enumerate(self._fits) if fits):
            raise DataError(
                f"source {self.name!r}: the service cannot judge any of its prompts; see"
                " `reward-service check-data`" + (f" ({self._refusal})" if self._refusal else "")
            )

    def _prompt(self, index: int) -> Prompt:
        assert self._items is not None
        item = self._items[index]
        text = self._encoder.text(item)
        return Prompt(
            id=item.id,
            source=self.name,
            domain=item.domain,
            token_ids=tuple(self._encoder.token_ids([text])[0]),
            judged_by=item.judged_by,
            text=text,
            where=item.where,
        )
