"""DAPO.

Source: Yu et al. 2025, https://arxiv.org/abs/2503.14476, sections 3 and 4.1.
"""

from __future__ import annotations

from reward_trainer.presets.preset import Preset, Value

_SETTING = "section 4.1"

DAPO = Preset(
    name="dapo",
    summary="DAPO: clip-higher, dynamic sampling, token-level loss, soft overlong punishment",
    values={
        "model.name": Value(value="Qwen/Qwen2.5-32B", source=_SETTING),
        "algorithm.advantage": Value(value="grpo", source="equation 9"),
        "algorithm.clip_low": Value(value=0.2, source=_SETTING),
        "algorithm.clip_high": Value(value=0.28, source=_SETTING),
        "algorithm.reduction": Value(value="token_mean", source="section 3.3"),
        "algorithm.minibatches": Value(value=16, source="section 4.1: 16 updates of each step"),
        "sampling.prompts": Value(value=512, source=_SETTING),
        "sampling.rollouts": Value(value=16, source=_SETTING),
        "sampling.max_tokens": Value(
            value=20480, source="section 4.1: 16,384 and a buffer of 4,096"
        ),
        "sampling.dynamic": Value(value=True, source="section 3.2"),
        "shaping.overlong_buffer": Value(value=4096, source=_SETTING),
        "kl.beta": Value(value=0.0, source="section 2.3"),
        "optimizer.lr": Value(value=1e-6, source=_SETTING),
        "optimizer.warmup_steps": Value(value=20, source="section 4.1: 20 rollout steps"),
    },
)
