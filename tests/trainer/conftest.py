"""The trainer needs torch, and the service does not; ``test_torch.py`` says when it is missing."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

collect_ignore = [
    str(path)
    for path in Path(__file__).parent.rglob("test_*.py")
    if path.name != "test_torch.py" and find_spec("torch") is None
]
