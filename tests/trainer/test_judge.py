"""What the real service says of groups, as the loop sees it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from own_service import OwnService

from reward_trainer import judge as judging
from reward_trainer.data.prompts import Prompts
from reward_trainer.errors import ServiceMissingError
from reward_trainer.judge import Judge
from reward_trainer.rollout import Completion, Group, Prompt
from reward_trainer.sections import Data, Source

pytestmark = pytest.mark.slow


@pytest.fixture
def judge(service: OwnService) -> Iterator[Judge]:
    found = Judge(service.url)
    yield found
    found.close()


def group(spec: dict[str, Any], *texts: str) -> Group:
    return Group(
        prompt=Prompt(id="a", source="s", domain="", token_ids=(1,), judged_by={"spec": spec}),
        completions=tuple(
            Completion(token_ids=(1,), logprobs=(-1.0,), text=text, stopped=True) for text in texts
        ),
    )


def test_a_verdict_comes_with_its_reason(judge: Judge) -> None:
    spec = {"domain": "math", "gold": "7"}
    found = judge.judged(group(spec, "\\boxed{7}", "\\boxed{8}", "hm")).result()
    assert found.rewards == (1.0, 0.0, 0.0)
    assert [one.outcome for one in found.said] == ["correct", "wrong", "no_answer"]
    assert [one.extracted for one in found.said] == ["7", "8", None]
    assert all(one.why for one in found.said)


def test_a_refusal_comes_with_its_reason_and_without_the_place_in_a_request(judge: Judge) -> None:
    found = judge.judged(group({"domain": "math", "glod": "7"}, "7", "8")).result()
    assert found.problems == ("bad_spec",) * 2
    assert {one.why for one in found.said} == {"spec.gold: missing; spec.glod: unknown field"}


def test_what_the_service_says_is_cut(judge: Judge) -> None:
    asked = group({}, "7")
    bare = replace(asked, prompt=replace(asked.prompt, judged_by={"row": {"id": 3}}))
    why = judge.judged(bare).result().said[0].why
    assert why.startswith("row: the fields (id) make no known format")
    assert len(why) < 500


def test_a_service_that_is_away_is_waited_for_with_something_to_do_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judging, "_MEANWHILE_S", 0.01)
    away = Judge("http://127.0.0.1:9")
    done = []
    with pytest.raises(ServiceMissingError, match=r"gave up waiting for .*not ready within 0.6 s"):
        away.wait_until_ready(0.6, lambda: done.append(1))
    away.close()
    assert done


def test_rows_are_tried_without_a_completion(judge: Judge, tmp_path: Path) -> None:
    specs = [{"domain": "math", "gold": "7"}, {"domain": "math", "glod": "7"}, {"domain": "math"}]
    path = tmp_path / "rows.jsonl"
    rows = [json.dumps({"prompt": "3+4=", "spec": spec}) for spec in specs]
    path.write_text("\n".join([*rows, json.dumps({"prompt": "without a spec"})]))
    data = Data(sources=[Source(name="s", path=str(path))])
    (items,) = Prompts.survey(data, tmp_path).some.values()
    found = dict(judge.refusals(items))
    assert list(found) == [f"{path}:{line}" for line in (2, 3, 4)]
    assert found[f"{path}:2"] == "spec.gold: missing; spec.glod: unknown field"
    assert "make no known format" in found[f"{path}:4"]
