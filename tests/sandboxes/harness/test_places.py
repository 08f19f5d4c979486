"""Packages are importable wherever they are installed."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sandboxes.harness.conftest import LEVELS
from sandboxes.harness.talking import started

from reward_sandboxes.harness.config import Config

PROGRAM = """\
import os
name = "some_" + "package"
print(__import__(name).VALUE, os.listdir("/tmp"))
"""


def test_packages_in_a_folder_that_programs_have_for_themselves_are_found_elsewhere() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        Path(folder, "some_package.py").write_text("VALUE = 7")
        with started(**LEVELS["namespaces"](), python_path=[folder]) as harness:
            assert harness.once(PROGRAM).stdout == "7 []\n"


def test_only_what_is_hidden_moves() -> None:
    config = Config(readable=["/opt/python", "/tmp/headers"], python_path=["/tmp/a", "/usr/lib/b"])
    assert config.places == {
        "/opt/python": "/opt/python",
        "/tmp/headers": "/shown/1",
        "/tmp/a": "/shown/2",
        "/usr/lib/b": "/usr/lib/b",
    }
