"""BroRL: ProRL v2 carried on with many rollouts of few prompts.

Source: Hu et al. 2025, https://arxiv.org/abs/2510.01180. What it does not name is ProRL v2's.
"""

from __future__ import annotations

from reward_trainer.presets.preset import Preset, Value
from reward_trainer.presets.prorl_v2 import PRORL_V2

_PAPER = "BroRL"

BRORL = Preset(
    name="brorl",
    summary="BroRL: 512 rollouts of each of 128 prompts, from where ProRL v2 has come to rest",
    values={
        **PRORL_V2.values,
        "sampling.prompts": Value(value=128, source=_PAPER),
        "sampling.rollouts": Value(value=512, source=_PAPER),
        "sampling.max_tokens": Value(value=16384, source="BroRL: a context of 16k"),
        "optimizer.lr": Value(
            value=2.83e-6,
            source="BroRL: scaled by the root of the batch's ratio, 65,536 to 8,192 completions",
        ),
        "run.steps": Value(value=191, source="BroRL, table 1"),
    },
)
