"""Which type the networks compute in, and which their weights are kept in.

What learns is kept in float32, and so are its gradients and moments: an update of a millionth is
lost in bfloat16, whose steps are 2 ** -8 of a weight. ``torch.autocast`` makes the weights of
linear layers bfloat16 each time they compute. What does not learn can therefore be kept so: it says
the same, bit for bit, in half of the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import torch
from torch import nn

from reward_trainer.config import Config
from reward_trainer.policy import Policy


def computing(config: Config, device: str) -> torch.autocast:
    """Within it, networks compute in the model's type."""
    in_bfloat16 = config.model.dtype == "bfloat16"
    # Of weights that are spread, what was put together for a layer would all be held to the end.
    kept = config.run.gpus == 1
    return torch.autocast(device, dtype=torch.bfloat16, enabled=in_bfloat16, cache_enabled=kept)


def narrow_frozen(model: nn.Module, config: Config) -> None:
    """Keep what does not learn in ``model`` in the type that it computes in."""
    for parameter in _only_linear(model):
        if not parameter.requires_grad:
            parameter.data = parameter.data.to(_dtype(config))


def frozen_copy(policy: Policy, config: Config) -> Policy:
    """Return a copy of ``policy`` that does not learn, in the type that it computes in.

    The weights are copied one by one: a whole copy in float32 is never there.
    """
    narrow = {id(parameter) for parameter in _only_linear(policy)}
    copies = {
        id(one): nn.Parameter(
            one.detach().to(_dtype(config) if id(one) in narrow else one.dtype, copy=True),
            requires_grad=False,
        )
        for one in policy.parameters()
    }
    return deepcopy(policy, copies).train(mode=False)


def _dtype(config: Config) -> torch.dtype:
    return torch.bfloat16 if config.model.dtype == "bfloat16" else torch.float32


def _only_linear(model: nn.Module) -> Iterator[nn.Parameter]:
    """Yield the weights that linear layers alone compute with: autocast leaves others be.

    A head that is tied to the embeddings is none of them.
    """
    elsewhere = {
        id(parameter)
        for module in model.modules()
        if not isinstance(module, nn.Linear)
        for parameter in module.parameters(recurse=False)
    }
    for parameter in model.parameters():
        if id(parameter) not in elsewhere:
            yield parameter
