"""All that can be set, as text: name, default, and what it does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import get_close_matches
from textwrap import fill
from typing import Any

from pydantic import BaseModel

from reward_trainer.config import Config, Section, defaults, names

_WIDTH = 100


def page(about: str = "") -> str:
    """Return the settings whose names hold ``about``; all, if it is empty.

    Raises:
        ValueError: there are none; the message names the nearest.
    """
    standard, texts = defaults(Config), dict(_described(Config))
    found = [name for name in standard if about in name]
    if not found:
        close = get_close_matches(about, names(), n=1, cutoff=0.4)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"no setting is called like {about!r}{hint}")
    lines = []
    for name in found:
        lines.append(f"{name} = {_given(standard[name])}")
        if texts[name]:
            text = " ".join(texts[name].split())
            lines.append(fill(text, _WIDTH, initial_indent="    ", subsequent_indent="    "))
    return "\n".join(lines)


def _given(value: Any) -> str:
    """Return a value as ``--set`` takes it."""
    return value if value and isinstance(value, str) else json.dumps(value)


def _described(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield each setting with what its field's docstring says."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            yield from _described(kind, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field.description or ""
