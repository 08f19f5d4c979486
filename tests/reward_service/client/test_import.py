"""Importing the client costs little: what is heavy is loaded by the first client made."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys
{statement}
heavy = ("httpx", "pydantic", "pydantic_core", "anyio", "fastapi", "sympy")
print([name for name in heavy if name in sys.modules])
"""


@pytest.mark.parametrize(
    "statement",
    [
        "import reward_service.client",
        "from reward_service import RewardClient, AsyncRewardClient",
        "from reward_service import RewardClient; RewardClient()",
    ],
)
def test_neither_httpx_nor_pydantic_is_loaded(statement: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(statement=statement)],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_a_working_client_needs_nothing_of_the_server() -> None:
    heavy = "'fastapi', 'starlette', 'uvicorn', 'sympy', 'math_verify', 'pint', 'pyarrow'"
    program = (
        "import sys, reward_service.client.session; "
        f"print([name for name in ({heavy}) if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "[]\n"


def test_unknown_names_are_unknown() -> None:
    import reward_service
    import reward_service.client

    for module in (reward_service, reward_service.client):
        assert not hasattr(module, "Nonsense")
        for name in module.__all__:
            assert getattr(module, name) is not None
