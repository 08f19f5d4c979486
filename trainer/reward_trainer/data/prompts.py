"""What the loop draws from: the prompts of all sources, mixed by weight, from any place in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reward_trainer.data.benchmarks import PREFIX, written_out
from reward_trainer.data.blend import sources_of
from reward_trainer.data.copies import as_lines
from reward_trainer.data.encoding import Encoder
from reward_trainer.data.items import Item, Items
from reward_trainer.data.puzzles import DOMAIN, Maker, Puzzles, exported
from reward_trainer.data.stream import Stream, Supply
from reward_trainer.data.turns import Turns

if TYPE_CHECKING:
    from reward_trainer.rollout import Group, Prompt
    from reward_trainer.sections import Data, Source

_FOLDER = "data"
_SURVEYED = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """What is known of prompts before there is a tokenizer."""

    domains: frozenset[str]
    """Of all; rows whose source does not say its domain add none."""
    some: Mapping[str, Sequence[Item]]
    """By source, some of its rows from all over the file; of puzzles none."""


class Prompts:
    """The prompts of a run, in an order that the seed decides."""

    def __init__(
        self,
        data: Data,
        *,
        tokenizer: Any,
        seed: int,
        folder: Path,
        max_prompt_tokens: int | None = None,
        maker: Maker = exported,
    ) -> None:
        """Read and tokenize everything.

        Args:
            data: which sources.
            tokenizer: the policy's.
            seed: decides the order, and which puzzles are made.
            folder: the run's; copies and puzzles go into ``data/`` in it.
            max_prompt_tokens: instead of the bound in ``data``.
            maker: makes puzzles.

        Raises:
            DataError: there are no prompts, or some that cannot be read; says where and what to do.
        """
        sources = sources_of(data)
        self._streams = {
            source.name: Stream(
                source.name,
                _supply(source, seed=seed, folder=folder / _FOLDER, maker=maker),
                Encoder(tokenizer, source),
                seed=seed,
                max_prompt_tokens=max_prompt_tokens or data.max_prompt_tokens,
                by_pass_rate=data.by_pass_rate,
            )
            for source in sources
        }
        self._turns = Turns({source.name: source.weight for source in sources})
        self._absent: dict[str, Any] = {}

    @staticmethod
    def survey(data: Data, folder: Path) -> Survey:
        """Look at all prompts without a tokenizer; reads all files, makes no puzzles.

        Raises:
            DataError: as for drawing from them.
        """
        domains: frozenset[str] = frozenset()
        some: dict[str, list[Item]] = {}
        for source in sources_of(data):
            if source.reasoning_gym:
                domains |= {DOMAIN}
                continue
            items = _items(source, folder / _FOLDER)
            domains |= items.domains
            n = min(_SURVEYED, len(items))
            some[source.name] = [items[len(items) * at // n] for at in range(n)]
        return Survey(domains=domains, some=some)

    @property
    def domains(self) -> frozenset[str]:
        """The domains of all prompts, where they are known."""
        return frozenset().union(*(stream.domains for stream in self._streams.values()))

    @property
    def about(self) -> Mapping[str, Mapping[str, Any]]:
        """By source, how many prompts it has, of what, and how many of them are too long."""
        return {name: stream.about for name, stream in self._streams.items()}

    @property
    def numbers(self) -> dict[str, int]:
        """How many prompts are never drawn: ``left_out`` for length, ``refused`` by the service.

        Of all sources, and of each that has some.
        """
        found: dict[str, int] = {}
        for what, of_each in (
            ("left_out", {name: one.left_out for name, one in self._streams.items()}),
            ("refused", {name: one.n_refused for name, one in self._streams.items()}),
        ):
            found[f"{what}_prompts"] = sum(of_each.values())
            found |= {f"{what}/{name}": n for name, n in of_each.items() if n}
        return found

    def draw(self, n: int) -> list[Prompt]:
        """Return the next ``n`` prompts.

        Raises:
            DataError: a file has changed meanwhile, or no more puzzles can be made.
        """
        return [self._streams[self._turns.take()].draw() for _ in range(n)]

    def learned(self, groups: Sequence[Group]) -> dict[str, list[Group]]:
        """Remember how prompts went, for how often they come again.

        Returns:
            By source, the groups whose prompts the service cannot judge, and which are therefore
            not drawn again.
        """
        refused: dict[str, list[Group]] = {}
        for group in groups:
            stream = self._streams.get(group.prompt.source)
            if stream is not None and stream.learn(group):
                refused.setdefault(group.prompt.source, []).append(group)
        return refused

    def state(self) -> dict[str, Any]:
        """Return the exact place as JSON, that of sources which a stage has left out included."""
        places = {name: stream.state() for name, stream in self._streams.items()}
        return {"owed": dict(self._turns.owed), "sources": {**self._absent, **places}}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from ``state`` as if there had been no stop.

        Sources that the state does not know begin; weights may be others than then.

        Raises:
            DataError: the data is not what it was.
        """
        for name, stream in self._streams.items():
            if name in state["sources"]:
                stream.restore(state["sources"][name])
        self._absent = {
            name: place for name, place in state["sources"].items() if name not in self._streams
        }
        self._turns.restore(state["owed"])


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Items that are the same in every epoch."""

    items: Items

    def of(self, epoch: int) -> Items:
        return self.items

    def prepare(self, epoch: int) -> None:
        pass


def _supply(source: Source, *, seed: int, folder: Path, maker: Maker) -> Supply:
    if source.reasoning_gym:
        return Puzzles(source, seed=seed, folder=folder, maker=maker)
    return _Shelf(_items(source, folder))


def _items(source: Source, folder: Path) -> Items:
    if source.path.startswith(PREFIX):
        source = written_out(source, folder)
    return Items(as_lines(source.path, folder, source.only), source)
