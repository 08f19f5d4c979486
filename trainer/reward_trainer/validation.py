"""The validation blend in the middle of a run: each time the same prompts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from zlib import crc32

from reward_trainer.config import Config
from reward_trainer.data.prompts import Prompts
from reward_trainer.judge import Judge
from reward_trainer.learner import Learner
from reward_trainer.log import Log
from reward_trainer.rollout import Group, Prompt, awaited_share
from reward_trainer.samplers.sampler import Request, Sampler
from reward_trainer.sections import Data
from reward_trainer.waiting import Waiting


class Validation:
    """Scores the policy on the evaluation's sources."""

    def __init__(
        self,
        config: Config,
        *,
        learner: Learner,
        sampler: Sampler,
        judge: Judge,
        open_prompts: Callable[[Data], Prompts],
        log: Log,
    ) -> None:
        """Choose the prompts: the first that the seed draws from each source."""
        self._config = config
        self._learner = learner
        self._sampler = sampler
        self._judge = judge
        # No stop breaks it off: weights have changed since the last step that is whole.
        self._waiting = Waiting(judge, config.service, log=log)
        self._prompts: list[Prompt] = []
        self.about: dict[str, dict[str, Any]] = {}
        """By source, what its prompts are, as for training, and how many of them are asked."""
        for source in config.evaluation.sources:
            data = config.data.model_copy(update={"blend": "", "sources": [source]})
            there = open_prompts(data)
            asked = _distinct(there, config.evaluation.prompts_of_each)
            self._prompts += asked
            self.about[source.name] = {**there.about[source.name], "asked": len(asked)}

    def __call__(self, step: int) -> dict[str, float]:
        """Return the mean reward of each source's completions that have one.

        Raises:
            ServiceMissingError: the service stayed away.
        """
        self._sampler.wake()
        self._sampler.push_weights(self._learner.weights())
        groups = self._scored(list(self._sampled()), step)
        self._sampler.sleep()
        rewards: dict[str, list[float]] = {}
        for group in groups:
            rewards.setdefault(group.prompt.source, []).extend(group.known)
        return {source: sum(known) / len(known) for source, known in rewards.items() if known}

    def _sampled(self) -> Iterator[Group]:
        terms, sampling = self._config.evaluation, self._config.sampling
        requests = [
            Request(
                token_ids=prompt.token_ids,
                n=terms.rollouts,
                max_tokens=sampling.max_tokens,
                temperature=terms.temperature,
                top_p=terms.top_p,
                seed=crc32(f"{self._config.run.seed} {prompt.source} {prompt.id}".encode()) >> 1,
            )
            for prompt in self._prompts
        ]
        for at, completions in self._sampler.sample(requests):
            yield Group(prompt=self._prompts[at], completions=completions)

    def _scored(self, groups: Sequence[Group], step: int) -> list[Group]:
        """Return ``groups`` with rewards; what is awaited is waited for, without exception."""
        asked = [self._judge.judged(group) for group in groups]
        known = [self._waiting.known(future, step=step) for future in asked]
        if not awaited_share(known):
            return known
        return self._waiting.scored(known, but=0.0, step=step, of="validation's completions")


def _distinct(prompts: Prompts, n: int) -> list[Prompt]:
    """Return the next ``n`` prompts, or all there are."""
    found: dict[str, Prompt] = {}
    for _ in range(n):
        prompt = prompts.draw(1)[0]
        if prompt.id in found:
            break
        found[prompt.id] = prompt
    return list(found.values())
