"""Rows of Reasoning Gym: entries as the package makes them, and NeMo Gym's around them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from reward_service.rows.format import Format
from reward_service.rows.row import Row
from reward_verifiers.complaints import kind
from reward_verifiers.reasoning_gym_entries import CONFIG_FIELDS
from reward_verifiers.specs import ReasoningGymSpec

_SOURCE = "source_dataset"


def reasoning_gym(row: Row) -> ReasoningGymSpec:
    """Read the entry; ``metadata.source_dataset`` says which rules score it."""
    metadata = _metadata(row)
    dataset = Row(metadata, f"{row.where}.metadata").text(_SOURCE)
    entry = {
        "question": row.fields.get("question"),
        "answer": row.fields.get("answer"),
        "metadata": metadata,
    }
    return row.spec(ReasoningGymSpec, dataset=dataset, entry=entry)


def _metadata(row: Row) -> dict[str, Any]:
    """Return the metadata: an object, or as tables keep it, its JSON as text."""
    value = row.value("metadata")
    if isinstance(value, str):
        try:
            value = json.loads(row.text("metadata"))
        except (ValueError, RecursionError) as error:
            raise row.error("metadata", "neither an object nor the JSON of one") from error
    if not isinstance(value, Mapping):
        raise row.error("metadata", f"expected an object, got {kind(value)}")
    return dict(value)


def _recognise(row: Mapping[str, Any]) -> bool:
    """Whether the metadata name one of the package's data sets."""
    metadata = row.get("metadata")
    if "question" not in row or not metadata:
        return False
    if isinstance(metadata, str):
        return f'"{_SOURCE}"' in metadata
    return isinstance(metadata, Mapping) and metadata.get(_SOURCE) in CONFIG_FIELDS


REASONING_GYM_FORMATS: Mapping[str, Format] = {
    "reasoning_gym": Format(
        recognise=_recognise,
        convert=reasoning_gym,
        summary="Reasoning Gym, NeMo Gym: question, answer, and metadata with source_dataset",
    ),
}
