"""The whole trainer on two cores in a minute or two; every number is ours."""

from __future__ import annotations

from reward_trainer.presets.preset import OURS, Preset, Value


def _ours(value: object) -> Value:
    return Value(value=value, source=OURS)


SMOKE_CPU = Preset(
    name="smoke-cpu",
    summary="a tiny model on two cores, to see that everything works together",
    values={
        "model.dtype": _ours("float32"),
        "model.gradient_checkpointing": _ours(value=False),
        "data.max_prompt_tokens": _ours(128),
        "algorithm.clip_high": _ours(0.4),
        "algorithm.minibatches": _ours(1),
        "algorithm.microbatch_tokens": _ours(512),
        "sampling.prompts": _ours(32),
        "sampling.rollouts": _ours(8),
        "sampling.max_tokens": _ours(12),
        "sampling.max_rounds": _ours(1),
        "sampling.batch_multiplier": _ours(1.0),
        "kl.beta": _ours(1e-3),
        "optimizer.lr": _ours(1e-3),
        "run.steps": _ours(200),
        "run.checkpoint_every": _ours(50),
    },
)
