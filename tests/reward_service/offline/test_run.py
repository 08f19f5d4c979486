"""A run over a file: complete, in order, resumable, and never two things mixed up."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from offline_runs import FakeScorer, Runs

from reward_service.offline import RefusedError, SourceError, StalledError, WriteError
from reward_service.offline.journal import Journal
from reward_service.offline.options import ScoreOptions
from reward_service.offline.pump import IN_FLIGHT
from reward_service.offline.source import LineSource
from reward_verifiers.verdict import Outcome

Items = Callable[..., list[dict[str, Any]]]

BREAK = "the scorer broke"


def broken_off(runs: Runs, path: Path, *, after: int = 3) -> None:
    """Run into a scorer that breaks after some windows."""
    whole = runs.scorer
    runs.scorer = FakeScorer(batches_before_it_breaks=after)
    with pytest.raises(OSError, match=BREAK):
        runs.score(path)
    runs.scorer = whole


def test_every_completion_gets_a_line_in_the_input_s_order(runs: Runs, items: Items) -> None:
    report = runs.score(runs.write(items(1000)))

    lines = runs.lines()
    assert [line["line"] for line in lines] == list(range(1, 1001))
    assert [line["id"] for line in lines] == [f"p{at}" for at in range(1000)]
    assert [line["reward"] for line in lines] == [float(at % 3 != 0) for at in range(1000)]
    assert (report.n, report.n_unscored, report.total.mean_reward) == (1000, 0, 0.666)
    assert runs.left_over() == set()
    assert not runs.paths.problems.exists()


def test_completions_of_one_line_are_numbered(runs: Runs) -> None:
    spec = {"domain": "math", "gold": "7"}
    report = runs.score(runs.write([{"spec": spec, "completions": ["7", "8", "7"]}] * 2))
    assert [(line["line"], line["index"], line["reward"]) for line in runs.lines()] == [
        *[(1, 0, 1.0), (1, 1, 0.0), (1, 2, 1.0)],
        *[(2, 0, 1.0), (2, 1, 0.0), (2, 2, 1.0)],
    ]
    assert [point.k for point in report.total.pass_at_k] == [1, 2, 3]


def test_repeated_ids_are_no_problem(runs: Runs, items: Items) -> None:
    report = runs.score(runs.write(items(10, id="same")))
    assert (report.n, report.n_unscored) == (10, 0)


def test_lines_that_cannot_be_read_are_told_and_do_not_stop_the_run(
    runs: Runs, items: Items
) -> None:
    good = items(3)
    report = runs.score(runs.write([good[0], "{torn", "", "   ", good[1], "[]", good[2]]))

    assert [(line["line"], line["problem"] is None) for line in runs.lines()] == [
        *[(1, True), (2, False), (5, True), (6, False), (7, True)]
    ]
    assert [(problem["line"], problem["problem"]["code"]) for problem in runs.problems()] == [
        (2, "bad_item"),
        (6, "bad_item"),
    ]
    assert (report.n, report.n_unscored) == (5, 2)


def test_an_empty_file_gives_an_empty_output(runs: Runs) -> None:
    assert runs.score(runs.write([])).n == 0
    assert runs.out.read_bytes() == b""


def test_the_last_line_needs_no_newline_and_the_first_may_have_a_byte_order_mark(
    runs: Runs, items: Items
) -> None:
    path = runs.write(items(2))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().rstrip(b"\n").replace(b"\n", b"\r\n"))
    assert runs.score(path).n_unscored == 0


def test_a_gigantic_line_is_one_problem(
    runs: Runs, items: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reward_service.offline.source.MAX_LINE_BYTES", 4096)
    monkeypatch.setattr("reward_service.offline.source._CHUNK", 512)
    good = items(2)
    path = runs.write([good[0], {**good[0], "completion": "x" * 10_000}, good[1]])
    report = runs.score(path)
    assert (report.n, report.n_unscored) == (3, 1)
    assert runs.problems()[0]["line"] == 2


def test_the_shaping_of_the_options_reaches_what_scores(runs: Runs, items: Items) -> None:
    class Shaping(FakeScorer):
        def stream(self, batch: Any) -> Any:
            assert batch.shaping == {Outcome.WRONG: -1.0}
            return super().stream(batch)

    runs.scorer = Shaping()
    runs.score(runs.write(items(1)), ScoreOptions(shaping={Outcome.WRONG: -1.0}))


def test_only_so_many_windows_are_in_memory(runs: Runs, items: Items) -> None:
    class Slow(FakeScorer):
        """Answers nothing before as many windows are open as there may be."""

        async def stream(self, batch: Any) -> Any:
            self.n_open += 1
            self.most_open = max(self.most_open, self.n_open)
            if self.most_open == IN_FLIGHT:
                full.set()
            await full.wait()
            self.n_open -= 1
            for index, item in enumerate(batch.items):
                yield index, self._scored(item)

    full = asyncio.Event()
    runs.scorer = Slow()
    runs.score(runs.write(items(256 * (IN_FLIGHT + 10))))
    assert runs.scorer.most_open == IN_FLIGHT


# Going on


def test_a_run_that_broke_goes_on_and_writes_the_same_bytes(
    runs: Runs, items: Items, tmp_path: Path
) -> None:
    path = runs.write(items(2000))
    broken_off(runs, path)
    assert not runs.out.exists()
    assert runs.left_over()

    runs.score(path)
    n_before = runs.resumed_at
    went_on = runs.out.read_bytes()
    assert n_before == 3 * 256
    assert len(runs.scorer.seen) == 2000 - n_before, "nothing is scored into the output twice"
    assert runs.left_over() == set()

    runs.out = tmp_path / "unbroken.jsonl"
    runs.score(path)
    assert went_on == runs.out.read_bytes()


def test_the_report_of_a_run_that_went_on_covers_all_of_it(runs: Runs, items: Items) -> None:
    path = runs.write(items(2000))
    broken_off(runs, path)
    report = runs.score(path)
    runs.out = runs.folder / "unbroken.jsonl"
    assert report == runs.score(path)


def test_torn_lines_in_any_file_are_cut_off(runs: Runs, items: Items) -> None:
    path = runs.write([*items(2000), "{torn"])
    broken_off(runs, path)
    for file in (runs.paths.partial, runs.paths.problems_partial, runs.paths.journal):
        with file.open("ab") as append:
            append.write(b'{"line": 99, "ha')

    report = runs.score(path)

    assert [line["line"] for line in runs.lines()] == list(range(1, 2002))
    assert len(runs.problems()) == 1
    assert report.n == 2001


def test_it_goes_on_again_and_again(runs: Runs, items: Items) -> None:
    path = runs.write(items(3000))
    for _ in range(4):
        broken_off(runs, path, after=2)
    runs.score(path)
    assert runs.resumed_at == 8 * 256
    assert [line["line"] for line in runs.lines()] == list(range(1, 3001))


@pytest.mark.parametrize("packed", [True, False])
def test_gzip_in_and_out_goes_on_too(runs: Runs, items: Items, *, packed: bool) -> None:
    path = runs.write(items(2000))
    if packed:
        path = path.with_suffix(".jsonl.gz")
        path.write_bytes(gzip.compress(runs.folder.joinpath("in.jsonl").read_bytes()))
    runs.out = runs.folder / "scored.jsonl.gz"
    broken_off(runs, path)
    runs.score(path)
    lines = [json.loads(line) for line in gzip.decompress(runs.out.read_bytes()).splitlines()]
    assert [line["line"] for line in lines] == list(range(1, 2001))


def test_an_input_that_has_only_grown_is_gone_on_with(runs: Runs, items: Items) -> None:
    path = runs.write(items(2000))
    broken_off(runs, path)
    runs.write(items(2500))
    assert runs.score(path).n == 2500
    assert runs.resumed_at == 3 * 256


def test_an_input_that_has_changed_is_refused_and_force_starts_over(
    runs: Runs, items: Items
) -> None:
    path = runs.write(items(2000))
    broken_off(runs, path)
    lines = items(2000)
    lines[10]["completion"] = "another: 7"
    runs.write(lines)

    with pytest.raises(RefusedError, match=r"changed in the first 768 lines.*--force"):
        runs.score(path)
    assert runs.left_over(), "a refusal throws nothing away"

    assert runs.score(path, force=True).n == 2000
    assert runs.resumed_at is None


def test_a_change_in_what_a_second_run_read_is_noticed_too(runs: Runs, items: Items) -> None:
    path = runs.write(items(3000))
    broken_off(runs, path)
    broken_off(runs, path)
    lines = items(3000)
    lines[1000]["completion"] = "another: 7"
    runs.write(lines)
    with pytest.raises(RefusedError, match="changed in the first 1536 lines"):
        runs.score(path)


def test_other_options_or_versions_are_refused(runs: Runs, items: Items) -> None:
    path = runs.write(items(2000))
    broken_off(runs, path)
    with pytest.raises(RefusedError, match="keep_completion = False, this one has True"):
        runs.score(path, ScoreOptions(keep_completion=True))
    header = json.loads(runs.paths.journal.read_text(encoding="utf-8").splitlines()[0])
    assert header["versions"]["fake"] == "1"


def test_an_output_that_was_cut_is_refused(runs: Runs, items: Items) -> None:
    path = runs.write(items(2000))
    broken_off(runs, path)
    runs.paths.partial.write_bytes(b"")
    with pytest.raises(RefusedError, match="cut or removed"):
        runs.score(path)


def test_a_finished_output_is_not_overwritten(runs: Runs, items: Items) -> None:
    path = runs.write(items(5))
    runs.score(path)
    before = runs.out.read_bytes()
    with pytest.raises(RefusedError, match="exists; --force"):
        runs.score(path)
    assert runs.out.read_bytes() == before
    assert runs.left_over() == set()
    assert runs.score(path, force=True).n == 5


def test_two_runs_never_write_one_output(runs: Runs, items: Items) -> None:
    path = runs.write(items(5))
    journal = Journal.open(runs.paths.journal)
    with pytest.raises(RefusedError, match="another run holds"):
        runs.score(path)
    journal.close()
    assert runs.score(path).n == 5


@pytest.mark.parametrize("renamed", [(), ("problems",), ("problems", "final")])
def test_a_kill_between_the_renames_is_made_good(
    runs: Runs, items: Items, renamed: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = runs.write([*items(5), "{torn"])

    def killed(_paths: Any) -> None:
        if "problems" in renamed:
            runs.paths.problems_partial.replace(runs.paths.problems)
        if "final" in renamed:
            runs.paths.partial.replace(runs.paths.final)
        raise OSError(5, BREAK)

    with monkeypatch.context() as patched:
        patched.setattr("reward_service.offline.output.publish", killed)
        with pytest.raises(WriteError):
            runs.score(path)
    n_seen = len(runs.scorer.seen)

    report = runs.score(path)

    assert len(runs.scorer.seen) == n_seen, "it was all scored already"
    assert (report.n, len(runs.lines()), len(runs.problems())) == (6, 6, 1)
    assert runs.left_over() == set()


def test_gzip_data_that_breaks_off_stops_the_run_and_it_goes_on_when_it_is_whole(
    runs: Runs, items: Items
) -> None:
    whole = gzip.compress(runs.write(items(2000)).read_bytes())
    path = runs.folder / "in.jsonl.gz"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match="breaks off or is damaged after line"):
        runs.score(path)

    path.write_bytes(whole)
    assert runs.score(path).n == 2000
    assert runs.resumed_at


def test_a_disk_that_fills_up_loses_nothing(
    runs: Runs, items: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = runs.write(items(2000))
    written = 0

    def full(lines: Any, _problems: Any, rendered: Any, *, packed: bool) -> None:
        nonlocal written
        written += 1
        half = len(rendered.lines) // (2 if written == 4 else 1)
        lines.write(rendered.lines[:half])
        if written == 4:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("reward_service.offline.output._append", full)
        patched.setattr("reward_service.offline.output._COMMIT_EVERY_S", 0.0)
        with pytest.raises(WriteError, match="No space left"):
            runs.score(path)

    runs.score(path)
    assert runs.resumed_at == 3 * 256, "the half-written window is not trusted"
    assert [line["line"] for line in runs.lines()] == list(range(1, 2001))


def test_a_run_in_which_nothing_is_judged_any_more_stops_and_can_go_on(
    runs: Runs, items: Items
) -> None:
    lines = items(4000)
    path = runs.write(lines)
    runs.scorer.fails = {line["completion"] for line in lines[512:]}
    stopped = r"none of the last 1\d{3} items .*worker_died: it died"
    with pytest.raises(StalledError, match=stopped):
        runs.score(path)
    runs.scorer = FakeScorer()
    report = runs.score(path)
    assert (report.n, report.n_unscored) == (4000, 768)
    assert runs.retry(path).n_unscored == 0


def test_many_broken_lines_in_a_row_do_not_stop_a_run(runs: Runs) -> None:
    assert runs.score(runs.write(["{torn"] * 3000)).n_unscored == 3000


def test_progress_says_how_far_and_how_fast(runs: Runs, items: Items) -> None:
    path = runs.write(items(2000))
    broken_off(runs, path)
    runs.progress.clear()
    runs.score(path)
    first, last = runs.progress[0], runs.progress[-1]
    assert (first.n_before, first.n_items, last.n_items) == (768, 1024, 2000)
    assert first.share_before is not None
    assert 0.3 < first.share_before < (first.share or 0) < 1.0 == last.share
    assert first.left_s is not None
    assert last.rate > 0


def test_a_stream_has_no_share(runs: Runs, items: Items) -> None:
    from io import BufferedReader, FileIO

    path = runs.write(items(5))
    source = LineSource(BufferedReader(FileIO(str(path))), "pipe")
    assert source.share() is None
    assert source.fingerprint() == {"kind": "stream"}
    source.close()
