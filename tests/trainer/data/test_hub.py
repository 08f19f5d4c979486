"""Data sets of the Hub, downloaded from a server that speaks as it does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hub_server import HubServer, hub_server, in_a_process

from reward_trainer.data.copies import as_lines
from reward_trainer.data.hub import Place, place_of
from reward_trainer.errors import DataError

ROWS = [{"problem": f"{n}+{n}?", "answer": str(2 * n), "kind": {"level": n % 2}} for n in range(4)]
CARD = """---
license: mit
configs:
- config_name: sums
  data_files:
  - {split: train, path: sums/train.jsonl}
  - {split: test, path: sums/test-*.parquet}
- config_name: other
  default: true
  data_files: other.jsonl
---
# A data set
"""
ASK = """
import json, sys
from pathlib import Path
from reward_trainer.data.copies import as_lines, origin_of
from reward_trainer.errors import DataError
for path in {paths!r}:
    try:
        copy = as_lines(path, Path({folder!r}), {only!r})
    except DataError as error:
        print(json.dumps({{"error": str(error)}}))
    else:
        rows = [json.loads(line) for line in copy.read_text().splitlines()]
        print(json.dumps({{"rows": rows, "origin": origin_of(copy)}}))
"""
EVALUATE = """
import asyncio
from pathlib import Path
from types import SimpleNamespace
from reward_trainer.evaluation.evaluate import Plan, evaluate
from reward_trainer.evaluation.suite import chosen
from reward_trainer.evaluation.writer import Written

class Writer:
    async def write(self, items, terms, done):
        for item in items:
            n = terms.samples
            await done(item, Written(completions=("1",) * n, finished=(True,) * n, n_tokens=n))

class Service:
    async def check(self, items):
        return SimpleNamespace(items=[SimpleNamespace(problem=None) for _ in items])

    async def score(self, items):
        return [SimpleNamespace(reward=1.0, verdict=None, problem=None) for _ in items]

sources = {{"aime24": {path!r}}}
plan = Plan(benchmarks=chosen(["aime24"]), model="m", folder=Path({folder!r}), sources=sources)
asyncio.run(evaluate(plan, writer=Writer(), client=Service()))
"""
Ask = Callable[..., list[dict[str, Any]]]


def jsonl(*rows: Any) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def parquet(*rows: Any) -> bytes:
    arrow = pytest.importorskip("pyarrow")
    tables = pytest.importorskip("pyarrow.parquet")
    file = BytesIO()
    tables.write_table(arrow.Table.from_pylist(list(rows)), file)
    return file.getvalue()


@pytest.fixture
def hub() -> Iterator[HubServer]:
    pytest.importorskip("huggingface_hub")
    with hub_server() as server:
        server.files = {
            ".gitattributes": b"",
            "README.md": CARD.encode(),
            "sums/train.jsonl": jsonl(*ROWS[:1]),
            "sums/test-00000-of-00002.parquet": parquet(*ROWS[1:3]),
            "sums/test-00001-of-00002.parquet": parquet(*ROWS[3:]),
            "other.jsonl": jsonl({"problem": "other?"}),
        }
        yield server


@pytest.fixture
def ask(hub: HubServer, tmp_path: Path) -> Ask:
    """Have paths read in a process of its own, into a run's folder."""

    def asked(*paths: str, run: str = "run", only: Any = None, **env: str) -> list[dict[str, Any]]:
        code = ASK.format(paths=paths, folder=str(tmp_path / run), only=only or {})
        status, said = in_a_process(code, tmp_path / "cache", hub.url, **env)
        assert status == 0, said
        return [json.loads(line) for line in said.splitlines() if line.startswith("{")]

    return asked


@pytest.mark.slow
def test_the_rows_of_a_split_are_read_and_its_commit_is_noted(hub: HubServer, ask: Ask) -> None:
    test, train, default = ask("hub:owner/name:sums@test", "hub:owner/name:sums", "hub:owner/name")
    assert test["rows"] == ROWS[1:]
    assert test["origin"] == {
        "path": "hub:owner/name:sums@test",
        "revision": hub.commit,
        "files": ["sums/test-00000-of-00002.parquet", "sums/test-00001-of-00002.parquet"],
    }
    assert train["rows"] == ROWS[:1]
    assert default["rows"] == [{"problem": "other?"}]
    assert len(hub.asked("GET")) == len(set(hub.asked("GET"))) + 2, "each file once"


@pytest.mark.slow
def test_what_a_run_has_read_stays_what_it_was(hub: HubServer, ask: Ask) -> None:
    (first,) = ask("hub:owner/name:sums")
    hub.files["sums/train.jsonl"] = jsonl(*ROWS)
    hub.requests.clear()
    assert ask("hub:owner/name:sums") == [first]
    assert hub.requests == []
    (other,) = ask("hub:owner/name:sums", run="other")
    assert other["rows"] == ROWS
    assert other["origin"]["revision"] == hub.commit != first["origin"]["revision"]


@pytest.mark.slow
def test_rows_that_are_not_wanted_are_not_copied(ask: Ask) -> None:
    assert ask("hub:owner/name:sums@test", only={"kind.level": 0})[0]["rows"] == [ROWS[2]]
    assert ask("hub:owner/name:sums", only={"kind.level": 0})[0]["rows"] == [ROWS[0]]


@pytest.mark.slow
def test_without_the_hub_the_cache_will_do(hub: HubServer, ask: Ask) -> None:
    (first,) = ask("hub:owner/name:sums@test")
    hub.requests.clear()
    assert ask("hub:owner/name:sums@test", run="offline", HF_HUB_OFFLINE="1") == [first]
    assert hub.requests == []
    hub.broken = True
    assert ask("hub:owner/name:sums@test", run="away") == [first]
    (refused,) = ask("hub:owner/name:sums", run="offline", HF_HUB_OFFLINE="1")
    assert "HF_HUB_OFFLINE is set, and the cache does not hold it" in refused["error"]


@pytest.mark.slow
def test_a_download_that_was_cut_goes_on_where_it_was(hub: HubServer, ask: Ask) -> None:
    n = 12_000_000
    hub.files["other.jsonl"] = jsonl({"problem": "a" * n})
    hub.cut_after = n - 100_000
    (found,) = ask("hub:owner/name")
    assert len(found["rows"][0]["problem"]) == n
    assert [one for one in hub.asked("GET") if re.search(r"other\.jsonl from \d{8}", one)]


@pytest.mark.slow
def test_what_is_private_needs_a_token(hub: HubServer, ask: Ask) -> None:
    hub.token = "hf_secret"
    (refused,) = ask("hub:owner/name")
    assert refused["error"] == (
        f"hub:owner/name: {hub.url} has no such data set, or it is private: mind the name, and set"
        " HF_TOKEN to a token that may read it; or give the path of a local copy"
    )
    absent, found = ask("hub:owner/nmae", "hub:owner/name", HF_TOKEN="hf_secret")
    assert absent["error"].startswith(f"hub:owner/nmae: {hub.url} has no such data set")
    assert found["rows"] == [{"problem": "other?"}]


@pytest.mark.slow
def test_what_an_owner_has_to_grant_is_said(hub: HubServer, ask: Ask) -> None:
    hub.gated = True
    assert "its owner has to grant access: ask on its page" in ask("hub:owner/name")[0]["error"]


@pytest.mark.slow
def test_a_hub_that_is_away_is_said(hub: HubServer, ask: Ask, tmp_path: Path) -> None:
    hub.broken = True
    (broken,) = ask("hub:owner/name")
    assert re.search(r"does not answer \(.*503.*\), and the cache does not", broken["error"])
    hub.url = "http://127.0.0.1:9"
    (away,) = ask("hub:owner/name")
    assert "http://127.0.0.1:9 does not answer (" in away["error"]
    assert not list((tmp_path / "run").rglob("*.jsonl"))


@pytest.mark.slow
def test_what_there_is_not_is_said_with_what_there_is(ask: Ask) -> None:
    split, config = ask("hub:owner/name:sums@dev", "hub:owner/name:products")
    assert "hub:owner/name:sums@dev: it has no split 'dev', but train, test" in split["error"]
    assert "it has no configuration 'products', but sums, other; or give the" in config["error"]


@pytest.mark.slow
def test_an_evaluation_reads_the_hub_in_the_same_way_and_keeps_its_commit(
    hub: HubServer, tmp_path: Path
) -> None:
    code = EVALUATE.format(folder=str(tmp_path / "out"), path="hub:owner/name:sums@test")
    status, said = in_a_process(code, tmp_path / "cache", hub.url)
    assert status == 0, said
    kept = json.loads((tmp_path / "out" / "results.json").read_text())["benchmarks"]["aime24"]
    assert (kept["n_items"], kept["revision"]) == (3, hub.commit)
    lines = (tmp_path / "out" / "generations" / "aime24.jsonl").read_text().splitlines()
    assert [json.loads(line)["row"] for line in lines] == ROWS[1:]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("hub:owner/name", Place(name="owner/name")),
        ("hub:owner/na.me-1@test", Place(name="owner/na.me-1", split="test")),
        ("hub:o/n:RL@instructions", Place(name="o/n", config="RL", split="instructions")),
    ],
)
def test_a_place_is_written_in_one_way(path: str, place: Place) -> None:
    assert place_of(path) == place


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("hub:owner/name#config@test", "; a configuration follows a colon, not #"),
        ("hub:name", ""),
        ("hub:owner/name@test:config", ""),
        ("hub:", ""),
    ],
)
def test_another_way_is_refused_before_anything_is_asked(
    tmp_path: Path, path: str, hint: str
) -> None:
    with pytest.raises(DataError) as refused:
        as_lines(path, tmp_path, {})
    written = "is written hub:owner/name, with :config and @split where it has several"
    assert str(refused.value) == f"{path}: a data set of the Hub {written}{hint}"
