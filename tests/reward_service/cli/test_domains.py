"""``domains``: the table, from the models' own descriptions."""

from __future__ import annotations

import json

import pytest

from reward_service.cli import main
from reward_service.rows import FORMATS
from reward_verifiers.registry import DOMAINS


def test_every_domain_field_and_format_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["domains"]) == 0
    text = capsys.readouterr().out
    for domain in DOMAINS.values():
        assert f"spec of {domain.name}:" in text
        for field in domain.spec.model_fields:
            assert field == "domain" or f"\n  {field} " in text
    for name in FORMATS:
        assert f"\n  {name} " in text
    assert max(map(len, text.splitlines())) <= 120


def test_one_domain_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["domains", "math"]) == 0
    text = capsys.readouterr().out
    assert "spec of math" in text
    assert "spec of stem" not in text


def test_json_holds_the_schema_of_each_spec(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["domains", "--json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["domains"].keys() == DOMAINS.keys()
    assert value["domains"]["math"]["spec"]["properties"]["gold"]["description"]
    assert value["row_formats"].keys() == FORMATS.keys()
