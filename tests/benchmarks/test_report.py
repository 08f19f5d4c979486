from __future__ import annotations

from benchmarks.report import Report, interleaved, percentile, ratios


def test_sides_take_turns_at_going_first() -> None:
    order: list[str] = []
    interleaved({name: lambda n, name=name: order.append(f"{name}{n}") for name in "ab"}, 2)
    assert order == ["a0", "b0", "b1", "a1"]


def test_a_claim_is_the_median_and_keeps_or_misses_its_bounds() -> None:
    report = Report("title", "baseline")
    report.claim("speed", [19.0, 30.0, 21.0], "x", at_least=20)
    assert report.claims[0].value == 21.0
    assert report.holds
    report.claim("delay", [2.5], "ms", at_most=2)
    assert not report.holds
    assert "MISSED delay: 2.5 ms" in report.text()


def test_ratios_and_percentiles_by_hand() -> None:
    assert ratios([6.0, 9.0], [2.0, 3.0]) == [3.0, 3.0]
    assert percentile([3.0, 1.0, 2.0, 4.0], 50) == 3.0
    assert percentile([3.0, 1.0, 2.0, 4.0], 99) == 4.0
