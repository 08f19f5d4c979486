"""Packed tests are read without running anything, and cannot unpack to more than is allowed."""

from __future__ import annotations

import base64
import os
import pickle
import zlib
from pathlib import Path

import pytest

from reward_service.rows import packed
from reward_service.rows.packed import pickled_text, unpacked

TEXT = '[{"input": "1", "output": "\u00e9\U0001f600"}]'


def pack(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("text", [TEXT, "", "x" * 70_000], ids=["short", "empty", "long"])
def test_a_text_is_read_in_every_protocol(protocol: int, text: str) -> None:
    assert unpacked(pack(pickle.dumps(text, protocol))) == text


class Runs:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_a_pickle_that_would_run_something_is_refused_and_runs_nothing(tmp_path: Path) -> None:
    for hostile in (Runs(tmp_path / "ran"), [TEXT, Runs(tmp_path / "ran")]):
        with pytest.raises(ValueError, match="not one text alone"):
            unpacked(pack(pickle.dumps(hostile)))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b".",
        b"N.",
        b"(lp0\n.",
        pickle.dumps(TEXT)[:-1],
        pickle.dumps((TEXT, TEXT)),
        pickle.dumps(b"bytes"),
        b"\x8c\xff" + b"x" * 10 + b".",
        b"X\xff\xff\xff\xffxx.",
        b"\x8d" + b"\xff" * 8 + b"x.",
        b"cos\nsystem\n(S'true'\ntR.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
        b"V\\ud800\n.\x00",
    ],
)
def test_anything_else_is_refused_or_read_as_text(data: bytes) -> None:
    try:
        assert isinstance(pickled_text(data), str)
    except ValueError:
        return
    assert data.startswith(b"V")


def test_a_bomb_is_stopped_at_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MAX_BYTES", 1 << 20)
    bomb = pack(pickle.dumps("x" * (8 << 20)))
    assert len(bomb) < 20_000
    with pytest.raises(ValueError, match="unpacks to more than may be read"):
        unpacked(bomb)
    assert len(unpacked(pack(pickle.dumps("x" * 1000)))) == 1000


def test_cut_off_and_broken_data_are_told_apart() -> None:
    whole = base64.b64encode(zlib.compress(pickle.dumps(TEXT * 50))[:-8]).decode()
    with pytest.raises(ValueError, match="cut off"):
        unpacked(whole)
    with pytest.raises(ValueError, match="no zlib data"):
        unpacked(base64.b64encode(b"x" * 50).decode())
    with pytest.raises(ValueError, match="neither JSON nor base64"):
        unpacked("not base64!")
