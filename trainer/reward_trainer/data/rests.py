"""Which prompts sit out an epoch because of how they went, in a byte for each."""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING

from reward_trainer.errors import DataError

if TYPE_CHECKING:
    from reward_trainer.rollout import Group

_LONGEST = 3
"""As a power of two: a prompt comes in one epoch of eight at the least."""
_NEVER = 255
_BAD_SPEC = "bad_spec"


class Rests:
    """How often each prompt comes.

    Completions that all earn the same teach nothing. Each time that happens to a prompt it comes
    half as often, down to one epoch of eight, for the policy may have changed; when its rewards
    differ, it comes in every epoch again. What the service cannot judge, because the data is
    broken, never comes again.
    """

    def __init__(self, n: int, *, by_pass_rate: bool) -> None:
        """Start with all of ``n`` prompts in every epoch."""
        self._rests = bytearray(n)
        self._by_pass_rate = by_pass_rate

    @property
    def n_refused(self) -> int:
        """How many never come again."""
        return self._rests.count(_NEVER)

    def refused(self, index: int) -> bool:
        """Whether a prompt never comes again."""
        return self._rests[index] == _NEVER

    def comes(self, index: int, epoch: int) -> bool:
        """Whether a prompt comes in an epoch; neighbours in the file sit out different ones."""
        rest = self._rests[index]
        return rest != _NEVER and (epoch + index) % 2 ** min(rest, _LONGEST) == 0

    def learn(self, index: int, group: Group) -> bool:
        """Remember how a prompt went; return whether it was refused now, for the first time."""
        if group.problems and set(group.problems) == {_BAD_SPEC}:
            before, self._rests[index] = self._rests[index], _NEVER
            return before != _NEVER
        if self._by_pass_rate and group.comparable and self._rests[index] != _NEVER:
            rest = 0 if group.tells_apart else min(self._rests[index] + 1, _LONGEST)
            self._rests[index] = rest
        return False

    def state(self) -> str:
        """Return it as text."""
        return base64.b64encode(zlib.compress(self._rests)).decode()

    def restore(self, state: str) -> None:
        """Go on from ``state``.

        Raises:
            DataError: it is of other prompts.
        """
        rests = bytearray(zlib.decompress(base64.b64decode(state)))
        if len(rests) != len(self._rests):
            raise DataError(
                f"the state is of {len(rests)} prompts, and there are {len(self._rests)}"
            )
        self._rests = rests
