"""What can be told before anything is scored: mistyped options, and fields that no line has.

Said line by line, such a mistake would fill the output with as many problems as there are lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

from pydantic import ValidationError

from reward_service.errors import BadItemError
from reward_service.offline.errors import RefusedError
from reward_service.offline.lines import RawLine, object_in, output_names
from reward_service.offline.options import ScoreOptions
from reward_service.rows import ALIASES, FORMATS
from reward_verifiers.complaints import complaint, field_path
from reward_verifiers.registry import DOMAINS, Domain

# What others call the completion. No line is read under these names unless the caller says so: a
# dataset may have its own reference solutions there.
_OTHER_NAMES = (
    *("response", "responses", "generation", "generations", "output", "outputs"),
    *("model_output", "model_outputs", "model_response", "generated_text", "prediction"),
    *("predictions", "answers", "samples", "rollouts", "completion_text", "text"),
)

_MAX_SHOWN = 12


def refuse_mistyped(options: ScoreOptions) -> None:
    """Look at what can be wrong whatever the lines hold.

    Raises:
        RefusedError: a default that no spec can have, or a format that there is not.
    """
    _refuse_defaults(options.spec_defaults)
    known = {*FORMATS, *ALIASES}
    name = options.row_format
    if name is not None and name not in known:
        raise RefusedError(
            f"--format: unknown format {name!r}{_near(name, known)}; "
            f"there are: {', '.join(sorted(known))}"
        )


def refuse_strange(lines: Sequence[RawLine], options: ScoreOptions, group_by: str | None) -> None:
    """Look at the first ``lines`` for the fields that the options name.

    Raises:
        RefusedError: none of them has such a field.
    """
    objects = [value for _, raw in lines if (value := _readable(raw)) is not None]
    if not objects:
        return
    if not any(
        value.get(name) is not None for value in objects for name in options.completion_fields
    ):
        _refuse_completion(objects, options)
    if group_by is not None:
        _refuse_group(objects, options, group_by)


def _refuse_defaults(defaults: Mapping[str, Any]) -> None:
    """Refuse defaults that are wrong in every domain they may be meant for."""
    name = defaults.get("domain")
    if name is not None and (not isinstance(name, str) or name not in DOMAINS):
        raise RefusedError(
            f"--spec-defaults: unknown domain {str(name)[:50]!r}; there are: {', '.join(DOMAINS)}"
        )
    domains = [DOMAINS[name]] if name is not None else [*DOMAINS.values()]
    complaints = {domain.name: _complaint(domain, defaults) for domain in domains}
    if all(complaints.values()):
        said = "; ".join(f"{domain}: {text}" for domain, text in complaints.items())
        raise RefusedError(f"--spec-defaults: {said}")


def _complaint(domain: Domain, defaults: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the first of ``defaults`` that a spec of ``domain`` cannot have."""
    try:
        domain.spec.model_validate({**defaults, "domain": domain.name})
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = detail["loc"]
            if path and path[0] in defaults:
                unknown = detail["type"] == "extra_forbidden"
                near = _near(str(path[0]), domain.spec.model_fields) if unknown else ""
                return f"{field_path(detail)}: {complaint(detail)}{near}"
    return None


def _refuse_completion(objects: Sequence[Mapping[str, Any]], options: ScoreOptions) -> NoReturn:
    first = objects[0]
    if options.completion_field is not None:
        raise RefusedError(
            f"--completion-field: {_among(objects)} has a field {options.completion_field!r}"
            f"{_near(options.completion_field, map(str, first))}; the first has {_listed(first)}"
        )
    others = [name for name in _OTHER_NAMES if _may_be_completion(first.get(name))]
    if len(others) == 1:
        raise RefusedError(
            f"{_among(objects)} has a completion, but there is {others[0]}; if that is it, "
            f"pass --completion-field {others[0]}"
        )
    if others:
        raise RefusedError(
            f"{_among(objects)} has a completion; which of {', '.join(others)} is it? "
            "Pass --completion-field NAME"
        )
    raise RefusedError(
        f"{_among(objects)} has a completion; the first has {_listed(first)}. If one of these "
        "holds what the model wrote, pass --completion-field NAME"
    )


def _refuse_group(
    objects: Sequence[Mapping[str, Any]], options: ScoreOptions, group_by: str
) -> None:
    names = set[str]().union(*(output_names(value, options) for value in objects))
    if group_by not in names:
        raise RefusedError(
            f"--group-by: {_among(objects)} would have a field {group_by!r} in the output"
            f"{_near(group_by, names)}; there are: {_listed(sorted(names))}"
        )


def _readable(raw: bytes | Mapping[str, Any]) -> Mapping[str, Any] | None:
    try:
        return object_in(raw)
    except BadItemError:
        return None


def _may_be_completion(value: Any) -> bool:
    return isinstance(value, str | list) and bool(value)


def _among(objects: Sequence[Any]) -> str:
    return f"none of the first {len(objects)} lines" if len(objects) > 1 else "no line"


def _near(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, [*known], n=1, cutoff=0.6)
    return f" (did you mean {near[0]}?)" if near else ""


def _listed(names: Iterable[Any]) -> str:
    shown = [str(name)[:40] for name in names]
    more = ", ..." if len(shown) > _MAX_SHOWN else ""
    return (", ".join(shown[:_MAX_SHOWN]) or "no fields") + more
