"""The wire: what goes into ``POST /score`` and what comes out. Fixed; it only ever grows.

One set of models serves the wire, the engine, the client and the offline files. They are strict: an
unknown field is an error that names the field.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FiniteFloat,
    model_validator,
)
from pydantic_core import PydanticCustomError

from reward_verifiers.specs import MAX_WHOLE_BITS, AnySpec, at_most
from reward_verifiers.verdict import Outcome, Verdict

# Examples for the OpenAPI document.
_ITEM: dict[str, Any] = {
    "id": "a",
    "completion": "2 and 2 make \\boxed{4}",
    "spec": {"domain": "math", "gold": "4"},
}
_VERDICT: dict[str, Any] = {
    "outcome": "correct",
    "score": 1.0,
    "extracted": "4",
    "reason": "equal as numbers",
    "verifier": "math",
    "version": "1",
    "details": {},
}
_SCORED: dict[str, Any] = {"id": "a", "reward": 1.0, "verdict": _VERDICT, "problem": None}


class Wire(BaseModel):
    """Base of everything on the wire: immutable, strict, described by its docstrings."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def id_as_text(value: object) -> str | None:
    """Return the id that ``value`` is, as text, or None if it is none.

    Datasets number their rows, so a whole number is taken as its digits.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return str(value) if value.bit_length() <= MAX_WHOLE_BITS else None


def _id(value: object) -> str:
    text = id_as_text(value)
    if text is None:
        raise PydanticCustomError("id_type", "expected text or a whole number")
    return text


ItemId = Annotated[str, BeforeValidator(_id, json_schema_input_type=str | int)]
"""Name of an item."""


class Item(Wire):
    """One completion to score, and what is needed to judge it: either ``spec`` or ``row``."""

    id: ItemId | None = Field(default=None, examples=["a"])
    """Name of the item, unique in its request: text, or a whole number, which is answered as text.
    Default: its index."""
    completion: str = Field(examples=["2 and 2 make \\boxed{4}"])
    """What the policy wrote, thinking included."""
    spec: Annotated[AnySpec | str | None, Field(examples=[{"domain": "math", "gold": "4"}])] = None
    """What the domain needs to judge the completion, or the name of an entry of ``specs``."""
    row: dict[str, Any] | None = Field(default=None, examples=[None])
    """A dataset row in a known format, instead of a ``spec``."""
    format: str | None = Field(default=None, examples=[None])
    """Name of the row's format; default: it is recognised."""

    @model_validator(mode="after")
    def _spec_or_row(self) -> Self:
        if (self.spec is None) == (self.row is None):
            raise ValueError("exactly one of spec and row must be given")
        if self.format is not None and self.row is None:
            raise ValueError("format goes with a row")
        return self


class ScoreRequest(Wire):
    """A batch of items to score."""

    items: list[Item] = Field(min_length=1, examples=[[_ITEM]])
    """The items; the answer keeps their order."""
    specs: dict[str, AnySpec] = Field(
        default_factory=dict, examples=[{"p1": {"domain": "math", "gold": "4"}}]
    )
    """Specs shared by name, so that a heavy one is sent once."""
    deadline_s: float | None = Field(default=None, gt=0, le=86_400, examples=[30])
    """Seconds after which what is not judged is answered with the problem ``deadline``."""
    shaping: Annotated[dict[Outcome, FiniteFloat], at_most(len(Outcome))] = Field(
        default_factory=dict, examples=[{"wrong": -1.0, "no_answer": -1.0}]
    )
    """Reward by outcome, for a trainer that wants other numbers than the score. Outcomes not named
    keep their score; verdicts stay as they are."""


class Problem(Wire):
    """Why an item has no reward."""

    code: str = Field(examples=["bad_spec"])
    """bad_item, bad_spec, overloaded, deadline, worker_died, verifier_crashed, sandbox_down,
    host_busy, no_language, no_lane or shutting_down."""
    message: str = Field(examples=["spec.gold: missing"])
    """What is wrong, for a person; names the field where there is one."""
    retryable: bool = Field(examples=[False])
    """Whether sending the same item again may help."""


class ScoredItem(Wire):
    """One item's reward, or the reason it has none: exactly one of ``verdict`` and ``problem``."""

    id: str = Field(examples=["a"])
    """The item's id."""
    reward: float | None = Field(default=None, examples=[1.0])
    """The number to train on. Null means *unknown*: mask the rollout, never train on it as a 0."""
    verdict: Verdict | None = Field(default=None, examples=[_VERDICT])
    """The judgement; null exactly when ``problem`` is set."""
    problem: Problem | None = Field(default=None, examples=[None])
    """Why there is no judgement; null exactly when ``verdict`` is set."""
    queue_s: float = Field(default=0.0, examples=[0.0])
    """Seconds the item waited for a worker. Never counts against any limit."""
    exec_s: float = Field(default=0.0, examples=[0.002])
    """Seconds the judging took, the same for equal answers, which are judged once; 0 for a verdict
    that was remembered or needed no worker."""

    @model_validator(mode="after")
    def _judged_or_failed(self) -> Self:
        if (self.verdict is None) == (self.problem is None):
            raise ValueError("exactly one of verdict and problem must be set")
        if (self.reward is None) != (self.verdict is None):
            raise ValueError("a reward comes with a verdict, and only with one")
        return self


class StreamedItem(ScoredItem):
    """A line of an NDJSON answer: a scored item with its place in the request."""

    index: int = Field(ge=0, examples=[0])
    """The item's index in the request."""


class Counts(Wire):
    """How many items got a reward; the last line of an NDJSON answer."""

    n_scored: int = Field(ge=0, examples=[1])
    """Items with a verdict."""
    n_unscored: int = Field(ge=0, examples=[0])
    """Items with a problem."""


class ScoreResponse(Counts):
    """The scored items, in the order of the request."""

    items: list[ScoredItem] = Field(examples=[[_SCORED]])
    """One per item of the request, in its order."""


class CheckedItem(Wire):
    """Whether one gold verifies itself."""

    id: str = Field(examples=["a"])
    """The item's id."""
    ok: bool | None = Field(examples=[True])
    """True when a completion that gives the gold is judged correct; null when the spec holds
    nothing to make one from, so that this cannot be checked."""
    completion: str | None = Field(default=None, examples=["\\boxed{4}"])
    """The completion that was judged."""
    verdict: Verdict | None = Field(default=None, examples=[_VERDICT])
    """The judgement of it."""
    problem: Problem | None = Field(default=None, examples=[None])
    """Why there is no judgement."""
    reason: str | None = Field(default=None, examples=[None])
    """Why there is nothing to check; null unless ``ok`` is."""
    warning: str | None = Field(default=None, examples=[None])
    """What to know of a gold that verifies itself: that an answer has to repeat its text."""


class CheckResponse(Wire):
    """Which golds verify themselves, in the order of the request."""

    items: list[CheckedItem] = Field(
        examples=[[{"id": "a", "ok": True, "completion": "\\boxed{4}", "verdict": _VERDICT}]]
    )
    """One per item of the request, in its order."""
    n_ok: int = Field(ge=0, examples=[1])
    """Golds that verify themselves."""
    n_failed: int = Field(ge=0, examples=[0])
    """Golds that do not, or could not be judged."""
    n_uncheckable: int = Field(ge=0, examples=[0])
    """Specs that hold nothing to check."""

    @classmethod
    def of(cls, items: list[CheckedItem]) -> Self:
        """Return the answer that holds ``items``, counted."""
        return cls(
            items=items,
            n_ok=sum(item.ok is True for item in items),
            n_failed=sum(item.ok is False for item in items),
            n_uncheckable=sum(item.ok is None for item in items),
        )
