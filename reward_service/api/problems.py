"""Every error of the door as ``application/problem+json`` (RFC 9457), in one shape.

The type is always ``about:blank``: the HTTP status says what kind of problem it is, ``code`` says
which, in the same words as an item's problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from reward_service.errors import RequestError
from reward_service.schema import Wire

MEDIA_TYPE = "application/problem+json"

# As RFC 9110 has them; Python before 3.13 has the names of older ones.
RENAMED = MappingProxyType({413: "Content Too Large", 422: "Unprocessable Content"})


def phrase(status: int) -> str:
    """Return the name of an HTTP status, the same under every Python."""
    return RENAMED.get(status) or HTTPStatus(status).phrase


class HttpProblem(Wire):
    """Why a request has no answer."""

    type: str = Field(default="about:blank", examples=["about:blank"])
    """What kind of problem it is, as a URI; always about:blank, so the status says it."""
    title: str = Field(examples=["Unprocessable Content"])
    """The name of the HTTP status."""
    status: int = Field(examples=[422])
    """The HTTP status."""
    detail: str = Field(examples=["items: missing"])
    """What is wrong with this request, for a person."""
    code: str = Field(examples=["bad_request"])
    """Which problem it is: bad_request, too_large, stalled, unsupported_encoding, unauthorized,
    not_found, method_not_allowed, overloaded, shutting_down or internal."""
    field: str | None = Field(default=None, examples=["items"])
    """The part of the request that is wrong, where there is one."""
    retryable: bool = Field(default=False, examples=[False])
    """Whether sending the same request again may help."""


class ProblemError(Exception):
    """The request ends here, with this HTTP status."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        code: str,
        field: str | None = None,
        retryable: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.field = field
        self.retryable = retryable
        self.headers = headers

    def response(self) -> Response:
        """Return what the caller is told."""
        problem = HttpProblem(
            title=phrase(self.status),
            status=self.status,
            detail=str(self),
            code=self.code,
            field=self.field,
            retryable=self.retryable,
        )
        return Response(
            problem.model_dump_json(exclude_none=True) + "\n",
            status_code=self.status,
            headers=self.headers,
            media_type=MEDIA_TYPE,
        )


class HangUpError(Exception):
    """The caller went away before it had sent its request; there is nobody to answer."""


async def on_problem(_request: Request, error: Exception) -> Response:
    """Answer a ``ProblemError``."""
    assert isinstance(error, ProblemError)
    return error.response()


async def on_request_error(_request: Request, error: Exception) -> Response:
    """Answer a request that cannot be read."""
    assert isinstance(error, RequestError)
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY, str(error), code=error.code, field=error.field or None
    ).response()


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Answer what the router refuses: a path or a method that there is not."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    path = request.url.path[:200]
    told = {
        HTTPStatus.NOT_FOUND: f"there is no {path!r}; /openapi.json lists what there is",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{path!r} does not take {request.method}",
    }
    return ProblemError(
        status,
        told.get(status, error.detail),
        code=status.name.lower(),
        headers=error.headers,
    ).response()


async def on_surprise(_request: Request, _error: Exception) -> Response:
    """Answer a bug of ours; the server logs it, the caller learns no more than that."""
    return ProblemError(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "the service failed; its log says why",
        code="internal",
        retryable=True,
    ).response()
