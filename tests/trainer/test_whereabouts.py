"""A model that is not there is said at once, and what may have been meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hub_server import hub_server

from reward_trainer.assembly import load_tokenizer
from reward_trainer.errors import TrainerError
from reward_trainer.tiny import make_tiny
from reward_trainer.whereabouts import require_model

constants = pytest.importorskip("huggingface_hub.constants")


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in a folder with a model in ``build/tiny``, where nobody answers for the Hub."""
    make_tiny(tmp_path / "build" / "tiny", hidden=32, layers=1)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    return tmp_path


def refused(name: str) -> str:
    with pytest.raises(TrainerError) as caught:
        require_model(name)
    return str(caught.value)


@pytest.mark.parametrize("name", ["./build/tinny", "build/../build/tinny", "../no where/x"])
def test_a_path_is_never_asked_for_on_the_hub(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("huggingface_hub.HfApi.model_info")
    hint = f"; did you mean {Path(name).parent / 'tiny'}?" if "tinny" in name else ""
    assert refused(name) == f"there is no folder {name}{hint}"


def test_a_hub_that_is_away_is_asked_once_and_the_folder_that_was_meant_is_named(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(TrainerError) as caught:
        load_tokenizer("build/tinny")
    told = str(caught.value)
    assert told.startswith("there is no folder build/tinny, and http://127.0.0.1:9 cannot be asked")
    assert "HF_ENDPOINT" in told
    assert told.endswith("; did you mean build/tiny?")
    assert "Retrying" not in caplog.text


def test_a_hub_that_may_not_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE is set" in refused("owner/name")


def test_a_model_that_the_hub_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with hub_server() as hub:
        monkeypatch.setattr(constants, "ENDPOINT", hub.url)
        assert f"{hub.url} has no such model, or it is private" in refused("owner/name")


def test_a_model_that_the_hub_has(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("huggingface_hub.HfApi.model_info", lambda *it, **_: asked.append(it))
    require_model("owner/name")
    assert len(asked) == 1


def test_folders_that_hold_no_model() -> None:
    assert refused("build") == "the folder build holds no model: it has no config.json"
    assert refused("build/tiny/config.json").startswith("build/tiny/config.json is a file")
    require_model("build/tiny")
