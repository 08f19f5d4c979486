"""Low-rank adapters (LoRA), with peft: a model that learns little beside what it keeps.

A layer with weights W says ``W x + (alpha / rank) B A x`` then, and of that A and B learn. B begins
at zero: before anything is learned the model says what it said, bit for bit.

Source: Hu et al., LoRA: Low-Rank Adaptation of Large Language Models (2021), equation 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from typing import Any, cast
from zlib import crc32

import torch
from torch import Tensor, nn

from reward_trainer.errors import TrainerError
from reward_trainer.policy import Policy
from reward_trainer.sections import Lora
from reward_trainer.trained import State, refuse_others

_POLICY, _REFERENCE = "policy", "reference"
_HALVES = ("lora_A", "lora_B")
_SAMPLE = 64


class Adapter:
    """The part of a model that learns where all else is frozen; see ``Trained``."""

    def __init__(self, model: nn.Module, options: Lora, *, seed: int) -> None:
        """Give the linear layers of ``model`` adapters, in place, and freeze the rest.

        Where they begin depends on ``seed`` alone.

        Raises:
            TrainerError: peft is missing, or there are no such layers.
        """
        self._model = model
        self._options = options
        self._base = _fingerprint(model)
        self._layers = {name: cast("Any", None) for name in _targets(model, options.targets)}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self._inject(_POLICY)

    def frozen(self, policy: Policy) -> FrozenAdapter:
        """Return a reference: second adapters of the same layers, which do not learn."""
        self._inject(_REFERENCE)
        return FrozenAdapter(self, policy)

    def state(self) -> State:
        """See ``Trained``."""
        return {**self.halves(_POLICY), "base": self._base}

    def load(self, state: State) -> None:
        """See ``Trained``; the frozen weights have to be those that it learned beside."""
        refuse_others(state, self.state())
        if not torch.equal(state["base"].cpu(), self._base):
            raise TrainerError(
                "the checkpoint's adapters were trained beside other weights than those that"
                " model.name has now"
            )
        self.take(state, _POLICY)

    @torch.no_grad()
    def whole(self) -> Iterator[tuple[str, Tensor]]:
        """See ``Trained``: every adapter is merged into its layer, one layer at a time."""
        for name, value in self._model.state_dict().items():
            owner, _, rest = name.rpartition(".base_layer.")
            if owner in self._layers:
                change = self._layers[owner].get_delta_weight(_POLICY) if rest == "weight" else 0
                # Rounded to what an engine keeps only once it is merged.
                yield f"{owner}.{rest}", (value + change).to(value.dtype)
            elif not any(f".{half}." in name for half in _HALVES):
                yield name, value.detach()

    def halves(self, which: str) -> State:
        """Return A and B of every layer by name."""
        return {
            f"{name}.{half}.weight": getattr(layer, half)[which].weight.detach()
            for name, layer in self._layers.items()
            for half in _HALVES
        }

    @torch.no_grad()
    def take(self, halves: State, which: str) -> None:
        """Set A and B of every layer."""
        for name, mine in self.halves(which).items():
            mine.copy_(halves[name])

    def merge(self) -> None:
        """Make the model a plain one again, the policy's adapters merged into their layers."""
        for name, layer in self._layers.items():
            layer.merge(adapter_names=[_POLICY])
            self._model.set_submodule(name, layer.get_base_layer())
        self._layers = {}

    def use(self, which: str) -> None:
        """Have the model say what it says with these adapters; the policy's alone learn."""
        for layer in self._layers.values():
            layer.set_adapter(which, inference_mode=which != _POLICY)

    def _inject(self, which: str) -> None:
        peft = _peft()
        made = peft.LoraConfig(
            r=self._options.rank,
            lora_alpha=self._options.alpha,
            lora_dropout=self._options.dropout,
            target_modules=list(self._layers),
        )
        peft.inject_adapter_in_model(made, self._model, adapter_name=which)
        del self._model.peft_config  # a mark, which would have the second time warn of the first
        self._layers = {name: self._model.get_submodule(name) for name in self._layers}
        self.use(_POLICY)


class FrozenAdapter:
    """A reference that has all but its adapters in common with the policy; see ``Reference``."""

    def __init__(self, adapter: Adapter, policy: Policy) -> None:
        """Be what ``policy`` is now."""
        self._adapter = adapter
        self._policy = policy
        self.reset()

    @contextmanager
    def asked(self) -> Iterator[Policy]:
        """See ``Reference``."""
        self._adapter.use(_REFERENCE)
        try:
            yield self._policy
        finally:
            self._adapter.use(_POLICY)

    def reset(self) -> None:
        """See ``Reference``."""
        self._adapter.take(self._adapter.state(), _REFERENCE)

    def state(self) -> State:
        """See ``Reference``."""
        return self._adapter.halves(_REFERENCE)

    def load(self, state: State) -> None:
        """See ``Reference``."""
        self._adapter.take(state, _REFERENCE)


def _fingerprint(model: nn.Module) -> Tensor:
    """Return a number that other weights would not have: of the first few of each tensor."""
    found = 0
    for value in model.parameters():
        found = crc32(value.detach().flatten()[:_SAMPLE].float().cpu().numpy().tobytes(), found)
    return torch.tensor(found)


def _targets(model: nn.Module, wanted: Sequence[str]) -> list[str]:
    """Return the linear layers whose name, or its last part, is among ``wanted``.

    All but the head where nothing is.

    Raises:
        TrainerError: there is none of a name, or its weights are also something else's.
    """
    head = cast("Any", model).get_output_embeddings()
    linear = {name: one for name, one in model.named_modules() if isinstance(one, nn.Linear)}
    if not wanted:
        return [name for name, one in linear.items() if one is not head]
    last = {name: name.rpartition(".")[2] for name in linear}
    for name in wanted:
        if name not in linear and name not in last.values():
            known = sorted(set(last.values()))
            close = get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise TrainerError(
                f"lora.targets: the model has no linear layer {name!r}{hint}"
                f" (it has {', '.join(known)})"
            )
    chosen = [name for name in linear if name in wanted or last[name] in wanted]
    if any(linear[name] is head for name in chosen) and _is_tied(model, head):
        raise TrainerError(
            "lora.targets: the head of this model is its embeddings too, which have no adapter"
        )
    return chosen


def _is_tied(model: nn.Module, head: nn.Linear) -> bool:
    return cast("Any", model).get_input_embeddings().weight is head.weight


def _peft() -> Any:
    try:
        return import_module("peft")
    except ModuleNotFoundError as error:
        raise TrainerError(
            "lora.rank needs peft, which is not installed: pip install peft"
        ) from error
