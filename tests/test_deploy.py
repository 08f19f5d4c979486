"""The files that deploy the service know its settings and each other."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from reward_service.config import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
PAGE = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
SECCOMP = ROOT / "deploy/seccomp"

# What the file itself decides: where the services listen and find each other, and how safely.
FIXED = {"host", "port", "docker_host", "unsafe"}


def allowed(profile: Path) -> dict[str, Any]:
    """Return the entry for each system call that ``profile`` lets through."""
    entries = json.loads(profile.read_text(encoding="utf-8"))["syscalls"]
    return {
        name: entry
        for entry in entries
        if entry["action"] == "SCMP_ACT_ALLOW"
        for name in entry["names"]
    }


def test_every_setting_can_be_set_by_env_file() -> None:
    missing = [
        name
        for name in Settings.model_fields
        if name not in FIXED and f"      {PREFIX}{name.upper()}:" not in COMPOSE
    ]
    assert missing == []


def test_every_variable_of_the_compose_file_is_in_the_example_and_on_the_page() -> None:
    variables = set(re.findall(r"\$\{(\w+)", COMPOSE)) | {"TLS"}
    assert [name for name in variables if f"{name}=" not in EXAMPLE] == []
    assert [name for name in variables if f"`{name}`" not in PAGE] == []


def test_the_example_shows_the_defaults_of_the_compose_file() -> None:
    defaults = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", COMPOSE))
    shown = dict(re.findall(r"^#(\w+)=(.*)$", EXAMPLE, re.MULTILINE))
    assert {name: shown[name] for name in defaults} == defaults


def test_the_profiles_are_what_sandboxes_may_and_sockets() -> None:
    """The API may less than that: no mount, and no namespaces but those of the network."""
    sandbox = allowed(ROOT / "sandboxes/reward_sandboxes/docker/seccomp.json")
    embedded = allowed(SECCOMP / "embedded.json")
    api = allowed(SECCOMP / "api.json")
    assert set(embedded) == set(sandbox)
    assert "args" not in embedded["socket"]
    assert set(embedded) - set(api) == {
        *("mount", "umount2", "mount_setattr", "open_tree", "move_mount", "pivot_root", "chroot"),
        *("setns", "sethostname", "clone3"),
    }
    (flags,) = api["unshare"]["args"]
    assert flags["op"] == "SCMP_CMP_MASKED_EQ"
    assert flags["valueTwo"] == 0
    assert ~flags["value"] & 0xFFFFFFFF == 0x10000000 | 0x40000000 | 0x08000000
