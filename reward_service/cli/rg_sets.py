"""Data sets of Reasoning Gym by name: single ones, and sets that papers train and test on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reward_verifiers.reasoning_gym_entries import CONFIG_FIELDS

ALL = tuple(sorted(CONFIG_FIELDS))

HELD_OUT = ("acre", "boxnet", "game_of_life_halting")
"""What ProRL tests on and does not train on."""

_LATER = frozenset({"coin_flip", "kakurasu", "modulo_grid", "path_star", "puzzle24", "survo"})

PRORL = tuple(name for name in ALL if name not in HELD_OUT and name not in _LATER)
"""The 96 that ProRL trains on; its ``palindrome`` is today's ``palindrome_generation``.

Source: the package as ProRL's authors forked it (1 March 2025) had these and no other; the paper,
https://arxiv.org/abs/2505.24864, counts 96 and names the three that were held out.
"""

SETS: Mapping[str, tuple[str, ...]] = {"prorl": PRORL, "held_out": HELD_OUT, "all": ALL}

WITHOUT_LEVELS = frozenset({"acre", "gsm_symbolic", "list_functions"})
"""Data sets that the package has no curriculum for."""


def chosen(names: Sequence[str]) -> list[str]:
    """Return the data sets that ``names``, of data sets and of sets, stand for; each once.

    Raises:
        KeyError: a name is neither.
    """
    found: dict[str, None] = {}
    for name in names:
        if name not in SETS and name not in CONFIG_FIELDS:
            raise KeyError(name)
        found |= dict.fromkeys(SETS.get(name, (name,)))
    return list(found)
