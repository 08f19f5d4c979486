"""The view of a run, on a terminal and elsewhere."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from reward_trainer.seeing.view import View, sparkline

LineOf = Callable[..., dict[str, Any]]


class Terminal(io.StringIO):
    """A fake terminal that holds what was written."""

    encoding = "utf-8"  # type: ignore[assignment]  # a plain attribute serves as well

    def isatty(self) -> bool:
        return True


class AsciiTerminal(Terminal):
    encoding = "ascii"  # type: ignore[assignment]  # as above


def screen(text: str) -> list[str]:
    """Return the rows that a terminal would show."""
    rows: list[str] = []
    for part in re.split("(\x1b\\[[0-9]*[A-Za-z])", text):
        if part.endswith("A") and part.startswith("\x1b"):
            rows = rows[: len(rows) - int(part[2:-1])]
        elif not part.startswith("\x1b"):
            rows += part.split("\n")[:-1] if part.endswith("\n") else [part] * bool(part)
    return rows


def view_on(out: io.StringIO, *, width: int = 100, **env: str) -> View:
    return View(total_steps=50, out=out, env=env, width=lambda: width)


def test_elsewhere_a_step_is_one_plain_line(line_of: LineOf) -> None:
    out = io.StringIO()
    view = view_on(out)
    view.step(line_of(10))
    view.step(line_of(11))
    view.close()
    lines = out.getvalue().splitlines()
    assert lines[0] == (
        "step 10/50  reward 0.6    (math 0.25  sudoku 0.75 )  kl 0.01      entropy 0.6   "
        "  length 312     unscored 0.0 %    4,000 tokens/s    10 s a step  6:40 to go"
    )
    assert len(lines) == 2
    assert "\x1b" not in out.getvalue()


def test_on_a_terminal_the_panel_is_redrawn_in_place(line_of: LineOf) -> None:
    out = Terminal()
    view = view_on(out, NO_COLOR="1")
    for step in range(1, 31):
        view.step(line_of(step))
    rows = screen(out.getvalue())
    assert len(rows) == 7
    assert rows[0].startswith("step 30/50  4,000 tokens/s  10 s a step  3:20 to go")
    assert rows[1].startswith("reward")
    assert rows[1].endswith("\u2588")
    assert rows[2].startswith("  math       0.25")
    assert "12.5 % cut off" in rows[5]
    assert rows[6] == "time: sample 6.0 s   exposed 0.2 s (2.0 %)   update 3.0 s"


def test_a_single_source_is_not_told_beside_all(line_of: LineOf) -> None:
    alone = {name: value for name, value in line_of(1).items() if name != "reward/sudoku"}
    for out in (Terminal(), io.StringIO()):
        view_on(out, NO_COLOR="1").step(alone)
        assert "math" not in out.getvalue()


def test_columns_of_lines_stand_below_each_other(line_of: LineOf) -> None:
    out = io.StringIO()
    view = view_on(out)
    view.step(line_of(1, reward=0.25, kl=7e-15, length=9.25, tokens=220.0))
    view.step(line_of(50, reward=0.123456, kl=1.5e-5, length=8123.0, tokens=123_456.0))
    first, second = out.getvalue().splitlines()
    for name in ("reward", "kl", "entropy", "length", "unscored", "tokens/s", "a step"):
        assert first.index(f" {name}") == second.index(f" {name}")
    assert "  kl 0  " in first, "what rounding leaves is nothing"


def test_what_does_not_fit_goes_on_in_the_next_row(line_of: LineOf) -> None:
    out = Terminal()
    view = view_on(out, width=50, NO_COLOR="1")
    view.step(line_of(1))
    rows = screen(out.getvalue())
    assert rows[-2:] == ["time: sample 6.0 s   exposed 0.2 s (2.0 %)", "  update 3.0 s"]
    view.step(line_of(2))
    assert len(screen(out.getvalue())) == len(rows), "all of them are redrawn"


def test_an_event_is_told_whole(line_of: LineOf) -> None:
    why = " ".join(f"word{at}" for at in range(40))
    out = Terminal()
    view = view_on(out, width=60, NO_COLOR="1")
    view.step(line_of(1))
    view.event({"step": 1, "event": "refused", "why": why})
    view.step(line_of(2))
    assert why in " ".join(" ".join(screen(out.getvalue())).split())


def test_an_event_stays_above_the_panel(line_of: LineOf) -> None:
    out = Terminal()
    view = view_on(out, NO_COLOR="1")
    view.step(line_of(1))
    view.event({"step": 1, "event": "reset", "why": "kl 0.2 above 0.1", "optimizer": "clear"})
    view.step(line_of(2))
    view.step(line_of(3))
    rows = screen(out.getvalue())
    assert rows[0] == "step 1 reset: kl 0.2 above 0.1, optimizer clear"
    assert rows[1].startswith("step  3/50")
    assert len(rows) == 8


WAITING = {"step": 3, "event": "waiting", "why": "it is away"}
WAITED = {"step": 3, "event": "waited", "why": "it is back"}


def wait_on(view: View) -> None:
    view.event(WAITING)
    for minute in ("01", "02"):
        view.waits({"step": 3, "event": "still waiting", "why": f"since 14:00, now 14:{minute}"})


def test_that_a_run_still_waits_is_a_row_that_is_redrawn_and_goes() -> None:
    out = Terminal()
    view = view_on(out, NO_COLOR="1")
    wait_on(view)
    first, last = "step 3 waiting: it is away", "step 3 waited: it is back"
    assert screen(out.getvalue()) == [first, "step 3 still waiting: since 14:00, now 14:02"]
    view.event(WAITED)
    assert screen(out.getvalue()) == [first, last]


def test_that_a_run_still_waits_is_a_plain_line_elsewhere() -> None:
    out = io.StringIO()
    wait_on(view_on(out))
    assert out.getvalue().count("step 3 still waiting: since 14:00, now 14:0") == 2


@pytest.mark.parametrize("width", [20, 40, 79])
def test_no_row_is_wider_than_the_terminal(line_of: LineOf, width: int) -> None:
    out = Terminal()
    view = view_on(out, width=width)
    view.step(line_of(1, **{f"reward/{'x' * 200}": 0.1}))
    view.event({"step": 1, "event": "waiting", "why": "y" * 500})
    rows = [re.sub("\x1b\\[[0-9]*m", "", row) for row in screen(out.getvalue())]
    assert rows
    assert max(map(len, rows)) < width


def test_no_color_is_respected(line_of: LineOf) -> None:
    plain, coloured = Terminal(), Terminal()
    view_on(plain, NO_COLOR="1").step(line_of(1, unscored=0.5))
    view_on(coloured).step(line_of(1, unscored=0.5))
    assert "\x1b[" not in plain.getvalue()
    assert "\x1b[31munscored 50.0 %" in coloured.getvalue()


@pytest.mark.parametrize("options", [{"TERM": "dumb"}, {}])
def test_a_dumb_terminal_or_the_wish_for_it_gives_lines(
    line_of: LineOf, options: dict[str, str]
) -> None:
    out = Terminal()
    view = View(total_steps=5, plain=not options, out=out, env=options)
    view.step(line_of(1))
    assert out.getvalue().count("\n") == 1


def test_where_there_is_no_unicode_the_sparkline_is_ascii(line_of: LineOf) -> None:
    out = AsciiTerminal()
    view = view_on(out, NO_COLOR="1")
    view.step(line_of(1))
    view.step(line_of(2, **{"reward/caf\u00e9": 1.0}))
    assert out.getvalue().isascii()


def test_an_error_text_cannot_move_the_cursor() -> None:
    out = io.StringIO()
    view_on(out).event({"step": 3, "event": "waiting", "why": "a\x1b[2Jb\nc\u202e"})
    assert out.getvalue() == "step 3 waiting: a\\x1b[2Jb\\nc\\u202e\n"


def test_what_is_unknown_is_a_dash_and_no_zero(line_of: LineOf) -> None:
    out = io.StringIO()
    view = view_on(out)
    view.step(line_of(1, reward=None, kl=float("nan")))
    view.step({"step": 2})
    first, second = out.getvalue().splitlines()
    assert "reward -      (" in first
    assert "kl - " in first
    assert second.startswith("step  2/50  reward -       kl - ")


def test_a_sparkline_goes_from_least_to_greatest_with_gaps() -> None:
    assert sparkline([0.0, None, 0.5, 1.0], "abc") == "a bc"
    assert sparkline([2.0, 2.0], "abc") == "bb"
    assert sparkline([None], "abc") == " "
