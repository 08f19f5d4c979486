"""The package ``reasoning-gym``, imported late and without what it does not need.

Importing it takes the better part of a second and 100 MB, so nothing here is done until a scorer
or a generator is asked for: workers have it from their zygote, the engine's process never does.
"""

from __future__ import annotations

import sys
import warnings
from functools import cache
from importlib import import_module
from types import ModuleType

from reward_verifiers.reasoning_gym.standins import missing

PACKAGE = "reasoning_gym"
_LATE = ("games.contrib.sokoban.src.game", "games.contrib.sokoban.src.utils")
"""What the package imports no sooner than a scorer is called."""


@cache
def factory() -> ModuleType:
    """Return the package's module of tables: ``DATASETS`` and ``CURRICULA``.

    Stand-ins for what is not installed are there while it is imported, and gone afterwards, so
    that whoever looks for the real ones finds that they are missing.
    """
    standins = {name: module for name, module in missing().items() if name not in sys.modules}
    sys.modules.update(standins)
    try:
        with warnings.catch_warnings():
            # cellpylib has formulas in doc strings that are not raw
            warnings.simplefilter("ignore", SyntaxWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            import_module(PACKAGE)
            for name in _LATE:
                import_module(f"{PACKAGE}.{name}")
    finally:
        for name in standins:
            sys.modules.pop(name, None)
    return import_module(f"{PACKAGE}.factory")
