"""How a format is recognised: by its exact fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


def names(listed: str) -> frozenset[str]:
    """Return the names in ``listed``, which are parted by commas."""
    return frozenset(name.strip() for name in listed.split(","))


BOOKKEEPING = names(
    "id, ID, idx, index, uuid, unique_id, uid, question_id, problem_id, problem_idx, task_id, "
    "__index_level_0__, split, source, source_id, src, url, link, year, lang, language, license, "
    "hash, version, subject, subset, category, topic, topics, tags, field, subfield, discipline, "
    "level, difficulty, type, grade, modality, context, metadata, meta, extra_info, agent_ref, "
    "responses_create_params, prompt, messages"
)
"""Fields that may stand in any row: where it is from, what was asked, but never what is right."""

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """The fields that a row of a format has, and those it may have beside bookkeeping."""

    required: frozenset[str]
    optional: frozenset[str] = NOTHING
    absent: frozenset[str] = NOTHING
    """Fields that make it another format's."""
    others_allowed: bool = False
    """Whether fields that nobody knows do not matter, because the required ones are telling."""
    holds: Callable[[Mapping[str, Any]], bool] | None = None
    """What else must be true of the values, where fields alone do not tell two formats apart."""

    def __call__(self, fields: Mapping[str, Any]) -> bool:
        """Whether ``fields``, none of them null, are those of the format."""
        given = fields.keys()
        if not self.required <= given or self.absent & given:
            return False
        if not self.others_allowed and given - self.required - self.optional - BOOKKEEPING:
            return False
        return self.holds is None or self.holds(fields)
