"""What is wrong with a value from outside, in words of the wire: one table, by pydantic's types.

Pydantic's own messages name Python's types and our classes, which a caller who sent JSON has never
seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

# ``got`` is the kind of what was given, ``given`` the value itself; the rest is pydantic's context.
_WORDINGS: dict[str, str] = {
    "missing": "missing",
    "extra_forbidden": "unknown field",
    "value_error": "{error}",
    "string_type": "expected text, got {got}",
    "string_unicode": "holds a lone surrogate, which is no text",
    "string_too_short": "shorter than {min_length} characters",
    "string_too_long": "longer than {max_length} characters",
    "id_type": "expected text or a whole number, got {given}",
    "golds_type": "expected text, a number or a list of them, got {got}",
    "int_type": "expected a whole number, got {got}",
    "int_parsing": "expected a whole number, got {given}",
    "int_parsing_size": "a number of too many digits",
    "int_from_float": "expected a whole number, got {given}",
    "float_type": "expected a number, got {got}",
    "float_parsing": "expected a number, got {given}",
    "finite_number": "expected a finite number, got {given}",
    "bool_type": "expected true or false, got {got}",
    "bool_parsing": "expected true or false, got {given}",
    "greater_than": "must be greater than {gt}, not {given}",
    "greater_than_equal": "must be at least {ge}, not {given}",
    "less_than": "must be less than {lt}, not {given}",
    "less_than_equal": "must be at most {le}, not {given}",
    "enum": "expected {expected}, got {given}",
    "literal_error": "expected {expected}, got {given}",
    "list_type": "expected a list, got {got}",
    "dict_type": "expected an object, got {got}",
    "model_type": "expected an object, got {got}",
    "union_tag_not_found": "expected an object with {discriminator}",
    "union_tag_invalid": "{discriminator}: expected one of {expected_tags}, got {tag!r}",
    "string_pattern_mismatch": "not of the form {pattern}: {given}",
    "too_short": "expected at least {min_length} entries, got {actual_length}",
    "too_long": "expected at most {max_length} entries, got {actual_length}",
}

CONVERSATION = "expected text, got chat messages; give the content of the assistant's last one"
"""What to say where the text of a completion is wanted and a conversation is given."""

# Parts of a path that are no field's: the branch of a union, and that a key is meant.
_MARKS = frozenset({"[one]", "[list]", "[object]", "[key]"})

_MAX_COMPLAINTS = 3
_MAX_FIELDS = 100
_MAX_SHOWN = 50


def too_many_fields(raw: Mapping[str, Any], model: type[BaseModel]) -> str | None:
    """Return a complaint about an object of far more fields than any has, or None.

    Pydantic would make a complaint about each of them, however few of those are told.
    """
    if len(raw) <= _MAX_FIELDS:
        return None
    unknown = next(name for name in raw if name not in model.model_fields)
    return f"{unknown[:_MAX_SHOWN]}: unknown field, one of {len(raw)} fields"


def validation_message(error: ValidationError, where: str = "") -> str:
    """Return the first few complaints of ``error`` in one line, each with the path of its field."""
    details = error.errors(include_url=False)[:_MAX_COMPLAINTS]
    return "; ".join(_with_path(detail, where) for detail in details)


def _with_path(detail: ErrorDetails, where: str) -> str:
    path = ".".join(part for part in (where, field_path(detail)) if part)
    return f"{path}: {complaint(detail)}" if path else complaint(detail)


def field_path(detail: ErrorDetails) -> str:
    """Return the path of the field that ``detail`` complains about, its parts joined by dots."""
    return ".".join(str(part)[:_MAX_SHOWN] for part in detail["loc"] if part not in _MARKS)


def complaint(detail: ErrorDetails) -> str:
    """Return what is wrong with the field."""
    value, context = detail["input"], detail.get("ctx", {})
    if detail["type"] in ("string_too_short", "too_short") and len(value) == 0:
        return "empty"
    if detail["type"] == "string_type" and is_conversation(value):
        return CONVERSATION
    if detail["type"] not in _WORDINGS:
        return detail["msg"]
    bounds = {name: _whole(bound) for name, bound in context.items()}
    return _WORDINGS[detail["type"]].format(got=kind(value), given=shown(value), **bounds)


def _whole(bound: Any) -> Any:
    """Return a float that is a whole number as one, which is how a person writes it."""
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


def is_conversation(value: object) -> bool:
    """Whether ``value`` is a chat message, or a list that begins with one."""
    first = value[0] if isinstance(value, list | tuple) and value else value
    return isinstance(first, Mapping) and "role" in first


def kind(value: object) -> str:
    """Return what JSON calls ``value``, with its article where it has one."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    return type(value).__name__


def shown(value: Any) -> str:
    """Return ``value`` as it was given if it is short enough to show, else its kind."""
    if isinstance(value, str):
        return repr(value[:_MAX_SHOWN])
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(value, float) or (is_whole and value.bit_length() <= 64):
        return repr(value)
    return kind(value)
