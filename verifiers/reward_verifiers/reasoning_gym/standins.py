"""What ``reasoning-gym`` imports and this service does not install, in as much as it is used.

``matplotlib`` would plot cellular automata, and nothing is plotted. ``pycosat`` has no wheels;
``python-sat`` solves as well. Each steps in only where the real one is not installed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from types import ModuleType

_PLOTTING = (
    *("matplotlib", "matplotlib.pyplot", "matplotlib.animation", "matplotlib.collections"),
    *("mpl_toolkits", "mpl_toolkits.mplot3d"),
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
    return made


def itersolve(clauses: Iterable[Iterable[int]]) -> Iterator[list[int]]:
    """Yield each assignment that satisfies ``clauses``, as pycosat's function of this name does."""
    # Loaded when puzzles are made, never to score an answer.
    from pysat.solvers import Solver  # type: ignore[import-untyped]  # it has no types

    with Solver(name="glucose4", bootstrap_with=[list(clause) for clause in clauses]) as solver:
        yield from solver.enum_models()
