"""What of an evaluation is off the paper's protocol: then its number is not the paper's kind."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from reward_trainer.evaluation.suite import Benchmark
from reward_trainer.evaluation.writer import Terms


class Difference(BaseModel):
    """One thing that was done otherwise than the paper does it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    ours: str | int | float
    """What was taken."""
    protocol: str | int | float
    """What the protocol takes (``suite.py``)."""

    def __str__(self) -> str:
        return f"{_told(self.ours)}, not {_told(self.protocol)}"


def differences(
    benchmark: Benchmark, *, terms: Terms, source: str, limit: int | None, chat: bool
) -> dict[str, Difference]:
    """Return what differs from the protocol, by name; nothing where the numbers are comparable.

    Items of another place count as other items: nothing tells whether they are the benchmark's.

    Args:
        benchmark: what was evaluated.
        terms: how its completions were sampled.
        source: where its items were taken from, if not from where the benchmark says.
        limit: of each task of Reasoning Gym, or of all items, only the first so many.
        chat: whether prompts went through the model's chat template.
    """
    protocol = Terms()
    pairs: dict[str, tuple[str | int | float, str | int | float]] = {
        "items": (source or benchmark.items, benchmark.items),
        "limit": ("all" if limit is None else limit, "all"),
        "samples": (terms.samples, protocol.samples),
        "temperature": (terms.temperature, protocol.temperature),
        "top_p": (terms.top_p, protocol.top_p),
        "max_tokens": (terms.max_tokens, protocol.max_tokens),
        "prompts": ("as they are" if not chat else "in the chat template", "in the chat template"),
    }
    return {
        name: Difference(ours=ours, protocol=theirs)
        for name, (ours, theirs) in pairs.items()
        if ours != theirs
    }


def _told(value: str | float) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
