"""Entries of every data set as the package exports them: ``entries.jsonl.gz``, 20 of each.

To make it anew, from the root with ``verifiers`` and ``tests`` on the path and PYTHONHASHSEED=0:
``python -m verifiers.reasoning_gym.exported``.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

from reward_verifiers.reasoning_gym_entries import CONFIG_FIELDS
from reward_verifiers.registry import read_spec, verifier
from reward_verifiers.specs import Spec
from reward_verifiers.verdict import Verdict

FILE = Path(__file__).with_name("entries.jsonl.gz")
SEED = 42
SIZE = 20
NAMES = sorted(CONFIG_FIELDS)


@cache
def entries() -> dict[str, list[dict[str, Any]]]:
    """Return the entries by data set; not to be changed."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in gzip.decompress(FILE.read_bytes()).decode().splitlines():
        row = json.loads(line)
        found.setdefault(row["dataset"], []).append(row["entry"])
    return found


def spec_of(name: str, entry: dict[str, Any], **more: Any) -> Spec:
    return read_spec({"domain": "reasoning_gym", "dataset": name, "entry": entry, **more})


def verdict(answer: str, name: str, entry: dict[str, Any], **more: Any) -> Verdict:
    """Return what becomes of ``answer`` in its tags."""
    spec = spec_of(name, entry, **more)
    return verifier("reasoning_gym").verify(f"<answer>{answer}</answer>", spec)


def score(answer: str, name: str, entry: dict[str, Any], **more: Any) -> float:
    return verdict(answer, name, entry, **more).score


def main() -> None:
    from reward_verifiers.reasoning_gym.package import factory

    lines = []
    for name in NAMES:
        with contextlib.redirect_stdout(io.StringIO()):
            data_set = factory().create_dataset(name, seed=SEED, size=SIZE)
            made = [data_set[at] for at in range(SIZE)]
        lines += [json.dumps({"dataset": name, "entry": entry}) for entry in made]
    packed = gzip.compress("".join(f"{line}\n" for line in lines).encode(), 9, mtime=0)
    FILE.write_bytes(packed)


if __name__ == "__main__":
    main()
