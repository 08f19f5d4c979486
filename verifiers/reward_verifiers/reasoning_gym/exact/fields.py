"""Reads what a scorer needs of an entry, and says which field is missing or of another type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reward_verifiers.complaints import kind
from reward_verifiers.errors import BadSpecError

Entry = Mapping[str, Any]
"""An item of a dataset as it was exported: ``question``, ``answer``, ``metadata``."""


def text(entry: Entry, path: str) -> str:
    """Return the text at ``path``, its parts joined by dots."""
    value = _at(entry, path)
    if not isinstance(value, str):
        raise _mistyped(path, "text", value)
    return value


def whole(entry: Entry, path: str) -> int:
    """Return the whole number at ``path``."""
    value = _at(entry, path)
    if not _is_whole(value):
        raise _mistyped(path, "a whole number", value)
    return int(value)


def wholes(entry: Entry, path: str) -> list[int]:
    """Return the whole numbers at ``path``."""
    value = _at(entry, path)
    if not isinstance(value, list | tuple) or not all(map(_is_whole, value)):
        raise _mistyped(path, "a list of whole numbers", value)
    return [int(number) for number in value]


def texts(entry: Entry, path: str) -> list[str]:
    """Return the texts at ``path``."""
    value = _at(entry, path)
    if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
        raise _mistyped(path, "a list of texts", value)
    return list(value)


def range_of(entry: Entry, path: str, default: tuple[int, int]) -> tuple[int, int]:
    """Return the two whole numbers at ``path``, or ``default`` where there are none."""
    value: Any = entry
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if not isinstance(value, list | tuple) or len(value) != 2 or not all(map(_is_whole, value)):
        return default
    return int(value[0]), int(value[1])


def bad_field(path: str, complaint: str) -> BadSpecError:
    """Return the error that says what is wrong with the field at ``path``."""
    return BadSpecError(f"entry.{path}: {complaint}")


def _at(entry: Entry, path: str) -> Any:
    value: Any = entry
    walked: list[str] = []
    for part in path.split("."):
        if not isinstance(value, Mapping):
            raise _mistyped(".".join(walked), "an object", value)
        walked.append(part)
        if part not in value:
            raise bad_field(".".join(walked), "missing")
        value = value[part]
    return value


def _is_whole(value: object) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def _mistyped(path: str, wanted: str, value: object) -> BadSpecError:
    where = f"entry.{path}" if path else "entry"
    return BadSpecError(f"{where}: expected {wanted}, got {kind(value)}")
