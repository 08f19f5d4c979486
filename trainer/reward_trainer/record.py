"""What a run writes down: a line a step, events, and some of its rollouts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reward_trainer.errors import TrainerError
from reward_trainer.rollout import Group, Said
from reward_trainer.seeing.lines import lines_of

_SAMPLES_A_STEP = 4
_NAME = "metrics.jsonl"


class Record:
    """The JSONL files of a run, which go on where a checkpoint was made."""

    def __init__(self, folder: Path) -> None:
        """Write into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        self._metrics = folder / _NAME
        self._samples = folder / "samples.jsonl"

    @staticmethod
    def learned(folder: Path) -> bool:
        """Return whether the run in ``folder`` has learned from anything."""
        return any("event" not in line and line.get("groups") for line in lines_of(folder / _NAME))

    def cut(self, step: int) -> None:
        """Drop what was written after ``step``: those steps are done again."""
        for path in (self._metrics, self._samples):
            if not path.exists():
                continue
            lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line]
            kept = [line for line in lines if _step_of(line) <= step]
            beside = path.with_suffix(".part")
            beside.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
            beside.rename(path)

    def write(self, line: Mapping[str, Any]) -> None:
        """Write down a step's numbers or an event."""
        _append(self._metrics, [line])

    def sample(
        self, step: int, groups: Sequence[Group], advantages: Sequence[float] | None = None
    ) -> None:
        """Write down the first rollout of some groups.

        Args:
            step: in which they were sampled.
            groups: of the step.
            advantages: of all rollouts of ``groups``, one after the other; None: there are none,
                for nothing was learned from them.
        """
        lines = []
        start = 0
        for group in groups[:_SAMPLES_A_STEP]:
            advantage = None if advantages is None else advantages[start]
            lines.append({"step": step, **_first_of(group), "advantage": advantage})
            start += len(group.completions)
        _append(self._samples, lines)


def _first_of(group: Group) -> dict[str, Any]:
    completion = group.completions[0]
    said = group.said[0] if group.said else Said()
    return {
        "source": group.prompt.source,
        "id": group.prompt.id,
        "where": group.prompt.where,
        "prompt": group.prompt.text,
        "completion": completion.text,
        "reward": group.rewards[0],
        "problem": group.problems[0] if group.problems else None,
        "outcome": said.outcome,
        "extracted": said.extracted,
        "why": said.why,
        "length": len(completion.token_ids),
        "stopped": completion.stopped,
        "item": dict(group.prompt.judged_by),
    }


def _append(path: Path, lines: Sequence[Mapping[str, Any]]) -> None:
    # ASCII: a completion may hold what no UTF-8 file can, or what others take for a line's end.
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise TrainerError(
            f"{path} cannot be written: {error}; when it can, the same command goes on"
        ) from error


def _step_of(line: str) -> float:
    """Return the step of a line; one that was cut off by a kill is of no step that counts."""
    try:
        return float(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return float("inf")
