"""All that can be set, as text: name, default, what it does, and what there is to choose from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import get_close_matches
from textwrap import wrap
from typing import Any, TypeVar, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from reward_trainer.choices import Choice
from reward_trainer.config import Config, names
from reward_trainer.sections import Section

_WIDTH = 100
_INDENT = "    "

T = TypeVar("T")


def page(about: str = "") -> str:
    """Return the settings whose names hold ``about``; all, if it is empty.

    Raises:
        ValueError: there are none; the message names the nearest.
    """
    found = {name: field for name, field in _settings(Config) if about in name}
    if not found:
        close = get_close_matches(about, names(), n=1, cutoff=0.4)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"no setting is called like {about!r}{hint}")
    lines: list[str] = []
    told: dict[type[Section], str] = {}
    for name, field in found.items():
        lines += _entry(name, field)
        element = part_of(field, Section)
        if element in told:
            lines += _filled(f"The fields of each are those of {told[element]}.", _INDENT)
        elif element:
            told[element] = name
            lines += _filled("The fields of each:", _INDENT)
            for inner, one in element.model_fields.items():
                lines += _entry(inner, one, _INDENT)
    return "\n".join(lines)


def part_of(field: FieldInfo, kind: type[T]) -> type[T] | None:
    """Return the subclass of ``kind`` that the field's values are or hold, if there is one."""
    waiting = [field.annotation]
    for one in waiting:
        if isinstance(one, type) and issubclass(one, kind):
            return one
        waiting += get_args(one)
    return None


def _settings(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Yield each setting's dotted name and its field."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            yield from _settings(kind, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field


def _entry(name: str, field: FieldInfo, indent: str = "") -> list[str]:
    default = field.get_default(call_default_factory=True)
    given = "" if default is PydanticUndefined else f" = {_given(default)}"
    deeper = indent + _INDENT
    lines = [f"{indent}{name}{given}", *_filled(_plain(field.description or ""), deeper)]
    choices = part_of(field, Choice)
    room = max(map(len, choices or ()), default=0)
    for one in choices or ():
        lines += _filled(one.about, f"{deeper}{_INDENT}{one:<{room}}  ")
    for example in field.examples or ():
        value = json.dumps(example)  # in one line, to be copied
        lines.append(f"{deeper}for example: " + (value if indent else f"--set '{name}={value}'"))
    return lines


def _given(value: Any) -> str:
    """Return a value as ``--set`` takes it."""
    return str(value) if value and isinstance(value, str) else json.dumps(value)


def _plain(text: str) -> str:
    """Return a docstring's text as one reads it who writes JSON."""
    return " ".join(text.split()).replace("``", "`").replace("None", "null")


def _filled(text: str, head: str) -> list[str]:
    """Return ``text`` behind ``head``, its further lines below its first."""
    return wrap(
        text,
        _WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
    )
