"""What a configuration can choose from. Apart, so that reading one loads no torch."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Choice(StrEnum):
    """Base of all choices: each member says what it is."""

    about: str

    def __new__(cls, value: str, about: str) -> Self:
        """Make a member of ``value``, which is ``about`` something."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.about = about
        return member


class Dtype(Choice):
    """What weights compute in."""

    BFLOAT16 = "bfloat16", "half the memory; the optimizer's weights stay float32"
    FLOAT32 = "float32", "exact; for CPUs and small models"


class Attention(Choice):
    """Which implementation of attention."""

    SDPA = "sdpa", "torch's own; completions are padded to the longest of a pass"
    FLASH_ATTENTION_2 = (
        "flash_attention_2",
        "the package flash-attn, on GPUs; completions stand in one line without padding",
    )


class AdvantageKind(Choice):
    """Which estimate of the advantage; see ``advantage.py``."""

    GRPO = "grpo", "the reward less its group's mean, over the group's deviation"
    DR_GRPO = (
        "dr_grpo",
        "the reward less its group's mean: no bias to prompts that are easy or hard",
    )
    RLOO = "rloo", "the reward less the mean of the group's others"
    REINFORCE_BASELINE = (
        "reinforce_baseline",
        "the reward less its group's mean, over the deviation of the whole batch (ProRL v2)",
    )


class KlEstimator(Choice):
    """Which estimator of the divergence from the reference; d is log policy - log reference."""

    K1 = "k1", "d: unbiased, but as a loss it does nothing on average"
    K2 = "k2", "d^2 / 2: its gradient is that of the reverse divergence"
    K3 = "k3", "exp(-d) - 1 + d: unbiased and never negative (GRPO)"


class Loss(Choice):
    """Which surrogate."""

    CLIP = "clip", "PPO's clipped surrogate, its bounds above and below apart (DAPO's clip-higher)"
    CISPO = "cispo", "the clipped ratio as a weight: no token loses its gradient"
    GSPO = "gspo", "the clipped surrogate of whole completions"
    MIRROR_DESCENT = "mirror_descent", "the squared surprise of Kimi k1.5; algorithm.tau weighs it"


class Correction(Choice):
    """What is done about the difference; w is how much likelier the policy finds a token."""

    NONE = "none", "nothing"
    TRUNCATE = "truncate", "weigh by min(w, high): truncated importance sampling"
    ICEPOP = "icepop", "weigh by w, and drop tokens whose w is not in [low, high]"
    SEQUENCE_MASK = (
        "sequence_mask",
        "weigh by min(w, high), and drop completions with exp(mean log w) not in [low, high]",
    )


class Reduction(Choice):
    """What weighs the same in the mean."""

    TOKEN_MEAN = "token_mean", "every token of the batch: long completions count for more (DAPO)"
    SEQUENCE_MEAN = "sequence_mean", "every completion: the mean of its tokens' means (GRPO)"
    SEQUENCE_SUM = (
        "sequence_sum",
        "every token, over the tokens there could have been: no bias by length (Dr. GRPO)",
    )


class Schedule(Choice):
    """What becomes of the learning rate after the warm-up."""

    CONSTANT = "constant", "it stays (ProRL)"
    LINEAR = "linear", "it falls by the same amount in each step"
    COSINE = "cosine", "it falls slowly, then fast, then slowly: half a wave of the cosine"


class OptimizerState(Choice):
    """What becomes of the optimizer's moments at a reset."""

    CLEAR = "clear", "they begin at nothing again"
    KEEP = "keep", "they stay as they are"


class Engine(Choice):
    """Which engine samples."""

    VLLM = "vllm", "the package vllm: fast"
    TRANSFORMERS = "transformers", "the model itself, token by token: needs nothing else; slow"


class LoggerName(Choice):
    """Where a run's numbers go besides."""

    TENSORBOARD = "tensorboard", "files in the run's folder"
    WANDB = "wandb", "Weights & Biases"
    TRACKIO = "trackio", "a local dashboard, or a Space of the Hub"
