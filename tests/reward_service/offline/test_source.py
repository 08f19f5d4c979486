"""What can be opened, and what is refused with a way out."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from offline_runs import Runs

from reward_service.config import Settings
from reward_service.offline import RefusedError, score_file
from reward_service.offline.source import open_source


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"nowhere\.jsonl: No such file"):
        open_source(str(tmp_path / "nowhere.jsonl"))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="Is a directory"):
        open_source(str(tmp_path))


def test_an_array_is_refused_with_the_command_that_converts_it(tmp_path: Path) -> None:
    path = tmp_path / "all.json"
    path.write_text('[{"a": 1}]', encoding="utf-8")
    with pytest.raises(RefusedError, match=r"jq -c '\.\[\]'"):
        open_source(str(path))


def test_zstd_is_refused_with_the_command_that_unpacks_it(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl.zst"
    path.write_bytes(b"\x28\xb5\x2f\xfd....")
    with pytest.raises(RefusedError, match="zstd -dc"):
        open_source(str(path))


def test_a_pipe_is_read_once_and_gone_on_with_when_it_says_the_same(runs: Runs, items: Any) -> None:
    pipe = runs.folder / "pipe"
    os.mkfifo(pipe)

    def feed(lines: list[dict[str, Any]]) -> threading.Thread:
        text = "".join(json.dumps(line) + "\n" for line in lines)
        thread = threading.Thread(target=pipe.write_text, args=(text,))
        thread.start()
        return thread

    from offline_runs import FakeScorer

    runs.scorer = FakeScorer(batches_before_it_breaks=3)
    feeding = feed(items(900))
    with pytest.raises(OSError, match="broke"):
        runs.score(pipe)
    feeding.join()

    runs.scorer = FakeScorer()
    feeding = feed(items(900))
    runs.score(pipe)
    feeding.join()
    assert runs.resumed_at == 768
    assert len(runs.lines()) == 900


@pytest.mark.parametrize(
    ("output", "complaint"),
    [
        ("scored.parquet", "name it .jsonl or .jsonl.gz"),
        ("missing/scored.jsonl", "is no folder; make it: mkdir -p"),
        ("in.jsonl", "is the input"),
    ],
)
def test_an_output_that_cannot_be_is_refused(tmp_path: Path, output: str, complaint: str) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("{}\n", encoding="utf-8")
    with pytest.raises(RefusedError, match=complaint):
        score_file(source, tmp_path / output, settings=Settings())
    assert {path.name for path in tmp_path.iterdir()} == {"in.jsonl"}
