"""A chart as SVG, drawn here: nothing is loaded from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from reward_trainer.seeing.curves import Chart, Curve, smoothed, thinned
from reward_trainer.seeing.text import harmless, shown

WIDTH, HEIGHT = 560, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 20, 10, 24
_COLOURS = 8  # classes c0 to c7 of the page's style
_TICKS = 4

Points = Sequence[tuple[float, float | None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Something that happened at a step, shown in every chart."""

    step: float
    kind: str
    """The class that it is drawn by: reset, stage, resumed, waiting."""
    text: str


@dataclass(frozen=True, slots=True)
class _Axes:
    x_low: float
    x_high: float
    y_low: float
    y_high: float

    def x(self, value: float) -> float:
        share = (value - self.x_low) / ((self.x_high - self.x_low) or 1.0)
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        share = (value - self.y_low) / ((self.y_high - self.y_low) or 1.0)
        return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)


def drawn(chart: Chart, marks: Sequence[Mark], *, first: float, last: float) -> str:
    """Return ``chart`` as an ``svg`` element, with ``marks``, from step ``first`` to ``last``.

    All charts of a page have the same steps, so that what happened stands in a line.
    """
    curves = [thinned(curve) for curve in chart.curves]
    if chart.stacked:
        curves = _stacked(curves)
    axes = _axes(curves, first, last, from_zero=chart.stacked)
    body = [
        *_grid(axes),
        *(_areas(curves, axes) if chart.stacked else ()),
        *(_mark(mark, axes) for mark in marks if axes.x_low <= mark.step <= axes.x_high),
        *(() if chart.stacked else _lines(curves, axes)),
    ]
    title = escape(harmless(chart.title))
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">{"".join(body)}</svg>'
    )


def ticks(low: float, high: float, n: int = _TICKS) -> list[float]:
    """Return about ``n`` round numbers from ``low`` to ``high``."""
    span = high - low
    if not span > 0:
        return [low]
    raw = span / n
    power = 10.0 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)
    first = ceil(low / step - 1e-9)
    last = floor(high / step + 1e-9)
    return [step * at for at in range(first, last + 1)]


def _axes(curves: Sequence[Curve], first: float, last: float, *, from_zero: bool) -> _Axes:
    ys = [value for curve in curves for _, value in curve.points if value is not None]
    low, high = (min(ys), max(ys)) if ys else (0.0, 1.0)
    # Shares and lengths are read against zero, where that does not flatten them.
    if from_zero or 0 <= low <= 0.5 * high:
        low = 0.0
    margin = 0.05 * (high - low) or 0.05 * abs(high) or 0.5
    return _Axes(first, last, low - (margin if low else 0.0), high + margin)


def _grid(axes: _Axes) -> Iterable[str]:
    for value in ticks(axes.y_low, axes.y_high):
        y = axes.y(value)
        yield f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="y" x="{_LEFT - 6}" y="{y + 3.5:.1f}">{shown(value)}</text>'
    for value in ticks(axes.x_low, axes.x_high, 6):
        if value == round(value):
            x = axes.x(value)
            yield f'<text class="x" x="{x:.1f}" y="{HEIGHT - 8}">{shown(value, 9)}</text>'


def _mark(mark: Mark, axes: _Axes) -> str:
    x = axes.x(mark.step)
    return (
        f'<line class="mark {escape(mark.kind)}" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}"'
        f' y2="{HEIGHT - _BOTTOM}"><title>{escape(harmless(mark.text))}</title></line>'
    )


def _lines(curves: Sequence[Curve], axes: _Axes) -> Iterable[str]:
    """Yield the curves, pale where their smoothed ones are drawn over them."""
    smooth = [smoothed(curve) for curve in curves]
    for at, (curve, over) in enumerate(zip(curves, smooth, strict=True)):
        if over is not curve:
            yield from _line(curve, axes, f"c{at % _COLOURS} raw")
    for at, over in enumerate(smooth):
        yield from _line(over, axes, f"c{at % _COLOURS}")


def _line(curve: Curve, axes: _Axes, kind: str) -> Iterable[str]:
    for run in _runs(curve.points):
        if len(run) == 1:
            x, y = axes.x(run[0][0]), axes.y(run[0][1])
            yield f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="2"/>'
        else:
            path = " ".join(f"{axes.x(x):.1f},{axes.y(y):.1f}" for x, y in run)
            yield f'<polyline class="{kind}" points="{path}"/>'


def _areas(curves: Sequence[Curve], axes: _Axes) -> Iterable[str]:
    # The highest first, so that what is below covers it.
    for at, curve in reversed(list(enumerate(curves))):
        points = [(x, y or 0.0) for x, y in curve.points]
        ground = [(points[-1][0], 0.0), (points[0][0], 0.0)]
        path = " ".join(f"{axes.x(x):.1f},{axes.y(y):.1f}" for x, y in [*points, *ground])
        yield f'<polygon class="c{at % _COLOURS}" points="{path}"/>'


def _stacked(curves: Sequence[Curve]) -> list[Curve]:
    """Return each curve with those before it added."""
    total = [0.0] * len(curves[0].points)
    found = []
    for curve in curves:
        total = [
            before + (value or 0.0) for before, (_, value) in zip(total, curve.points, strict=True)
        ]
        steps = (step for step, _ in curve.points)
        found.append(Curve(name=curve.name, points=tuple(zip(steps, total, strict=True))))
    return found


def _runs(points: Points) -> list[list[tuple[float, float]]]:
    """Return the stretches without a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in points:
        if y is None:
            runs.append([])
        else:
            runs[-1].append((x, y))
    return [run for run in runs if run]
