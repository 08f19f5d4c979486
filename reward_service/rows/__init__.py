"""Dataset rows as the field has them, turned into specs: ``row`` instead of ``spec``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reward_verifiers.errors import BadSpecError
from reward_verifiers.specs import Spec


def spec_of_row(row: Mapping[str, Any], format_name: str | None, *, where: str = "row") -> Spec:
    """Return the spec of a dataset row, in the format named or recognised.

    Raises:
        BadSpecError: the format is unknown, or the row is not of it; the message names the field.
    """
    raise BadSpecError(f"{where}: no known format")
