"""A format: how its rows are recognised, and what reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reward_service.rows.row import Row
from reward_verifiers.specs import Spec


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """One row of the table."""

    recognise: Callable[[Mapping[str, Any]], bool]
    """Whether a row's fields, none of them null, are of this format."""
    convert: Callable[[Row], Spec]
    """Reads a row of this format; raises ``BadSpecError`` naming the field that is wrong."""
    summary: str
    """Whose rows these are and where their gold stands."""
