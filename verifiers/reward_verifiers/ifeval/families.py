"""The families of instructions and their versions, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reward_verifiers.errors import BadSpecError
from reward_verifiers.ifeval.classic import CLASSIC
from reward_verifiers.ifeval.ifbench import HEAD, NOVEMBER_2025
from reward_verifiers.ifeval.iftrain import IFTRAIN
from reward_verifiers.ifeval.instruction import Instruction
from reward_verifiers.ifeval.rlvr import RLVR
from reward_verifiers.ifeval_spec import Family, IfevalSpec

Table = Mapping[str, Instruction]

FAMILIES: Mapping[Family, Mapping[str, Table]] = MappingProxyType(
    {
        Family.IFEVAL: {"1": CLASSIC},
        Family.IFTRAIN: {"1": {**CLASSIC, **IFTRAIN}},
        Family.IFBENCH: {
            "head": {**CLASSIC, **HEAD},
            "2025-11": {**CLASSIC, **NOVEMBER_2025},
        },
        Family.RLVR: {"1": RLVR},
    }
)
"""By family and version, the first being the default: what each id stands for."""


def version_of(spec: IfevalSpec) -> str:
    """Return the version of the rules that ``spec`` is judged by."""
    return spec.version or next(iter(FAMILIES[spec.family]))


def families_with(name: str) -> list[str]:
    """Return the families that have an instruction ``name``, in whatever version."""
    return [
        family.value
        for family, versions in FAMILIES.items()
        if any(name in table for table in versions.values())
    ]


def versions_with(name: str, family: Family) -> list[str]:
    """Return the versions of ``family`` that have an instruction ``name``."""
    return [version for version, table in FAMILIES[family].items() if name in table]


def table_of(spec: IfevalSpec) -> Table:
    """Return the table of the spec's family and version.

    Raises:
        BadSpecError: the family has no such version.
    """
    versions = FAMILIES[spec.family]
    table = versions.get(version_of(spec))
    if table is None:
        known = ", ".join(versions)
        raise BadSpecError(
            f"spec.version: {spec.family.value} has no version {spec.version!r}; known: {known}"
        )
    return table
