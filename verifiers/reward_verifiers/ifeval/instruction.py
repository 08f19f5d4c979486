"""One row of a family's table: what an instruction takes, and how it is checked.

A check is a pure function ``check(text, **arguments) -> bool``: total, linear in the text. The
arguments have been read before (``arguments.py``), so their types can be trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reward_verifiers.ifeval.arguments import Argument
from reward_verifiers.ifeval.text.text import Text

Check = Callable[..., bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Instruction:
    """What an id stands for in one version of one family."""

    check: Check
    """Called as ``check(text, **arguments)``."""
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    """By the name in the data."""
    fixed: Check | None = None
    """What profile ``fixed`` checks instead, where the official check has a known bug."""
    fixed_arguments: Mapping[str, Argument] | None = None
    """What profile ``fixed`` takes, where it reads an argument in another way."""
    agree: Callable[[Mapping[str, Any]], None] | None = None
    """Raises ``ValueError`` when arguments that are right alone make no sense together."""
    prompt: bool = False
    """Whether the check takes the item's prompt too, as ``prompt``."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An instruction of an item: a check, and the arguments it is called with."""

    check: Check
    arguments: Mapping[str, Any]

    def followed_by(self, text: Text) -> bool:
        """Whether ``text`` does what is asked; a blank text never does."""
        return not text.blank and self.check(text, **self.arguments)
