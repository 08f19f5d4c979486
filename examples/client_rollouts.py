"""Score each rollout in its own task, as soon as it ends; the client makes batches of them.

Run it against a service (``make serve``): ``python examples/client_rollouts.py [URL]``.
"""

from __future__ import annotations

import argparse
import asyncio

from reward_service import AsyncRewardClient

ROW = {"question": "How many eggs are six dozen?", "answer": "6 * 12 = 72\n#### 72"}


async def rollout(client: AsyncRewardClient, number: int) -> float | None:
    """Generate one completion (here: pretend to), then ask for its reward."""
    await asyncio.sleep(number % 10 / 100)
    completion = f"Six dozen are \\boxed{{{71 + number % 2}}}"
    scored = await client.score_one(completion=completion, row=ROW, deadline_s=60)
    return scored.reward


async def main(url: str) -> None:
    """Run a thousand rollouts at once."""
    async with AsyncRewardClient(url) as client:
        await client.wait_until_ready()
        rewards = await asyncio.gather(*(rollout(client, number) for number in range(1000)))

    known = [reward for reward in rewards if reward is not None]
    print(
        f"{len(rewards)} rollouts, {len(known)} with a reward, mean {sum(known) / len(known):.2f}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:8000", help="the service")
    asyncio.run(main(parser.parse_args().url))
