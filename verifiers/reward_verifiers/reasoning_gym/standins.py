"""What ``reasoning-gym`` imports and this service does not install, in as much as it is used.

``matplotlib`` would plot cellular automata, and nothing is plotted. ``pycosat`` has no wheels;
``python-sat`` solves as well. ``dateutil`` comes with matplotlib alone, and is asked to read the
dates that the package has just written. Each steps in only where the real one is not installed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.util import find_spec
from types import ModuleType

_PLOTTING = (
    *("matplotlib", "matplotlib.pyplot", "matplotlib.animation", "matplotlib.collections"),
    *("mpl_toolkits", "mpl_toolkits.mplot3d"),
)
_DATE_FORMATS = ("%Y-%m-%d", "%B %d, %Y", "%m/%d/%Y", "%A, %B %d, %Y", "%a %b %d %Y", "%d %B %Y")
_TIME_FORMATS = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f")
_BETWEEN = {"%A, %B %d, %Y": " at ", "%d %B %Y": ", "}
_OFFSETS = ("", " %z")
_FORMATS = (
    *_TIME_FORMATS,
    *_DATE_FORMATS,
    *(
        f"{date}{_BETWEEN.get(date, ' ')}{time}{offset}"
        for date in _DATE_FORMATS
        for time in _TIME_FORMATS
        for offset in _OFFSETS
    ),
)


def missing() -> dict[str, ModuleType]:
    """Return a stand-in for each module that is not installed, by its name."""
    made: dict[str, ModuleType] = {}
    if find_spec("matplotlib") is None:
        made |= {name: ModuleType(name) for name in _PLOTTING}
        made["mpl_toolkits.mplot3d"].__dict__["Axes3D"] = None
    if find_spec("pycosat") is None:
        made["pycosat"] = ModuleType("pycosat")
        made["pycosat"].__dict__["itersolve"] = itersolve
    if find_spec("dateutil") is None:
        made |= {name: ModuleType(name) for name in ("dateutil", "dateutil.parser")}
        made["dateutil"].__dict__["parser"] = made["dateutil.parser"]
        made["dateutil.parser"].__dict__["parse"] = parse_date
    return made


def itersolve(clauses: Iterable[Iterable[int]]) -> Iterator[list[int]]:
    """Yield each assignment that satisfies ``clauses``, as pycosat's function of this name does."""
    # Loaded when puzzles are made, never to score an answer.
    from pysat.solvers import Solver  # type: ignore[import-untyped]  # it has no types

    with Solver(name="glucose4", bootstrap_with=[list(clause) for clause in clauses]) as solver:
        yield from solver.enum_models()


def parse_date(text: str) -> datetime:
    """Read a date, a time or both in one of the formats that ``time_intervals`` writes.

    Raises:
        ValueError: it is in none of them.
    """
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 -- a zone is read where there is one
        except ValueError:
            continue
    raise ValueError(f"not a date or a time: {text[:100]!r}")
