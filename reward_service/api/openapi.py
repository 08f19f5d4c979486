"""The OpenAPI document: written here, because the routes read and write bytes.

Descriptions of fields come from the models' docstrings, examples from their ``examples``; a test
holds that every field and every answer has both.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from reward_service import __version__
from reward_service.api import examples
from reward_service.api.problems import MEDIA_TYPE, HttpProblem
from reward_service.api.readiness import Readiness
from reward_service.api.welcome import Welcome
from reward_service.domains import Domains, domain_table
from reward_service.schema import (
    CheckResponse,
    Counts,
    ScoreRequest,
    ScoreResponse,
    StreamedItem,
    Wire,
)

DESCRIPTION = """Says, for any rollout of a language model, how right it is.

A reward is a number or it is unknown (null), never a zero made of an outage: exactly one of
`verdict` and `problem` is set on every item. A broken item costs that item alone."""

_REF = "#/components/schemas/{model}"

_MODELS: list[tuple[type[Wire], JsonSchemaMode]] = [
    (ScoreRequest, "validation"),
    *(
        (model, "serialization")
        for model in (
            ScoreResponse,
            StreamedItem,
            Counts,
            CheckResponse,
            Readiness,
            Domains,
            Welcome,
            HttpProblem,
        )
    ),
]


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    _, schemas = models_json_schema(_MODELS, ref_template=_REF)
    # Pydantic describes it nowhere, since it has no fields.
    schemas["$defs"]["JsonValue"]["description"] = "Any JSON value."
    return {
        "openapi": "3.1.0",
        "info": {"title": "reward-service", "version": __version__, "description": DESCRIPTION},
        "paths": _paths(),
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Asked for when the service has one: REWARD_SERVICE_TOKEN.",
                }
            },
        },
    }


def _paths() -> dict[str, Any]:
    return {
        "/score": {
            "post": {
                "operationId": "score",
                "summary": "Score a batch of completions",
                "description": "Answers in the order of the request. With `Accept: "
                "application/x-ndjson`, each item is a line sent as soon as it is judged, with its "
                "`index`, and a last line holds the counts. The body may be gzip. A caller that "
                "hangs up cancels what nobody else waits for.",
                "security": [{}, {"token": []}],
                "requestBody": _body("The batch.", examples.REQUEST),
                "responses": {
                    "200": {
                        "description": "Each item with its reward, or why it has none.",
                        "content": {
                            "application/json": _content(ScoreResponse, examples.SCORED),
                            "application/x-ndjson": _lines(),
                        },
                    },
                    **_refusals(401, 408, 413, 415, 422, 429, 500, 503),
                },
            }
        },
        "/check": {
            "post": {
                "operationId": "check",
                "summary": "Check that each gold verifies itself",
                "description": "Takes what `/score` takes; completions may be left out and are not "
                "looked at. A gold that fails here pays nobody, or the wrong ones.",
                "security": [{}, {"token": []}],
                "requestBody": _body("Items with the specs to check.", examples.CHECK_REQUEST),
                "responses": {
                    "200": {
                        "description": "Each item, and whether its gold verifies itself.",
                        "content": {"application/json": _content(CheckResponse, examples.CHECKED)},
                    },
                    **_refusals(401, 408, 413, 415, 422, 429, 500, 503),
                },
            }
        },
        "/": _get(
            "welcome",
            "What is this?",
            {
                "200": _json(
                    "Its name, its version and where to go on.",
                    _ref(Welcome),
                    Welcome().model_dump(),
                ),
                **_refusals(401),
            },
            token=True,
        ),
        "/healthz": _get(
            "healthz",
            "Does the process live?",
            {"200": _json("It does.", {"type": "object"}, {"status": "ok"})},
        ),
        "/readyz": _get(
            "readyz",
            "Can it judge?",
            {
                "200": _json("It can.", _ref(Readiness), examples.READY),
                "503": _json(
                    "It cannot, or too much of late went unscored.",
                    _ref(Readiness),
                    examples.UNREADY,
                ),
            },
        ),
        "/metrics": _get(
            "metrics",
            "Metrics for Prometheus",
            {
                "200": {
                    "description": "The text format, or OpenMetrics when it is accepted.",
                    "content": {
                        "text/plain": {"schema": {"type": "string"}, "example": examples.METRICS}
                    },
                },
                **_refusals(401),
            },
            token=True,
        ),
        "/domains": _get(
            "domains",
            "What can be judged",
            {
                "200": _json(
                    "The domains, the formats of dataset rows, and the languages of programs.",
                    _ref(Domains),
                    domain_table().model_dump(),
                ),
                **_refusals(401),
            },
            token=True,
        ),
    }


def _get(
    name: str, summary: str, responses: dict[str, Any], *, token: bool = False
) -> dict[str, Any]:
    security: list[dict[str, Any]] = [{}, {"token": []}] if token else []
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "security": security,
            "responses": responses,
        }
    }


def _ref(model: type[Wire]) -> dict[str, Any]:
    return {"$ref": _REF.format(model=model.__name__)}


def _content(model: type[Wire], example: Any) -> dict[str, Any]:
    return {"schema": _ref(model), "example": example}


def _json(description: str, schema: dict[str, Any], example: Any) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": schema, "example": example}},
    }


def _body(description: str, example: Any) -> dict[str, Any]:
    return {
        "required": True,
        "description": description,
        "content": {"application/json": _content(ScoreRequest, example)},
    }


def _lines() -> dict[str, Any]:
    return {
        "schema": {
            "description": "One JSON value a line.",
            "anyOf": [_ref(StreamedItem), _ref(Counts)],
        },
        "example": examples.LINES,
    }


def _refusals(*statuses: int) -> dict[str, Any]:
    return {str(status): _refusal(status) for status in statuses}


def _refusal(status: int) -> dict[str, Any]:
    refusal = examples.REFUSALS[status]
    told = _content(HttpProblem, refusal.problem(status))
    answer: dict[str, Any] = {"description": refusal.when, "content": {MEDIA_TYPE: told}}
    if refusal.headers:
        answer["headers"] = {
            name: {
                "description": description,
                "schema": {"type": "integer" if isinstance(example, int) else "string"},
                "example": example,
            }
            for name, (description, example) in refusal.headers.items()
        }
    return answer
