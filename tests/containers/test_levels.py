"""The commands of docs/deploy.md that show how well a single container confines programs."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess

import pytest
from containers.stack import ROOT

PAGE = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
ROWS = re.findall(
    r"^\| `(\w+)` \|.*`docker (run [^`]* reward-service doctor)` \|$", PAGE, re.MULTILINE
)


def test_there_is_a_command_for_each_level() -> None:
    assert [level for level, _ in ROWS] == ["namespaces", "landlock", "none"]


@pytest.mark.parametrize(("level", "command"), ROWS)
def test_a_command_shows_its_level(level: str, command: str) -> None:
    *words, _, doctor = shlex.split(command)
    image = f"reward-service:{os.environ['TAG']}"
    ran = subprocess.run(
        ["docker", *words, image, doctor, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    findings = json.loads(ran.stdout)["findings"]
    (lane,) = [one for one in findings if one["part"] == "lane" and one["name"] == "sandbox"]
    assert f"level {level}" in lane["detail"]
