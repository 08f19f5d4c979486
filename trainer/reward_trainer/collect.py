"""The groups of one step: sampled in rounds, judged while the next ones are sampled.

Verdicts are waited for in the order of length, as completions are completed about; what is kept is
chosen by the order in which prompts were drawn. Neither is that of verdicts, or of engines that
sample beside each other, so a step does not depend on how fast anybody was; and long completions
are learned from as often as they are sampled.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
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
from reward_trainer.waiting import Waiting

_PRIME = 1_000_003


@dataclass(kw_only=True)
class Collected:
    """What one step has sampled."""

    groups: list[Group] = field(default_factory=list)
    """All that were sampled, with their rewards, in the order in which they were drawn."""
    spans: list[range] = field(default_factory=list)
    """Which of them were sampled in each round."""
    kept: int = 0
    """How many of them are learned from."""
    sample_s: float = 0.0
    exposed_s: float = 0.0
    """Waited for rewards with nothing else to do."""


class Collector:
    """Samples prompts' completions and has them judged."""

    def __init__(
        self,
        sampler: Sampler,
        judge: Judge,
        prompts: Prompts,
        *,
        waiting: Waiting,
        stop: Stop | None = None,
    ) -> None:
        """Collect from ``prompts``, until ``stop`` is asked for; ``waiting`` for verdicts."""
        self._sampler = sampler
        self._judge = judge
        self._prompts = prompts
        self._waiting = waiting
        self._stop = stop or Stop()

    def rounds(self, config: Config, *, step: int, into: Collected) -> Iterator[list[Group]]:
        """Yield the groups to learn from as they are known, until the step has enough of them.

        Each list is to be worked on before the next is asked for: meanwhile the rest is judged.
        No more is sampled while too many rewards are awaited; the caller sees to them, has all
        ``chosen_anew``, and asks for further rounds.
        """
        while (
            (missing := config.sampling.prompts - into.kept) > 0
            and len(into.spans) < config.sampling.max_rounds
            and awaited_share(into.groups) <= config.service.max_unscored_share
        ):
            factor = config.sampling.batch_multiplier if config.sampling.dynamic else 1.0
            first = len(into.groups)
            into.spans.append(range(first, first + math.ceil(missing * factor)))
            started = self._sampled(config, step=step, into=into)
            known = self._known(started, step=step, into=into)
            yield from _chosen(known, into.spans[-1], config, into)

    def _sampled(self, config: Config, *, step: int, into: Collected) -> list[Future[Group]]:
        """Sample the groups of a round; return them as they will be with their rewards.

        The shortest come first: the rewards of the others are known later.
        """
        start = time.monotonic()
        span = into.spans[-1]
        prompts = self._prompts.draw(len(span))
        requests = [
            Request(
                token_ids=prompt.token_ids,
                n=config.sampling.rollouts,
                max_tokens=config.sampling.max_tokens,
                temperature=config.sampling.temperature,
                seed=_seed(config.run.seed, step, len(into.spans), at),
            )
            for at, prompt in enumerate(prompts)
        ]
        started: list[tuple[Group, Future[Group]]] = []
        with self._stop.breakable():
            for at, completions in self._sampler.sample(requests):
                group = Group(prompt=prompts[at], completions=completions, drawn=span[at])
                started.append((group, self._judge.judged(group)))
        into.sample_s += time.monotonic() - start
        return [future for _, future in sorted(started, key=lambda one: _turn(one[0]))]

    def _known(
        self, started: Iterable[Future[Group]], *, step: int, into: Collected
    ) -> Iterator[Group]:
        for future in started:
            start = time.monotonic()
            group = self._waiting.known(future, step=step)
            into.exposed_s += time.monotonic() - start
            into.groups.append(group)
            yield group
        into.groups.sort(key=attrgetter("drawn"))


def chosen_anew(config: Config, into: Collected) -> Iterator[list[Group]]:
    """Yield what ``Collector.rounds`` would have yielded, had it known the rewards of now.

    The last digits of what is computed depend on what is computed together. So a step that had to
    wait makes the passes, all of them, that it would have made without.
    """
    into.kept = 0
    for span in into.spans:
        groups = sorted(into.groups[span.start : span.stop], key=_turn)
        yield from _chosen(groups, span, config, into)


def _chosen(
    groups: Iterable[Group], span: range, config: Config, into: Collected
) -> Iterator[list[Group]]:
    """Yield the groups of a round that are kept, when they are known, enough to fill a pass."""
    choice = Choice(len(span), wanted=config.sampling.prompts - into.kept)
    known: dict[int, Group] = {}
    ready: list[Group] = []
    for group in groups:
        at = span.index(group.drawn)
        known[at] = group
        ready += [known[one] for one in choice.tell(at, worth=worth(group, config))]
        # A pass is filled first, and no verdict's time decides what it is filled with.
        if sum(map(_tokens, ready)) >= config.algorithm.microbatch_tokens:
            into.kept += len(ready)
            yield ready
            ready = []
    into.kept += len(ready)
    if ready:
        yield ready


def _turn(group: Group) -> tuple[int, int]:
    """Return what orders the groups of a round as they are waited for."""
    return max(len(one.token_ids) for one in group.completions), group.drawn


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
