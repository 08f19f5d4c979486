from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from asking import items_of

from reward_service import __version__
from reward_service.rows import FORMATS
from reward_service.schema import Counts, ScoreResponse, StreamedItem

Ask = Callable[..., httpx.Response]
LINES = {"accept": "application/x-ndjson"}


def test_the_answer_keeps_the_order_and_counts(ask: Ask) -> None:
    answer = ask("POST", "/score", json={"items": items_of("wrong", "right", "down", "", "quick")})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    read = ScoreResponse.model_validate_json(answer.content)
    assert [item.id for item in read.items] == ["0", "1", "2", "3", "4"]
    assert [item.reward for item in read.items] == [0.0, 1.0, None, 0.0, 1.0]
    assert (read.n_scored, read.n_unscored) == (4, 1)


def test_the_answer_has_the_shape_of_the_wire(ask: Ask) -> None:
    answer = ask("POST", "/score", json={"items": items_of("right", "down")}).json()

    assert answer == {
        "items": [
            {
                "id": "0",
                "reward": 1.0,
                "verdict": {
                    "outcome": "correct",
                    "score": 1.0,
                    "extracted": "right",
                    "reason": "",
                    "verifier": "math",
                    "version": answer["items"][0]["verdict"]["version"],
                    "details": {},
                },
                "problem": None,
                "queue_s": 0.5,
                "exec_s": 0.25,
            },
            {
                "id": "1",
                "reward": None,
                "verdict": None,
                "problem": {
                    "code": "worker_died",
                    "message": "a worker died",
                    "retryable": True,
                },
                "queue_s": 0.0,
                "exec_s": 0.0,
            },
        ],
        "n_scored": 1,
        "n_unscored": 1,
    }


def test_lines_carry_every_index_once_and_the_counts_last(ask: Ask) -> None:
    items = items_of(*(["right", "wrong", "quick", "down", ""] * 40))

    answer = ask("POST", "/score", json={"items": items}, headers=LINES)

    assert answer.headers["content-type"] == "application/x-ndjson"
    *lines, last = answer.text.splitlines()
    streamed = [StreamedItem.model_validate_json(line) for line in lines]
    assert sorted(item.index for item in streamed) == list(range(200))
    assert all(item.id == str(item.index) for item in streamed)
    assert Counts.model_validate_json(last) == Counts(n_scored=160, n_unscored=40)


def test_both_answers_say_the_same(ask: Ask) -> None:
    body = {"items": items_of("right", "wrong", "down", "broken gold")}

    whole = ask("POST", "/score", json=body).json()["items"]
    lines = ask("POST", "/score", json=body, headers=LINES).text.splitlines()[:-1]

    by_index = sorted((json.loads(line) for line in lines), key=lambda line: int(line["index"]))
    assert [{**item, "index": index} for index, item in enumerate(whole)] == by_index


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/x-ndjson", "application/x-ndjson"),
        ("Application/X-NDJSON; q=0.9, */*; q=0.1", "application/x-ndjson"),
        ("application/json, application/x-ndjson; q=0.5", "application/json"),
        ("application/x-ndjson, application/json", "application/x-ndjson"),
        ("application/x-ndjson;q=0", "application/json"),
        ("application/x-ndjson;q=nonsense", "application/json"),
        ("*/*", "application/json"),
        ("text/html", "application/json"),
        ("", "application/json"),
    ],
)
def test_accept_chooses_lines_or_json(ask: Ask, accept: str, media_type: str) -> None:
    answer = ask("POST", "/score", json={"items": items_of("right")}, headers={"accept": accept})

    assert answer.headers["content-type"] == media_type


def test_shaping_and_shared_specs_come_through(ask: Ask) -> None:
    body = {
        "specs": {"p": {"domain": "math", "gold": "right"}},
        "items": [{"id": "a", "spec": "p", "completion": text} for text in ("wrong",)],
        "shaping": {"wrong": -1.0},
    }

    answer = ask("POST", "/score", json=body).json()

    assert answer["items"][0]["reward"] == -1.0
    assert answer["items"][0]["verdict"]["score"] == 0.0


def test_a_deadline_answers_what_is_judged_by_then(ask: Ask, lane: Any) -> None:
    body = {"items": items_of("right", "stall"), "deadline_s": 0.05}

    answer = ask("POST", "/score", json=body).json()

    assert [item["reward"] for item in answer["items"]] == [1.0, None]
    assert answer["items"][1]["problem"]["code"] == "deadline"
    assert lane.cancelled == ["stall"]


def test_the_default_deadline_is_for_requests_that_name_none(ask: Ask) -> None:
    settings = {"default_deadline_s": 0.05}

    answer = ask("POST", "/score", json={"items": items_of("stall")}, settings=settings).json()

    assert "0.05" in answer["items"][0]["problem"]["message"]


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", None]
)
def test_any_content_type_will_do(ask: Ask, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}
    content = json.dumps({"items": items_of("right")})

    assert ask("POST", "/score", content=content, headers=headers).status_code == 200


def test_a_gzip_body_is_inflated(ask: Ask) -> None:
    packed = gzip.compress(json.dumps({"items": items_of("right", "wrong")}).encode())

    answer = ask("POST", "/score", content=packed, headers={"content-encoding": "gzip"})

    assert [item["reward"] for item in answer.json()["items"]] == [1.0, 0.0]


def test_a_gzip_body_may_be_several_one_after_the_other(ask: Ask) -> None:
    body = json.dumps({"items": items_of("right")}).encode()
    packed = gzip.compress(body[:20]) + gzip.compress(body[20:])

    answer = ask("POST", "/score", content=packed, headers={"content-encoding": "gzip"})

    assert answer.json()["n_scored"] == 1


def test_a_large_body_is_read_too(ask: Ask) -> None:
    items = items_of(*(f"{'thinking ' * 200}{index}" for index in range(500)))

    answer = ask("POST", "/score", json={"items": items})

    assert answer.json()["n_scored"] == 500


def test_check_says_which_golds_verify_themselves(ask: Ask) -> None:
    specs = [{"domain": "math", "gold": gold} for gold in ("4", "nothing", "unreadable")]
    body = {"items": [*({"spec": spec} for spec in specs), {"spec": {"domain": "math"}}]}

    answer = ask("POST", "/check", json=body).json()

    assert [item["ok"] for item in answer["items"]] == [True, None, False, False]
    assert (answer["n_ok"], answer["n_failed"], answer["n_uncheckable"]) == (1, 2, 1)
    assert "items.3.spec.gold" in answer["items"][3]["problem"]["message"]


def test_domains_lists_each_with_its_spec_and_the_formats_of_rows(ask: Ask) -> None:
    answer = ask("GET", "/domains").json()

    assert answer["domains"]["math"]["lane"] == "cpu"
    assert "gold" in answer["domains"]["stem"]["spec"]["properties"]
    assert answer["row_formats"] == {name: form.summary for name, form in FORMATS.items()}


def test_the_root_says_what_this_is_and_every_path_it_names_is_there(ask: Ask) -> None:
    told = ask("GET", "/").json()

    assert told.pop("name") == "reward-service"
    assert told.pop("version") == __version__
    assert all(ask("GET", path).status_code in (200, 405) for path in told.values())


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/readyz", "/domains", "/metrics", "/docs", "/openapi.json"]
)
def test_a_head_is_answered_where_a_get_is(ask: Ask, path: str) -> None:
    assert ask("HEAD", path).status_code == 200


def test_the_process_lives(ask: Ask) -> None:
    assert ask("GET", "/healthz").json() == {"status": "ok"}
