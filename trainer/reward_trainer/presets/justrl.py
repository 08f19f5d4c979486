"""JustRL: the plain control.

Source: JustRL (2025), as it reports itself beside ProRL: no KL penalty, no resets, no dynamic
sampling, one stage.
"""

from __future__ import annotations

from reward_trainer.presets.preset import OURS, Preset, Value

_PAPER = "JustRL"

JUSTRL = Preset(
    name="justrl",
    summary="JustRL: none of the tricks; on nine sets of mathematics above ProRL v2",
    values={
        "model.name": Value(value="deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B", source=_PAPER),
        "algorithm.advantage": Value(value="grpo", source=_PAPER),
        "algorithm.clip_low": Value(value=0.2, source="JustRL: ratios in [0.8, 1.28]"),
        "algorithm.clip_high": Value(value=0.28, source="JustRL: ratios in [0.8, 1.28]"),
        "sampling.prompts": Value(value=256, source=f"{OURS}: unreported in our sources"),
        "sampling.rollouts": Value(value=8, source=_PAPER),
        "sampling.max_tokens": Value(
            value=15360, source=f"{OURS}: JustRL says 16k with the prompt"
        ),
        "sampling.dynamic": Value(value=False, source=_PAPER),
        "kl.beta": Value(value=0.0, source=_PAPER),
        "optimizer.lr": Value(value=1e-6, source=_PAPER),
        "run.steps": Value(value=4380, source=_PAPER),
    },
)
