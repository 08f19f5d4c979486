"""Prompts of sources, opened in a run's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from prompt_files import Draw, Letters, rows, write

from reward_trainer.data.prompts import Prompts
from reward_trainer.sections import Data, Source


@pytest.fixture
def prompts(tmp_path: Path) -> Draw:
    """Open prompts of sources, or of other data, in a run's folder."""

    def opened(*sources: Source, seed: int = 0, tokenizer: Any = None, **more: Any) -> Prompts:
        maker = {"maker": more.pop("maker")} if "maker" in more else {}
        data = more.pop("data", None) or Data(sources=list(sources), **more)
        return Prompts(
            data, tokenizer=tokenizer or Letters(), seed=seed, folder=tmp_path / "run", **maker
        )

    return opened


@pytest.fixture
def ten(tmp_path: Path) -> Source:
    """A source of ten prompts."""
    path = write(tmp_path / "ten.jsonl", rows(f"p{at}" for at in range(10)))
    return Source(name="ten", path=str(path))
