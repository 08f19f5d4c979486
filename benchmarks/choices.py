"""Multiple-choice rows with known truth, and texts that make a careless reader of letters slow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from string import ascii_uppercase
from types import MappingProxyType
from typing import Any

from benchmarks import prose

_TEXTS = (
    "iron(III) oxide", "a polar covalent bond", "the rate doubles", "mitochondria", "2.5 mol",
    "an inelastic collision", "the entropy increases", "3.0 m/s^2", "a nucleophilic substitution",
    "the Calvin cycle", "green light", "it remains unchanged", "a transverse wave", "helium",
    "the alpha helix", "a first-order reaction", "6.2 eV", "convergent evolution",
)  # fmt: skip

_ENDINGS = (
    "Therefore the answer is \\boxed{%s}.",
    "So I choose $\\boxed{\\text{%s}}$.",
    "**Answer: %s**",
    "Answer: %s.",
    "The answer is (%s).",
    "The correct answer is option %s.",
    "Final answer: **%s**",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One multiple-choice completion and whether it names the right option."""

    completion: str
    spec: dict[str, Any]
    right: bool


def rows(seed: int, n: int = 512) -> list[Choice]:
    """Return ``n`` rows with 4 to 10 options; half are right."""
    rng = Random(seed)
    return [_row(rng, right=bool(index % 2)) for index in range(n)]


def _row(rng: Random, *, right: bool) -> Choice:
    options = dict(
        zip(ascii_uppercase, rng.sample(_TEXTS, rng.choice((4, 4, 5, 10))), strict=False)
    )
    gold = rng.choice(list(options))
    named = gold if right else rng.choice([letter for letter in options if letter != gold])
    said = prose.reasoning(rng, rng.randint(2_000, 7_500))
    return Choice(
        completion=f"{said}\n\n{rng.choice(_ENDINGS) % named}",
        spec={"domain": "stem", "gold": gold, "options": options},
        right=right,
    )


HOSTILE: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "lone letters": lambda n: "A " * (n // 2),
        "letters in parentheses": lambda n: "(A) " * (n // 4),
        "unclosed boxes": lambda n: r"\boxed{" * (n // 7),
        "empty boxes": lambda n: r"\boxed{}" * (n // 8),
        "nested text commands": lambda n: (
            r"\boxed{" + r"\text{" * (n // 7) + "A" + "}" * (n // 7) + "}"
        ),
        "announcements": lambda n: "the answer is " * (n // 14),
        "announced hedges": lambda n: "answer: A or B " * (n // 15),
        "thinking tags": lambda n: "<think>" * (n // 14) + "</think>" * (n // 16),
        "asterisks": lambda n: "*" * n,
        "spaces after a colon": lambda n: "Answer:" + " " * n,
        "colons and spaces": lambda n: "Answer: \n" * (n // 9),
        "braces": lambda n: "{" * (n // 2) + "}" * (n // 2),
        "option text, many times": lambda n: "helium " * (n // 7),
    }
)
"""Maker of a hostile completion of about ``n`` characters by name."""
