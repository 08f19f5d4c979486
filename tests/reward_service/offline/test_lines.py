"""From lines to items and back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reward_service.offline.lines import output_line, read_gold, read_line
from reward_service.offline.options import ScoreOptions
from reward_service.reading import BrokenItem, ReadItem
from reward_service.schema import Problem, ScoredItem
from reward_verifiers.verdict import Verdict

SPEC = {"domain": "math", "gold": "4"}
RIGHT = ScoredItem(id="x", reward=1.0, verdict=Verdict.correct("4"))


def read(value: Any, **options: Any) -> Any:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_line(7, raw, ScoreOptions(**options))


def complaint(value: Any, **options: Any) -> str:
    (item,) = read(value, **options).items
    assert isinstance(item, BrokenItem)
    return f"{item.error.code}: {item.error}"


def written(value: Any, scored: ScoredItem = RIGHT, *, keep: bool = False, **options: Any) -> Any:
    return json.loads(output_line(read(value, **options), 0, scored, keep_completion=keep))


def test_a_line_with_one_completion() -> None:
    line = read({"id": "a", "spec": SPEC, "completion": "4"})
    (item,) = line.items
    assert isinstance(item, ReadItem)
    assert (line.number, line.id, line.domain, item.completion) == (7, "a", "math", "4")


def test_several_completions_share_one_spec() -> None:
    line = read({"spec": SPEC, "completions": ["3", "4"]})
    assert [item.completion for item in line.items] == ["3", "4"]
    assert line.items[0].spec is line.items[1].spec
    assert len({item.id for item in line.items}) == 2


def test_a_line_without_an_id_is_called_by_its_number() -> None:
    assert read({"spec": SPEC, "completion": "4"}).id == "7"


def test_an_id_of_any_kind_comes_back_as_it_is() -> None:
    assert written({"id": [1, {"a": 2}], "spec": SPEC, "completion": "4"})["id"] == [1, {"a": 2}]


def test_another_field_may_hold_the_completion_or_a_list_of_them() -> None:
    line = read({"spec": SPEC, "response": ["3", "4"]}, completion_field="response")
    assert [item.completion for item in line.items] == ["3", "4"]


def chat(*said: str) -> list[dict[str, str]]:
    roles = ("user", "assistant")
    return [{"role": roles[at % 2], "content": text} for at, text in enumerate(("2+2?", *said))]


@pytest.mark.parametrize(
    ("given", "judged"),
    [
        ({"completion": chat("so 4")}, ["so 4"]),
        ({"completion": chat("3", "sure?", "4")}, ["4"]),
        ({"completion": {"role": "assistant", "content": "4"}}, ["4"]),
        ({"completion": [{"role": "assistant", "content": "4"}]}, ["4"]),
        (
            {"completions": [chat("3"), [{"role": "assistant", "content": "4"}], "5"]},
            ["3", "4", "5"],
        ),
    ],
)
def test_of_a_chat_the_assistant_s_last_message_is_judged(
    given: dict[str, Any], judged: list[str]
) -> None:
    line = read({"spec": SPEC, **given})
    assert [item.completion for item in line.items] == judged


def test_the_formats_are_listed_on_the_first_line_alone() -> None:
    raw = json.dumps({"a": 1, "completion": "4"}).encode()
    first, later = (read_line(number, raw, ScoreOptions()).items[0] for number in (1, 2))
    assert isinstance(first, BrokenItem)
    assert isinstance(later, BrokenItem)
    assert "known formats: aime, " in str(first.error)
    assert str(later.error) == (
        "neither spec nor row, and as a row the line fails: line: the fields (a) make no known "
        "format; name one as format, or give a spec (`reward-service domains` lists the formats)"
    )


def test_spec_defaults_fill_what_a_spec_lacks_and_override_nothing() -> None:
    value = {"spec": {"gold": "4", "mode": "strict"}, "completion": "4"}
    defaults = {"domain": "math", "mode": "lenient", "tolerance": 0.5}
    (item,) = read(value, spec_defaults=defaults).items
    assert (item.spec.mode, item.spec.tolerance) == ("strict", 0.5)


def test_a_spec_may_be_json_text_as_tables_often_have_it() -> None:
    assert read({"spec": json.dumps(SPEC), "completion": "4"}).domain == "math"


def test_a_row_is_read_in_its_format() -> None:
    row = {"question": "2+2?", "answer": "2+2=4\n#### 4"}
    (item,) = read({"row": row, "format": "gsm8k", "completion": "4"}).items
    assert item.spec.gold == "4"


def test_the_line_itself_may_be_the_row() -> None:
    value = {"question": "2+2?", "answer": "2+2=4\n#### 4", "completion": "4"}
    (item,) = read(value, row_format="gsm8k").items
    assert item.spec.gold == "4"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"{nope\n", "bad_item: the line is not JSON"),
        (b"\xff\xfe\n", "bad_item: the line is not JSON"),
        (b"[" * 100_000, "bad_item: the line is not JSON"),
        (b"1" * 5000, "bad_item: the line is not "),
        ([1], "bad_item: the line is not a JSON object but a list"),
        ({"spec": SPEC}, "bad_item: completion or completions: missing; the line has spec"),
        ({"spec": SPEC, "completion": 4}, "bad_item: completion: expected text or a list"),
        ({"spec": SPEC, "completions": []}, "got an empty list"),
        ({"spec": SPEC, "completion": [{"role": "user", "content": "4"}]}, "none of an assistant"),
        (
            {"spec": SPEC, "completions": [{"role": "assistant", "content": "4"}] * 2},
            "completions: 2 messages of an assistant and no others; are they one completion",
        ),
        (
            {"spec": SPEC, "completion": {"role": "assistant", "content": None}},
            "completion: the assistant's last content is no text but null",
        ),
        ({"spec": SPEC, "completions": [None]}, "completions.0: expected text, got null"),
        ({"spec": SPEC, "completion": "4", "completions": ["4"]}, "both are given"),
        ({"spec": SPEC, "row": {}, "completion": "4"}, "spec and row: only one"),
        ({"spec": "p1", "completion": "4"}, "spec: a text that is not JSON"),
        ({"row": [1], "completion": "4"}, "row: expected an object, got a list"),
        ({"row": {}, "format": 4, "completion": "4"}, "format: expected text"),
        ({"completion": "4"}, "bad_item: neither spec nor row"),
        ({"spec": {"domain": "math"}, "completion": "4"}, "bad_spec: spec.gold: missing"),
        ({"spec": {"domain": "maths", "gold": "4"}, "completion": "4"}, "unknown domain 'maths'"),
    ],
)
def test_a_line_that_cannot_be_judged_says_why(value: Any, expected: str) -> None:
    assert expected in complaint(value)


def test_one_bad_completion_leaves_its_neighbours_alone() -> None:
    line = read({"spec": SPEC, "completions": ["4", None, "3"]})
    kinds = [type(item) for item in line.items]
    assert kinds == [ReadItem, BrokenItem, ReadItem]


def test_other_fields_are_carried_and_spec_and_completion_are_not() -> None:
    value = {"id": "a", "prompt": "2+2?", "model": {"t": 1}, "spec": SPEC, "completion": "4"}
    assert written(value) == {
        "line": 7,
        "index": 0,
        "id": "a",
        "domain": "math",
        "prompt": "2+2?",
        "model": {"t": 1},
        "reward": 1.0,
        "verdict": json.loads(RIGHT.verdict.model_dump_json()) if RIGHT.verdict else None,
        "problem": None,
        "queue_s": 0.0,
        "exec_s": 0.0,
    }


def test_carried_fields_that_have_our_names_are_renamed() -> None:
    line = written({"reward": 0.3, "line": 1, "spec": SPEC, "completion": "4"})
    assert (line["reward"], line["input_reward"]) == (1.0, 0.3)
    assert (line["line"], line["input_line"]) == (7, 1)


def test_only_chosen_fields_are_carried() -> None:
    value = {"prompt": "2+2?", "model": "m", "spec": SPEC, "completion": "4"}
    assert "prompt" not in written(value, carry=("model",))
    assert written(value, carry=("model",))["model"] == "m"


def test_the_completion_is_kept_on_request() -> None:
    value = {"spec": SPEC, "completion": "so 4"}
    assert "completion" not in written(value)
    assert written(value, keep=True)["completion"] == "so 4"


def test_lone_surrogates_are_mended_in_the_completion_and_kept_in_what_is_carried() -> None:
    raw = b'{"spec": {"domain": "math", "gold": "4"}, "completion": "\\ud83d 4", "note": "\\ud83d"}'
    line = read(raw)
    assert line.items[0].completion == "\ufffd 4"
    assert b'"note":"\\ud83d"' in output_line(line, 0, RIGHT, keep_completion=False)


def test_numbers_that_are_no_json_become_null() -> None:
    assert (
        written(b'{"spec": {"domain": "math", "gold": "4"}, "completion": "4", "t": NaN}')["t"]
        is None
    )


def test_a_problem_is_written_beside_no_reward() -> None:
    problem = Problem(code="worker_died", message="it died", retryable=True)
    line = written({"spec": SPEC, "completion": "4"}, ScoredItem(id="x", problem=problem))
    assert (line["reward"], line["verdict"]) == (None, None)
    assert line["problem"] == {"code": "worker_died", "message": "it died", "retryable": True}


def test_a_gold_needs_no_completion() -> None:
    line = read_gold(7, json.dumps({"spec": SPEC}).encode(), ScoreOptions())
    assert (line.domain, line.items[0].completion) == ("math", "")  # type: ignore[union-attr]  # it is a ReadItem
