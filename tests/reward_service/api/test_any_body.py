"""Whatever is posted, the answer is well-formed and nobody's bug."""

from __future__ import annotations

import json
from typing import Any

import fakes
import httpx
from asking import ask_app
from hypothesis import given, settings
from hypothesis import strategies as st

from reward_service.api import create_app
from reward_service.api.problems import HttpProblem
from reward_service.config import Settings
from reward_service.engine import Engine
from reward_service.schema import ScoreResponse
from reward_verifiers.registry import Lane

APP = create_app(
    Engine({Lane.CPU: fakes.ScriptedLane()}, verifiers=lambda _name: fakes.LITERAL), Settings()
)

# Half characters too: json.dumps writes them as escapes.
texts = st.text(st.characters(), max_size=8) | st.sampled_from(["math", "a", "b", "right"])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)


def objects(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    known = st.fixed_dictionaries({}, optional=dict.fromkeys(names, values))
    return st.builds(
        lambda one, other: {**other, **one},
        known,
        st.just({}) | st.dictionaries(texts, values, max_size=1),
    )


specs = st.one_of(
    values,
    objects("domain", "gold", "mode", "tolerance", "thinking", "accept"),
    st.builds(
        lambda spec: {"domain": "math", "gold": "right", **spec},
        objects("gold", "mode", "tolerance", "thinking", "accept"),
    ),
    st.builds(
        lambda spec: {"domain": "stem", "gold": "A", **spec},
        objects("gold", "options", "answer_type", "tolerance", "units", "aliases"),
    ),
)
items = st.one_of(
    values,
    objects("id", "completion", "spec", "row", "format"),
    st.builds(lambda text, spec: {"completion": text, "spec": spec}, texts, specs),
    st.builds(lambda text, row: {"completion": text, "row": row}, texts, values),
)
requests = st.one_of(
    values,
    st.builds(
        lambda items, more: {**more, "items": items},
        st.lists(items, max_size=4),
        objects("specs", "deadline_s", "shaping"),
    ),
    st.builds(lambda items: {"items": items}, st.lists(items, min_size=1, max_size=4)),
)


def well_formed(answer: httpx.Response) -> None:
    if answer.status_code == 200:
        scored = ScoreResponse.model_validate_json(answer.content)
        assert scored.n_scored + scored.n_unscored == len(scored.items)
    else:
        assert answer.status_code == 422, answer.text
        HttpProblem.model_validate_json(answer.content)


@settings(max_examples=300, deadline=None)
@given(requests)
def test_any_json_is_answered(request: Any) -> None:
    well_formed(ask_app(APP, "POST", "/score", content=json.dumps(request)))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=100))
def test_any_bytes_are_answered(body: bytes) -> None:
    well_formed(ask_app(APP, "POST", "/score", content=body))


@settings(max_examples=100, deadline=None)
@given(requests)
def test_any_json_can_be_checked(request: Any) -> None:
    answer = ask_app(APP, "POST", "/check", content=json.dumps(request))

    assert answer.status_code in (200, 422), answer.text
