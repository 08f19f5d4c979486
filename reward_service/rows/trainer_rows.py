"""Rows of trainers' own formats, which carry their gold in a field for it."""

from __future__ import annotations

import json
from typing import Any

from reward_service.rows.row import Row
from reward_service.rows.signature import names
from reward_verifiers.errors import BadSpecError
from reward_verifiers.specs import MathSpec, Spec

# What a ``data_source`` or ``dataset`` is called when it is mathematics: the last part of its path,
# in lower case, is one of these names or begins with one of these prefixes.
_MATH_NAMES = names(
    "math, math-500, math500, math-lighteval, math_dapo, math_dapo_reasoning, dapo, deepmath, "
    "deepmath-103k, deepscaler, deepscaler-preview-dataset, gsm8k, minerva, minerva_math, "
    "minervamath, olympiadbench, olympiad_bench, omni-math, omni_math, openr1-math-220k, orz, "
    "polaris, polaris-dataset-53k, big-math-rl-verified, rlvr-gsm, rlvr-math, still3"
)
_MATH_PREFIXES = ("aime", "amc", "dapo-math", "hmmt", "math__", "numina", "train-math-")

_MATH_ABILITIES = ("math", "mathematics")

# A JSON list of texts in a text, as parquet files hold it. A gold such as [1, 2] is no such list.
_TEXT_LIST = ('["', '"]')


def verl(row: Row) -> Spec:
    """Read ``reward_model.ground_truth``; ``data_source`` or ``ability`` says the domain."""
    source = row.text("data_source")
    if not _is_math(source) and not _has_ability(row):
        raise row.error(
            "data_source",
            f"{source[:80]!r} is not known, and row.ability is not 'math'; give the item a spec",
        )
    golds = _golds(row.part("reward_model"), "ground_truth")
    if _tail(source) == "gsm8k":
        golds = [gold.rpartition("####")[2].strip() or gold for gold in golds]
    return row.spec(MathSpec, gold=golds if len(golds) > 1 else golds[0])


def open_instruct(row: Row) -> Spec:
    """Read ``ground_truth`` for the verifier that ``dataset`` names."""
    source = row.as_text("dataset", _only(row, "dataset"))
    if not _is_math(source):
        raise row.error("dataset", f"{source[:80]!r} is not known; known is mathematics")
    gold = row.as_gold("ground_truth", _only(row, "ground_truth"))
    return row.spec(MathSpec, gold=gold)


def _is_math(source: str) -> bool:
    tail = _tail(source)
    return tail in _MATH_NAMES or tail.startswith(_MATH_PREFIXES)


def _tail(source: str) -> str:
    return source.strip().lower().rpartition("/")[2]


def _has_ability(row: Row) -> bool:
    return row.has("ability") and row.text("ability").strip().lower() in _MATH_ABILITIES


def _golds(row: Row, name: str) -> list[str]:
    """Return the golds in a field that holds one, a list of them, or such a list as JSON."""
    value = row.value(name)
    if isinstance(value, str | int | float):
        gold = row.as_gold(name, value)
        return _listed(row, name, gold) if gold.startswith(_TEXT_LIST[0]) else [gold]
    if isinstance(value, list | tuple):
        return [row.as_gold(name, entry) for entry in row.items(name)]
    raise row.error(name, f"expected text, a number or a list, got {type(value).__name__}")


def _listed(row: Row, name: str, gold: str) -> list[str]:
    if not gold.endswith(_TEXT_LIST[1]):
        return [gold]
    try:
        entries = json.loads(gold)
    except ValueError:
        return [gold]
    return [row.as_gold(name, entry) for entry in Row({name: entries}, row.where).items(name)]


def _only(row: Row, name: str) -> Any:
    """Return the field, or the one entry of a list."""
    if not isinstance(row.value(name), list | tuple):
        return row.value(name)
    entries = row.items(name)
    if len(entries) != 1:
        raise _several(row, name, len(entries))
    return entries[0]


def _several(row: Row, name: str, n_entries: int) -> BadSpecError:
    return row.error(name, f"{n_entries} entries; a row with several verifiers is not judged")
