"""The command line: ``reward-service serve | score | check-data | domains | doctor | ...``."""

from __future__ import annotations

from reward_service.cli.command_line import main
from reward_service.cli.exits import Exit

__all__ = ["Exit", "main"]
