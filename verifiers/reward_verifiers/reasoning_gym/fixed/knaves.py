"""Who tells the truth: one claim for each person, and nothing beside the claims."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from reward_verifiers.reasoning_gym.fixed.plain import said
from reward_verifiers.reasoning_gym.task import Task, gold_read

Claims = dict[str, str]
"""Roles by name, in lower case."""

_SIGN = re.compile(r"[^\W\d_]+|[^\s_]")
_NUMBERING = re.compile(r"^\s{0,9}\d{1,2}[.)](?=\s{1,9}[^\W\d_])", re.MULTILINE)
_CONNECTIVES = frozenset(
    [
        *("is", "a", "an", "the", "and", "but", "while", "whereas", "so", "thus", "therefore"),
        *(",", ".", ";", ":", "&", "=", "*", "-", "(", ")", "\N{BULLET}"),
    ]
)


def knights_knaves(answer: str, task: Task) -> float:
    """Score 1.0 for the right role of each person, else 0.0.

    Names, roles and what joins them must be all there is: the package passes over other words, so
    that it pays for the right roles denied, and for both roles of each followed by the right one.
    """
    return float(_claims(said(answer)) == gold_read(task, lambda gold: _own_claims(gold, task)))


def _own_claims(gold: str, task: Task) -> Claims:
    """Return what ``gold`` claims, which is what the metadata show where they show it."""
    claims = _claims(gold)
    if not claims:
        raise ValueError("no claim for each person")
    shown = _shown(task.metadata)
    if shown is not None and shown != claims:
        raise ValueError("metadata.solution has other roles")
    return claims


def _claims(text: str) -> Claims | None:
    """Return the claims that ``text`` is, or None if it is anything else."""
    signs = _SIGN.findall(_NUMBERING.sub("", text).lower())
    words = [sign for sign in signs if sign not in _CONNECTIVES]
    names, roles = words[::2], words[1::2]
    if len(names) != len(roles) or len(set(names)) < len(names):
        return None
    return dict(zip(names, roles, strict=True))


def _shown(metadata: Mapping[str, Any]) -> Claims | None:
    """Return the roles that the metadata tell, or None if they do not tell of all."""
    names, solution = metadata.get("names"), metadata.get("solution")
    terms = metadata.get("knight_knave_terms")
    if not (isinstance(names, list) and isinstance(solution, list) and isinstance(terms, Mapping)):
        return None
    if len(names) != len(solution):
        return None
    roles = [str(terms.get("knight" if truthful else "knave")) for truthful in solution]
    return {str(name).lower(): role.lower() for name, role in zip(names, roles, strict=True)}
