"""The page on the client lists every option, call and error; the examples run."""

from __future__ import annotations

import asyncio
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from reward_service import AsyncRewardClient, RewardClient, client
from reward_service.client.options import Configured

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/client.md").read_text(encoding="utf-8")


def calls(kind: type) -> dict[str, Any]:
    return {
        name: [*inspect.signature(member).parameters]
        for name, member in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_") and name not in ("close", "aclose")
    }


def test_every_option_call_and_error_is_on_the_page() -> None:
    options = [*inspect.signature(Configured.__init__).parameters][1:]
    errors = [name for name in client.__all__ if name.endswith("Error")]
    wanted = [*options, *calls(RewardClient), *errors]
    assert [name for name in wanted if f"`{name}" not in PAGE] == ["ClientClosedError"]


def test_both_clients_offer_the_same_calls() -> None:
    assert calls(RewardClient) == calls(AsyncRewardClient)


@pytest.mark.parametrize("kind", [RewardClient, AsyncRewardClient])
@pytest.mark.parametrize("name", ["score", "score_one"])
def test_help_tells_every_argument(kind: type, name: str) -> None:
    call = getattr(kind, name)
    arguments = [*inspect.signature(call).parameters][1:]
    assert [told for told in arguments if f"\n    {told}: " not in inspect.getdoc(call)] == []


def test_the_batch_example_masks_what_is_unknown(
    url: str, example: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    example("client_batch").main(url)

    *judged, masked = capsys.readouterr().out.splitlines()
    assert judged == [
        "What is 6 times 7?  1.0  (correct: 42)",
        "What is 6 times 7?  0.0  (wrong: 13)",
        "What is a half?  1.0  (correct: 0.5)",
    ]
    assert masked.startswith("What is a half?  masked: items.3.spec.gold: ")


def test_the_batch_example_stops_without_a_service(
    example: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reward_service.client.backoff._FIRST_S", 0.0)
    with pytest.raises(SystemExit, match="no rewards: the reward service at"):
        example("client_batch").main("http://127.0.0.1:9")


def test_the_rollouts_example_gets_every_reward(
    url: str, example: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(example("client_rollouts").main(url))
    assert capsys.readouterr().out == "1000 rollouts, 1000 with a reward, mean 0.50\n"


def test_the_snippet_on_the_page_is_true(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    [snippet] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(snippet.replace("http://127.0.0.1:8000", url), {})
    assert capsys.readouterr().out == "1.0\n"
