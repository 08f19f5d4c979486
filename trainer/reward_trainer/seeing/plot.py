"""A run as one page of HTML that needs nothing else: no network, no script.

What a model wrote is hostile. It is escaped, what cannot be seen in it is shown, and the page's own
policy forbids scripts and everything from elsewhere, should that ever fail.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from reward_trainer.errors import DataError
from reward_trainer.seeing.curves import LONG, Chart, charts_of, mean_of, smoothed
from reward_trainer.seeing.lines import Line, number, steps_and_events
from reward_trainer.seeing.loggers import without_secrets
from reward_trainer.seeing.samples import samples_of
from reward_trainer.seeing.style import STYLE
from reward_trainer.seeing.svg import Mark, drawn
from reward_trainer.seeing.text import harmless, percent, seconds, shown, told

_MARKED = ("reset", "stage", "resumed", "waiting")
_LONGEST_TEXT = 8000
_MOST_EVENTS = 500
_MEAN_OF = 10
"""Steps at a run's beginning and at its end whose rewards are told."""
_PALE = (
    "<small>pale: each step; strong: the mean of the steps around, its last in the legend</small>"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write_page(run_folder: Path, out: Path) -> None:
    """Write the page of the run in ``run_folder`` to ``out``.

    Raises:
        DataError: there is no run, or it has not finished a step.
    """
    steps, events = steps_and_events(run_folder / "metrics.jsonl")
    if not steps:
        raise DataError(f"{run_folder} holds no run that has finished a step (metrics.jsonl)")
    page = _page(
        name=run_folder.resolve().name,
        config=_config(run_folder / "config.json"),
        steps=steps,
        events=events,
        samples=samples_of(run_folder / "samples.jsonl"),
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.with_name(f"{out.name}.part")
    beside.write_text(page, encoding="utf-8")
    beside.replace(out)


def _page(
    *,
    name: str,
    config: Mapping[str, Any],
    steps: Sequence[Line],
    events: Sequence[Line],
    samples: Sequence[Line],
) -> str:
    title = _safe(name)
    marks = [
        Mark(step=event["step"], kind=str(event["event"]), text=told(event))
        for event in events
        if event.get("event") in _MARKED
    ]
    first, last = steps[0]["step"], steps[-1]["step"]
    charts = "".join(
        _figure(chart, drawn(chart, marks, first=first, last=last))
        for chart in charts_of(steps, events)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>"
        f"<h1>{title}</h1>{_summary(config, steps)}"
        f'<p class="key">{_key(marks)}{_PALE if len(steps) >= LONG else ""}</p>'
        f'<main class="charts">{charts}</main>'
        f"{_events(events)}{_samples(samples)}{_settings(config)}"
        "</body></html>\n"
    )


def _summary(config: Mapping[str, Any], steps: Sequence[Line]) -> str:
    last = steps[-1]
    n = min(_MEAN_OF, len(steps) // 2) or 1
    run, model = config.get("run"), config.get("model")
    planned = run.get("steps") if isinstance(run, Mapping) else None
    took = sum(number(line.get("time/step_s")) or 0.0 for line in steps)
    facts = {
        "model": str(model.get("name", "")) if isinstance(model, Mapping) else "",
        "step": shown(last["step"], 9) + (f" of {planned}" if planned else ""),
        "reward" + (f", means of {n} steps" if n > 1 else ""): _from_to(steps, n),
        "unscored": percent(last.get("unscored")),
        "time": seconds(took),
    }
    shown_facts = (
        f"<div><dt>{name}</dt><dd>{_safe(value)}</dd></div>"
        for name, value in facts.items()
        if value
    )
    return f"<dl>{''.join(shown_facts)}</dl>"


def _from_to(steps: Sequence[Line], n: int) -> str:
    """Return the mean reward of the first and of the last ``n`` steps: single ones are chance."""
    ends = (steps[:n], steps[-n:])
    first, last = (mean_of(number(one.get("reward")) for one in end) for end in ends)
    return f"{shown(first)} \u2192 {shown(last)}"


def _key(marks: Sequence[Mark]) -> str:
    kinds = dict.fromkeys(mark.kind for mark in marks)
    return " ".join(f'<span class="kind {kind}">{kind}</span>' for kind in kinds if kind in _MARKED)


def _figure(chart: Chart, svg: str) -> str:
    legend = "".join(
        f'<span class="name c{at % 8}">{_safe(curve.name)} <b>{shown(curve.last)}</b></span>'
        for at, curve in enumerate(map(smoothed, chart.curves))
    )
    note = f"<small>{_safe(chart.note)}</small>" if chart.note else ""
    return (
        f"<figure><figcaption><h2>{_safe(chart.title)}</h2>{note}<div>{legend}</div></figcaption>"
        f"{svg}</figure>"
    )


def _events(events: Sequence[Line]) -> str:
    if not events:
        return ""
    rows = "".join(f"<li>{_safe(told(event))}</li>" for event in events[-_MOST_EVENTS:])
    return f"<section><h2>Events</h2><ol>{rows}</ol></section>"


def _samples(samples: Sequence[Line]) -> str:
    if not samples:
        return ""
    return f"<section><h2>Rollouts</h2>{''.join(map(_sample, samples))}</section>"


def _sample(sample: Line) -> str:
    reward = number(sample.get("reward"))
    problem = sample.get("problem")
    earned = f"unknown ({problem})" if reward is None and problem else shown(reward)
    kind = "unknown" if reward is None else "good" if reward > 0 else "bad"
    ended = "" if sample.get("stopped", True) else ", cut off"
    head = (
        f"step {shown(sample['step'], 9)} &middot; {_safe(sample.get('source', ''))} &middot; "
        f"{shown(sample.get('length'), 9)} tokens{ended}"
    )
    return (
        f'<details><summary><b class="{kind}">{_safe(earned)}</b> {head}</summary>'
        f"<h3>Prompt</h3><pre>{_text(sample.get('prompt'))}</pre>"
        f"<h3>Completion</h3><pre>{_text(sample.get('completion'))}</pre>"
        f"<h3>Judged by</h3><pre>{_text(_json(sample.get('item')))}</pre></details>"
    )


def _settings(config: Mapping[str, Any]) -> str:
    if not config:
        return ""
    text = _text(_json(without_secrets(config)))
    return (
        f"<section><details><summary>Configuration</summary><pre>{text}</pre></details></section>"
    )


def _config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return config if isinstance(config, dict) else {}


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _safe(value: object) -> str:
    return escape(harmless(str(value)))


def _text(value: object) -> str:
    """Return a long text, its middle left out where it is too long for a page."""
    text = "" if value is None else str(value)
    if len(text) > _LONGEST_TEXT:
        half = _LONGEST_TEXT // 2
        text = (
            f"{text[:half]}\n[... {len(text) - 2 * half:,} characters left out ...]\n{text[-half:]}"
        )
    return escape(harmless(text, keep="\n\t"))
