"""What can be judged, as ``GET /domains`` and ``reward-service domains --json`` tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import Field

from reward_sandboxes.languages import languages
from reward_service.rows import FORMATS
from reward_service.schema import Wire
from reward_verifiers.registry import DOMAINS, Domain

_NOT_ASKED: Mapping[str, str] = MappingProxyType({})


class DomainInfo(Wire):
    """One domain."""

    summary: str = Field(examples=["mathematical answers, by symbolic and numeric equivalence"])
    """What it judges."""
    version: str = Field(examples=["1"])
    """The version of its verifier; the same version gives the same verdict."""
    lane: str = Field(examples=["cpu"])
    """Where its verifier runs."""
    spec: dict[str, Any] = Field(examples=[{"type": "object", "required": ["gold"]}])
    """JSON Schema of its spec."""


class LanguageInfo(Wire):
    """One language of programs."""

    summary: str = Field(examples=["CPython, with numpy and the packages of the usual judges"])
    """The language, its version or standard, its flags."""
    names: list[str] = Field(examples=[["python", "py", "python3"]])
    """The names that mean it, in specs and as tags of code blocks."""
    version: str | None = Field(default=None, examples=["3.11.2"])
    """The version that this service runs; null where it runs none, or was not asked."""
    missing: str = Field(default="", examples=[""])
    """What it needs to be run here."""


class Domains(Wire):
    """What can be judged."""

    domains: dict[str, DomainInfo] = Field(
        examples=[
            {
                "math": {
                    "summary": "mathematical answers, by symbolic and numeric equivalence",
                    "version": "1",
                    "lane": "cpu",
                    "spec": {"type": "object", "required": ["gold"]},
                }
            }
        ]
    )
    """Each domain by name."""
    row_formats: dict[str, str] = Field(examples=[{"gsm8k": FORMATS["gsm8k"].summary}])
    """Each format of dataset rows by name: whose rows these are and where their gold stands."""
    languages: dict[str, LanguageInfo] = Field(
        examples=[
            {"python": {"summary": "CPython", "names": ["python", "py"], "version": "3.11.2"}}
        ]
    )
    """Each language of programs by name."""


def domain_table(
    domains: Iterable[Domain] = DOMAINS.values(),
    *,
    versions: Mapping[str, str] = _NOT_ASKED,
    missing: Mapping[str, str] = _NOT_ASKED,
) -> Domains:
    """Return what is to be told of ``domains``, the formats of rows and the languages.

    Args:
        domains: which.
        versions: of the languages that can be run.
        missing: what each other language needs.
    """
    return Domains(
        domains={
            domain.name: DomainInfo(
                summary=domain.summary,
                version=domain.version,
                lane=domain.lane.value,
                spec=domain.spec.model_json_schema(),
            )
            for domain in domains
        },
        row_formats={name: form.summary for name, form in FORMATS.items()},
        languages={
            name: LanguageInfo(
                summary=language.summary,
                names=list(dict.fromkeys([name, *language.fences])),
                version=versions.get(name),
                missing=missing.get(name, ""),
            )
            for name, language in languages().items()
        },
    )
