"""The documents say what is."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from reward_service.config import PREFIX, Settings
from reward_service.offline.local import open_engine
from reward_service.reading import read_batch
from reward_verifiers.registry import DOMAINS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md")])


@pytest.mark.parametrize("name", DOMAINS)
def test_every_domain_has_its_row_in_the_readme(name: str) -> None:
    assert f"\n| `{name}` |" in README


@pytest.mark.parametrize("name", DOMAINS)
def test_every_domain_has_examples_and_golden_rows(name: str) -> None:
    for folder in ("examples", "verifiers/golden"):
        lines = (ROOT / folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        assert len(lines) >= 20, f"{folder}/{name}.jsonl"


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if f"`{PREFIX}{name.upper()}`" not in page]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_make_target_the_documents_name_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {
        name
        for page in PAGES
        for name in re.findall(r"(?m)(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf-8"))
    }
    assert named - targets == set()


def test_make_serve_listens_where_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    def command(*options: str) -> str:
        dry_run = ["make", "-n", "-o", ".venv/.server", "serve", *options]
        return subprocess.run(dry_run, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    for name in ("HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"REWARD_SERVICE_{name}", raising=False)
    assert "--host 127.0.0.1 --port 8000" in command()
    monkeypatch.setenv("REWARD_SERVICE_HOST", "0.0.0.0")
    monkeypatch.setenv("REWARD_SERVICE_PORT", "8001")
    assert "--host 0.0.0.0 --port 8001" in command()
    assert "--port 8002" in command("PORT=8002")


def curl_of(text: str) -> dict[str, object]:
    """Return the JSON body of the first curl command in ``text``."""
    command = text[text.index("curl -s") :]
    words = shlex.split(command[: command.index("```")])
    body: dict[str, object] = json.loads(words[words.index("-d") + 1])
    return body


def answer_of(text: str) -> dict[str, object]:
    """Return the first JSON block of ``text``."""
    block = text[text.index("```json") + len("```json") :]
    answer: dict[str, object] = json.loads(block[: block.index("```")])
    return answer


def test_the_readme_shows_the_answer_that_its_curl_gets() -> None:
    async def score() -> list[dict[str, object]]:
        async with open_engine(Settings(cpu_workers=1)) as engine:
            items = await engine.score(read_batch(curl_of(README), max_items=10))
        return [item.model_dump(mode="json") for item in items]

    assert asyncio.run(score()) == answer_of(README)["items"]


def test_the_library_page_runs_and_prints_what_it_says() -> None:
    text = (ROOT / "docs/library.md").read_text(encoding="utf-8")
    programs = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", text, re.DOTALL)
    assert len(programs) == 2
    for program, printed in programs:
        ran = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
        )
        assert ran.stdout == printed
