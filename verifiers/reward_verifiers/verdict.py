"""What a verifier says about one completion, and whose fault a non-answer is.

=============================================  ==========================================
the answer was judged                          a ``Verdict`` with a score
the model wrote nothing that can be judged     ``NO_ANSWER``: a verdict, score 0
the answer is too costly to judge              ``OVER_LIMIT``: a verdict, score 0; else
                                               stalling the judge would beat being wrong
the gold answer is broken                      ``BadSpecError``: the item gets *no* reward
the service failed                             an error of the service's: *no* reward
=============================================  ==========================================
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

MAX_EXTRACTED_CHARS = 1000
"""A verdict quotes at most this much of the answer it judged."""

MAX_REASON_CHARS = 500


class Outcome(StrEnum):
    """What became of a completion. Closed: a trainer may switch on it."""

    CORRECT = "correct"
    """Judged right; score 1."""
    WRONG = "wrong"
    """Judged wrong; score 0."""
    PARTIAL = "partial"
    """Judged partly right; score strictly between 0 and 1."""
    NO_ANSWER = "no_answer"
    """Nothing in the completion can be judged; score 0."""
    OVER_LIMIT = "over_limit"
    """The answer is too costly to judge; score 0."""


class Verdict(BaseModel):
    """The judgement of one completion. Made by the named constructors, never by hand."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    outcome: Outcome = Field(examples=["correct"])
    """What became of the completion."""
    score: float = Field(ge=0.0, le=1.0, examples=[1.0])
    """How right it is, from 0 to 1."""
    extracted: str | None = Field(default=None, examples=["4"])
    """The answer that was read out of the completion and judged; cut at 1000 characters."""
    reason: str = Field(default="", examples=["equal as numbers"])
    """Why the outcome is what it is, in one sentence for a person."""
    verifier: str = Field(default="", examples=["math"])
    """The verifier that judged: the name of its domain."""
    version: str = Field(default="", examples=["1"])
    """Its version; the same version gives the same verdict for the same request."""
    details: dict[str, Any] = Field(default_factory=dict, examples=[{}])
    """What the verifier wants to add, by domain (JSON values only)."""

    @classmethod
    def correct(cls, extracted: str, reason: str = "", **details: Any) -> Self:
        """The answer is right."""
        return cls._judged(Outcome.CORRECT, 1.0, extracted, reason, details)

    @classmethod
    def wrong(cls, extracted: str, reason: str = "", **details: Any) -> Self:
        """The answer is wrong."""
        return cls._judged(Outcome.WRONG, 0.0, extracted, reason, details)

    @classmethod
    def graded(cls, score: float, extracted: str, reason: str = "", **details: Any) -> Self:
        """The answer is right by ``score``: correct at 1, wrong at 0, partial between."""
        if score >= 1.0:
            return cls._judged(Outcome.CORRECT, 1.0, extracted, reason, details)
        if score <= 0.0:
            return cls._judged(Outcome.WRONG, 0.0, extracted, reason, details)
        return cls._judged(Outcome.PARTIAL, score, extracted, reason, details)

    @classmethod
    def no_answer(cls, reason: str, extracted: str | None = None, **details: Any) -> Self:
        """Nothing in the completion can be judged."""
        return cls._judged(Outcome.NO_ANSWER, 0.0, extracted, reason, details)

    @classmethod
    def over_limit(cls, reason: str, extracted: str | None = None, **details: Any) -> Self:
        """The answer costs more to judge than an honest one could."""
        return cls._judged(Outcome.OVER_LIMIT, 0.0, extracted, reason, details)

    def stamped(self, verifier: str, version: str) -> Self:
        """Return this verdict with the name and version of the verifier that made it."""
        return self.model_copy(update={"verifier": verifier, "version": version})

    def quoting(self, extracted: str) -> Self:
        """Return this verdict with ``extracted`` as the answer that it judged."""
        return self.model_copy(update={"extracted": _cut(extracted)})

    @classmethod
    def _judged(
        cls,
        outcome: Outcome,
        score: float,
        extracted: str | None,
        reason: str,
        details: dict[str, Any],
    ) -> Self:
        return cls(
            outcome=outcome,
            score=score,
            extracted=None if extracted is None else _cut(extracted),
            reason=reason[:MAX_REASON_CHARS],
            details=details,
        )


def _cut(extracted: str) -> str:
    long = len(extracted) > MAX_EXTRACTED_CHARS
    return extracted[: MAX_EXTRACTED_CHARS - 1] + "…" if long else extracted
