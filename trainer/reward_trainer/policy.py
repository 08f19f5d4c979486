"""A causal language model as a distribution over what it could have written.

Tensor names end in their dimensions: R lines of a pack, L tokens of each, M tokens that were
written by the policy, D the width of the model, V its vocabulary.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from reward_trainer.packing import Pack


class Policy(nn.Module):
    """A causal language model of transformers, asked for log-probabilities alone.

    The logits of all tokens are never there at once: 8,000 tokens of a vocabulary of 150,000 are
    4.8 GB. They are made a chunk at a time, and made again for the gradient.
    """

    def __init__(self, model: nn.Module, *, chunk_tokens: int) -> None:
        """Wrap ``model``.

        Raises:
            ValueError: the model changes its logits in a way that is not known here.
        """
        super().__init__()
        self.model = model
        self._chunk_tokens = chunk_tokens
        config = cast("Any", model).config
        for name in ("final_logit_softcapping", "logit_scale", "logits_scaling"):
            if getattr(config, name, None) not in (None, 1.0):
                raise ValueError(f"models with {name} are not supported yet")

    def forward(
        self, pack: Pack, *, temperature: float, entropy: bool = False
    ) -> tuple[Tensor, Tensor | None]:
        """Return the log-probability of every written token, as (M,), and the entropy there.

        Args:
            pack: sequences.
            temperature: that of the sampler: logits are divided by it.
            entropy: whether to work out the entropy of the distribution at each token too; it
                carries a gradient.
        """
        model = cast("Any", self.model)
        decoder = getattr(model, model.base_model_prefix)
        hidden_RLD = decoder(
            input_ids=pack.input_ids_RL, position_ids=pack.position_ids_RL, use_cache=False
        ).last_hidden_state
        hidden_MD = hidden_RLD.flatten(0, 1)[pack.places_M]
        head = model.get_output_embeddings()
        logprobs, entropies = [], []
        for hidden_CD, targets_C in zip(
            hidden_MD.split(self._chunk_tokens),
            pack.targets_M.split(self._chunk_tokens),
            strict=True,
        ):
            logprobs_C, entropy_C = checkpoint(
                _chunk, head, hidden_CD, targets_C, temperature, entropy, use_reentrant=False
            )
            logprobs.append(logprobs_C)
            entropies.append(entropy_C)
        return torch.cat(logprobs), torch.cat(entropies) if entropy else None


def _chunk(
    head: nn.Module, hidden_CD: Tensor, targets_C: Tensor, temperature: float, entropy: bool
) -> tuple[Tensor, Tensor | None]:
    # In place: a chunk of logits is the largest tensor there is.
    logits_CV = head(hidden_CD).float().div_(temperature)
    logprobs_C, entropy_C = cast("Any", _Chosen).apply(logits_CV, targets_C, entropy)
    return logprobs_C, entropy_C


class _Chosen(torch.autograd.Function):
    """The log-probability of what was chosen, and the entropy of what there was to choose from.

    With p the probabilities and h the entropy, the gradients by logit j are ``[j chosen] - p_j``
    and ``-p_j (log p_j + h)``. Written out, they take one tensor of the logits' size beside them,
    or two with entropy; torch's own take four.
    """

    @staticmethod
    def forward(
        ctx: Any, logits_CV: Tensor, targets_C: Tensor, entropy: bool
    ) -> tuple[Tensor, Tensor | None]:
        normaliser_C = logits_CV.logsumexp(dim=-1)
        chosen_C = logits_CV.gather(1, targets_C.unsqueeze(1)).squeeze(1)
        entropy_C = None
        if entropy:
            probabilities_CV = (logits_CV - normaliser_C.unsqueeze(1)).exp_()
            entropy_C = normaliser_C - probabilities_CV.mul_(logits_CV).sum(dim=-1)
        ctx.save_for_backward(logits_CV, targets_C, normaliser_C, entropy_C)
        return chosen_C - normaliser_C, entropy_C

    @staticmethod
    def backward(
        ctx: Any, grad_logprobs_C: Tensor, grad_entropy_C: Tensor | None
    ) -> tuple[Tensor, None, None]:
        logits_CV, targets_C, normaliser_C, entropy_C = ctx.saved_tensors
        grad_C1 = grad_logprobs_C.unsqueeze(1)
        probabilities_CV = (logits_CV - normaliser_C.unsqueeze(1)).exp_()
        if entropy_C is None:
            grad_CV = probabilities_CV.mul_(-grad_C1)
        else:
            assert grad_entropy_C is not None
            surprise_CV = logits_CV + (entropy_C - normaliser_C).unsqueeze(1)
            weights_CV = surprise_CV.mul_(grad_entropy_C.unsqueeze(1)).add_(grad_C1)
            grad_CV = probabilities_CV.mul_(weights_CV).neg_()
        return grad_CV.scatter_add_(1, targets_C.unsqueeze(1), grad_C1), None, None
