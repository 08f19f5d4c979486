from __future__ import annotations

import json
from typing import Any

import pytest
from hangs import no_hang
from hypothesis import given
from hypothesis import strategies as st

from reward_service.errors import RequestError
from reward_service.reading import BrokenItem, ReadItem, batch_of, parse_json, read_batch
from reward_service.schema import Item, ScoreRequest
from reward_verifiers.specs import MathSpec

MATH = {"domain": "math", "gold": "4"}


def read(raw: Any) -> Any:
    return read_batch(raw, max_items=100)


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ([], "object"),
        ({}, "items"),
        ({"items": []}, "items"),
        ({"items": {}}, "items"),
        ({"items": [{}], "itmes": 1}, "itmes"),
        ({"items": [{}], "deadline_s": 0}, "deadline_s"),
        ({"items": [{}], "deadline_s": "soon"}, "deadline_s"),
        ({"items": [{}], "shaping": {"wonderful": 1}}, "shaping"),
        ({"items": [{}], "specs": []}, "specs"),
        ({"items": [{}] * 101}, "items"),
        ({"items": [{"id": "a"}, {"id": "a"}]}, "items.1.id"),
        ({"items": [{"id": "1"}, {}]}, "items.1.id"),
    ],
)
def test_a_request_that_cannot_be_read_names_the_field(raw: Any, named: str) -> None:
    with pytest.raises(RequestError) as caught:
        read(raw)
    assert named in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 200_000, b"NaN nonsense"])
def test_a_body_that_is_no_json_is_a_request_error(body: bytes) -> None:
    with pytest.raises(RequestError, match="not JSON"):
        parse_json(body)


@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_a_request_error(body: bytes) -> None:
    try:
        parse_json(body)
    except RequestError:
        return


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)


@given(
    JSON
    | st.fixed_dictionaries(
        {
            "items": st.lists(
                JSON
                | st.fixed_dictionaries(
                    {"completion": JSON},
                    optional={"id": JSON, "spec": JSON | st.just(MATH), "row": JSON},
                ),
                max_size=4,
            )
        },
        optional={"specs": JSON, "deadline_s": JSON, "shaping": JSON, "x": JSON},
    )
)
def test_any_json_is_a_batch_or_a_request_error(raw: Any) -> None:
    try:
        batch = read(raw)
    except RequestError:
        return
    assert len(batch.items) == len(raw["items"])
    assert all(isinstance(item, ReadItem | BrokenItem) for item in batch.items)


def test_a_lone_surrogate_is_mended_not_refused() -> None:
    body = b'{"items": [{"completion": "a\\ud800b", "spec": {"domain": "math", "gold": "4"}}]}'

    (item,) = read(parse_json(body)).items

    assert isinstance(item, ReadItem)
    assert item.completion == "a\ufffdb"


def test_a_nul_and_real_pairs_are_left_as_they_are() -> None:
    body = json.dumps({"items": [{"completion": "\0\U0001f600", "spec": MATH}]}).encode()

    (item,) = read(parse_json(body)).items

    assert item.completion == "\0\U0001f600"


def test_a_named_spec_is_shared_and_a_broken_one_breaks_only_its_users() -> None:
    batch = read(
        {
            "specs": {"good": MATH, "bad": {"domain": "math", "gold": []}},
            "items": [
                {"completion": "x", "spec": "good"},
                {"completion": "x", "spec": "bad"},
                {"completion": "y", "spec": "good"},
            ],
        }
    )

    first, second, third = batch.items
    assert first.spec is third.spec
    assert isinstance(second, BrokenItem)
    assert (second.error.code, "specs.bad.gold" in str(second.error)) == ("bad_spec", True)


@pytest.mark.parametrize(
    "item",
    [
        {"completion": "x"},
        {"completion": "x", "spec": MATH, "row": {}},
        {"completion": "x", "spec": MATH, "format": "verl"},
        {"completion": "x", "spec": MATH, "label": "4"},
        {"completion": None, "spec": MATH},
        {"completion": ["x"], "spec": MATH},
        {"id": 3.0, "completion": "x", "spec": MATH},
        {"id": True, "completion": "x", "spec": MATH},
        {"completion": "x", "row": []},
    ],
)
def test_a_malformed_item_is_marked_and_named(item: dict[str, Any]) -> None:
    (broken,) = read({"items": [item]}).items

    assert isinstance(broken, BrokenItem)
    assert broken.error.code in {"bad_item", "bad_spec"}
    assert str(broken.error).startswith("items.0")


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (1, "items.0: expected an object, got a number"),
        (None, "items.0: expected an object, got null"),
        ({"completion": 4, "spec": MATH}, "items.0.completion: expected text, got a number"),
        ({"completion": "x", "row": [1]}, "items.0.row: expected an object, got a list"),
        (
            {"completion": [{"role": "assistant", "content": "4"}], "spec": MATH},
            "items.0.completion: expected text, got chat messages; "
            "give the content of the assistant's last one",
        ),
    ],
)
def test_a_malformed_item_is_told_in_words_of_json(item: Any, message: str) -> None:
    (broken,) = read({"items": [item]}).items

    assert isinstance(broken, BrokenItem)
    assert (broken.error.code, str(broken.error)) == ("bad_item", message)


@pytest.mark.parametrize(
    ("given", "said"),
    [(True, "true"), (1.5, "1.5"), ([1], "a list"), ({}, "an object"), (10**5000, "a number")],
    ids=["true", "1.5", "list", "object", "huge"],
)
def test_an_id_that_is_none_is_a_bad_item(given: Any, said: str) -> None:
    (broken,) = read({"items": [{"id": given, "completion": "x", "spec": MATH}]}).items

    assert isinstance(broken, BrokenItem)
    complaint = f"items.0.id: expected text or a whole number, got {said}"
    assert (broken.id, broken.error.code, str(broken.error)) == ("0", "bad_item", complaint)


def test_a_whole_number_as_id_is_its_digits() -> None:
    ids = [7, -1, 2**70, "07"]
    raw = [{"id": given, "completion": "x", "spec": MATH} for given in ids]

    batch = read({"items": [*raw, {"id": 9}]})
    request = ScoreRequest(items=[Item(id=7, completion="x", spec="s")], specs={"s": MATH})  # type: ignore[arg-type]  # as JSON has them

    assert [item.id for item in batch.items] == ["7", "-1", str(2**70), "07", "9"]
    assert batch_of(request).items[0].id == "7"


def test_a_number_and_its_digits_are_one_id() -> None:
    with pytest.raises(RequestError, match=r"items\.1\.id: '7' is also the id of items\.0"):
        read({"items": [{"id": 7}, {"id": "7"}]})


def test_a_refused_envelope_names_the_field_alone() -> None:
    with pytest.raises(RequestError) as caught:
        read({"items": [{}], "shaping": {"bad": 1}})
    assert caught.value.field == "shaping.bad"
    assert str(caught.value).startswith("shaping.bad: expected 'correct', 'wrong'")


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        ({"gold": "4"}, "spec.domain"),
        ({"domain": ["math"], "gold": "4"}, "spec.domain"),
        ({"domain": "math"}, "spec.gold"),
        ({"domain": "math", "gold": ""}, "spec.gold"),
        ({"domain": "math", "gold": True}, "spec.gold"),
        ({"domain": "math", "gold": []}, "spec.gold"),
        ({"domain": "math", "gold": "\ud800"}, "spec.gold: holds a lone surrogate"),
        (
            {"domain": "stem", "gold": "A", "options": {"A": "\ud800", "B": "x"}},
            "spec.options.A: holds a lone surrogate",
        ),
        ({"domain": "math", "gold": "4", "my-field": 1}, "spec.my-field"),
        ({"domain": "math", "gold": "4", "mode": "loose"}, "spec.mode"),
        ({"domain": "math", "gold": "4", "tolerance": -1}, "spec.tolerance"),
        ({"domain": "stem", "gold": "A"}, "options"),
        ({"domain": "stem", "gold": "C", "options": {"A": "x", "B": "y"}}, "'C'"),
        ({"domain": "stem", "gold": "a", "options": {"a": "x", "b": "y"}}, "upper-case"),
        ({"domain": "stem", "gold": "A", "options": {"A": "x"}}, "spec.options"),
        (
            {"domain": "stem", "gold": "A", "options": {"A": "x" * 10_001, "B": "y"}},
            "spec.options.A: longer than 10000 characters",
        ),
        (
            {"domain": "math", "gold": ["x" * 20_000] * 3},
            "spec.gold: longer than 50000 characters together",
        ),
        (
            {"domain": "stem", "answer_type": "text", "gold": "x", "aliases": ["x" * 1001] * 100},
            "spec.aliases: longer than 100000 characters together",
        ),
        (7, "expected an object"),
    ],
)
def test_a_broken_spec_names_its_field(spec: Any, named: str) -> None:
    (broken,) = read({"items": [{"completion": "x", "spec": spec}]}).items

    assert isinstance(broken, BrokenItem)
    assert broken.error.code == "bad_spec"
    assert named in str(broken.error)


def test_equal_specs_of_a_request_become_one() -> None:
    golds = [1, 1.0, "1", 1, True, "1", "1.0", 1.0]
    raw = {
        "items": [{"completion": "x", "spec": {"domain": "math", "gold": gold}} for gold in golds]
    }
    first, exact, text, again, broken, text_again, _, exact_again = read_batch(
        raw, max_items=10
    ).items
    assert isinstance(broken, BrokenItem)
    assert isinstance(first, ReadItem)
    assert isinstance(exact, ReadItem)
    assert isinstance(text, ReadItem)
    assert [first.spec.gold, exact.spec.gold, text.spec.gold] == ["1", "1.0", "1"]
    assert first.spec is again.spec
    assert text.spec is text_again.spec
    assert exact.spec is exact_again.spec


def test_a_spec_that_python_does_not_write_is_still_read_or_refused() -> None:
    long = json.loads("1" + "0" * 4000) ** 2
    batch = read_batch(
        {"items": [{"completion": "x", "spec": {"domain": "math", "gold": long}}] * 2}, max_items=2
    )
    assert all(isinstance(item, BrokenItem) for item in batch.items)


MANY = {f"k{number}": 1 for number in range(90_000)}


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"spec": {**MATH, **MANY}}, "items.0.spec.k0: unknown field, one of 90002 fields"),
        (MANY, "items.0.k0: unknown field, one of 90001 fields"),
        (
            {"spec": {"domain": "stem", "gold": "A", "options": MANY}},
            "items.0.spec.options: expected at most 26 entries, got 90000",
        ),
    ],
    ids=["spec", "item", "options"],
)
def test_of_many_wrong_fields_only_one_is_complained_about(
    item: dict[str, Any], message: str
) -> None:
    with no_hang():
        (broken,) = read({"items": [{"completion": "x", **item}]}).items
    assert isinstance(broken, BrokenItem)
    assert str(broken.error) == message


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        (MANY, "k0", "k0: unknown field, one of 90001 fields"),
        ({"shaping": MANY}, "shaping", "shaping: expected at most 5 entries, got 90000"),
        ({"specs": MANY}, "specs", "specs: 90000 specs; at most 100 in one request"),
    ],
    ids=["envelope", "shaping", "specs"],
)
def test_of_many_wrong_fields_of_a_request_only_one_is_complained_about(
    fields: dict[str, Any], field: str, message: str
) -> None:
    with no_hang(), pytest.raises(RequestError) as caught:
        read_batch({"items": [{}], **fields}, max_items=100)
    assert (caught.value.field, str(caught.value)) == (field, message)


def test_many_named_specs_cost_an_item_that_names_none_of_them_nothing() -> None:
    specs = {f"s{number}": MATH for number in range(5000)}
    items = [{"completion": "x", "spec": "x"}] * 5000
    with no_hang():
        batch = read_batch({"specs": specs, "items": items}, max_items=5000)
    assert isinstance(batch.items[0], BrokenItem)
    assert "items.0.spec: no entry 'x' in specs; there are: s0, s1, " in str(batch.items[0].error)


def test_a_number_too_long_to_read_breaks_its_item_alone() -> None:
    long = "1" * 5000
    spec = '{"domain": "math", "gold": %s}'
    body = (
        f'{{"items": [{{"completion": "x", "spec": {spec % long}}}, '
        f'{{"completion": "x", "spec": {spec % 4}}}, {{"id": {long}}}]}}'
    )

    first, second, third = read(parse_json(body.encode())).items

    assert isinstance(first, BrokenItem)
    assert str(first.error) == "items.0.spec.gold: a number too large to read; write it as text"
    assert isinstance(second, ReadItem)
    assert isinstance(third, BrokenItem)
    assert str(third.error) == "items.2.id: expected text or a whole number, got inf"


@pytest.mark.parametrize("value", [b"[]", b"{}", b'""', b"1", b'"\\",\\\\"'])
def test_a_body_of_millions_of_values_is_refused_unparsed(value: bytes) -> None:
    body = b"[" + b",".join([value] * 2_100_000) + b"]"
    with no_hang(), pytest.raises(RequestError, match="more than 2000000 values"):
        parse_json(body)


@pytest.mark.parametrize("text", ["{[,", '\\",', "\u00e9,"])
def test_what_stands_in_text_is_no_value(text: str) -> None:
    value = {"items": [text * 1_100_000] * 2}
    assert parse_json(json.dumps(value).encode()) == value


def test_text_that_is_not_closed_is_no_json() -> None:
    with no_hang():
        for end in (b"", b"\\", b"\\,"):
            with pytest.raises(RequestError, match="not JSON"):
                parse_json(b'["' + b'\\",' * 2_100_000 + end)


def test_a_number_as_gold_is_its_digits() -> None:
    golds = [4, 0.5, [1, "2"], 10**30]
    items = [{"completion": "x", "spec": {"domain": "math", "gold": gold}} for gold in golds]

    specs = [item.spec for item in read({"items": items}).items]

    assert [spec.golds for spec in specs] == [("4",), ("0.5",), ("1", "2"), (str(10**30),)]


def test_a_default_completion_stands_in_for_a_missing_one() -> None:
    raw = {"items": [{"spec": MATH}, {"spec": MATH, "completion": "x"}]}

    batch = read_batch(raw, max_items=10, default_completion="")

    assert [item.completion for item in batch.items if isinstance(item, ReadItem)] == ["", "x"]


def test_a_request_made_in_this_process_reads_like_one_from_the_wire() -> None:
    spec = MathSpec(gold="4")
    request = ScoreRequest(
        items=[
            Item(completion="x", spec=spec),
            Item(id="b\ud800", completion="\ud800", spec="s"),
            Item(completion="x", spec="nowhere"),
        ],
        specs={"s": spec},
        deadline_s=3,
    )

    made = batch_of(request)

    wire = read({**request.model_dump(exclude={"items"}), "items": [
        {"completion": "x", "spec": spec.model_dump()},
        {"id": "b\ud800", "completion": "\ud800", "spec": "s"},
        {"completion": "x", "spec": "nowhere"},
    ]})  # fmt: skip
    assert made.items[:2] == wire.items[:2]
    assert (made.deadline_s, made.shaping) == (wire.deadline_s, wire.shaping)
    assert (
        [(item.id, str(item.error)) for item in made.items[2:]]
        == [  # type: ignore[union-attr]  # all are read
            (item.id, str(item.error)) for item in wire.items[2:]
        ]
    )


def test_items_know_where_their_specs_stand() -> None:
    row = {"instruction_id_list": ["punctuation:no_comma"]}
    own = {"domain": "math", "gold": "4"}
    raw = {
        "specs": {"s": own},
        "items": [{"completion": "x", **given} for given in ({"spec": "s"}, {"spec": own})]
        + [{"completion": "x", "row": row}],
    }
    places = [
        item.where for item in read_batch(raw, max_items=9).items if isinstance(item, ReadItem)
    ]
    assert places == ["specs.s", "items.1.spec", "items.2.row"]
