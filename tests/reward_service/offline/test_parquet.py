"""Tables as input."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from offline_runs import FakeScorer, Runs

from reward_service.offline import RefusedError

Items = Callable[..., list[dict[str, Any]]]


def table(runs: Runs, rows: list[dict[str, Any]], *, rows_per_group: int = 700) -> Path:
    path = runs.folder / "in.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=rows_per_group)
    return path


def test_rows_are_lines(runs: Runs, items: Items) -> None:
    report = runs.score(table(runs, items(1500, model="m")))
    lines = runs.lines()
    assert (report.n, report.n_unscored) == (1500, 0)
    assert [line["line"] for line in lines] == list(range(1, 1501))
    assert {line["model"] for line in lines} == {"m"}


def test_a_nested_column_gives_no_spec_the_fields_of_another(runs: Runs) -> None:
    rows = [
        {"spec": {"domain": "math", "gold": "7", "mode": "strict"}, "completion": "7"},
        {
            "spec": {"domain": "stem", "gold": "B", "options": {"A": "iron", "B": "gold"}},
            "completion": "B",
        },
    ]
    report = runs.score(table(runs, rows))
    assert [(row.domain, row.n, row.n_unscored) for row in report.domains] == [
        *[("math", 1, 0), ("stem", 1, 0)]
    ]


def test_lists_maps_and_json_text_are_understood(runs: Runs) -> None:
    options = pa.map_(pa.string(), pa.string())
    spec = pa.struct([("domain", pa.string()), ("gold", pa.string()), ("options", options)])
    schema = pa.schema([("spec", spec), ("completions", pa.list_(pa.string()))])
    rows = [
        {
            "spec": {"domain": "stem", "gold": "B", "options": [("A", "iron"), ("B", "gold")]},
            "completions": ["A", "B"],
        }
    ]
    path = runs.folder / "in.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    assert runs.score(path).total.outcomes == {"correct": 1, "wrong": 1}

    path = table(runs, [{"spec": '{"domain": "math", "gold": "7"}', "completion": "7"}])
    assert runs.score(path, force=True).total.outcomes == {"correct": 1}


def test_a_run_over_a_table_goes_on_in_the_middle_of_a_row_group(runs: Runs, items: Items) -> None:
    path = table(runs, items(2000))
    runs.scorer = FakeScorer(batches_before_it_breaks=3)
    with pytest.raises(OSError, match="broke"):
        runs.score(path)
    runs.scorer = FakeScorer()
    runs.score(path)
    assert runs.resumed_at == 768
    assert [line["line"] for line in runs.lines()] == list(range(1, 2001))


def test_a_table_that_has_changed_is_refused(runs: Runs, items: Items) -> None:
    path = table(runs, items(2000))
    runs.scorer = FakeScorer(batches_before_it_breaks=3)
    with pytest.raises(OSError, match="broke"):
        runs.score(path)
    table(runs, items(2001))
    with pytest.raises(RefusedError, match="has changed since the run began"):
        runs.score(path)


def test_problems_of_a_table_are_retried(runs: Runs, items: Items) -> None:
    path = table(runs, items(600))
    runs.scorer.fails = {"answer 500: 7"}
    assert runs.score(path).n_unscored == 1
    runs.scorer = FakeScorer()
    assert runs.retry(path).n_unscored == 0
    assert runs.scorer.seen == ["answer 500: 7"]


def test_values_that_json_does_not_know_are_carried_as_text(runs: Runs, items: Items) -> None:
    import datetime
    from decimal import Decimal

    when = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    runs.score(table(runs, items(1, when=when, price=Decimal("1.50"), raw=b"ab")))
    (line,) = runs.lines()
    assert (line["when"][:10], line["price"], line["raw"]) == ("2026-01-02", "1.50", "ab")


def test_a_file_that_only_begins_like_a_table_is_refused(runs: Runs) -> None:
    path = runs.folder / "in.parquet"
    path.write_bytes(b"PAR1 and nothing more")
    with pytest.raises(RefusedError, match="no readable parquet file"):
        runs.score(path)
