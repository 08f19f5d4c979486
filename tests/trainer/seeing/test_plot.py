"""The page of a run."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reward_trainer.errors import DataError
from reward_trainer.seeing.curves import Curve, charts_of, smoothed, thinned
from reward_trainer.seeing.lines import steps_and_events
from reward_trainer.seeing.plot import _text, write_page
from reward_trainer.seeing.samples import samples_of
from reward_trainer.seeing.svg import ticks

LineOf = Callable[..., dict[str, Any]]
RunOf = Callable[..., Path]

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)></pre></details>"
    "<svg onload=alert(3)>\" onmouseover='x' &lt;b&gt; \x00\x1b[2J\u202etxt\u2028 \ud800"
)
_SHAPES = {"svg", "line", "text", "polyline", "polygon", "circle"}
_BLOCKS = {"section", "main", "figure", "figcaption", "details", "summary", "pre", "ol", "li"}
TAGS = (
    {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "span", "small", "b"}
    | {"dl", "div", "dt", "dd"}
    | _SHAPES
    | _BLOCKS
)
ATTRIBUTES = {
    "lang",
    "charset",
    "http-equiv",
    "content",
    "name",
    "class",
    "viewbox",
    "role",
    "aria-label",
} | {"x1", "x2", "y1", "y2", "x", "y", "cx", "cy", "r", "points"}


class Page(HTMLParser):
    """Reads a page: its tags, whether they are closed in order, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def page_of(folder: Path) -> str:
    out = folder / "deep" / "plot.html"
    write_page(folder, out)
    return out.read_text(encoding="utf-8")


def sample(step: int, completion: str = "x", **others: Any) -> dict[str, Any]:
    return {
        "step": step,
        "source": "math",
        "prompt": "2+2?",
        "completion": completion,
        "reward": 1.0,
        "problem": None,
        "length": 3,
        "stopped": True,
        "item": {"spec": {"domain": "math", "gold": "4"}},
        **others,
    }


def test_the_page_shows_the_curves_events_and_rollouts(run_of: RunOf, line_of: LineOf) -> None:
    events = [
        {"step": 3, "event": "reset", "why": "kl 0.2 above 0.1", "optimizer": "clear"},
        {"step": 5, "event": "stage", "why": "longer", "set": {"sampling.max_tokens": 16384}},
        {"step": 6, "event": "evaluation", "scores": {"math": 0.5}, "blend": 0.5},
    ]
    folder = run_of([*(line_of(step) for step in range(1, 10)), *events], [sample(9, "4, surely")])
    html = page_of(folder)
    page = Page(html)
    assert page.open == []
    assert {"svg", "polyline", "polygon", "details"} <= page.tags
    text = " ".join(page.texts)
    for title in ("Reward", "KL to the reference", "Entropy", "Length", "Clipped", "Unscored"):
        assert title in text
    assert "sudoku" in text
    assert "Validation" in text
    assert "4, surely" in text
    assert "step 3 reset: kl 0.2 above 0.1, optimizer clear" in text
    assert html.count('class="mark reset"') == html.count("<svg")
    assert html.count('class="mark stage"') == html.count("<svg")
    assert "step 9" in html


def test_nothing_is_loaded_from_anywhere_and_nothing_runs(run_of: RunOf, line_of: LineOf) -> None:
    html = page_of(run_of([line_of(1), line_of(2)], [sample(1)]))
    page = Page(html)
    assert page.tags <= TAGS
    assert page.attributes <= ATTRIBUTES
    assert "default-src 'none'" in html
    assert "url(" not in html
    assert "http:" not in html
    assert "https:" not in html


def test_what_a_model_wrote_is_text_wherever_it_stands(run_of: RunOf, line_of: LineOf) -> None:
    hostile = dict.fromkeys(("prompt", "completion", "source", "problem", "item"), HOSTILE)
    folder = run_of(
        [
            line_of(1, **{f"reward/{HOSTILE}": 0.5}),
            line_of(2, **{f"reward/{HOSTILE}": 0.5}),
            {"step": 1, "event": "reset", "why": HOSTILE, HOSTILE: HOSTILE},
            {"step": 1, "event": HOSTILE},
            {"step": 2, "event": "evaluation", "scores": {HOSTILE: 1.0}},
        ],
        [sample(1) | hostile | {"reward": None}, sample(2) | hostile | {"length": HOSTILE}],
    )
    (folder / "config.json").write_text('{"model": {"name": "<script>"}, "run": {"steps": "<b>"}}')
    html = page_of(folder)
    page = Page(html)
    assert page.open == []
    assert page.tags <= TAGS
    assert page.attributes <= ATTRIBUTES
    assert not any(character in html for character in "\x00\x1b\u202e\u2028")
    assert "<script>alert(1)</script>" in "".join(page.texts)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_any_text_is_escaped(text: str) -> None:
    escaped = _text(text)
    assert not set("<>\"'\x00\x1b") & set(escaped)


@pytest.mark.parametrize("tail", [b'{"step": 3, "rew', b"\xff\xfe", b"{}\n[]\nnull\n", b"7\n"])
def test_a_last_line_that_a_kill_broke_off_is_passed_over(
    run_of: RunOf, line_of: LineOf, tail: bytes
) -> None:
    folder = run_of([line_of(1), line_of(2)], [sample(1)], tail)
    steps, _ = steps_and_events(folder / "metrics.jsonl")
    assert [line["step"] for line in steps] == [1, 2]
    assert "step" in page_of(folder)


def test_a_step_that_was_done_again_counts_as_it_was_the_last_time(
    run_of: RunOf, line_of: LineOf
) -> None:
    lines = [line_of(1), line_of(2, reward=0.1), {"step": 1, "event": "resumed"}]
    folder = run_of([*lines, line_of(2, reward=0.9), line_of(3)])
    steps, events = steps_and_events(folder / "metrics.jsonl")
    assert [line["reward"] for line in steps] == [0.51, 0.9, 0.53]
    assert [event["event"] for event in events] == ["resumed"]


def test_an_unknown_reward_is_a_gap_and_no_zero(run_of: RunOf, line_of: LineOf) -> None:
    lines = [line_of(step, reward=None if step == 3 else 0.5) for step in range(1, 6)]
    (reward, *_), *_ = (chart.curves for chart in charts_of(lines, []))
    assert [value for _, value in reward.points] == [0.5, 0.5, None, 0.5, 0.5]
    assert Page(page_of(run_of(lines))).open == []


def test_what_groups_tell_apart_is_drawn_where_a_run_has_it(line_of: LineOf) -> None:
    numbers = {"reward_std": 0.4, "group_std": 0.3, "solve_all": 0.25, "solve_none": None}
    drawn = {
        chart.title: {curve.name: curve.last for curve in chart.curves}
        for chart in charts_of([line_of(1, **numbers), line_of(2, **numbers)], [])
    }
    assert drawn["Deviation of the rewards"] == {"all": 0.4, "within groups": 0.3}
    assert drawn["Groups without a difference"] == {"all right": 0.25, "all wrong": None}
    older = {chart.title for chart in charts_of([line_of(1)], [])}
    assert older == drawn.keys() - {"Deviation of the rewards", "Groups without a difference"}


def test_the_token_of_the_service_is_not_on_the_page(run_of: RunOf, line_of: LineOf) -> None:
    assert "hunter2" not in page_of(run_of([line_of(1)]))


@pytest.mark.parametrize("metrics", [[], [{"step": 1, "event": "resumed"}]])
def test_a_run_without_a_step_is_no_page(run_of: RunOf, metrics: list[dict[str, Any]]) -> None:
    folder = run_of(metrics)
    with pytest.raises(DataError, match="has finished a step"):
        write_page(folder, folder / "plot.html")
    assert not (folder / "plot.html").exists()


def test_a_long_run_has_a_light_page(run_of: RunOf, line_of: LineOf) -> None:
    samples = [sample(step, "long " * 10_000) for step in range(1, 401)]
    html = page_of(run_of([line_of(step) for step in range(1, 3001)], samples))
    assert len(html) < 1_500_000
    assert "characters left out" in html


def test_rollouts_are_of_steps_all_over_the_run(run_of: RunOf, line_of: LineOf) -> None:
    lines = [sample(step, str(at)) for step in range(1, 101) for at in range(6)]
    found = samples_of(run_of([line_of(1)], lines) / "samples.jsonl")
    steps = list(dict.fromkeys(line["step"] for line in found))
    assert len(steps) == 12
    assert (steps[0], steps[-1]) == (100, 1)
    assert len(found) == 48


def test_thinning_keeps_the_mean_and_the_gaps() -> None:
    points = tuple((float(step), None if step < 10 else float(step)) for step in range(100))
    thin = thinned(Curve(name="x", points=points), most=10)
    assert [value for _, value in thin.points] == [None] + [10 * at + 4.5 for at in range(1, 10)]


def test_smoothing_takes_chance_out_and_keeps_the_way_and_the_gaps() -> None:
    noisy = [(float(step), step + (3.0 if step % 2 else -3.0)) for step in range(100)]
    points = [(step, None if step == 50 else value) for step, value in noisy]
    smooth = smoothed(Curve(name="x", points=tuple(points))).points
    assert smooth[50] == (50.0, None)
    assert all(abs(value - step) < 3 for step, value in smooth if value is not None)
    assert sum(abs(value - step) < 1 for step, value in smooth if value is not None) > 80
    few = Curve(name="x", points=tuple(points[:20]))
    assert smoothed(few) is few


def test_the_reward_is_told_by_means_of_the_first_and_the_last_steps(
    run_of: RunOf, line_of: LineOf
) -> None:
    lucky = {1: 0.9, 40: 0.9, 3: None}
    lines = [line_of(n, reward=lucky.get(n, 0.2 if n <= 20 else 0.4)) for n in range(1, 41)]
    text = "".join(Page(page_of(run_of(lines))).texts)
    assert "reward, means of 10 steps0.278 \u2192 0.45" in text
    assert "reward, means of 2 steps0.55 \u2192 0.2" in "".join(
        Page(page_of(run_of(lines[:2] + lines[3:5]))).texts
    )
    assert "reward0.9 \u2192 0.9" in "".join(Page(page_of(run_of(lines[:1]))).texts)


def test_a_long_curve_is_pale_under_its_smoothed_one(run_of: RunOf, line_of: LineOf) -> None:
    html = page_of(run_of([line_of(step) for step in range(1, 61)]))
    assert html.count('<polyline class="c0 raw"') == html.count('<polyline class="c0"') > 5
    assert "pale: each step" in html
    short = page_of(run_of([line_of(step) for step in range(1, 11)]))
    assert 'class="c0 raw"' not in short
    assert "pale: each step" not in short


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 1.0, [0.0, 0.25, 0.5, 0.75, 1.0]),
        (0.0, 7.3, [0.0, 2.0, 4.0, 6.0]),
        (3.0, 3.0, [3.0]),
        (-1.0, 1.0, [-1.0, -0.5, 0.0, 0.5, 1.0]),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(expected)
