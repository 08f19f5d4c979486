"""A list goes out in bounded requests and comes back in order, whatever happens to its items."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from reward_service.client.parcel import entry_of
from reward_service.schema import Item
from reward_verifiers.specs import MathSpec


def run(client: Any, call: Any) -> Any:
    """Return what ``call(client)`` gives, the client closed after it."""

    async def main() -> Any:
        async with client:
            return await call(client)

    return asyncio.run(main())


def test_the_answer_keeps_the_order_of_the_items(connect: Any, kit: Any) -> None:
    items = kit.items("right", "wrong", "bad_spec", "right")

    scored = run(connect(), lambda client: client.score(items))

    assert [item.reward for item in scored] == [1.0, 0.0, None, 1.0]
    assert [item.id for item in scored] == ["0", "1", "2", "3"]
    assert scored[2].problem.code == "bad_spec"


def test_models_and_mappings_are_items(connect: Any, service: Any) -> None:
    spec = MathSpec(gold="1")
    items = [
        Item(id="model", completion="right", spec=spec),
        {"id": "mixed", "completion": "right", "spec": spec},
        {"completion": "right", "row": {"problem": "?", "answer": None}, "format": "aime"},
    ]

    run(connect(), lambda client: client.score(items))

    model, mixed, row = service.requests[0]["items"]
    assert (model["id"], mixed["id"], row["id"]) == ("model", "mixed", "2")
    assert model["spec"]["domain"] == mixed["spec"]["domain"] == "math"
    assert row["row"] == {"problem": "?", "answer": None}


class Index(int):
    """A whole number of another type, such as numpy has."""


def test_a_whole_number_as_id_is_its_digits(connect: Any, service: Any, kit: Any) -> None:
    items = [{"id": given, **kit.items("right")[0]} for given in (7, Index(8), "07")]

    scored = run(connect(), lambda client: client.score(items))
    one = run(connect(), lambda client: client.score_one(completion="right", spec={}, id=9))

    assert [item.id for item in scored] == ["7", "8", "07"]
    assert one.id == "9"
    assert service.sent_ids() == [["7", "8", "07"], ["9"]]


@pytest.mark.parametrize(
    ("completion", "sent"),
    [
        ([{"role": "assistant", "content": "right"}], "right"),
        (({"role": "assistant", "content": "right"},), "right"),
        ([{"role": "assistant", "content": "a"}, {"role": "tool", "content": "b"}], "a"),
        ([{"role": "assistant", "content": "a"}, {"role": "assistant", "content": "b"}], "b"),
        (
            [{"role": "assistant", "content": [{"type": "text", "text": t} for t in "ab"]}],
            "ab",
        ),
        ([{"role": "assistant", "content": None, "tool_calls": []}], ""),
        ([{"role": "user", "content": "?"}], [{"role": "user", "content": "?"}]),
        (["a", "b"], ["a", "b"]),
        ([], []),
        (4, 4),
    ],
)
def test_of_chat_messages_the_last_reply_is_sent(completion: Any, sent: Any) -> None:
    entry = entry_of({"completion": completion, "spec": {}}, 0)
    assert json.loads(b"{" + entry.rest[1:])["completion"] == sent


def test_an_empty_list_asks_nothing(connect: Any, service: Any) -> None:
    assert run(connect(), lambda client: client.score([])) == []
    assert service.requests == []


def test_a_long_list_is_split_by_items(connect: Any, service: Any, kit: Any) -> None:
    items = kit.items(*["right", "wrong"] * 50)

    rewards = run(connect(max_batch=30), lambda client: client.rewards(items))

    assert rewards == [1.0, 0.0] * 50
    assert sorted(len(request["items"]) for request in service.requests) == [10, 30, 30, 30]


def test_a_long_list_is_split_by_bytes_and_a_large_item_goes_alone(
    connect: Any, service: Any, kit: Any
) -> None:
    items = kit.items("right", "right", "right", "right")
    items[1]["spec"] = {"domain": "math", "gold": "1" * 5000}

    run(connect(max_batch_bytes=1000), lambda client: client.score(items))

    assert sorted(service.sent_ids()) == [["0"], ["1"], ["2", "3"]]


def test_requests_in_flight_are_bounded(connect: Any, service: Any, kit: Any) -> None:
    run(connect(max_batch=1), lambda client: client.score(kit.items(*["right"] * 100)))

    assert len(service.requests) == 100
    assert service.most_running <= 8


def test_shared_specs_travel_with_the_requests_that_name_them(connect: Any, service: Any) -> None:
    items = [{"completion": "right", "spec": name} for name in ("p1", "p1", "p2", "p2")]
    specs = {"p1": MathSpec(gold="1"), "p2": {"domain": "math", "gold": "2"}, "p3": {}}

    run(connect(max_batch=2), lambda client: client.score(items, specs=specs))

    assert sorted(list(request["specs"]) for request in service.requests) == [["p1"], ["p2"]]


def test_the_terms_of_a_call_are_sent(connect: Any, service: Any, kit: Any) -> None:
    run(
        connect(token="s3cret", coalesce_s=0),
        lambda client: client.score(kit.items("right"), deadline_s=30, shaping={"wrong": -1}),
    )

    assert service.requests[0]["deadline_s"] == 30
    assert service.requests[0]["shaping"] == {"wrong": -1.0}
    assert service.heads[0]["Authorization"] == "Bearer s3cret"


def test_a_problem_names_the_item_by_its_place_in_the_list(
    connect: Any, service: Any, kit: Any
) -> None:
    items = kit.items("right", "right", "right", "bad_item")

    def scored(item: dict[str, Any]) -> dict[str, Any]:
        made = type(service).scored(service, item)
        if made["problem"]:
            made["problem"]["message"] = "items.1.spec.gold: missing"
        return made

    service.scored = scored
    last = run(connect(max_batch=2), lambda client: client.score(items))[-1]

    assert last.problem.message == "items.3.spec.gold: missing"


@pytest.mark.parametrize(
    ("item", "error", "message"),
    [
        ("text", TypeError, "items.1: expected an Item or a mapping, got str"),
        ({"id": 7.5, "completion": "x"}, TypeError, "items.1.id: expected text or a whole"),
        ({"id": "0", "completion": "x"}, ValueError, "items.1.id: '0' is also the id of items.0"),
        ({"completion": object()}, ValueError, "items.1: cannot be written as JSON"),
        ({"completion": b"\xff"}, ValueError, "items.1: cannot be written as JSON"),
    ],
)
def test_an_item_that_cannot_be_sent_is_the_callers_mistake(
    connect: Any, service: Any, kit: Any, item: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message.replace(".", r"\.")):
        run(connect(), lambda client: client.score([*kit.items("right"), item]))
    assert service.requests == []


def test_half_characters_are_replaced_as_the_service_would(connect: Any, service: Any) -> None:
    half = "right \ud83d"
    items = [
        {"id": half, "completion": half, "spec": {"domain": "math", "gold": half}},
        Item(completion=half, row={"answer": half}),
    ]

    run(connect(), lambda client: client.score(items))

    first, second = service.requests[0]["items"]
    assert first == {
        "id": "right \ufffd",
        "completion": "right \ufffd",
        "spec": {"domain": "math", "gold": "right \ufffd"},
    }
    assert second["row"] == {"answer": "right \ufffd"}


def test_arrays_in_rows_become_lists(connect: Any, service: Any) -> None:
    class Array:
        def tolist(self) -> list[str]:
            return ["1", "2"]

    items = [{"completion": "right", "row": {"final_answer": Array()}}]

    run(connect(), lambda client: client.score(items))

    assert service.requests[0]["items"][0]["row"] == {"final_answer": ["1", "2"]}


@pytest.mark.parametrize("deadline_s", [0, -1, float("nan")])
def test_a_deadline_must_be_in_the_future(connect: Any, kit: Any, deadline_s: float) -> None:
    with pytest.raises(ValueError, match="deadline_s must be positive"):
        run(connect(), lambda client: client.score(kit.items("right"), deadline_s=deadline_s))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"base_url": "127.0.0.1:8000"}, "is no http:// or https:// URL"),
        ({"base_url": "http://"}, "is no http:// or https:// URL"),
        ({"max_connections": 0}, "max_connections must be at least 1"),
        ({"timeout_s": 0}, "timeout_s must be positive"),
        ({"coalesce_s": -1}, "coalesce_s must not be negative"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], message: str) -> None:
    from reward_service import AsyncRewardClient

    with pytest.raises(ValueError, match=message):
        AsyncRewardClient(**options)
