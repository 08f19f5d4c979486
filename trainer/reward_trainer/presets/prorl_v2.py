"""ProRL v2.

Source: NVIDIA's blog of 2025-08-13 ("ProRL v2"), and its configuration in NVIDIA-NeMo/RL,
``examples/configs/prorlv2.yaml`` with ``docs/guides/prorlv2.md`` (named "NeMo RL" below).
"""

from __future__ import annotations

from reward_trainer.presets.preset import OURS, Preset, Value

_NEMO = "NeMo RL"
_BLOG = "blog"

PRORL_V2 = Preset(
    name="prorl-v2",
    summary="ProRL v2: REINFORCE++ with a baseline, length penalties by schedule, softer resets",
    values={
        "model.name": Value(
            value="deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B", source="OpenRLHF's script"
        ),
        "data.blend": Value(
            value="prorl",
            source=f"{OURS}: the blog names no change of it",
        ),
        "algorithm.advantage": Value(value="reinforce_baseline", source=_BLOG),
        "algorithm.loss": Value(value="clip", source=_BLOG),
        "algorithm.clip_low": Value(value=0.2, source=_NEMO),
        "algorithm.clip_high": Value(value=0.27, source=_NEMO),
        "algorithm.reduction": Value(value="token_mean", source=_NEMO),
        "algorithm.correction": Value(value="icepop", source=_NEMO),
        "algorithm.correction_low": Value(value=0.5, source=_NEMO),
        "algorithm.correction_high": Value(value=5.0, source=_NEMO),
        "algorithm.minibatches": Value(
            value=8, source="OpenRLHF's script: 512 prompts of 16, in batches of 1,024 completions"
        ),
        "sampling.prompts": Value(value=512, source="OpenRLHF's script"),
        "sampling.rollouts": Value(value=16, source="OpenRLHF's script"),
        "sampling.max_tokens": Value(value=8192, source="blog: trained at 8k"),
        "sampling.dynamic": Value(value=True, source=_BLOG),
        "sampling.batch_multiplier": Value(value=1.5, source=_NEMO),
        "sampling.max_rounds": Value(value=10, source=_NEMO),
        "shaping.cosine_on": Value(value=100, source="blog: such as 100 updates on"),
        "shaping.cosine_off": Value(value=500, source="blog: and 500 off"),
        "kl.beta": Value(value=1e-4, source=_NEMO),
        "kl.estimator": Value(value="k2", source=_NEMO),
        "kl.input_clamp": Value(value=20.0, source=_NEMO),
        "kl.output_clamp": Value(value=10.0, source=_NEMO),
        "optimizer.lr": Value(value=1e-6, source="OpenRLHF's script"),
        "reset.every": Value(value=350, source=f"{OURS}: the blog says every 200 to 500 steps"),
        "reset.optimizer": Value(value="keep", source=_BLOG),
        "run.steps": Value(value=3000, source=_BLOG),
    },
)
