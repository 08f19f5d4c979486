"""How far the policy has gone from the reference, estimated from the tokens it wrote.

Tensor names end in their dimensions: B rollouts in the batch, T tokens.

With ``d = log policy - log reference`` of a token that the policy sampled:

==== ======================= ===========================================================
k1   ``d``                   unbiased; may be negative; as a loss its gradient is zero in
                             expectation
k2   ``d^2 / 2``             biased, small variance; its gradient is that of the reverse KL
k3   ``exp(-d) - 1 + d``     unbiased, never negative
==== ======================= ===========================================================

Source: Schulman 2020, http://joschu.net/blog/kl-approx.html. The clamps are those of NVIDIA's
ProRL v2 configuration (NVIDIA-NeMo/RL, examples/configs/prorlv2.yaml): input 20, output 10.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from torch import Tensor

from reward_trainer.choices import KlEstimator

INPUT_CLAMP = 20.0
OUTPUT_CLAMP = 10.0


def divergence(
    policy_logprobs_BT: Tensor,
    reference_logprobs_BT: Tensor,
    estimator: KlEstimator,
    *,
    input_clamp: float = INPUT_CLAMP,
    output_clamp: float = OUTPUT_CLAMP,
) -> Tensor:
    """Return the estimate for every token, as (B, T); carries the policy's gradient.

    Args:
        policy_logprobs_BT: under the weights being trained.
        reference_logprobs_BT: under the reference; no gradient.
        estimator: see the module.
        input_clamp: bound of the difference of logarithms.
        output_clamp: bound of the estimate.
    """
    difference_BT = (policy_logprobs_BT - reference_logprobs_BT).clamp(-input_clamp, input_clamp)
    return _ESTIMATORS[estimator](difference_BT).clamp(-output_clamp, output_clamp)


_ESTIMATORS: Mapping[KlEstimator, Callable[[Tensor], Tensor]] = MappingProxyType(
    {
        KlEstimator.K1: lambda d_BT: d_BT,
        KlEstimator.K2: lambda d_BT: d_BT.square() / 2,
        KlEstimator.K3: lambda d_BT: (-d_BT).exp() - 1 + d_BT,
    }
)
