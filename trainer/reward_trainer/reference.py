"""What the policy is held to: what it once was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from reward_trainer.config import Config
from reward_trainer.policy import Policy
from reward_trainer.precision import frozen_copy
from reward_trainer.trained import State


class Reference(Protocol):
    """A policy that does not learn, and can become what the policy is now."""

    @contextmanager
    def asked(self) -> Iterator[Policy]:
        """Within it, the policy that is yielded is the reference."""
        ...

    def reset(self) -> None:
        """Become what the policy is now."""
        ...

    def state(self) -> State:
        """Return what the checkpoint holds of it."""
        ...

    def load(self, state: State) -> None:
        """Take in what ``state`` has returned."""
        ...


class Twin:
    """A second model."""

    def __init__(self, policy: Policy, config: Config, place: Callable[[Policy], Policy]) -> None:
        """Be what ``policy`` is now, where ``place`` puts it."""
        self._policy = policy
        self._twin = place(frozen_copy(policy, config))

    @contextmanager
    def asked(self) -> Iterator[Policy]:
        """See ``Reference``."""
        yield self._twin

    def reset(self) -> None:
        """See ``Reference``."""
        self.load(self._policy.model.state_dict())

    def state(self) -> State:
        """See ``Reference``."""
        return self._twin.model.state_dict()

    def load(self, state: State) -> None:
        """See ``Reference``."""
        self._twin.model.load_state_dict(state)
