"""Every format reads its own rows, and nobody else's."""

from __future__ import annotations

from typing import Any

from reward_service.rows import ALIASES, FORMATS, format_of_row, spec_of_row
from reward_verifiers.registry import verifier


def test_a_sample_is_recognised_as_exactly_its_format(sample: Any) -> None:
    present = {name: value for name, value in sample.row.items() if value is not None}
    assert [name for name, form in FORMATS.items() if form.recognise(present)] == [sample.format]
    assert format_of_row(sample.row) == sample.format


def test_a_sample_becomes_its_spec(sample: Any) -> None:
    spec = spec_of_row(sample.row, None).model_dump(mode="json")
    assert _named(spec, sample.spec) == sample.spec


def test_naming_the_format_reads_the_same(sample: Any) -> None:
    assert spec_of_row(sample.row, sample.format) == spec_of_row(sample.row, None)


def test_named_rows_may_hold_anything_beside(sample: Any) -> None:
    row = {**sample.row, "reward_history": [0.5]}
    assert spec_of_row(row, sample.format) == spec_of_row(sample.row, None)


def test_a_sample_is_judged(sample: Any) -> None:
    spec = spec_of_row(sample.row, None)
    judge = verifier(spec.domain)
    if judge.judge is None:  # judged by running it, in tests of sandboxes
        assert isinstance(judge.extract(sample.right, spec), str)
        return
    assert judge.verify(sample.right, spec).score == 1.0
    assert judge.verify(sample.wrong, spec).score == 0.0


def test_every_format_that_is_recognised_has_a_sample(sampled_formats: set[str]) -> None:
    unsampled = {"question_answer", "verif"}  # recognised only when named, and only to be refused
    assert set(FORMATS) - sampled_formats == unsampled


def test_aliases_point_at_formats_and_hide_none() -> None:
    assert set(ALIASES.values()) <= set(FORMATS)
    assert not set(ALIASES) & set(FORMATS)


def _named(given: Any, wanted: Any) -> Any:
    """Return of ``given`` the fields that ``wanted`` names."""
    if not isinstance(wanted, dict):
        return given
    return {name: _named(given[name], inner) for name, inner in wanted.items()}
