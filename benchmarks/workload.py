"""The batch that a trainer sends: prompts with groups of completions, and what is true of each.

Deterministic in its seed. Half of the completions are right; a group holds 1 to 4 distinct answers,
one of them far more often than the others, as a policy's samples do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from typing import Any

from benchmarks import prose
from benchmarks.kinds import KINDS, Question

N_PROMPTS = 64
N_COMPLETIONS = 16


@dataclass(frozen=True, slots=True)
class Row:
    """One completion and whether it is right."""

    kind: str
    gold: str
    answer: str
    completion: str
    right: bool

    def item(self, item_id: str) -> dict[str, Any]:
        """Return the row as an item of a score request."""
        return {
            "id": item_id,
            "completion": self.completion,
            "spec": {"domain": "math", "gold": self.gold},
        }


def batch(
    seed: int,
    *,
    n_prompts: int = N_PROMPTS,
    n_completions: int = N_COMPLETIONS,
    kinds: Mapping[str, Callable[[Random], Question]] = KINDS,
) -> list[Row]:
    """Return the rows of ``n_prompts`` groups, one after the other; half of them are right."""
    rng = Random(seed)
    names = list(islice(cycle(kinds), n_prompts))
    rng.shuffle(names)
    rows: list[Row] = []
    for name, n_right in zip(names, _right_counts(rng, n_prompts, n_completions), strict=True):
        question = kinds[name](rng)
        answers = _answers(rng, question, n_right, n_completions)
        rows.extend(
            Row(name, question.gold, answer, prose.completion(rng, answer), right)
            for answer, right in answers
        )
    return rows


def request(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the score request of a batch."""
    return {"items": [row.item(str(index)) for index, row in enumerate(rows)]}


def _right_counts(rng: Random, n_prompts: int, n_completions: int) -> list[int]:
    """Return how many completions of each prompt are right; from none to all, half in total."""
    counts: list[int] = []
    for _ in range(n_prompts // 2):
        n_right = rng.randint(0, n_completions)
        counts += [n_right, n_completions - n_right]
    counts += [n_completions // 2] * (n_prompts - len(counts))
    rng.shuffle(counts)
    return counts


def _answers(rng: Random, question: Question, n_right: int, n: int) -> list[tuple[str, bool]]:
    """Return the answers of one group, at most 4 distinct ones, in the order of sampling."""
    n_forms = rng.choice((1, 1, 2))
    right = [question.right[0], *rng.sample(question.right[1:], n_forms - 1)]
    if rng.random() < 0.3:  # policies do not all write the form of the data set
        right[0] = rng.choice(question.right[1:])
    wrong = rng.sample(question.wrong, rng.choice((1, 1, 2)))
    answers = [(text, True) for text in _skewed(rng, right, n_right)]
    answers += [(text, False) for text in _skewed(rng, wrong, n - n_right)]
    rng.shuffle(answers)
    return answers


def _skewed(rng: Random, texts: Sequence[str], n: int) -> list[str]:
    """Return ``n`` draws from ``texts``, the first of them three times as likely as each other."""
    weights = [3] + [1] * (len(texts) - 1)
    return rng.choices(texts, weights, k=n)
