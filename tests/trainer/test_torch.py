"""Says so where nothing of the trainer is tested."""

from __future__ import annotations

from importlib.util import find_spec

import pytest


def test_the_trainer_can_be_tested_here() -> None:
    if find_spec("torch") is None:
        pytest.skip("torch is not installed: none of tests/trainer ran; make test-trainer has it")
    assert find_spec("transformers") is not None
