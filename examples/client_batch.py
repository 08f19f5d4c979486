"""Score the rollouts of a training step at once, and train on what is known.

Run it against a service (``make serve``): ``python examples/client_batch.py [URL]``.
"""

from __future__ import annotations

import argparse
import sys

from reward_service import RewardClient
from reward_service.client import RewardClientError

ROLLOUTS = [
    ("What is 6 times 7?", "42", "6 times 7 is \\boxed{42}"),
    ("What is 6 times 7?", "42", "It must be \\boxed{13}"),
    ("What is a half?", "\\frac{1}{2}", "As a decimal, \\boxed{0.5}"),
    ("What is a half?", "", "\\boxed{0.5}"),  # a gold that is none: nobody can say how right
]


def main(url: str) -> None:
    """Score, then mask what has no reward."""
    items = [
        {"completion": completion, "spec": {"domain": "math", "gold": gold}}
        for _prompt, gold, completion in ROLLOUTS
    ]
    with RewardClient(url) as client:
        try:
            scored = client.score(items, deadline_s=60)
        except RewardClientError as error:
            sys.exit(f"no rewards: {error}")

    for (prompt, _gold, _completion), item in zip(ROLLOUTS, scored, strict=True):
        if item.reward is None:
            print(f"{prompt}  masked: {item.problem.message}")
        else:
            print(f"{prompt}  {item.reward}  ({item.verdict.outcome}: {item.verdict.extracted})")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:8000", help="the service")
    main(parser.parse_args().url)
