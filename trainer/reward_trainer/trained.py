"""What of a model learns, what of it a checkpoint holds, and what others are given of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from torch import Tensor, nn

from reward_trainer.errors import TrainerError

State = Mapping[str, Tensor]


class Trained(Protocol):
    """The part of a model that learns."""

    def state(self) -> State:
        """Return it by name."""
        ...

    def load(self, state: State) -> None:
        """Take in what ``state`` has returned.

        Raises:
            TrainerError: it is of another kind or size.
        """
        ...

    def whole(self) -> Iterator[tuple[str, Tensor]]:
        """Yield every weight of the model, by the names of its checkpoint.

        A head that is tied to the embeddings is named too: an engine that is not told keeps the
        old one.
        """
        ...


class AllWeights:
    """A model that learns with all it has."""

    def __init__(self, model: nn.Module) -> None:
        """Train all of ``model``."""
        self._model = model

    def state(self) -> State:
        """See ``Trained``."""
        return self._model.state_dict()

    def load(self, state: State) -> None:
        """See ``Trained``."""
        refuse_others(state, self.state())
        self._model.load_state_dict(state)

    def whole(self) -> Iterator[tuple[str, Tensor]]:
        """See ``Trained``."""
        for name, value in self._model.state_dict().items():
            yield name, value.detach()


def refuse_others(theirs: State, ours: State) -> None:
    """See that both are of the same kind and size.

    Raises:
        TrainerError: they are not; the message says what they are.
    """
    if _described(theirs) != _described(ours):
        raise TrainerError(
            f"the checkpoint holds {_described(theirs)}, and this run trains {_described(ours)}"
        )
    if {name: one.shape for name, one in theirs.items()} != {
        name: one.shape for name, one in ours.items()
    }:
        raise TrainerError("the checkpoint is of another model, or of other layers of it")


def _described(state: State) -> str:
    """Return what ``state`` is: adapters have their rank in the shape of their first half."""
    ranks = {value.shape[0] for name, value in state.items() if name.endswith(".lora_A.weight")}
    if not ranks:
        return "all weights"
    return f"adapters of rank {', '.join(map(str, sorted(ranks)))}"
