"""A causal language model as a distribution over what it could have written.

Tensor names end in their dimensions: N tokens of a pack, M of them written by the policy, D the
width of the model, V its vocabulary.
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
            pack: sequences, end to end.
            temperature: that of the sampler: logits are divided by it.
            entropy: whether to work out the entropy of the distribution at each token too; it
                carries a gradient.
        """
        model = cast("Any", self.model)
        decoder = getattr(model, model.base_model_prefix)
        hidden_ND = decoder(
            input_ids=pack.input_ids_N.unsqueeze(0),
            position_ids=pack.position_ids_N.unsqueeze(0),
            use_cache=False,
        ).last_hidden_state[0]
        hidden_MD = hidden_ND[pack.places_M]
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
    logits_CV = head(hidden_CD).float() / temperature
    normaliser_C = logits_CV.logsumexp(dim=-1)
    chosen_C = logits_CV.gather(1, targets_C.unsqueeze(1)).squeeze(1)
    logprobs_C = chosen_C - normaliser_C
    if not entropy:
        return logprobs_C, None
    probabilities_CV = (logits_CV - normaliser_C.unsqueeze(1)).exp()
    return logprobs_C, normaliser_C - (probabilities_CV * logits_CV).sum(dim=-1)
