"""The groups that a step learns from, with what the networks say of them.

Tensor names end in their dimensions: G rollouts of a prompt, B of the step, T tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from reward_trainer import batch as batches
from reward_trainer import summary
from reward_trainer.batch import Batch
from reward_trainer.choices import KlEstimator
from reward_trainer.config import Config
from reward_trainer.kl import divergence
from reward_trainer.learner import Learner
from reward_trainer.rollout import Group


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """A group as the networks see it, the policy before it learned from it."""

    group: Group
    old_GT: Tensor
    entropy_GT: Tensor
    reference_GT: Tensor | None


class Kept:
    """What is kept of all that a step has sampled."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._seen: list[_Seen] = []

    @property
    def groups(self) -> list[Group]:
        """The groups, in the order in which they were drawn.

        Updates are made of neighbours: by length, one would be of short completions alone.
        """
        return [one.group for one in self._seen]

    def add(self, groups: Sequence[Group], learner: Learner, config: Config) -> None:
        """Take ``groups`` in."""
        self._seen += _seen(groups, learner, config)
        self._seen.sort(key=lambda one: one.group.drawn)

    def batch(self, config: Config, *, step: int) -> Batch:
        """Return all of it as tensors."""
        return Batch(
            written=[one for group in self.groups for one in batches.written(group)],
            mask_BT=batches.mask(self.groups, config),
            sampler_logprobs_BT=batches.sampler_logprobs(self.groups),
            advantages_B=batches.advantages(self.groups, config, step=step),
            old_logprobs_BT=self._old(),
            reference_logprobs_BT=self._reference(),
        )

    def numbers(self) -> dict[str, float]:
        """Return what the networks say: entropy, divergence, and how the sampler differs."""
        old_BT, reference_BT = self._old(), self._reference()
        sampler_BT = batches.sampler_logprobs(self.groups)
        lengths_B = torch.tensor(
            [len(one.token_ids) for group in self.groups for one in group.completions]
        )
        mask_BT = torch.arange(old_BT.shape[1]).unsqueeze(0) < lengths_B.unsqueeze(1)
        entropy_BT = _stacked([one.entropy_GT for one in self._seen])
        found = {
            "entropy": summary.masked_mean(entropy_BT, mask_BT),
            "mismatch": summary.masked_mean((old_BT - sampler_BT).abs(), mask_BT),
            "kl_old": 0.0,
        }
        if reference_BT is not None:
            kl_BT = divergence(old_BT, reference_BT, KlEstimator.K3)
            found["kl_old"] = summary.masked_mean(kl_BT, mask_BT)
        return found

    def _old(self) -> Tensor:
        return _stacked([one.old_GT for one in self._seen])

    def _reference(self) -> Tensor | None:
        parts = [one.reference_GT for one in self._seen if one.reference_GT is not None]
        return _stacked(parts) if parts else None


def _seen(groups: Sequence[Group], learner: Learner, config: Config) -> list[_Seen]:
    """Ask the networks about all groups at once."""
    if not groups:
        return []
    sequences = [one for group in groups for one in batches.written(group)]
    old_BT, entropy_BT = learner.logprobs(sequences, config)
    reference_BT = None
    if learner.reference is not None:
        reference_BT, _ = learner.logprobs(sequences, config, reference=True)
    found = []
    end = 0
    for group in groups:
        longest = max(len(one.token_ids) for one in group.completions)
        start, end = end, end + len(group.completions)
        mine = (slice(start, end), slice(longest))
        found.append(
            _Seen(
                group=group,
                old_GT=old_BT[mine],
                entropy_GT=entropy_BT[mine],
                reference_GT=None if reference_BT is None else reference_BT[mine],
            )
        )
    return found


def _stacked(parts: Sequence[Tensor]) -> Tensor:
    """Return tensors of (G, T) of different T one above the other, as (B, T), 0 behind each."""
    longest = max(part.shape[1] for part in parts)
    return torch.cat(
        [torch.nn.functional.pad(part, (0, longest - part.shape[1])) for part in parts]
    )
