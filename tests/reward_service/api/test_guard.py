from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from asking import items_of

Ask = Callable[..., httpx.Response]
LOCKED = {"token": "s3cret"}
BODY = {"items": items_of("right")}


@pytest.mark.parametrize(
    "header", [None, "", "s3cret", "Basic s3cret", "Bearer", "Bearer ", "Bearer s3cre", "Bearer x"]
)
def test_without_the_token_nothing_is_scored(ask: Ask, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header}

    answer = ask("POST", "/score", json=BODY, headers=headers, settings=LOCKED)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "unauthorized"
    assert "s3cret" not in answer.text


@pytest.mark.parametrize("header", ["Bearer s3cret", "bearer s3cret", "BEARER  s3cret "])
def test_with_the_token_it_is(ask: Ask, header: str) -> None:
    headers = {"authorization": header}

    assert ask("POST", "/score", json=BODY, headers=headers, settings=LOCKED).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_need_no_token(ask: Ask, path: str) -> None:
    assert ask("GET", path, settings=LOCKED).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/", "/metrics", "/domains", "/openapi.json", "/docs", "/check", "/nowhere", "/healthz/"],
)
def test_everything_else_does(ask: Ask, path: str) -> None:
    assert ask("GET", path, settings=LOCKED).status_code == 401


def test_without_a_configured_token_nobody_is_asked(ask: Ask) -> None:
    assert ask("GET", "/metrics").status_code == 200


def test_a_token_beyond_ascii_can_be_sent_as_utf_8(ask: Ask) -> None:
    headers = [(b"authorization", "Bearer g\u00e9heim".encode())]

    answer = ask("GET", "/domains", headers=headers, settings={"token": "g\u00e9heim"})

    assert answer.status_code == 200
