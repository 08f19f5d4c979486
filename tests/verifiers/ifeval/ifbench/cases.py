"""Cases near the border of what each of IFBench's 58 instructions accepts, made without a model.

For each id something that follows it is put together; then most cases are spoilt a little: a
character, word or line goes, comes twice, changes its case, or makes room for an odd one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from verifiers.ifeval.ifbench import (
    cases_of_counts,
    cases_of_custom,
    cases_of_formats,
    cases_of_words,
)
from verifiers.ifeval.ifbench.material import Case, spoilt

PER_ID = 90

MAKERS: Mapping[str, Callable[[Random], Case]] = {
    **cases_of_counts.MAKERS,
    **cases_of_words.MAKERS,
    **cases_of_formats.MAKERS,
    **cases_of_custom.MAKERS,
}
"""By id: makes a case that mostly follows the instruction."""


def cases(name: str, count: int = PER_ID, seed: int = 0) -> list[Case]:
    """Return cases of an instruction, the same each time; no text is blank."""
    rng = Random(f"{name} {seed}")
    made: list[Case] = []
    while len(made) < count:
        case = MAKERS[name](rng)
        text = case.text
        for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 5))):
            text = spoilt(rng, text)
        if text.strip():
            made.append(case._replace(text=text))
    return made
