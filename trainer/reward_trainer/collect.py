"""The groups of one step: sampled in rounds, judged while the next ones are sampled.

Verdicts are waited for in the order of length, as completions are completed about; what is kept is
chosen by the order in which prompts were drawn. Neither is that of verdicts, or of engines that
sample beside each other, so a step does not depend on how fast anybody was; and long completions
are learned from as often as they are sampled.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from operator import attrgetter

from reward_trainer.choice import Choice
from reward_trainer.config import Config
from reward_trainer.data.prompts import Prompts
from reward_trainer.judge import Judge
from reward_trainer.rollout import Group, awaited_share
from reward_trainer.samplers.sampler import Request, Sampler
from reward_trainer.stopping import Stop

_PRIME = 1_000_003


@dataclass(kw_only=True)
class Collected:
    """What one step has sampled."""

    groups: list[Group] = field(default_factory=list)
    """All that were sampled, with their rewards, in the order in which they were drawn."""
    kept: int = 0
    """How many of them are learned from."""
    rounds: int = 0
    sample_s: float = 0.0
    exposed_s: float = 0.0
    """Waited for rewards with nothing else to do."""


class Collector:
    """Samples prompts' completions and has them judged."""

    def __init__(
        self, sampler: Sampler, judge: Judge, prompts: Prompts, *, stop: Stop | None = None
    ) -> None:
        """Collect from ``prompts``, until ``stop`` is asked for."""
        self._sampler = sampler
        self._judge = judge
        self._prompts = prompts
        self._stop = stop or Stop()

    def rounds(self, config: Config, *, step: int, into: Collected) -> Iterator[list[Group]]:
        """Yield the groups to learn from as they are known, until the step has enough of them.

        Each list is to be worked on before the next is asked for: meanwhile the rest is judged.
        No more is sampled while too many rewards are awaited; the caller sees to them, and asks for
        further rounds.
        """
        wanted = config.sampling.prompts
        while (
            into.kept < wanted
            and into.rounds < config.sampling.max_rounds
            and awaited_share(into.groups) <= config.service.max_unscored_share
        ):
            into.rounds += 1
            missing = wanted - into.kept
            factor = config.sampling.batch_multiplier if config.sampling.dynamic else 1.0
            started = self._sampled(math.ceil(missing * factor), config, step=step, into=into)
            yield from self._chosen(started, missing, config, into)

    def _chosen(
        self, started: Sequence[Future[Group]], wanted: int, config: Config, into: Collected
    ) -> Iterator[list[Group]]:
        """Yield the groups of a round that are kept, when they are known, enough to fill a pass."""
        drawn_before = len(into.groups)
        choice = Choice(len(started), wanted=wanted)
        known: dict[int, Group] = {}
        ready: list[Group] = []
        for group in self._known(started, into):
            at = group.drawn - drawn_before
            known[at] = group
            ready += [known[one] for one in choice.tell(at, worth=worth(group, config))]
            # A pass is filled first, and no verdict's time decides what it is filled with.
            if sum(map(_tokens, ready)) >= config.algorithm.microbatch_tokens:
                into.kept += len(ready)
                yield ready
                ready = []
        into.groups += sorted(known.values(), key=attrgetter("drawn"))
        into.kept += len(ready)
        if ready:
            yield ready

    def _sampled(
        self, n_prompts: int, config: Config, *, step: int, into: Collected
    ) -> list[Future[Group]]:
        """Sample ``n_prompts`` groups; return them as they will be with their rewards.

        The shortest come first: the rewards of the others are known later.
        """
        drawn_before = len(into.groups)
        start = time.monotonic()
        prompts = self._prompts.draw(n_prompts)
        requests = [
            Request(
                token_ids=prompt.token_ids,
                n=config.sampling.rollouts,
                max_tokens=config.sampling.max_tokens,
                temperature=config.sampling.temperature,
                seed=_seed(config.run.seed, step, into.rounds, at),
            )
            for at, prompt in enumerate(prompts)
        ]
        with self._stop.breakable():
            started = [
                (
                    max(len(one.token_ids) for one in completions),
                    at,
                    self._judge.judged(
                        Group(prompt=prompts[at], completions=completions, drawn=drawn_before + at)
                    ),
                )
                for at, completions in self._sampler.sample(requests)
            ]
        into.sample_s += time.monotonic() - start
        return [future for _, _, future in sorted(started, key=lambda one: one[:2])]

    def _known(self, started: Iterable[Future[Group]], into: Collected) -> Iterator[Group]:
        for future in started:
            start = time.monotonic()
            with self._stop.breakable():
                group = future.result()
            into.exposed_s += time.monotonic() - start
            yield group


def worth(group: Group, config: Config) -> bool:
    """Return whether there is something to learn from a group."""
    return group.tells_apart if config.sampling.dynamic else group.comparable


def _tokens(group: Group) -> int:
    """Return how many tokens a pass over a group computes."""
    prompt = len(group.prompt.token_ids)
    return sum(prompt + len(one.token_ids) for one in group.completions)


def _seed(seed: int, step: int, round_: int, at: int) -> int:
    """Return the seed of a request: its own, and the same after a stop."""
    mixed = ((seed * _PRIME + step) * _PRIME + round_) * _PRIME + at
    return mixed % (2**31 - 1)
