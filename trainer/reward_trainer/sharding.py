"""Weights, gradients and moments that are spread over the processes that learn together (FSDP2).

Each process holds its part of every tensor. A layer's weights are put together when it computes,
and let go behind it; its gradients are added up in parts. What is saved is whole, and of no number
of processes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor

from reward_trainer.policy import Policy
from reward_trainer.ranks import World


def placed(policy: Policy, *, device: str, world: World) -> Policy:
    """Return ``policy`` on this process's device, or its part of it."""
    if world.size == 1:
        return policy.to(device)
    for layer in _layers(policy):
        fully_shard(layer, mesh=world.mesh, reshard_after_forward=True)
    # The rest is put together for as long as the policy computes: embeddings, norm and head.
    fully_shard(policy, mesh=world.mesh, reshard_after_forward=True)
    return policy


def whole(state: Any, *, kept: bool = True) -> Any:
    """Return ``state``, a tensor or mappings of them, with each tensor whole.

    All processes have to call it; where it is not ``kept``, nothing stays of what was spread.
    """
    if isinstance(state, Mapping):
        return {name: whole(value, kept=kept) for name, value in state.items()}
    if isinstance(state, DTensor):
        found = full(state)
        return found.cpu() if kept else None
    return state


def parted(state: Mapping[str, Tensor], like: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return whole tensors spread as those of the same names in ``like`` are."""
    return {name: _parted(value, like.get(name)) for name, value in state.items()}


def parted_moments(state: Mapping[str, Any], optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """Return an optimizer's whole state with the moments spread as their weights are."""
    weights = [one for group in optimizer.param_groups for one in group["params"]]
    return {
        **state,
        "state": {
            at: {
                name: _parted(value, weights[at]) if _shape(value) == weights[at].shape else value
                for name, value in of_weight.items()
            }
            for at, of_weight in state["state"].items()
        },
    }


def full(value: Tensor) -> Tensor:
    """Return ``value``, put together where it is spread: a tensor, or a sum."""
    return value.full_tensor() if isinstance(value, DTensor) else value


def _layers(policy: nn.Module) -> nn.ModuleList:
    """Return the layers of a policy: its longest list of modules."""
    lists = [module for module in policy.modules() if isinstance(module, nn.ModuleList)]
    return max(lists, key=len)


def _parted(value: Tensor, like: Tensor | None) -> Tensor:
    if not isinstance(like, DTensor):
        return value
    # Every process has read the same: none has to be sent its part.
    return distribute_tensor(
        value.to(like.device), like.device_mesh, like.placements, src_data_rank=None
    )


def _shape(value: Any) -> torch.Size | None:
    return value.shape if isinstance(value, Tensor) else None
