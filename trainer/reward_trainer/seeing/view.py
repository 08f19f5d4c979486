"""A run in the terminal: a panel that is redrawn in place, or a plain line a step."""

from __future__ import annotations

import os
import re
import sys
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from textwrap import wrap
from typing import Any, TextIO

from reward_trainer.seeing.lines import number, sources_of
from reward_trainer.seeing.text import harmless, percent, seconds, shown, told

_TREND = 32
"""Steps that a sparkline shows."""
_MEAN_OF = 20
"""Steps whose mean time the rest is reckoned by."""
_BLOCKS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"
_ASCII = "_.-~=+*#"
_PARTS = ("sample", "exposed", "passes", "update", "sync", "save")
_BOLD, _DIM, _RED, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[0m"
_STYLE = re.compile("\x1b\\[[0-9]*m")
_ALARMING_UNSCORED = 0.05


class View:
    """Shows a run while it goes on."""

    def __init__(
        self,
        *,
        total_steps: int,
        plain: bool = False,
        out: TextIO | None = None,
        env: Mapping[str, str] | None = None,
        width: Callable[[], int] | None = None,
    ) -> None:
        """Show on ``out``.

        Args:
            total_steps: of the whole run.
            plain: a line a step, wherever it goes.
            out: where to; default: standard error. A panel is drawn if it is a terminal.
            env: tells ``NO_COLOR`` and ``TERM``; default: this process's.
            width: columns that there are now; default: as the terminal says.
        """
        self._steps = total_steps
        self._out = sys.stderr if out is None else out
        env = os.environ if env is None else env
        self._in_place = not plain and self._out.isatty() and env.get("TERM") != "dumb"
        self._styled = self._in_place and not env.get("NO_COLOR")
        self._width = width or self._columns
        self._marks = _BLOCKS if _can_show(_BLOCKS, self._out) else _ASCII
        self._trends: dict[str, deque[float | None]] = defaultdict(lambda: deque(maxlen=_TREND))
        self._times: deque[float] = deque(maxlen=_MEAN_OF)
        self._drawn = 0

    def step(self, record: Mapping[str, Any]) -> None:
        """Show a step's numbers."""
        for name in ("reward", *(f"reward/{one}" for one in _sources(record))):
            self._trends[name].append(number(record.get(name)))
        took_s = number(record.get("time/step_s"))
        if took_s is not None:
            self._times.append(took_s)
        if self._in_place:
            self._draw(self._panel(record))
        else:
            self._write([self._line(record)])

    def event(self, record: Mapping[str, Any]) -> None:
        """Show what happened; it stays above the panel."""
        self._draw([])
        text = told(dict(record))
        # It is not redrawn, and may take several rows: what is told once is told whole.
        self._write(
            wrap(text, self._room(), subsequent_indent="    ") if self._in_place else [text]
        )

    def waits(self, record: Mapping[str, Any]) -> None:
        """Show that the run still waits; a panel has room for the last time alone."""
        text = told(dict(record))
        if self._in_place:
            self._draw([self._cut(text)])
        else:
            self._write([text])

    def close(self) -> None:
        """Leave what is drawn standing."""
        self._drawn = 0
        self._out.flush()

    def _panel(self, record: Mapping[str, Any]) -> list[str]:
        lines = [
            f"{self._style(_BOLD, self._progress(record))}  {'  '.join(self._pace(record))}",
            *self._rewards(record),
            *self._flowed(
                f"kl {shown(record.get('kl'))}",
                f"entropy {shown(record.get('entropy'))}",
                f"clipped {percent(record.get('clip_low'))} low"
                f" {percent(record.get('clip_high'))} high",
                f"grad {shown(record.get('grad_norm'))}",
            ),
            *self._flowed(
                f"length {shown(record.get('length'))} (max {shown(record.get('length_max'))},"
                f" {percent(record.get('truncated'))} cut off)",
                self._unscored(record),
            ),
            *(self._style(_DIM, line) for line in self._flowed(*_split(record))),
        ]
        return [self._cut(line) for line in lines]

    def _rewards(self, record: Mapping[str, Any]) -> list[str]:
        names = ["reward", *(f"reward/{one}" for one in _sources(record))]
        titles = [harmless(name.replace("reward/", "  ")) for name in names]
        room = min(max(map(len, titles)), max(self._width() // 2, 8))
        return [
            f"{title[:room]:<{room}}  {shown(record.get(name)):>7}  {self._sparkline(name)}"
            for title, name in zip(titles, names, strict=True)
        ]

    def _line(self, record: Mapping[str, Any]) -> str:
        """Return a step in a line whose columns stand below those of the one before."""
        sources = " ".join(
            f"{one} {shown(record.get(f'reward/{one}')):<5}" for one in _sources(record)
        )
        rate, step, left = self._pace(record)
        return harmless(
            f"{self._progress(record)}  reward {shown(record.get('reward')):<6}"
            + (f" ({sources})" if sources else "")
            + f"  kl {shown(record.get('kl')):<8}  entropy {shown(record.get('entropy')):<6}"
            f"  length {shown(record.get('length')):<6}"
            f"  unscored {percent(record.get('unscored')):<6}  {rate:>15}  {step:>13}  {left}"
        )

    def _progress(self, record: Mapping[str, Any]) -> str:
        return f"step {shown(record.get('step'), 9):>{len(str(self._steps))}}/{self._steps}"

    def _pace(self, record: Mapping[str, Any]) -> tuple[str, str, str]:
        took_s, tokens = number(record.get("time/step_s")), number(record.get("tokens"))
        rate = shown(tokens / took_s) if took_s and tokens is not None else "-"
        left = seconds(self._left_s(record))
        return f"{rate} tokens/s", f"{seconds(took_s)} a step", f"{left} to go"

    def _left_s(self, record: Mapping[str, Any]) -> float | None:
        step = number(record.get("step"))
        if step is None or not self._times:
            return None
        return max(self._steps - step, 0) * sum(self._times) / len(self._times)

    def _unscored(self, record: Mapping[str, Any]) -> str:
        text = f"unscored {percent(record.get('unscored'))}"
        alarming = (number(record.get("unscored")) or 0) > _ALARMING_UNSCORED
        return self._style(_RED, text) if alarming else text

    def _sparkline(self, name: str) -> str:
        return sparkline(list(self._trends[name]), self._marks)

    def _style(self, style: str, text: str) -> str:
        return f"{style}{text}{_PLAIN}" if self._styled else text

    def _flowed(self, *parts: str) -> list[str]:
        """Return the parts in as many rows as they need, none of them broken."""
        rows: list[str] = []
        for part in parts:
            if rows and len(_STYLE.sub("", f"{rows[-1]}   {part}")) <= self._room():
                rows[-1] += f"   {part}"
            else:
                rows.append(f"  {part}" if rows else part)
        return rows

    def _cut(self, line: str) -> str:
        """Return ``line`` in one row of the terminal: a wrapped one would spoil the redrawing."""
        bare = _STYLE.sub("", line)
        return line if len(bare) <= self._room() else bare[: self._room()]

    def _room(self) -> int:
        return self._width() - 1

    def _draw(self, lines: Sequence[str]) -> None:
        if self._drawn:
            self._out.write(f"\x1b[{self._drawn}A\x1b[J")
        self._drawn = len(lines)
        self._write(lines)

    def _write(self, lines: Sequence[str]) -> None:
        encoding = self._out.encoding or "utf-8"
        text = "".join(f"{line}\n" for line in lines)
        self._out.write(text.encode(encoding, "replace").decode(encoding))
        self._out.flush()

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._out.fileno()).columns or 80
        except (OSError, ValueError):
            return 80


def _split(record: Mapping[str, Any]) -> list[str]:
    """Return where the time went; exposed is what was waited for rewards alone."""
    share = record.get("reward_exposed_share")
    shares = {} if share is None else {"exposed": f" ({percent(share)})"}
    parts = [
        f"{part} {seconds(record[f'time/{part}_s'])}{shares.get(part, '')}"
        for part in _PARTS
        if f"time/{part}_s" in record
    ]
    head, *rest = parts or [""]
    return [f"time: {head}", *rest]


def _sources(record: Mapping[str, Any]) -> list[str]:
    """Return the sources whose rewards are told beside the reward of all: none, where it is one."""
    found = sorted(sources_of(dict(record)))
    return found if len(found) > 1 else []


def sparkline(values: Sequence[float | None], marks: str = _BLOCKS) -> str:
    """Return the values as a row of marks from their least to their greatest; a gap for None."""
    there = [value for value in values if value is not None]
    if not there:
        return " " * len(values)
    low, span = min(there), max(there) - min(there)
    top = len(marks) - 1
    return "".join(
        " " if value is None else marks[round((value - low) / span * top) if span else top // 2]
        for value in values
    )


def _can_show(text: str, out: TextIO) -> bool:
    try:
        text.encode(out.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
