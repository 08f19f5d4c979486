"""Rows of trainers' own formats, which carry their gold in a field for it."""

from __future__ import annotations

import json
from typing import Any

from reward_service.rows import code_rows, ifeval_rows
from reward_service.rows.answers import guessed_type
from reward_service.rows.row import Row
from reward_service.rows.signature import names
from reward_verifiers.complaints import kind
from reward_verifiers.errors import BadSpecError
from reward_verifiers.specs import AnswerType, MathSpec, Spec, StemSpec

# What a ``data_source`` or ``dataset`` is called when it is mathematics: the last part of its path,
# in lower case, is one of these names or begins with one of these prefixes.
_MATH_NAMES = names(
    "math, math-500, math500, math-lighteval, math_dapo, math_dapo_reasoning, dapo, deepmath, "
    "deepmath-103k, deepscaler, deepscaler-preview-dataset, geometry3k, gsm8k, minerva, "
    "minerva_math, minervamath, olympiadbench, olympiad_bench, omni-math, omni_math, "
    "openr1-math-220k, orz, polaris, polaris-dataset-53k, big-math-rl-verified, rlvr-gsm, "
    "rlvr-math, still3"
)
_MATH_PREFIXES = ("aime", "amc", "dapo-math", "hmmt", "math__", "numina", "train-math-")

_MATH_ABILITIES = ("math", "mathematics")

# Of science, only short free answers come in this format: it has no place for options.
_STEM_NAMES = ("scp-116k", "scp_116k")
_STEM_ABILITIES = ("stem", "science")

# Programs: the tests stand in the gold's field.
_CODE_NAMES = names(
    "apps, code, code_contests, code_stdio, codecontests, codeforces, deepcoder, "
    "deepcoder-preview-dataset, lcbv5, leetcode, leetcodedataset, livecodebench, mbpp, "
    "prime_code, primeintellect, rlvr-code, taco"
)
_CODE_ABILITIES = ("code", "coding")

# Instruction following: the label, with the instructions' ids, stands in the gold's field.
_FOLLOW_NAMES = names(
    "if_multi_constraints, if_multi_constraints_upto5, ifbench, ifbench_train, ifeval, ifeval_old, "
    "ifevalg, rlvr-ifeval, verif, verinstruct"
)
_FOLLOW_ABILITIES = ("ifeval", "instruction_following")

# A JSON list of texts in a text, as parquet files hold it. A gold such as [1, 2] is no such list.
_TEXT_LIST = ('["', '"]')


def verl(row: Row) -> Spec:
    """Read ``reward_model.ground_truth``; ``data_source`` or ``ability`` says the domain."""
    source = row.text("data_source")
    ability = row.text("ability").strip().lower() if row.has("ability") else ""
    holder = row.part("reward_model")
    if _is_math(source) or ability in _MATH_ABILITIES:
        golds = _golds(holder, "ground_truth")
        if _tail(source) == "gsm8k":
            golds = [gold.rpartition("####")[2].strip() or gold for gold in golds]
        return row.spec(MathSpec, gold=golds if len(golds) > 1 else golds[0])
    if _tail(source) in _CODE_NAMES or ability in _CODE_ABILITIES:
        return code_rows.ground_truth(holder, "ground_truth")
    if _tail(source) in _FOLLOW_NAMES or ability in _FOLLOW_ABILITIES:
        return ifeval_rows.ground_truth(holder, "ground_truth")
    if _tail(source) in _STEM_NAMES or ability in _STEM_ABILITIES:
        return _science(holder, _golds(holder, "ground_truth"))
    raise row.error(
        "data_source",
        f"{source[:80]!r} is not known, and row.ability is none of math, stem, code and ifeval; "
        "give a spec",
    )


def open_instruct(row: Row) -> Spec:
    """Read ``ground_truth`` for the verifier that ``dataset`` names."""
    source = row.as_text("dataset", _only(row, "dataset"))
    if _tail(source) in _CODE_NAMES:
        return code_rows.open_instruct(row)
    if _tail(source) in _FOLLOW_NAMES:
        return ifeval_rows.ground_truth(row, "ground_truth")
    if not _is_math(source):
        raise row.error(
            "dataset",
            f"{source[:80]!r} is not known; known are mathematics, code and ifeval",
        )
    gold = row.as_gold("ground_truth", _only(row, "ground_truth"))
    return row.spec(MathSpec, gold=gold)


def _science(row: Row, golds: list[str]) -> StemSpec:
    kind = guessed_type(golds[0])
    if kind is AnswerType.TEXT and len(golds[0]) == 1:
        raise row.error(
            "ground_truth", f"{golds[0]!r} is an option's letter; give a spec with options"
        )
    return row.spec(StemSpec, gold=golds if len(golds) > 1 else golds[0], answer_type=kind)


def _is_math(source: str) -> bool:
    tail = _tail(source)
    return tail in _MATH_NAMES or tail.startswith(_MATH_PREFIXES)


def _tail(source: str) -> str:
    return source.strip().lower().rpartition("/")[2]


def _golds(row: Row, name: str) -> list[str]:
    """Return the golds in a field that holds one, a list of them, or such a list as JSON."""
    value = row.value(name)
    if isinstance(value, str | int | float):
        gold = row.as_gold(name, value)
        return _listed(row, name, gold) if gold.startswith(_TEXT_LIST[0]) else [gold]
    if isinstance(value, list | tuple):
        return [row.as_gold(name, entry) for entry in row.items(name)]
    raise row.error(name, f"expected text, a number or a list, got {kind(value)}")


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
