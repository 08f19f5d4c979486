"""What the stack is given to judge."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from reward_verifiers.registry import DOMAINS

_GOLDEN = Path(__file__).parents[2] / "verifiers" / "golden"

_PROGRAM = """\
```python
# {name}
import time
time.sleep({sleep_s})
a, b = map(int, input().split())
print({result})
```
"""


def program(
    name: str, *, right: bool = True, tests: int = 5, sleep_s: float = 0.02
) -> dict[str, Any]:
    """Return a code item; no two of different names share a verdict."""
    pairs = [(7 * n + 1, 3 * n) for n in range(tests)]
    return {
        "id": name,
        "completion": _PROGRAM.format(
            name=name, sleep_s=sleep_s, result="a + b" if right else "a - b - 1"
        ),
        "spec": {
            "domain": "code",
            "language": "python",
            "tests": {
                "type": "stdio",
                "inputs": [f"{a} {b}\n" for a, b in pairs],
                "outputs": [f"{a + b}\n" for a, b in pairs],
            },
        },
    }


def programs(n: int, *, prefix: str, **kind: Any) -> list[dict[str, Any]]:
    """Return ``n`` programs, every third of them wrong."""
    return [program(f"{prefix}{at}", right=at % 3 != 2, **kind) for at in range(n)]


def earned(n: int) -> list[float]:
    """Return the rewards of ``programs(n)``."""
    return [0.0 if at % 3 == 2 else 1.0 for at in range(n)]


def golden(seed: int) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return (item, expected verdict) of every golden row of every domain, mixed."""
    rows = [
        (domain, json.loads(line))
        for domain in DOMAINS
        for line in (_GOLDEN / f"{domain}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    random.Random(seed).shuffle(rows)
    return [
        (
            {
                "id": str(at),
                "spec": {"domain": domain, **row["spec"]},
                "completion": _completion(row["completion"]),
            },
            row["expect"],
        )
        for at, (domain, row) in enumerate(rows)
    ]


def _completion(parts: Any) -> str:
    parts = parts if isinstance(parts, list) else [parts]
    return "".join(p if isinstance(p, str) else p["repeat"][0] * p["repeat"][1] for p in parts)
