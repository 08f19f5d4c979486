"""The domains, in one table to read.

A domain is a module with four pure functions; the engine calls them in this order:

``extract(completion, spec) -> str | Verdict``
    Read the answer out, or say why there is none. Linear in the completion; runs in the engine's
    process.
``shortcut(answer, spec) -> Verdict | None``
    Decide at once where a comparison of strings, integers or fractions is enough, else None.
    Bounded and parser-free; runs in the engine's process.
``judge(answer, spec) -> Verdict``
    Decide. Runs in a worker of the cpu lane, where it may be killed.
``trial(answer, spec) -> Trial``
    Instead of ``judge`` in a domain of the sandbox lane: decide by running programs (``trial.py``).
``perfect_completion(spec) -> str | None``
    What a model that knows the gold would write; ``/check`` and ``check-data`` judge it. None: it
    cannot be made from the spec.

``Verifier.verify`` is the first three in a row, for a caller without an engine.
Each may raise ``BadSpecError`` and nothing else.

To add a domain: a spec, a module, a row here, a golden file, a row in the README's table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from reward_verifiers.complaints import kind, too_many_fields, validation_message
from reward_verifiers.errors import BadSpecError
from reward_verifiers.specs import (
    CodeSpec,
    IfevalSpec,
    MathSpec,
    ReasoningGymSpec,
    Spec,
    StemSpec,
)
from reward_verifiers.trial import Trial
from reward_verifiers.verdict import Verdict


class Lane(StrEnum):
    """Where a domain's ``judge`` runs."""

    CPU = "cpu"
    """Jailed worker processes of the service."""
    SANDBOX = "sandbox"
    """Sandboxes for programs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Domain:
    """One row of the table."""

    name: str
    spec: type[Spec]
    module: str
    """Import path; a string, so that listing domains imports no verifier."""
    lane: Lane
    version: str
    """Counted up whenever any verdict may change."""
    summary: str
    uncheckable: str = "no completion can be made that gives this gold (do its braces pair?)"
    """What it means, for a person, when ``perfect_completion`` makes none."""
    warm_up: tuple[tuple[Mapping[str, Any], str], ...] = ()
    """Questions (the fields of a spec, and an answer) judged once before any worker starts, so that
    no real question is the one that loads a parser."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verifier:
    """The functions of a domain's module, resolved."""

    extract: Callable[[str, Any], str | Verdict]
    shortcut: Callable[[str, Any], Verdict | None]
    judge: Callable[[str, Any], Verdict] | None
    """None in a domain of the sandbox lane."""
    trial: Callable[[str, Any], Trial] | None
    """None in a domain of the cpu lane."""
    perfect_completion: Callable[[Any], str | None]

    def verify(self, completion: str, spec: Spec) -> Verdict:
        """Judge one completion from end to end, in this process; not where programs must run.

        Raises:
            BadSpecError: the spec cannot be judged against.
            TypeError: the domain is judged by running programs, which takes an engine.
        """
        if self.judge is None:
            raise TypeError("this domain is judged by running programs: use an engine")
        answer = self.extract(completion, spec)
        if isinstance(answer, Verdict):
            return answer
        return self.shortcut(answer, spec) or self.judge(answer, spec)


DOMAINS: Mapping[str, Domain] = MappingProxyType(
    {
        "math": Domain(
            name="math",
            spec=MathSpec,
            module="reward_verifiers.math",
            lane=Lane.CPU,
            version="1",
            summary="mathematical answers, by symbolic and numeric equivalence",
            warm_up=(
                ({"gold": r"\frac{x^2+1}{2}"}, r"\frac12x^2+\frac{\sqrt{4}}{4}"),
                ({"gold": r"[0,1)\cup\{2\}"}, r"\{x: 0\le x<1\}\cup\{2\}"),
                ({"gold": r"12\text{ m}"}, r"1200\,\mathrm{cm}"),
                ({"gold": r"\int_0^1 x^2\,dx"}, r"\frac13"),
                ({"gold": r"\sum_{k=1}^n k"}, r"\frac{n(n+1)}{2}"),
                ({"gold": r"\lim_{x\to0}\frac{\sin x}{x}"}, "1"),
            ),
        ),
        "stem": Domain(
            name="stem",
            spec=StemSpec,
            module="reward_verifiers.stem",
            lane=Lane.CPU,
            version="1",
            summary="multiple choice up to Z; short values, quantities, formulas and texts",
            warm_up=(
                ({"gold": "2 m/s", "answer_type": "quantity"}, r"7.2\,\text{km/h}"),
                ({"gold": r"\frac{m v^2}{2}", "answer_type": "formula"}, r"\frac12 m v^{2}"),
            ),
        ),
        "code": Domain(
            name="code",
            spec=CodeSpec,
            module="reward_verifiers.code",
            lane=Lane.SANDBOX,
            version="1",
            summary="programs, run against their tests in sandboxes",
        ),
        "reasoning_gym": Domain(
            name="reasoning_gym",
            spec=ReasoningGymSpec,
            module="reward_verifiers.reasoning_gym",
            lane=Lane.CPU,
            version="1",
            summary="the puzzles of Reasoning Gym, by the rules of their data sets",
            uncheckable="the puzzle has many right answers, and its entry shows none of them",
            warm_up=(
                (
                    {
                        "dataset": "word_ladder",
                        "entry": {
                            "answer": "COLD,CORD",
                            "metadata": {"start_word": "COLD", "end_word": "CORD"},
                        },
                    },
                    "COLD,COLT,CORT,CORD",
                ),
                (
                    {
                        "dataset": "pool_matrix",
                        "entry": {"answer": "1 2\n3 4"},
                    },
                    "1 2\n3 5",
                ),
            ),
        ),
        "ifeval": Domain(
            name="ifeval",
            spec=IfevalSpec,
            module="reward_verifiers.ifeval",
            lane=Lane.CPU,
            version="1",
            summary="instructions that can be checked: IFEval, IFBench and their training sets",
            uncheckable="the instructions and their arguments are right; no text follows from them",
            warm_up=(
                (
                    {
                        "instruction_id_list": [
                            "language:response_language",
                            "change_case:capital_word_frequency",
                        ],
                        "kwargs": [
                            {"language": "en"},
                            {"capital_frequency": 1, "capital_relation": "at least"},
                        ],
                    },
                    "Dr. Lee isn't here. He left.",
                ),
                (
                    {
                        "family": "ifbench",
                        "instruction_id_list": [
                            "words:start_verb",
                            "words:odd_even_syllables",
                            "ratio:stop_words",
                            "format:emoji",
                        ],
                        "kwargs": [{}, {}, {"percentage": 50}, {}],
                    },
                    "Run to the hills!",
                ),
            ),
        ),
    }
)


@cache
def verifier(domain: str) -> Verifier:
    """Import and return the functions of ``domain``, which must be a key of ``DOMAINS``."""
    module = import_module(DOMAINS[domain].module)
    lane = DOMAINS[domain].lane
    return Verifier(
        extract=module.extract,
        shortcut=module.shortcut,
        judge=module.judge if lane is Lane.CPU else None,
        trial=module.trial if lane is Lane.SANDBOX else None,
        perfect_completion=module.perfect_completion,
    )


def read_spec(raw: Any, *, where: str = "spec") -> Spec:
    """Return the spec that ``raw`` (a JSON object) describes.

    Raises:
        BadSpecError: it is no spec; the message names the field, as ``<where>.<field>``.
    """
    if not isinstance(raw, Mapping):
        raise BadSpecError(f"{where}: expected an object, got {kind(raw)}")
    name = raw.get("domain")
    known = ", ".join(sorted(DOMAINS))
    if name is None:
        raise BadSpecError(f"{where}.domain: missing; known domains: {known}")
    if not isinstance(name, str) or name not in DOMAINS:
        raise BadSpecError(
            f"{where}.domain: unknown domain {str(name)[:50]!r}; known domains: {known}"
        )
    excess = too_many_fields(raw, DOMAINS[name].spec)
    if excess is not None:
        raise BadSpecError(f"{where}.{excess}")
    try:
        return DOMAINS[name].spec.model_validate(raw)
    except ValidationError as error:
        raise BadSpecError(validation_message(error, where)) from error
