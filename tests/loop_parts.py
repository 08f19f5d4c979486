"""Parts of a run for tests of its loop: a tiny model that samples itself, a judge that is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor

from reward_trainer.config import Config
from reward_trainer.errors import ServiceMissingError
from reward_trainer.learner import Learner
from reward_trainer.loop import Trainer
from reward_trainer.presets import PRESETS
from reward_trainer.record import Record
from reward_trainer.rollout import Completion, Group, Prompt
from reward_trainer.samplers.sampler import Request
from reward_trainer.samplers.transformers_sampler import TransformersSampler

Rewards = Sequence[float | None]
Script = Callable[[int, Group], Rewards]
"""Rewards of the n-th group that is asked about, from 0."""

UNKNOWN = (None,) * 4
MIXED = (1.0, 0.0, 0.0, 1.0)
EQUAL = (1.0,) * 4


class ToldJudge:
    """A ``Judge`` that gives the rewards it is told; unknown ones are awaited."""

    def __init__(self, script: Script, *, final: bool = False) -> None:
        self._script = script
        self._final = final
        self.asked = 0
        self.waited = 0
        self.patience_ends = False

    def judged(self, group: Group) -> Future[Group]:
        rewards = tuple(self._script(self.asked, group))
        self.asked += 1
        known: Future[Group] = Future()
        known.set_result(
            replace(
                group,
                rewards=rewards,
                problems=tuple("overloaded" if one is None else None for one in rewards),
                awaited=tuple(one is None and not self._final for one in rewards),
            )
        )
        return known

    def wait_until_ready(
        self, patience_s: float, meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        self.waited += 1
        meanwhile()
        if self.patience_ends:
            raise ServiceMissingError("gave up waiting")

    def close(self) -> None:
        pass


class Endless:
    """``Prompts`` without an end; a number is a prompt."""

    def __init__(self, source: str = "numbers") -> None:
        self._source = source
        self._at = 0
        self.learned_from: list[str] = []

    @property
    def about(self) -> dict[str, dict[str, Any]]:
        return {self._source: {"prompts": 10, "too_long": 1}}

    @property
    def numbers(self) -> dict[str, int]:
        return {"left_out_prompts": 1, "refused_prompts": 0}

    def draw(self, n: int) -> list[Prompt]:
        numbers = range(self._at, self._at + n)
        self._at += n
        return [
            Prompt(
                id=str(number),
                source=self._source,
                domain="math",
                token_ids=(2 + number % 10, 14),
                judged_by={"spec": {"domain": "math", "gold": str(number)}},
                where=f"{self._source}:{number}",
            )
            for number in numbers
        ]

    def learned(self, groups: Sequence[Group]) -> dict[str, list[Group]]:
        self.learned_from += [group.prompt.id for group in groups]
        refused = [group for group in groups if set(group.problems) == {"bad_spec"}]
        return {self._source: refused} if refused else {}

    def state(self) -> dict[str, Any]:
        return {"at": self._at}

    def restore(self, state: dict[str, Any]) -> None:
        self._at = state["at"]


class CountingSampler(TransformersSampler):
    """Counts what it is asked for, and can be deaf to new weights."""

    deaf = False
    calls = 0

    def sample(self, requests: Sequence[Request]) -> Iterator[tuple[int, tuple[Completion, ...]]]:
        self.calls += 1
        return super().sample(requests)

    def push_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        if not self.deaf:
            super().push_weights(weights)


@cache
def _files() -> tuple[TemporaryDirectory[str], Path]:
    from reward_trainer.tiny import make_tiny

    kept = TemporaryDirectory()
    return kept, make_tiny(Path(kept.name), hidden=32, layers=1)


def tiny_model() -> Any:
    """Return a model with random weights, always the same."""
    return model_at(_files()[1])


def model_at(folder: Path) -> Any:
    """Return the model in ``folder``."""
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)


def tiny_folder() -> Path:
    """Return where the tiny model and its tokenizer are."""
    return _files()[1]


def tiny_tokenizer() -> Any:
    """Return its tokenizer."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(_files()[1])


def small_config(folder: Path, **changes: Any) -> Config:
    """Return a configuration of few and short rollouts."""
    return PRESETS["smoke-cpu"].config.having(
        {
            "run.folder": str(folder),
            "run.steps": 2,
            "sampling.prompts": 3,
            "sampling.rollouts": 4,
            "sampling.max_tokens": 5,
            "sampling.max_rounds": 4,
            **changes,
        }
    )


def trainer_of(config: Config, judge: ToldJudge, **parts: Any) -> Trainer:
    """Return a run of these parts."""
    return Trainer(
        config=config,
        learner=Learner(tiny_model(), config, device="cpu"),
        sampler=CountingSampler(tiny_model(), tokenizer=tiny_tokenizer()),
        judge=judge,  # type: ignore[arg-type]  # it has what the loop calls
        record=Record(Path(config.run.folder)),
        **{"prompts": Endless(), "open_prompts": lambda data: Endless(), **parts},
    )


def weights_of(trainer: Trainer) -> dict[str, Tensor]:
    """Return a copy of the policy's weights."""
    return {name: value.clone() for name, value in trainer.learner.weights()}


def same(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> bool:
    """Whether both are the same, bit for bit."""
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)
