"""What can be judged, as ``GET /domains`` and ``reward-service domains --json`` tell it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from reward_service.rows import FORMATS
from reward_service.schema import Wire
from reward_verifiers.registry import DOMAINS, Domain


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


def domain_table(domains: Iterable[Domain] = DOMAINS.values()) -> Domains:
    """Return what is to be told of ``domains``, and the formats of rows."""
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
    )
