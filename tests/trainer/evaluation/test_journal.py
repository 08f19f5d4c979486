"""Files that are appended to, after any end."""

from __future__ import annotations

from pathlib import Path

import pytest

from reward_trainer.evaluation.journal import Journal

WHOLE = b'{"key": "a"}\n{"key": "b"}\n'


@pytest.mark.parametrize("tail", [b"", b"{", b'{"key": "c"', b'{"key": "c"}', b"\xff" * 200_000])
def test_a_line_that_a_kill_broke_off_is_cut_away(tmp_path: Path, tail: bytes) -> None:
    path = tmp_path / "j.jsonl"
    path.write_bytes(WHOLE + tail)
    journal = Journal(path)
    journal.append({"key": "d"})
    journal.close()
    assert path.read_bytes() == WHOLE + b'{"key": "d"}\n'
    assert [line["key"] for line in journal.lines()] == ["a", "b", "d"]


def test_a_file_that_is_nothing_but_a_broken_line_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    path.write_bytes(b'{"key": ')
    journal = Journal(path)
    journal.close()
    assert path.read_bytes() == b""


def test_any_text_comes_back_as_it_was(tmp_path: Path) -> None:
    text = "a\u2028b\x85c\ud800d\x00\n"
    journal = Journal(tmp_path / "deep" / "j.jsonl")
    journal.append({"key": "a", "text": text})
    journal.close()
    assert [line["text"] for line in journal.lines()] == [text]


def test_lines_that_are_none_of_ours_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    path.write_bytes(b'[1]\nnot json\n{"key": 7}\n\n{"key": "a"}\n')
    journal = Journal(path)
    journal.close()
    assert [line["key"] for line in journal.lines()] == ["a"]
