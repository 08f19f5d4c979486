"""Trying again what has no reward, and nothing else."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from offline_runs import FakeScorer, Runs

from reward_service.offline import RefusedError
from reward_service.offline.written import report_by

Items = Callable[..., list[dict[str, Any]]]


def test_only_what_has_no_reward_is_scored_again(runs: Runs, items: Items) -> None:
    path = runs.write(items(600))
    failing = {"answer 5: 7", "answer 400: 7"}
    runs.scorer.fails = failing
    report = runs.score(path)
    assert (report.n_unscored, len(runs.problems())) == (2, 2)
    before = runs.lines()

    runs.scorer = FakeScorer()
    report = runs.retry(path)

    assert set(runs.scorer.seen) == failing
    assert (report.n, report.n_unscored) == (600, 0)
    after = runs.lines()
    assert [line["line"] for line in after] == list(range(1, 601))
    assert [old for old, new in zip(before, after, strict=True) if old != new] == [
        before[5],
        before[400],
    ]
    assert not runs.paths.problems.exists()
    assert runs.left_over() == set()


def test_what_fails_again_stays_a_problem(runs: Runs, items: Items) -> None:
    path = runs.write(items(5))
    runs.scorer.fails = {"answer 1: 7", "answer 2: 7"}
    runs.score(path)
    runs.scorer.fails = {"answer 2: 7"}
    assert runs.retry(path).n_unscored == 1
    assert [problem["line"] for problem in runs.problems()] == [3]


def test_of_several_completions_only_the_unscored_ones_are_tried(runs: Runs) -> None:
    spec = {"domain": "math", "gold": "7"}
    path = runs.write([{"spec": spec, "completions": ["a 7", "b 8", "c 7"]}])
    runs.scorer.fails = {"b 8"}
    runs.score(path)
    runs.scorer = FakeScorer()
    report = runs.retry(path)
    assert runs.scorer.seen == ["b 8"]
    assert [line["reward"] for line in runs.lines()] == [1.0, 0.0, 1.0]
    assert report.total.pass_at_k[0].value == pytest.approx(2 / 3)


def test_a_mended_line_may_have_another_number_of_completions(runs: Runs, items: Items) -> None:
    good = items(3)
    path = runs.write([good[0], "{torn", good[1], good[2]])
    assert runs.score(path).n_unscored == 1
    runs.write([good[0], {"spec": good[0]["spec"], "completions": ["7", "8"]}, good[1], good[2]])

    report = runs.retry(path)

    assert (report.n, report.n_unscored) == (5, 0)
    assert [(line["line"], line["index"]) for line in runs.lines()] == [
        *[(1, 0), (2, 0), (2, 1), (3, 0), (4, 0)]
    ]


def test_lines_that_came_since_are_scored_too(runs: Runs, items: Items) -> None:
    path = runs.write(items(300))
    runs.score(path)
    runs.scorer = FakeScorer()
    runs.write(items(310))
    assert runs.retry(path).n == 310
    assert len(runs.scorer.seen) == 10


def test_lines_that_have_moved_are_refused(runs: Runs, items: Items) -> None:
    path = runs.write(items(5))
    runs.scorer.fails = {"answer 3: 8"}
    runs.score(path)
    before = runs.out.read_bytes()
    runs.write(items(5)[1:])
    with pytest.raises(RefusedError, match=r"line 1 had the id 'p0' .* and has 'p1' now"):
        runs.retry(path)
    runs.write(items(2))
    with pytest.raises(RefusedError, match="has no line 3 any more"):
        runs.retry(path)
    assert runs.out.read_bytes() == before


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"id": "another"}, r"line 3 had the id 'p2' .* and has 'another' now"),
        ({"id": None}, r"line 3 had the id 'p2' .* and has '3' now"),
        ({"completion": None, "completions": ["7", "8"]}, "had 1 completions .* has 2 now"),
        ("{torn", "line 3 was scored and cannot be read now"),
        ("", "has no line 3 any more, but the output has"),
    ],
)
def test_a_scored_line_that_is_another_now_is_refused(
    runs: Runs, items: Items, changed: Any, complaint: str
) -> None:
    lines: list[Any] = items(5)
    path = runs.write(lines)
    runs.score(path)
    before = runs.out.read_bytes()
    lines[2] = changed if isinstance(changed, str) else {**lines[2], **changed}
    runs.write(lines)
    with pytest.raises(RefusedError, match=complaint):
        runs.retry(path)
    assert (runs.out.read_bytes(), runs.left_over()) == (before, set())


def test_ids_of_any_kind_are_known_again(runs: Runs, items: Items) -> None:
    lines = items(5)
    for line, given in zip(lines, (7, 1.5, ["a", None], {"b": True}, None), strict=True):
        line["id"] = given
    path = runs.write(lines)
    runs.score(path)
    assert runs.retry(path).n == 5


def test_a_retry_that_breaks_leaves_the_output_as_it_was(runs: Runs, items: Items) -> None:
    path = runs.write(items(5))
    runs.scorer.fails = {"answer 1: 7"}
    runs.score(path)
    before = runs.out.read_bytes(), runs.paths.problems.read_bytes()
    runs.scorer = FakeScorer(batches_before_it_breaks=0)
    with pytest.raises(OSError, match="broke"):
        runs.retry(path)
    assert (runs.out.read_bytes(), runs.paths.problems.read_bytes()) == before
    runs.scorer = FakeScorer()
    assert runs.retry(path).n_unscored == 0


def test_there_must_be_a_finished_output_of_ours(runs: Runs, items: Items) -> None:
    path = runs.write(items(600))
    with pytest.raises(RefusedError, match="does not exist; score first"):
        runs.retry(path)

    runs.scorer = FakeScorer(batches_before_it_breaks=1)
    with pytest.raises(OSError, match="broke"):
        runs.score(path)
    runs.out.write_text("", encoding="utf-8")
    with pytest.raises(RefusedError, match="was interrupted; let it end first"):
        runs.retry(path)

    runs.scorer = FakeScorer()
    runs.score(path, force=True)
    runs.out.write_text('{"a": 1}\n', encoding="utf-8")
    with pytest.raises(RefusedError, match="line 1 is not one that `score` writes"):
        runs.retry(path)


def test_a_gzipped_output_is_retried_too(runs: Runs, items: Items) -> None:
    runs.out = runs.folder / "scored.jsonl.gz"
    path = runs.write(items(600))
    runs.scorer.fails = {"answer 5: 7"}
    runs.score(path)
    runs.scorer.fails = set()
    runs.retry(path)
    lines = [json.loads(line) for line in gzip.decompress(runs.out.read_bytes()).splitlines()]
    assert [line["reward"] is None for line in lines] == [False] * 600


def test_lines_of_one_prompt_can_be_grouped_by_a_field(runs: Runs, items: Items) -> None:
    lines = items(12)
    for at, line in enumerate(lines):
        line["prompt"] = ["a", "b", "c"][at % 3]
    runs.score(runs.write(lines))
    # a has four wrong answers, b and c four right ones each
    report = report_by(runs.out, "prompt")
    points = {point.k: (point.value, point.n_prompts) for point in report.total.pass_at_k}
    assert points == {k: (pytest.approx(2 / 3), 3) for k in (1, 2, 4)}
    assert report.total.n_prompts_all_correct == 2
    with pytest.raises(RefusedError, match=r"no line of .* has a field 'task'"):
        report_by(runs.out, "task")
