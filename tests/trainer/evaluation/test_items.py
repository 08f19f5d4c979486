"""Items from files, and how they are put to the model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reward_trainer.errors import DataError
from reward_trainer.evaluation.items import items_of
from reward_trainer.evaluation.suite import Benchmark, chosen


def file_of(folder: Path, *rows: Any) -> str:
    path = folder / "items.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return str(path)


def only(name: str) -> Benchmark:
    return next(one for one in chosen([name]) if one.name == name)


def test_a_row_goes_to_the_service_with_its_format_and_to_the_model_as_a_question(
    tmp_path: Path,
) -> None:
    row = {"problem": "What is 6 times 7?", "answer": "42", "id": 60}
    (item,) = items_of(only("aime24"), source=file_of(tmp_path, row), folder=tmp_path)
    assert item.judged_by == {"row": row, "format": "problem_answer"}
    assert item.messages[0]["content"].startswith("What is 6 times 7?\n\nLet's think")
    assert "\\boxed{}" in item.messages[0]["content"]
    assert item.id == "aime24-0-60"


def test_an_item_with_spec_and_prompt_is_taken_as_it_is(tmp_path: Path) -> None:
    spec = {"domain": "math", "gold": "42"}
    lines = [
        {"prompt": "6*7?", "spec": spec},
        {"prompt": [{"role": "system", "content": "short"}, {"role": "user", "content": "6*7?"}]}
        | {"spec": spec},
    ]
    first, second = items_of(only("aime24"), source=file_of(tmp_path, *lines), folder=tmp_path)
    assert first.messages == [{"role": "user", "content": "6*7?"}]
    assert [one["role"] for one in second.messages] == ["system", "user"]
    assert first.judged_by == {"spec": spec}


def test_items_of_other_sources_in_a_file_of_the_users_stay(tmp_path: Path) -> None:
    row = {"data_source": "mine", "reward_model": {"ground_truth": "{}"}, "prompt": "write it"}
    assert len(items_of(only("taco"), source=file_of(tmp_path, row), folder=tmp_path)) == 1


def test_options_kept_apart_are_put_in_an_order_that_depends_on_the_question(
    tmp_path: Path,
) -> None:
    rows = [
        {"Question": f"Question {n}?", "Correct Answer": "right"}
        | {f"Incorrect Answer {k}": f"wrong {k}" for k in (1, 2, 3)}
        for n in range(30)
    ]
    place = file_of(tmp_path, *rows)
    items = items_of(only("gpqa_diamond"), source=place, folder=tmp_path)
    specs = [item.judged_by["spec"] for item in items]
    assert {spec["gold"] for spec in specs} == set("ABCD")
    for item, spec in zip(items, specs, strict=True):
        assert spec["options"][spec["gold"]] == "right"
        for letter, text in spec["options"].items():
            assert f"\n({letter}) {text}\n" in f"{item.messages[0]['content']}\n"
    again = items_of(only("gpqa_diamond"), source=place, folder=tmp_path)
    assert [item.key for item in again] == [item.key for item in items]


def test_options_in_the_question_are_read_out_of_it(tmp_path: Path) -> None:
    row = {"question": "Which?\n(A) iron\n(B) gold\nC. tin\nD) lead", "correct_answer": "(B)"}
    (item,) = items_of(only("gpqa_diamond"), source=file_of(tmp_path, row), folder=tmp_path)
    assert item.judged_by["spec"] == {
        "domain": "stem",
        "gold": "B",
        "options": {"A": "iron", "B": "gold", "C": "tin", "D": "lead"},
    }


def test_code_to_complete_is_shown_and_an_empty_starter_is_not(tmp_path: Path) -> None:
    rows = [
        {"question_content": "Double it.", "starter_code": ""},
        {"question_content": "Double it.", "starter_code": "def double(n):"},
    ]
    program, function = items_of(
        only("livecodebench"), source=file_of(tmp_path, *rows), folder=tmp_path
    )
    assert "standard input" in program.messages[0]["content"]
    assert "```python\ndef double(n):\n```" in function.messages[0]["content"]


def test_a_limit_of_puzzles_is_of_each_task(tmp_path: Path) -> None:
    lines = [
        {"prompt": "?", "spec": {"domain": "reasoning_gym", "dataset": task, "entry": {"n": n}}}
        for task in ("sudoku", "maze")
        for n in range(5)
    ]
    items = items_of(
        only("reasoning_gym"), source=file_of(tmp_path, *lines), folder=tmp_path, limit=2
    )
    assert [item.part for item in items] == ["sudoku", "sudoku", "maze", "maze"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "holds no items"),
        ("{broken\n", r"items\.jsonl:1: broken JSON"),
        ("[1]\n", r"items\.jsonl:1: expected an object"),
        ('{"answer": "42"}\n', r"items\.jsonl:1: no question"),
        ('{"prompt": [7], "spec": {"gold": "4"}}\n', r"items\.jsonl:1: "),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, content: str, why: str) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=why):
        items_of(only("aime24"), source=str(path), folder=tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        items_of(only("aime24"), source=str(tmp_path / "none.jsonl"), folder=tmp_path)
