"""Judge-style jobs: a short program and twenty tests of stdin and stdout, made from a seed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import Any

N_TESTS = 20

_PYTHON = """\
import sys

def main():
    data = sys.stdin.read().split()
    n = int(data[0])
    numbers = [int(word) for word in data[1 : n + 1]]
    print(sum(numbers))
    print(*sorted(numbers))

main()
# {number}
"""

_CPP = """\
#include <bits/stdc++.h>
int main() {{
    int n; std::cin >> n;
    std::vector<long long> a(n);
    for (auto &x : a) std::cin >> x;
    std::cout << std::accumulate(a.begin(), a.end(), 0LL) << "\\n";
    std::sort(a.begin(), a.end());
    for (auto x : a) std::cout << x << " ";
    std::cout << "\\n";
}}
// {number}
"""


@dataclass(frozen=True, slots=True)
class Task:
    """A right program and its tests; no two tasks of different numbers have the same source."""

    language: str
    source: str
    inputs: list[str]
    outputs: list[str]

    def item(self) -> dict[str, Any]:
        """Return the item that a trainer would send."""
        return {
            "spec": {
                "domain": "code",
                "language": self.language,
                "tests": {"type": "stdio", "inputs": self.inputs, "outputs": self.outputs},
            },
            "completion": f"<think>\nsort them\n</think>\n```{self.language}\n{self.source}```\n",
        }

    def body(self) -> bytes:
        """Return the body of a request with this item alone."""
        return json.dumps({"items": [self.item()]}).encode()


def task(number: int, language: str = "python") -> Task:
    """Return task ``number``: tests of 5 to 200 numbers each."""
    random = Random(number)
    tests = [_numbers(random) for _ in range(N_TESTS)]
    template = {"python": _PYTHON, "cpp": _CPP}[language]
    return Task(
        language=language,
        source=template.format(number=number),
        inputs=[f"{len(numbers)}\n{' '.join(map(str, numbers))}\n" for numbers in tests],
        outputs=[f"{sum(numbers)}\n{' '.join(map(str, sorted(numbers)))}\n" for numbers in tests],
    )


def _numbers(random: Random) -> list[int]:
    return [random.randint(-(10**6), 10**6) for _ in range(random.randint(5, 200))]
