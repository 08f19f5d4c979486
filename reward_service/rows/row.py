"""One row, read field by field: whatever is wrong is a ``BadSpecError`` that names the field."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from reward_service.surrogates import MAX_VALUES, has_too_many_values, json_value
from reward_verifiers.complaints import kind, shown, validation_message
from reward_verifiers.errors import BadSpecError
from reward_verifiers.specs import MAX_WHOLE_BITS, Spec

AnySpec = TypeVar("AnySpec", bound=Spec)

MAX_TEXT_CHARS = 1_000_000
"""The most that any text in a row may have: no solution is longer."""

MAX_GOLD_CHARS = 20_000
"""The most that a reference answer or an option may have."""

MAX_LIST_LENGTH = 100


class Row:
    """A row's fields. A field that is null counts as absent, as merged tables have them."""

    def __init__(self, fields: Mapping[str, Any], where: str) -> None:
        self.fields = {name: value for name, value in fields.items() if value is not None}
        self.where = where

    def error(self, name: str, complaint: str) -> BadSpecError:
        """Return the error that says what is wrong with the field ``name``."""
        return BadSpecError(f"{self.where}.{name}: {complaint}")

    def has(self, name: str) -> bool:
        """Whether the field is there."""
        return name in self.fields

    def value(self, name: str) -> Any:
        """Return the field.

        Raises:
            BadSpecError: it is absent.
        """
        if name not in self.fields:
            raise self.error(name, "missing")
        return self.fields[name]

    def text(self, name: str) -> str:
        """Return the field, which must be text and not blank."""
        return self.as_text(name, self.value(name))

    def gold(self, name: str) -> str:
        """Return the field as a reference answer: text, or a number as its digits."""
        return self.as_gold(name, self.value(name))

    def integer(self, name: str) -> int:
        """Return the field, which must be a whole number."""
        value = self.value(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.error(name, f"expected a whole number, got {shown(value)}")
        if value.bit_length() > 63:
            raise self.error(name, "a number of too many digits")
        return value

    def items(self, name: str) -> list[Any]:
        """Return the field, which must be a list with something in it."""
        value = self.value(name)
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            raise self.error(name, f"expected a list, got {kind(value)}")
        if not 1 <= len(value) <= MAX_LIST_LENGTH:
            raise self.error(name, f"expected 1 to {MAX_LIST_LENGTH} entries, got {len(value)}")
        return list(value)

    def part(self, name: str) -> Row:
        """Return the field, which must be an object, as a row of its own."""
        value = self.value(name)
        if not isinstance(value, Mapping):
            raise self.error(name, f"expected an object, got {kind(value)}")
        return Row(value, f"{self.where}.{name}")

    def as_text(self, name: str, value: Any) -> str:
        """Return ``value``, found in the field ``name``, if it is text and not blank."""
        if not isinstance(value, str):
            raise self.error(name, f"expected text, got {kind(value)}")
        if len(value) > MAX_TEXT_CHARS:
            raise self.error(name, f"longer than {MAX_TEXT_CHARS} characters")
        if not value.strip():
            raise self.error(name, "empty")
        return value

    def as_gold(self, name: str, value: Any) -> str:
        """Return ``value``, found in the field ``name``, as a reference answer."""
        if isinstance(value, int) and not isinstance(value, bool):
            if value.bit_length() > MAX_WHOLE_BITS:
                raise self.error(name, "a number of too many digits; write it as text")
            return str(value)
        if isinstance(value, float):
            if not math.isfinite(value):
                raise self.error(name, f"{value} is no answer")
            # Tables keep whole numbers as floats when a row of the column is empty.
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        gold = self.as_text(name, value).strip()
        if len(gold) > MAX_GOLD_CHARS:
            raise self.error(name, f"longer than {MAX_GOLD_CHARS} characters")
        return gold

    def spec(self, model: type[AnySpec], **parts: Any) -> AnySpec:
        """Return the spec of these parts.

        Raises:
            BadSpecError: they make no spec.
        """
        try:
            return model(**parts)
        except ValidationError as error:
            raise BadSpecError(validation_message(error, self.where)) from error


def json_field(row: Row, name: str) -> Any:
    """Return the field, which is a JSON value or the text of one.

    Raises:
        BadSpecError: it is absent, or a text that is no JSON.
    """
    value = row.value(name)
    return json_text(row, name, value) if isinstance(value, str) else value


def json_text(row: Row, name: str, text: str) -> Any:
    """Return the JSON value that ``text``, found in the field ``name``, holds."""
    raw = text.encode("utf-8", "surrogatepass")
    if has_too_many_values(raw):
        raise row.error(name, f"more than {MAX_VALUES} values")
    try:
        return json_value(raw)
    except ValueError as error:
        raise row.error(name, f"not JSON: {error}") from error
