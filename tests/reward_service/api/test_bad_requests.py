"""What cannot be read is told with the field that is wrong; what can be read is judged."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

Ask = Callable[..., httpx.Response]
GOOD = {"completion": "right", "spec": {"domain": "math", "gold": "right"}}
MB = 1 << 20


def problem_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    if status == 422:
        assert problem["title"] == "Unprocessable Content"  # not the older name of older Pythons
    return problem


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b'{"items": [}', "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b'{"items": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", "not JSON"),
        (b"NaN", "object"),
        (b"null", "object"),
        (b"[]", "object"),
        (b'"items"', "object"),
        (b"1" * 10_000, "JSON"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(ask: Ask, body: bytes, detail: str) -> None:
    problem = problem_of(ask("POST", "/score", content=body), 422)

    assert detail in problem["detail"]
    assert problem["code"] == "bad_request"
    assert not problem["retryable"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "items"),
        ({"items": []}, "items"),
        ({"items": None}, "items"),
        ({"items": "right"}, "items"),
        ({"items": {"0": GOOD}}, "items"),
        ({"items": [GOOD], "colour": "red"}, "colour"),
        ({"items": [GOOD], "specs": []}, "specs"),
        ({"items": [GOOD], "deadline_s": 0}, "deadline_s"),
        ({"items": [GOOD], "deadline_s": -1}, "deadline_s"),
        ({"items": [GOOD], "deadline_s": "soon"}, "deadline_s"),
        ({"items": [GOOD], "deadline_s": 1e300}, "deadline_s"),
        ({"items": [GOOD], "deadline_s": float("nan")}, "deadline_s"),
        ({"items": [GOOD], "shaping": {"wrong": "bad"}}, "shaping.wrong"),
        ({"items": [GOOD], "shaping": {"wrong": float("nan")}}, "shaping.wrong"),
        ({"items": [GOOD], "shaping": {"wrong": float("-inf")}}, "shaping.wrong"),
        ({"items": [GOOD], "shaping": {"wrongish": -1.0}}, "shaping"),
        ({"items": [{**GOOD, "id": "a"}, {**GOOD, "id": "a"}]}, "items.1.id"),
        ({"items": [GOOD, {**GOOD, "id": "0"}]}, "items.1.id"),
        ({"items": [GOOD] * 11}, "items"),
    ],
)
def test_an_envelope_that_is_wrong_is_refused_by_the_name_of_its_field(
    ask: Ask, body: Any, field: str
) -> None:
    answer = ask("POST", "/score", content=json.dumps(body), settings={"max_request_items": 10})

    problem = problem_of(answer, 422)
    assert problem["field"].startswith(field)
    assert field.split(".")[0] in problem["detail"]


@pytest.mark.parametrize(
    ("item", "code", "named"),
    [
        ("right", "bad_item", "items.1"),
        (None, "bad_item", "items.1"),
        ({}, "bad_item", "items.1"),
        ({"spec": GOOD["spec"]}, "bad_item", "items.1.completion"),
        ({**GOOD, "completion": None}, "bad_item", "items.1.completion"),
        ({**GOOD, "completion": ["right"]}, "bad_item", "items.1.completion"),
        ({**GOOD, "id": 7.5}, "bad_item", "items.1.id"),
        ({**GOOD, "extra": 1}, "bad_item", "items.1.extra"),
        ({**GOOD, "row": {}}, "bad_item", "items.1"),
        ({"completion": "right"}, "bad_item", "items.1"),
        ({**GOOD, "format": "gsm8k"}, "bad_item", "items.1.format"),
        ({**GOOD, "spec": []}, "bad_spec", "items.1.spec"),
        ({**GOOD, "spec": "nowhere"}, "bad_spec", "items.1.spec"),
        ({**GOOD, "spec": {}}, "bad_spec", "items.1.spec.domain"),
        ({**GOOD, "spec": {"domain": "astrology"}}, "bad_spec", "items.1.spec.domain"),
        ({**GOOD, "spec": {"domain": ["math"]}}, "bad_spec", "items.1.spec.domain"),
        ({**GOOD, "spec": {"domain": "math"}}, "bad_spec", "items.1.spec.gold"),
        ({**GOOD, "spec": {"domain": "math", "gold": ""}}, "bad_spec", "items.1.spec.gold"),
        ({**GOOD, "spec": {"domain": "math", "gold": True}}, "bad_spec", "items.1.spec.gold"),
        (
            {**GOOD, "spec": {"domain": "math", "gold": "4", "mood": "good"}},
            "bad_spec",
            "items.1.spec.mood",
        ),
        ({**GOOD, "spec": {"domain": "math", "gold": "x" * 20_001}}, "bad_spec", "spec.gold"),
        (
            {**GOOD, "spec": {"domain": "stem", "gold": "C", "options": {"A": "1", "B": "2"}}},
            "bad_spec",
            "not one of the options",
        ),
        ({**GOOD, "spec": {"domain": "stem", "gold": "C"}}, "bad_spec", "answer_type"),
        ({**GOOD, "completion": "broken gold"}, "bad_spec", "spec.gold"),
        ({"completion": "right", "row": {"question": "?"}}, "bad_spec", "items.1.row"),
        ({"completion": "right", "row": {}, "format": "verl"}, "bad_spec", "items.1.row"),
    ],
)
def test_a_broken_item_costs_itself_alone(ask: Ask, item: Any, code: str, named: str) -> None:
    answer = ask("POST", "/score", content=json.dumps({"items": [GOOD, item, GOOD]}))

    assert answer.status_code == 200, answer.text
    scored = answer.json()
    assert [one["reward"] for one in scored["items"]] == [1.0, None, 1.0]
    assert scored["items"][1]["problem"]["code"] == code
    assert named in scored["items"][1]["problem"]["message"]
    assert not scored["items"][1]["problem"]["retryable"]


SURROGATE = "\\ud83d"


@pytest.mark.parametrize(
    ("body", "reward"),
    [
        ('{"items":[{"completion":"right%s","spec":{"domain":"math","gold":"right"}}]}', 0.0),
        ('{"items":[{"id":"%s","completion":"right","spec":{"domain":"math","gold":"right"}}]}', 1),
        ('{"items":[{"completion":"right","spec":{"domain":"%s","gold":"right"}}]}', None),
        ('{"items":[{"completion":"right","spec":{"domain":"math","gold":"a","%s":1}}]}', None),
        ('{"items":[{"completion":"right","spec":"%s"}]}', None),
        ('{"items":[{"completion":"right","%s":1,"spec":{"domain":"math","gold":"right"}}]}', None),
        ('{"items":[{"completion":"right","row":{"%s":"%s"}}]}', None),
        ('{"specs":{"%s":{"domain":"math"}},"items":[{"completion":"right","spec":"%s"}]}', None),
        ('{"items":[{"completion":"right","row":{"a":1},"format":"%s"}]}', None),
    ],
)
@pytest.mark.parametrize("text", [SURROGATE, "\\u0000", "\\u2028", "\\udc00\\ud800"])
def test_odd_characters_anywhere_are_answered(
    ask: Ask, body: str, text: str, reward: float | None
) -> None:
    answer = ask("POST", "/score", content=body.replace("%s", text))

    assert answer.status_code == 200, answer.text
    assert answer.json()["items"][0]["reward"] == reward


def test_a_gold_with_half_a_character_is_broken_data(ask: Ask) -> None:
    body = '{"items":[{"completion":"a","spec":{"domain":"math","gold":"a%s"}}]}'

    answer = ask("POST", "/score", content=body.replace("%s", SURROGATE))

    problem = answer.json()["items"][0]["problem"]
    assert problem["code"] == "bad_spec"
    assert "items.0.spec.gold" in problem["message"]


@pytest.mark.parametrize("body", ['{"items":[1],"%s":1}', '{"items":[1],"shaping":{"%s":1}}'])
def test_odd_characters_in_the_envelope_are_refused_in_words(ask: Ask, body: str) -> None:
    problem_of(ask("POST", "/score", content=body.replace("%s", SURROGATE)), 422)


def test_a_huge_integer_is_text_like_any_other(ask: Ask) -> None:
    body = '{"items":[{"completion":"%s","spec":{"domain":"math","gold":%s}}]}' % (
        ("7" * 4000,) * 2
    )

    assert ask("POST", "/score", content=body).json()["items"][0]["reward"] == 1.0


def test_a_body_that_says_it_is_too_large_is_not_read(ask: Ask) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was asked for")
        yield b""

    answer = ask(
        "POST",
        "/score",
        content=never(),
        headers={"content-length": str(100 * MB)},
        settings={"max_body_mb": 1},
    )

    problem = problem_of(answer, 413)
    assert problem["code"] == "too_large"
    assert "1 MB" in problem["detail"]


def test_a_body_of_unknown_length_is_read_no_further_than_the_bound(ask: Ask) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b" " * (MB // 4)

    answer = ask("POST", "/score", content=endless(), settings={"max_body_mb": 1})

    problem_of(answer, 413)
    assert sent == 5


def test_a_bomb_is_stopped_at_the_bound(ask: Ask) -> None:
    bomb = gzip.compress(b" " * (200 * MB), compresslevel=9)
    assert len(bomb) < MB

    answer = ask(
        "POST",
        "/score",
        content=bomb,
        headers={"content-encoding": "gzip"},
        settings={"max_body_mb": 2},
    )

    problem_of(answer, 413)


@pytest.mark.parametrize(
    "packed",
    [b"not gzip", gzip.compress(b"{}", mtime=0)[:-4], b"", zlib.compress(b"{}"), b"\x1f\x8b"],
)
def test_a_broken_gzip_body_is_refused(ask: Ask, packed: bytes) -> None:
    answer = ask("POST", "/score", content=packed, headers={"content-encoding": "gzip"})

    assert "gzip" in problem_of(answer, 422)["detail"]


def test_an_unknown_encoding_is_refused_and_the_known_one_named(ask: Ask) -> None:
    answer = ask("POST", "/score", content=b"{}", headers={"content-encoding": "br"})

    assert problem_of(answer, 415)["code"] == "unsupported_encoding"
    assert answer.headers["accept-encoding"] == "gzip"


def test_an_unknown_path_is_told_where_to_look(ask: Ask) -> None:
    problem = problem_of(ask("GET", "/v1/score"), 404)

    assert problem["code"] == "not_found"
    assert "/openapi.json" in problem["detail"]


def test_a_wrong_method_is_told_the_right_one(ask: Ask) -> None:
    answer = ask("GET", "/score")

    assert problem_of(answer, 405)["code"] == "method_not_allowed"
    assert answer.headers["allow"] == "POST"
