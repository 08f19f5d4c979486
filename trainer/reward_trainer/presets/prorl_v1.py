"""ProRL as of Nemotron-Research-Reasoning-Qwen-1.5B.

Source: Liu et al. 2025, https://arxiv.org/abs/2505.24864 (sections and appendices named below).
Not reported there, and so ours: the weight and the estimator of the KL penalty, when to reset, the
penalty of what does not stop, weight decay, gradient clipping, the reduction.
"""

from __future__ import annotations

from reward_trainer.presets.preset import OURS, Preset, Value

_V2 = f"{OURS}: unreported; NVIDIA's configuration of ProRL v2 has it"

PRORL_V1 = Preset(
    name="prorl-v1",
    summary="ProRL, NeurIPS 2025: 136,000 prompts of five domains, hard resets of the reference",
    values={
        "model.name": Value(
            value="deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B", source="section 2.3.1"
        ),
        "data.blend": Value(value="prorl", source="table 4 and appendix E"),
        "algorithm.advantage": Value(value="grpo", source="equations 1 and 2"),
        "algorithm.loss": Value(value="clip", source="equation 1"),
        "algorithm.clip_low": Value(value=0.2, source="section 3.2"),
        "algorithm.clip_high": Value(value=0.4, source="section 3.2"),
        "algorithm.minibatches": Value(value=4, source="section 3.2: batch 256, mini-batch 64"),
        "algorithm.reduction": Value(
            value="token_mean", source=f"{OURS}: unreported; that of DAPO, whose tricks it takes"
        ),
        "sampling.prompts": Value(
            value=256, source="section 3.2: batch 256, read as prompts (so does JustRL)"
        ),
        "sampling.rollouts": Value(value=16, source="section 3.2; 32 in runs 6 and 7"),
        "sampling.max_tokens": Value(value=8192, source="section 3.2: a window of 8096"),
        "sampling.temperature": Value(value=1.2, source="section 3.2"),
        "sampling.dynamic": Value(value=True, source="section 2.3"),
        "kl.beta": Value(value=1e-4, source=_V2),
        "kl.estimator": Value(value="k2", source=_V2),
        "optimizer.lr": Value(value=2e-6, source="section 3.2: AdamW, constant"),
        "reset.plateau_evaluations": Value(
            value=5,
            source=f"{OURS}: section 2.3 resets when validation stagnates, judged by people",
        ),
        "reset.optimizer": Value(value="clear", source="section 2.3: re-initialised"),
        "evaluation.every": Value(value=20, source=f"{OURS}: unreported"),
        "evaluation.sources": Value(
            value=[
                *(
                    {"name": name, "path": f"suite:{name}"}
                    for name in ("aime24", "codeforces", "gpqa_diamond", "ifeval")
                ),
                {"name": "graph_color", "reasoning_gym": ["graph_color"], "size": 64},
            ],
            source="section 2.3: parts of these five, asked as in the evaluation",
        ),
        "evaluation.prompts_of_each": Value(
            value=64, source=f"{OURS}: how large the parts are is unreported; AIME has 30"
        ),
        "run.steps": Value(value=2450, source="JustRL, table 4; the paper says more than 2,000"),
    },
    stages=(
        {
            "from_step": 800,
            "set": {"shaping.stop_properly": 0.0},
            "why": "appendix F, run 4: what does not end is penalised; by how much, and from which"
            " step on, is ours",
        },
        {
            "from_step": 1400,
            "set": {"sampling.rollouts": 32},
            "why": "appendix F, runs 6 and 7; the step is ours",
        },
        {
            "from_step": 2250,
            "set": {"sampling.rollouts": 16, "sampling.max_tokens": 16384},
            "why": "section 3.3: 16k in the last 200 steps or so; appendix F, run 8: 16 rollouts",
        },
    ),
)
