"""What a configuration can choose from. Apart, so that reading one loads no torch."""

from __future__ import annotations

from enum import StrEnum


class AdvantageKind(StrEnum):
    """Which estimate of the advantage; see ``advantage.py``."""

    GRPO = "grpo"
    DR_GRPO = "dr_grpo"
    RLOO = "rloo"
    REINFORCE_BASELINE = "reinforce_baseline"


class KlEstimator(StrEnum):
    """Which estimator of the divergence from the reference."""

    K1 = "k1"
    K2 = "k2"
    K3 = "k3"


class Loss(StrEnum):
    """Which surrogate."""

    CLIP = "clip"
    """PPO's clipped surrogate with a bound of its own above and below (DAPO's clip-higher)."""
    CISPO = "cispo"
    """The clipped ratio as a weight: no token loses its gradient."""
    GSPO = "gspo"
    """The clipped surrogate of whole completions."""
    MIRROR_DESCENT = "mirror_descent"
    """The squared surprise of Kimi k1.5."""


class Correction(StrEnum):
    """What is done about the difference."""

    NONE = "none"
    TRUNCATE = "truncate"
    """Weigh by ``min(w, high)`` (truncated importance sampling)."""
    ICEPOP = "icepop"
    """Weigh by w, and drop tokens whose w is not in [low, high]."""
    SEQUENCE_MASK = "sequence_mask"
    """Weigh by ``min(w, high)``, and drop completions whose mean log w is not in
    [log low, log high]."""


class Reduction(StrEnum):
    """What weighs the same in the mean."""

    TOKEN_MEAN = "token_mean"  # noqa: S105 - no password
    """Every token of the batch, so that long completions count for more (DAPO)."""
    SEQUENCE_MEAN = "sequence_mean"
    """Every completion: the mean of its tokens' means (GRPO)."""
    SEQUENCE_SUM = "sequence_sum"
    """Every token, over the tokens there could have been: no bias by length (Dr. GRPO)."""
