"""The instructions of a spec, with their arguments read; kept for the rest of the group."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from reward_verifiers.errors import BadSpecError
from reward_verifiers.ifeval.arguments import Argument
from reward_verifiers.ifeval.families import (
    families_with,
    table_of,
    version_of,
    versions_with,
)
from reward_verifiers.ifeval.instruction import Asked, Instruction
from reward_verifiers.ifeval_spec import FollowProfile, IfevalSpec
from reward_verifiers.memo import Memo


def asked(spec: IfevalSpec) -> tuple[Asked, ...]:
    """Return what ``spec`` asks for, in order.

    Raises:
        BadSpecError: an instruction is unknown, or its arguments are not what it takes; the message
            names the field.
    """
    latest, known = _LATEST[0]
    if latest is not spec:
        known = _ASKED(spec.model_dump_json(exclude={"thinking", "mode", "reward"}))
        _LATEST[0] = (spec, known)
    return known


def _read(key: str) -> tuple[Asked, ...]:
    spec = IfevalSpec.model_validate_json(key)
    given = spec.kwargs or [None] * len(spec.instruction_id_list)
    return tuple(
        _one(index, name, kwargs or {}, spec)
        for index, (name, kwargs) in enumerate(zip(spec.instruction_id_list, given, strict=True))
    )


_ASKED: Memo[str, tuple[Asked, ...]] = Memo(_read)

# The completions of a group are judged with one spec object, each in two steps; writing it as JSON
# to look it up would take as long as many a check.
_LATEST: list[tuple[IfevalSpec | None, tuple[Asked, ...]]] = [(None, ())]


def _one(index: int, name: str, kwargs: Mapping[str, Any], spec: IfevalSpec) -> Asked:
    table = table_of(spec)
    row = table.get(name)
    if row is None:
        raise BadSpecError(
            f"spec.instruction_id_list.{index}: {_named(spec)} has no {name[:80]!r}"
            f"{_suggestion(name, spec, table)}"
        )
    check, takes, repaired = row.check, row.arguments, row.fixed_arguments
    if spec.profile is FollowProfile.FIXED:
        check, takes, repaired = row.fixed or check, row.fixed_arguments or takes, None
    where = f"spec.kwargs.{index}"
    arguments = _arguments(where, name, kwargs, takes, repaired or {})
    if row.agree is not None:
        try:
            row.agree(arguments)
        except ValueError as error:
            raise BadSpecError(f"{where}.{error} ({name})") from error
    if row.prompt:
        arguments["prompt"] = spec.prompt
    return Asked(check, arguments)


def _arguments(
    where: str,
    name: str,
    kwargs: Mapping[str, Any],
    takes: Mapping[str, Argument],
    repaired: Mapping[str, Argument],
) -> dict[str, Any]:
    """Read ``kwargs`` as ``takes`` says; ``repaired`` is how the other profile would."""
    given = {key: value for key, value in kwargs.items() if value is not None}
    excess = sorted(given.keys() - takes.keys())
    if excess:
        raise BadSpecError(f"{where}.{excess[0][:80]}: {name} takes no such argument")
    read = {}
    for key, argument in takes.items():
        if key not in given:
            if not argument.optional:
                raise BadSpecError(f"{where}.{key}: missing; {name} needs it")
            continue
        try:
            read[key] = argument.read(given[key])
        except ValueError as error:
            way_out = _way_out(given[key], repaired.get(key))
            raise BadSpecError(f"{where}.{key}: {error} ({name}){way_out}") from error
    return read


def _way_out(value: Any, repaired: Argument | None) -> str:
    """Return that the fixed profile takes what this one does not, if so."""
    if repaired is None:
        return ""
    try:
        repaired.read(value)
    except ValueError:
        return ""
    return "; profile fixed takes it as it stands"


def _named(spec: IfevalSpec) -> str:
    return f"family {spec.family.value}, version {version_of(spec)},"


def _suggestion(name: str, spec: IfevalSpec, table: Mapping[str, Instruction]) -> str:
    if versions := versions_with(name, spec.family):
        return f"; version {' and '.join(versions)} has it: set version"
    if families := families_with(name):
        return f"; family {' and '.join(families)} has it: set family"
    close = get_close_matches(name[:80], table, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
