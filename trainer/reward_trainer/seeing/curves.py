"""Which curves a run's page shows, and of which of its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reward_trainer.seeing.lines import Line, number, sources_of

_MOST_POINTS = 600
"""More are not told apart in a chart, and would make the page heavy."""
LONG = 30
"""A curve of fewer points shows the way it went by itself."""
_TIMES = ("sample", "exposed", "passes", "update", "sync", "save")


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """One line of a chart."""

    name: str
    points: tuple[tuple[float, float | None], ...]
    """(step, value); None is a gap: nothing is known there."""

    @property
    def last(self) -> float | None:
        """The last value that is known."""
        return next((value for _, value in reversed(self.points) if value is not None), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """Curves that share their axes."""

    title: str
    curves: tuple[Curve, ...]
    note: str = ""
    stacked: bool = False
    """Whether the curves are parts of a whole, one on the other."""


def charts_of(steps: Sequence[Line], events: Sequence[Line]) -> list[Chart]:
    """Return the charts of a run, without those that it has no numbers for."""
    sources = sorted({source for line in steps for source in sources_of(line)})
    charts = [
        _chart(
            "Reward",
            steps,
            {"reward": "all"} | {f"reward/{one}": one for one in sources},
            note="mean raw reward of what was scored",
        ),
        _evaluations(events),
        _chart(
            "Deviation of the rewards",
            steps,
            {"reward_std": "all", "group_std": "within groups"},
            note="what is learned from is that within groups",
        ),
        _chart(
            "Groups without a difference",
            steps,
            {"solve_all": "all right", "solve_none": "all wrong"},
            note="share of the groups that were sampled and can be compared",
        ),
        _chart("Unscored", steps, {"unscored": "share"}, note="completions without a reward"),
        _chart("KL to the reference", steps, {"kl": "kl"}),
        _chart("Entropy", steps, {"entropy": "entropy"}, note="nats a token"),
        _chart("Length", steps, {"length": "mean", "length_max": "longest"}, note="tokens"),
        _chart("Cut off", steps, {"truncated": "share"}, note="completions that did not end"),
        _chart(
            "Clipped", steps, {"clip_low": "low", "clip_high": "high"}, note="share of the tokens"
        ),
        _chart(
            "Time",
            steps,
            {f"time/{part}_s": part for part in _TIMES},
            note="seconds of a step; exposed: waiting for rewards and for nothing else",
            stacked=True,
        ),
        _chart(
            "Exposed reward time",
            steps,
            {"reward_exposed_share": "share"},
            note="share of the step",
        ),
        _chart("Sampler against policy", steps, {"mismatch": "mean |difference|"}, note="nats"),
        _chart("Gradient norm", steps, {"grad_norm": "norm"}),
        _chart("Loss", steps, {"loss": "loss"}),
        _chart("Learning rate", steps, {"lr": "lr"}),
        _chart(
            "Groups",
            steps,
            {"groups": "learned from", "sampled_groups": "sampled"},
            note="more are sampled where rewards do not differ",
        ),
        _chart(
            "Prompts never drawn",
            steps,
            {"left_out_prompts": "too long", "refused_prompts": "refused by the service"},
        ),
    ]
    return [chart for chart in charts if any(curve.last is not None for curve in chart.curves)]


def thinned(curve: Curve, most: int = _MOST_POINTS) -> Curve:
    """Return the curve with ``most`` points at most, each the mean of its neighbours."""
    n = len(curve.points)
    if n <= most:
        return curve
    bounds = [n * at // most for at in range(most + 1)]
    pieces = [curve.points[start:end] for start, end in pairwise(bounds)]
    return Curve(name=curve.name, points=tuple(map(_middle, pieces)))


def smoothed(curve: Curve) -> Curve:
    """Return the curve with each value the mean of those around it; a gap stays one.

    Around it are two on either side, or more in a long curve: a thirtieth of it. A curve that is
    short is returned as it is.
    """
    if len(curve.points) < LONG:
        return curve
    reach = max(2, len(curve.points) // LONG)
    values = [value for _, value in curve.points]
    around = (values[max(at - reach, 0) : at + reach + 1] for at in range(len(values)))
    points = (
        (step, None if value is None else mean_of(near))
        for (step, value), near in zip(curve.points, around, strict=True)
    )
    return Curve(name=curve.name, points=tuple(points))


def mean_of(values: Iterable[float | None]) -> float | None:
    """Return the mean of the values that are known, if any is."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _middle(piece: Sequence[tuple[float, float | None]]) -> tuple[float, float | None]:
    return piece[len(piece) // 2][0], mean_of(value for _, value in piece)


def _chart(
    title: str,
    steps: Sequence[Line],
    names: dict[str, str],
    *,
    note: str = "",
    stacked: bool = False,
) -> Chart:
    curves = [
        Curve(name=name, points=tuple((line["step"], number(line.get(key))) for line in steps))
        for key, name in names.items()
        if any(key in line for line in steps)
    ]
    return Chart(title=title, curves=tuple(curves), note=note, stacked=stacked)


def _evaluations(events: Sequence[Line]) -> Chart:
    found: dict[str, list[tuple[float, float | None]]] = {}
    for event in events:
        scores = event.get("scores")
        if event.get("event") != "evaluation" or not isinstance(scores, dict):
            continue
        for name, value in [*scores.items(), ("blend", event.get("blend"))]:
            found.setdefault(str(name), []).append((event["step"], number(value)))
    curves = [Curve(name=name, points=tuple(points)) for name, points in sorted(found.items())]
    return Chart(title="Validation", curves=tuple(curves), note="mean score of what was scored")
