"""Makes ``rows.jsonl``: entries of the package, and what its own scorers pay for every variant.

Run from the root, with ``verifiers`` and ``tests`` on the path and PYTHONHASHSEED=0 (the package
has data sets that change with it): ``python -m verifiers.reasoning_gym.exact.freezing``. It takes
some minutes, because the package simplifies wrong integrals for seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from verifiers.reasoning_gym.exact.variants import VARIANTS, Variant

from reward_verifiers.reasoning_gym.package import factory

ROWS = Path(__file__).with_name("rows.jsonl")
SEED = 2024
N_ENTRIES = 60
FIELDS = (
    *("numbers", "target", "difficulty", "valid_answers", "polynomial_expr", "problem"),
    *("integrand", "variable", "direction"),
)
"""What of the metadata is kept: all that a scorer or a variant reads."""


def package_scorer(dataset: str, **config: Any) -> Any:
    """Return the package's data set, which has ``score_answer``."""
    made, configuration = factory().DATASETS[dataset]
    return made(configuration(seed=SEED, **config))


def pays(scorer: Any, variant: Variant, entry: Mapping[str, Any]) -> float | None:
    """Return what the package pays; None where there is no such variant."""
    answer = variant.answer(entry)
    return None if answer is None else float(scorer.score_answer(answer, entry))


def entries(dataset: str, size: int) -> Iterator[dict[str, Any]]:
    """Yield entries as they are exported, without what nobody reads."""
    made = package_scorer(dataset, size=size)
    for index in range(size):
        entry = json.loads(json.dumps(made[index]))
        metadata = entry["metadata"]
        kept = {field: metadata[field] for field in FIELDS if field in metadata}
        yield {"answer": entry["answer"], "metadata": kept}


def main() -> None:
    """Write the file anew."""
    with ROWS.open("w", encoding="utf-8") as file:
        for dataset, variants in VARIANTS.items():
            head = {"dataset": dataset, "variants": [variant.name for variant in variants]}
            file.write(json.dumps(head) + "\n")
            scorer = package_scorer(dataset)
            for entry in entries(dataset, N_ENTRIES):
                paid = [pays(scorer, variant, entry) for variant in variants]
                file.write(json.dumps({"entry": entry, "paid": paid}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
