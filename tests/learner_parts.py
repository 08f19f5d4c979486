"""Batches for tests of what learns from them."""

from __future__ import annotations

from reward_trainer import batch as batches
from reward_trainer.batch import Batch
from reward_trainer.config import Config
from reward_trainer.learner import Learner
from reward_trainer.rollout import Completion, Group, Prompt

REWARDS = ((1.0, 0.0, 0.0, 1.0), (0.0, 1.0, 1.0, 0.5))


def group(rewards: tuple[float | None, ...], first: int = 5) -> Group:
    """Return completions of growing lengths that earned ``rewards``."""
    return Group(
        prompt=Prompt(id="a", source="s", domain="math", token_ids=(3, 4), judged_by={"spec": {}}),
        completions=tuple(
            Completion(
                token_ids=tuple(range(first + at, first + 2 * at + 2)),
                logprobs=(-1.0,) * (at + 2),
                text="",
                stopped=True,
            )
            for at in range(len(rewards))
        ),
        rewards=rewards,
        problems=tuple(None if one is not None else "overloaded" for one in rewards),
    )


def batch_of(groups: list[Group], learner: Learner, config: Config) -> Batch:
    """Return ``groups`` as ``learner`` sees them now."""
    written = [one for each in groups for one in batches.written(each)]
    old, _ = learner.logprobs(written, config)
    reference = learner.logprobs(written, config, reference=True)[0] if learner.reference else None
    return Batch(
        written=written,
        mask_BT=batches.mask(groups, config),
        sampler_logprobs_BT=batches.sampler_logprobs(groups),
        advantages_B=batches.advantages(groups, config, step=1),
        old_logprobs_BT=old,
        reference_logprobs_BT=reference,
    )
