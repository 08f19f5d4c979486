"""What turns gradients into updates: AdamW, its moments in 32 or in 8 bits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from types import MappingProxyType

import torch
from torch import nn
from torch.distributed.tensor import DTensor

from reward_trainer.choices import Schedule
from reward_trainer.errors import TrainerError
from reward_trainer.sections import Optimizer as Options


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


def set_options(
    optimizer: torch.optim.Optimizer, options: Options, *, step: int, steps: int
) -> None:
    """Give ``optimizer`` the rate of ``step``, and what else a stage may have changed."""
    for group in optimizer.param_groups:
        group["lr"] = rate_at(options, step=step, steps=steps)
        group["betas"], group["weight_decay"] = options.betas, options.weight_decay


def rate_at(options: Options, *, step: int, steps: int) -> float:
    """Return the learning rate of ``step``, of ``steps`` in all.

    It is at its height in the last step of the warm-up, or in the first without one, and at its
    lowest in the last of all.

    Source of the cosine: SGDR, Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983,
    section 3, without its restarts.
    """
    highest = max(options.warmup_steps, 1)
    if step <= highest:
        return options.lr * (step / highest)
    gone = min((step - highest) / max(steps - highest, 1), 1.0)
    return options.lr * (1 - (1 - options.final_lr_share) * _FALLEN[options.schedule](gone))


_FALLEN: Mapping[Schedule, Callable[[float], float]] = MappingProxyType(
    {
        Schedule.CONSTANT: lambda _: 0.0,
        Schedule.LINEAR: lambda gone: gone,
        Schedule.COSINE: lambda gone: (1 - math.cos(math.pi * gone)) / 2,
    }
)
"""How far the rate has fallen, from 0 to 1, where this share of the steps is gone."""


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
