"""What turns gradients into updates: AdamW, its moments in 32 or in 8 bits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module

import torch
from torch import nn
from torch.distributed.tensor import DTensor

from reward_trainer.config import Optimizer as Options
from reward_trainer.errors import TrainerError


def make_optimizer(parameters: Iterable[nn.Parameter], options: Options) -> torch.optim.Optimizer:
    """Return an optimizer that has seen nothing yet, of those ``parameters`` that learn.

    Raises:
        TrainerError: it needs a package that is not installed, or weights that are not spread over
            several processes.
    """
    learning = [one for one in parameters if one.requires_grad]
    if options.eight_bit and any(isinstance(one, DTensor) for one in learning):
        raise TrainerError(
            "optimizer.eight_bit is for one GPU: over several, moments are spread instead"
        )
    adamw = _eight_bit_adamw() if options.eight_bit else torch.optim.AdamW
    return adamw(
        learning,
        lr=options.lr,
        betas=options.betas,
        weight_decay=options.weight_decay,
    )


def set_options(optimizer: torch.optim.Optimizer, options: Options, *, step: int) -> None:
    """Give ``optimizer`` the rate of ``step``, and what else a stage may have changed."""
    warm = options.warmup_steps
    for group in optimizer.param_groups:
        group["lr"] = options.lr * (min(step / warm, 1.0) if warm else 1.0)
        group["betas"], group["weight_decay"] = options.betas, options.weight_decay


def _eight_bit_adamw() -> Callable[..., torch.optim.Optimizer]:
    """Return bitsandbytes' AdamW: 2 bytes a weight, and 8 for each 256, instead of 8 a weight.

    Tensors of fewer than 4096 weights keep theirs in 32 bits.
    """
    try:
        optim = import_module("bitsandbytes.optim")
    except ModuleNotFoundError as error:
        raise TrainerError(
            "optimizer.eight_bit needs bitsandbytes, which is not installed:"
            " pip install bitsandbytes"
        ) from error
    made: Callable[..., torch.optim.Optimizer] = optim.AdamW8bit
    return made
