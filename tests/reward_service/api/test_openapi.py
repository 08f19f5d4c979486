"""The document says everything: each field and each answer with a description and an example."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from reward_service.api.openapi import document
from reward_service.api.problems import HttpProblem
from reward_service.api.readiness import Readiness
from reward_service.api.welcome import Welcome
from reward_service.domains import Domains
from reward_service.reading import BrokenItem, read_batch
from reward_service.schema import CheckResponse, Counts, ScoreResponse, StreamedItem

Ask = Callable[..., httpx.Response]

MODELS: dict[str, type[BaseModel]] = {
    model.__name__: model
    for model in (ScoreResponse, CheckResponse, Readiness, Domains, Welcome, HttpProblem)
}


def properties() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, schema in document()["components"]["schemas"].items():
        for field, described in schema.get("properties", {}).items():
            yield f"{name}.{field}", described


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def contents() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, operation in operations():
        for status, response in operation["responses"].items():
            for media_type, content in response["content"].items():
                yield f"{name} {status}", media_type, content


def test_every_field_has_a_description_and_an_example() -> None:
    lacking = [
        f"{name}: no {what}"
        for name, described in properties()
        for what in ("description", "examples")
        if what not in described
    ]

    assert lacking == []


def test_every_model_has_a_description() -> None:
    schemas = document()["components"]["schemas"]

    assert [name for name, schema in schemas.items() if not schema.get("description")] == []


def test_every_answer_has_a_description_and_an_example() -> None:
    for name, operation in operations():
        assert operation["summary"], name
        assert all(response["description"] for response in operation["responses"].values()), name
    assert [name for name, _, content in contents() if "example" not in content] == []


def test_every_example_is_read_by_its_model() -> None:
    for _, media_type, content in contents():
        model = content["schema"].get("$ref", "").rsplit("/", 1)[-1]
        if media_type.endswith("json") and model:
            MODELS[model].model_validate(content["example"])


def test_the_example_of_lines_is_read_line_by_line() -> None:
    score = document()["paths"]["/score"]["post"]
    example = score["responses"]["200"]["content"]["application/x-ndjson"]["example"]

    *lines, last = example.splitlines()
    for line in lines:
        StreamedItem.model_validate_json(line)
    Counts.model_validate_json(last)


@pytest.mark.parametrize("path", ["/score", "/check"])
def test_the_examples_of_requests_are_read(path: str) -> None:
    body = document()["paths"][path]["post"]["requestBody"]["content"]["application/json"]

    batch = read_batch(body["example"], max_items=10, default_completion="")

    assert not isinstance(batch.items[0], BrokenItem)


def test_every_error_is_a_problem() -> None:
    for name, media_type, content in contents():
        if name.rsplit(" ", 1)[-1] >= "400" and "/readyz" not in name:
            assert media_type == "application/problem+json", name
            assert content["schema"]["$ref"].endswith("HttpProblem")


def test_score_tells_every_way_it_may_go() -> None:
    responses = document()["paths"]["/score"]["post"]["responses"]

    assert set(responses) == {"200", "401", "408", "413", "415", "422", "429", "500", "503"}
    assert "Retry-After" in responses["429"]["headers"]


def test_every_reference_resolves() -> None:
    schemas = document()["components"]["schemas"]

    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            for key, value in node.items():
                if key == "$ref":
                    yield value
                else:
                    yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    missing = {ref for ref in references(document()) if ref.rsplit("/", 1)[-1] not in schemas}
    assert missing == set()


def test_the_routes_that_are_served_are_the_ones_described(make_app: Any) -> None:
    routes = {route.path: route.methods - {"HEAD"} for route in make_app().routes}
    documented = {
        path: {method.upper() for method in methods}
        for path, methods in document()["paths"].items()
    }

    assert {path: routes[path] for path in documented} == documented
    assert set(routes) - set(documented) == {"/openapi.json", "/docs"}


def test_the_door_serves_it(ask: Ask) -> None:
    answer = ask("GET", "/openapi.json")

    assert answer.json() == json.loads(json.dumps(document()))
    assert "swagger" in ask("GET", "/docs").text
