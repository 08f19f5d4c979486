"""Values of any kind in specs: they must be JSON, and neither too large nor too deep."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from reward_verifiers.complaints import kind
from reward_verifiers.spec import MAX_WHOLE_BITS

MAX_SIZE = 400_000
"""Characters of text, and values, together. Entries of Reasoning Gym have some 2,000."""
MAX_DEPTH = 30


def check_json(value: Any) -> None:
    """Make sure that ``value`` is JSON, and neither too large nor too deep.

    Raises:
        ValueError: it is not.
    """
    size = 0
    level = [value]
    for _ in range(MAX_DEPTH):
        inner: list[Any] = []
        for part in level:
            size += _size(part)
            if isinstance(part, Mapping):
                size += sum(map(_key_size, part))
                inner += part.values()
            elif isinstance(part, Sequence) and not isinstance(part, str):
                inner += part
        if size + len(inner) > MAX_SIZE:
            raise ValueError(f"of more than {MAX_SIZE} characters and values together")
        if not inner:
            return
        level = inner
    raise ValueError(f"nested more than {MAX_DEPTH} deep")


def _size(value: Any) -> int:
    """Return what ``value`` itself, without what is in it, adds to the size."""
    if isinstance(value, str):
        return _text_size(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("holds a number that is not finite")
    if isinstance(value, int) and value.bit_length() > MAX_WHOLE_BITS:
        raise ValueError("holds a number of too many digits")
    if value is None or isinstance(value, int | float | Mapping | list | tuple):
        return 1
    raise ValueError(f"holds what is no JSON: {kind(value)}")


def _key_size(key: Any) -> int:
    # The package's own entries have whole numbers as keys, which JSON makes texts.
    return _text_size(key) if isinstance(key, str) else _size(key)


def _text_size(text: str) -> int:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("holds a lone surrogate, which is no text") from None
    return len(text) + 1
